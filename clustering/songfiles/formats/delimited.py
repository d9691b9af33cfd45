"""The records of delimited text: where each begins, and those that cannot be songs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clustering.songfiles.formats.quoting import excerpt
from clustering.songfiles.formats.records import RejectedRow, Rejection

MAX_RECORD_BYTES = 1 * 2**20  # as one cell may have
MAX_RECORDS = 16_384
"""So many are parsed at once: a megabyte may have half a million, and each bad one is an object of Python's."""
TOO_LONG = f"The row is longer than {MAX_RECORD_BYTES // 2**20} MB."


@dataclass(slots=True)
class Records:
    """The records of one block: where each begins, its number and line, and the malformed ones."""

    data: bytes
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    bad: list[RejectedRow] = field(default_factory=list)

    @property
    def ends(self) -> npt.NDArray[np.int64]:
        """Where each ends."""
        return np.concatenate((self.starts[1:], [len(self.data)])).astype(np.int64)[: len(self.starts)]

    def parts(self) -> Iterator[Records]:
        """Yield them a few at a time, without those that are too long."""
        ends = self.ends
        bounds: list[int] = [0]
        for place in np.flatnonzero(ends - self.starts > MAX_RECORD_BYTES).tolist():
            text = excerpt(self.data[self.starts[place] : ends[place]])
            row, line = int(self.rows[place]), int(self.lines[place])
            self.bad.append(RejectedRow(row, line, Rejection.TOO_LONG, TOO_LONG, text))
            bounds += [place, place + 1]
        bounds.append(len(self.starts))
        bad = self.bad
        for first, last in zip(bounds[::2], bounds[1::2], strict=True):
            for start in range(first, last, MAX_RECORDS):
                part = slice(start, min(start + MAX_RECORDS, last))
                begin = int(self.starts[start])
                data = self.data[begin : ends[part][-1]]
                yield Records(data, self.starts[part] - begin, self.rows[part], self.lines[part], bad)
                bad = []
        if bad:
            yield Records(b"", self.starts[:0], self.rows[:0], self.lines[:0], bad)
