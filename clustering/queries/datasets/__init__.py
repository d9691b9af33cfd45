"""What the pages of datasets and their files show."""
