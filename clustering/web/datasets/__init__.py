"""Pages of datasets: upload, columns, quality, files and runs."""
