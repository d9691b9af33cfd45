"""Reads: one function and one frozen dataclass per page. Nothing here writes, and nothing loads all songs."""
