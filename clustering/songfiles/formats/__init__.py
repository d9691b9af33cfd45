"""One reader per file format: bytes to batches of rows."""
