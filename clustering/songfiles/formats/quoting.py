"""Quotation marks in delimited text: where a cell is open, and what the cells of one record are."""

from __future__ import annotations

import csv
import io

from clustering.songfiles.formats.records import MAX_REJECTED_TEXT


def ends_open(line: bytes, delimiter: str, *, opened: bool = False) -> bool:
    """Return whether a quoted cell is still open at the end of a line.

    A quotation mark counts only where it begins a cell: in `12" mix` it is a character like any other.
    """
    mark = delimiter.encode()
    position = 0
    while True:
        if not opened:
            if not line.startswith(b'"', position):
                position = line.find(mark + b'"', position)
                if position < 0:
                    return False
                position += 1
            position += 1
        closing = line.find(b'"', position)
        while closing >= 0 and line.startswith(b'""', closing):
            closing = line.find(b'"', closing + 2)
        if closing < 0:
            return True
        opened = False
        position = line.find(mark, closing)
        if position < 0:
            return False
        position += 1


def closes_well(line: bytes, delimiter: str) -> bool:
    """Return whether a cell that is open at the beginning of a line ends in it as a cell should.

    Where a letter follows the mark, the mark opened a cell of another song.
    """
    closing = line.find(b'"')
    while closing >= 0 and line.startswith(b'""', closing):
        closing = line.find(b'"', closing + 2)
    return closing >= 0 and line[closing + 1 : closing + 2] in {delimiter.encode(), b"\r", b"\n", b""}


def split_cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of one record; a carriage return before them is no record of its own."""
    text = text.lstrip("\r\n")
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return text.rstrip("\r\n").split(delimiter)


def excerpt(text: bytes) -> str:
    """Return the beginning of a bad row, fit to be stored and shown."""
    return (
        text[: MAX_REJECTED_TEXT * 4]
        .decode(errors="replace")
        .replace("\0", "")
        .strip("\r\n")[:MAX_REJECTED_TEXT]
    )
