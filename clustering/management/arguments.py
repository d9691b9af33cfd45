"""What several commands ask of their arguments."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from clustering.songfiles import SongFileError
from clustering.songfiles.parts import Reading


def text(argument: str) -> str:
    """Return an argument that the database can keep: a shell passes on any bytes, also such as are no UTF-8."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise ArgumentTypeError(f"{argument!a} is not written in UTF-8") from None
    return argument


def changes_of(pairs: list[str]) -> dict[str, str]:
    """Return what columns are to be, of COLUMN=FIELD."""
    changes = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals:
            raise SongFileError(f"--map takes COLUMN=FIELD, and {pair} has no equals sign.")
        changes[column] = field
    return changes


def reading_of(options: dict[str, Any]) -> Reading:
    """Return how a file is to be read."""
    first, _, last = options["header"].partition("-")
    header: int | None = None
    try:
        if first:
            header = 0 if first == "none" else int(first)
        rows = int(last) - (header or 0) + 1 if last else 1
    except ValueError:
        raise SongFileError(
            f"--header takes a row, as 3, or rows, as 3-4, or none, and {options['header']} is none of these."
        ) from None
    return Reading(options["encoding"], options["sheet"], header, rows)
