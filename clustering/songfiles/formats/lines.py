"""Text line by line, before anything is known of its columns: what stands above the songs is taken off here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clustering.songfiles import SongFileError
from clustering.songfiles.formats.delimited import MAX_RECORD_BYTES
from clustering.songfiles.formats.quoting import ends_open, split_cells
from clustering.songfiles.formats.records import MAX_COLUMNS
from clustering.songfiles.streams import mend_utf8

MAX_QUOTED_LINES = 200
MAX_LINES_ABOVE = 1_000
"""Empty lines above the header."""

SEPARATOR_LINE = re.compile(rb'^"?sep=(.?)"?\r?$', re.IGNORECASE)
_BLANK = b" \t\r\n\v\f\0"


class Lines:
    """Chunks of UTF-8 text, and the first records in them."""

    def __init__(self, chunks: Iterator[bytes], delimiter: str) -> None:
        self.delimiter = delimiter
        self._chunks = chunks
        self._carry = b""
        self._ended = False
        self._line = 1
        self._old_line_ends: bool | None = None

    def _more(self) -> bool:
        """Append the next chunk to what is left; False at the end."""
        data = next(self._chunks, b"")
        if not data:
            self._ended = True
            return False
        if self._old_line_ends is None:  # a file that ends its lines with a carriage return alone
            self._old_line_ends = b"\n" not in data and b"\r" in data
        if self._old_line_ends:
            data = data.replace(b"\r", b"\n")
        self._carry = self._carry + data if self._carry else data
        return True

    def _read_line(self) -> bytes | None:
        while (end := self._carry.find(b"\n")) < 0 and len(self._carry) <= MAX_RECORD_BYTES and self._more():
            pass
        if end < 0 and not self._carry:
            return None
        if end < 0:
            end = len(self._carry)
        line, self._carry = self._carry[: end + 1], self._carry[end + 1 :]
        self._line += 1
        return line

    def read_record(self) -> bytes | None:
        """Take the next record off the text that has anything in it; None at the end."""
        text, empty, is_open = b"", 0, False
        while (line := self._read_line()) is not None:
            if not text and (
                not line.strip(_BLANK + self.delimiter.encode()) or SEPARATOR_LINE.match(line.rstrip(b"\n"))
            ):
                empty += 1
                if empty > MAX_LINES_ABOVE:
                    raise SongFileError(
                        f"Above the header are more than {MAX_LINES_ABOVE:,} empty lines. Delete them."
                    )
                continue
            text += line
            is_open = ends_open(line, self.delimiter, opened=is_open)
            if not is_open:
                break
            if len(text) > MAX_RECORD_BYTES or text.count(b"\n") > MAX_QUOTED_LINES:
                first = self._line - text.count(b"\n")
                raise SongFileError(
                    f"A quotation mark in the header (line {first:,}) opens a column's name and never closes. Close it."
                )
        return text or None

    def read_header(self) -> list[str]:
        """Take the header off the text, and return its names."""
        text = self.read_record()
        if text is None:
            raise SongFileError(
                "The file is empty. Choose a table with a header line and a row for each song."
            )
        if text.count(self.delimiter.encode()) >= MAX_COLUMNS:
            raise too_many_columns(text.count(self.delimiter.encode()) + 1)
        return self.cells(text)

    def cells(self, record: bytes) -> list[str]:
        """Return the cells of a record."""
        decoded = mend_utf8(record).decode().rstrip("\r\n")
        return split_cells(decoded.replace("\0", ""), self.delimiter)


def too_many_columns(count: int) -> SongFileError:
    """Return what is said of a table that is too wide."""
    return SongFileError(
        f"The header has {count:,} columns; the limit is {MAX_COLUMNS:,}. Keep the columns that describe the songs "
        "and upload the file again."
    )
