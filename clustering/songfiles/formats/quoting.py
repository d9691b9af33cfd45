"""Quotation marks in delimited text: where a cell is open, and what the cells of one record are."""

from __future__ import annotations

import csv
import io

import numpy as np
import numpy.typing as npt

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


class OpenLines:
    """Which lines of a block leave a quoted cell open; each is looked at once, whatever opens before it.

    Lines must be asked about in their order.
    """

    def __init__(
        self, data: bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], delimiter: str
    ) -> None:
        self._data, self._starts, self._ends, self._delimiter = data, starts, ends, delimiter
        self._open_before = 0
        self._closing = -1
        self._well = (-1, False)

    def _line(self, index: int) -> bytes:
        return self._data[self._starts[index] : self._ends[index]]

    def opens(self, index: int) -> bool:
        """Return whether a line opens a cell that it does not close."""
        return ends_open(self._line(index), self._delimiter)

    def closing(self, index: int, last: int) -> int:
        """Return the line after `index` that closes the cell it opens; the one after `last` where none does."""
        place = max(index + 1, self._open_before)
        while (
            place <= last
            and place != self._closing
            and ends_open(self._line(place), self._delimiter, opened=True)
        ):
            place += 1
        self._open_before = place
        if place <= last:
            self._closing = place
        return place

    def closes_well(self, index: int) -> bool:
        """Return whether a line closes the open cell as a cell should be closed."""
        if self._well[0] != index:
            self._well = index, closes_well(self._line(index), self._delimiter)
        return self._well[1]


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
