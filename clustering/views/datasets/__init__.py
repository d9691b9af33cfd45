"""The pages of datasets and their files."""
