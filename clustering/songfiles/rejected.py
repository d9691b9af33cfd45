"""The rows that could not become songs, as a CSV that is written while they are found: there may be millions."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from typing import IO

from clustering.songfiles.formats.records import RejectedRow
from clustering.songfiles.formula_injection import escape

MAX_BYTES = 128 * 2**20
COLUMNS = ("row", "line", "reason", "text")


class RejectedFile:
    """Takes rejected rows in, and holds the file; it is gone when this is closed."""

    def __init__(self) -> None:
        self.count = self._left_out = 0
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="rejected-")  # noqa: SIM115
        self._write([COLUMNS], encoding="utf-8-sig")

    def add(self, rows: Iterable[RejectedRow]) -> None:
        """Write rows; from a size on they are counted only."""
        rows = list(rows)
        self.count += len(rows)
        if self._file.tell() >= MAX_BYTES:
            self._left_out += len(rows)
            return
        self._write((row.row, row.line, escape(row.reason), escape(row.text)) for row in rows)

    def finish(self) -> IO[bytes]:
        """Return the file, at its beginning."""
        if self._left_out:
            self._write([("", "", f"{self._left_out:,} more rows were rejected, too many to list.", "")])
            self._left_out = 0
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> RejectedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, rows: Iterable[Iterable[object]], encoding: str = "utf-8") -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._file.write(text.getvalue().encode(encoding))
