"""Filling in features from another table."""
