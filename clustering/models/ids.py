"""Identifiers that do not tell how many rows there are."""

import secrets

ID_BITS = 53  # what JavaScript and JSON readers keep exactly
BLOCK_BITS = 31  # a dataset's songs: block * 2**32 + row number stays below 2**63
ROWS_PER_BLOCK = 2**32


def random_id() -> int:
    """Return a random positive id of at most 53 bits."""
    return secrets.randbits(ID_BITS - 1) + 1


def random_block() -> int:
    """Return the random block of ids that a dataset's songs live in."""
    return secrets.randbits(BLOCK_BITS - 1) + 1
