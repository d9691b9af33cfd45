"""What several commands ask of their arguments."""

from __future__ import annotations

from argparse import ArgumentTypeError


def text(argument: str) -> str:
    """Return an argument that the database can keep: a shell passes on any bytes, also such as are no UTF-8."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise ArgumentTypeError(f"{argument!a} is not written in UTF-8") from None
    return argument
