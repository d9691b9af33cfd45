"""Which songs go together, and in which order."""
