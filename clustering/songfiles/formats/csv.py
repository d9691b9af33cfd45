"""Delimited text to tables: records found by quotes and line ends, cells parsed by Arrow, in bounded memory.

Arrow parses a hundred times faster than Python, but one quotation mark that never closes makes it swallow or
refuse the rest of a file. So the records are cut here, where a bad one can be set aside alone, and Arrow gets
whole records only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from clustering.songfiles.formats.delimited import MAX_RECORD_BYTES, TOO_LONG, Records
from clustering.songfiles.formats.lines import MAX_QUOTED_LINES, Lines
from clustering.songfiles.formats.quoting import OpenLines, excerpt, split_cells
from clustering.songfiles.formats.records import Batch, Part, RejectedRow, Rejection, unique_names
from clustering.songfiles.streams import mend_utf8

MAX_REREAD = 16
"""A block puts together at most so many times its size of records that prove to be none, so that no file takes
hours. Lines that open a cell beyond that are set aside unseen."""
UNCLOSED = "A quotation mark opens a cell and never closes. Close it or double it."


class DelimitedReader(Lines):
    """Reads chunks of UTF-8 text as batches of records; with a part of a dialect the columns are its."""

    def __init__(self, chunks: Iterator[bytes], delimiter: str, part: Part | None = None) -> None:
        super().__init__(chunks, delimiter)
        self._row = 0
        self._skipping = False
        if part is None:
            self.names = unique_names(self.read_header())
        else:
            for _ in range(part.above):
                self.read_record()
            if not part.above and (first := self.read_record()):  # whatever stands above it is off
                self._carry = first + self._carry
                self._line -= first.count(b"\n")
            self.names = list(part.names)
        self._types = dict.fromkeys(self.names, pa.string())

    # The records

    def batches(self) -> Iterator[Batch]:
        """Yield the records, block by block."""
        while True:
            if not self._ended:
                self._more()
            if self._ended and not self._carry:
                return
            if self._ended and not self._carry.endswith(b"\n"):
                self._carry += b"\n"
            records = self._cut()
            for part in records.parts():
                yield self._parse(part)

    def _cut(self) -> Records:
        """Take whole records off the text; what may go on in the next chunk stays."""
        bad: list[RejectedRow] = []
        if self._skipping:
            end = self._carry.find(b"\n")
            self._carry = self._carry[end + 1 :] if end >= 0 else b""
            if end >= 0:
                self._skipping = False
                self._line += 1
        cut = self._carry.rfind(b"\n") + 1
        if not cut and len(self._carry) > MAX_RECORD_BYTES:
            self._row += 1
            text = excerpt(self._carry)
            bad.append(RejectedRow(self._row, self._line, Rejection.TOO_LONG, TOO_LONG, text))
            self._skipping, self._carry = True, b""
        data = self._carry[:cut]
        codes = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(codes == 10) + 1
        starts = np.concatenate(([0], ends[:-1])).astype(np.int64) if len(ends) else ends.astype(np.int64)
        keep = ~((codes[starts] == 10) | ((codes[starts] == 13) & (ends - starts == 2)))
        lines = self._line + np.arange(len(starts), dtype=np.int64)
        unclosed: list[int] = []
        if b'"' in data:
            cut_line = self._join_quoted(data, starts, ends, keep, unclosed)
            if cut_line < len(starts):  # a quoted cell is open where the text ends for now
                cut = int(starts[cut_line])
                data, starts, keep, lines = data[:cut], starts[:cut_line], keep[:cut_line], lines[:cut_line]
                ends = ends[:cut_line]
        self._carry = self._carry[cut:]
        self._line += len(starts)
        rows = self._row + np.cumsum(keep)
        self._row += int(np.count_nonzero(keep))
        if unclosed:
            for index in unclosed:
                text = excerpt(data[starts[index] : ends[index]])
                row, line = int(rows[index]), int(lines[index])
                bad.append(RejectedRow(row, line, Rejection.UNCLOSED_QUOTE, UNCLOSED, text))
            dropped = np.zeros(len(starts), dtype=bool)
            dropped[unclosed] = True
            data = b"".join(
                data[a:b] for a, b in zip(starts[~dropped].tolist(), ends[~dropped].tolist(), strict=True)
            )
            lengths = (ends - starts)[~dropped]
            starts = (np.cumsum(lengths) - lengths).astype(np.int64)
            keep, rows, lines = keep[~dropped], rows[~dropped], lines[~dropped]
        return Records(data, starts[keep], rows[keep], lines[keep], bad)

    def _join_quoted(
        self,
        data: bytes,
        starts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
        keep: npt.NDArray[np.bool_],
        unclosed: list[int],
    ) -> int:
        """Join the lines of quoted cells; return the first line that must wait for more text.

        Only a line with an odd number of quotation marks can leave a cell open, and few have one: the
        others are never looked at.
        """
        codes = np.frombuffer(data, dtype=np.uint8)
        quotes = np.flatnonzero(codes == 34)
        places = np.searchsorted(ends, quotes, side="right")
        suspect = (np.bincount(places, minlength=len(ends)) & 1).astype(bool)
        # So can one that has a mark amid a cell, as in 12" mix, beside one that opens a cell.
        amid = np.ones(256, dtype=bool)
        amid[[34, 10, 13, ord(self.delimiter)]] = False
        after = np.minimum(quotes + 1, len(codes) - 1)
        suspect[places[amid[codes[quotes - 1]] & amid[codes[after]]]] = True
        lines = OpenLines(data, starts, ends, self.delimiter)
        work = MAX_REREAD * len(data)
        resume = 0
        for index in np.flatnonzero(suspect).tolist():
            if index < resume or not lines.opens(index):
                continue
            last = min(index + MAX_QUOTED_LINES, len(starts) - 1)
            closing = lines.closing(index, last)
            if closing > last:
                size = int(ends[-1] - starts[index])
                if closing == len(starts) and not self._ended and size < MAX_RECORD_BYTES:
                    return int(index)
                unclosed.append(index)
                continue
            work -= int(ends[closing] - starts[index])
            record = data[starts[index] : ends[closing]]
            if work < 0 or not lines.closes_well(closing) or not self._is_whole(record):
                # The mark that closes it belongs to a later song: that song is not to be lost with this one.
                unclosed.append(index)
                continue
            work += len(record)
            keep[index + 1 : closing + 1] = False
            resume = closing + 1
        return len(starts)

    def _is_whole(self, record: bytes) -> bool:
        cells = split_cells(record.decode(errors="replace"), self.delimiter)
        return len(cells) == len(self.names)

    # The cells

    def _parse(self, records: Records) -> Batch:
        count = len(records.starts)
        threads = len(records.data) > 2**19  # a preview is not worth waking a pool of threads for
        table, invalid = self._arrow(records.data, threads=threads) if count else (self._empty(), [])
        good = np.ones(count, dtype=bool)
        bad = records.bad
        if table.num_rows + len(invalid) != count:
            table, invalid = self._arrow(self._rewritten(records), threads=False)
        elif invalid and threads:
            table, invalid = self._arrow(records.data, threads=False)
        for row in invalid:
            position = row.number - 1
            good[position] = False
            expected, actual = row.expected_columns, row.actual_columns
            bad.append(
                RejectedRow(
                    int(records.rows[position]),
                    int(records.lines[position]),
                    Rejection.CELL_COUNT,
                    f"The row has {actual:,} cell{'s' * (actual != 1)} where the header has {expected:,}.",
                    excerpt(row.text.encode()),
                )
            )
        bad.sort(key=lambda rejected: rejected.row)
        return Batch(table, records.rows[good].astype(np.int32), records.lines[good], tuple(bad))

    def _empty(self) -> pa.Table:
        return pa.schema(list(self._types.items())).empty_table()

    def _arrow(self, data: bytes, *, threads: bool) -> tuple[pa.Table, list[arrow_csv.InvalidRow]]:
        invalid: list[arrow_csv.InvalidRow] = []

        def set_aside(row: arrow_csv.InvalidRow) -> Literal["skip"]:
            invalid.append(row)
            return "skip"

        for attempt in (data, None):
            try:
                table = arrow_csv.read_csv(
                    pa.BufferReader(mend_utf8(data) if attempt is None else attempt),
                    read_options=arrow_csv.ReadOptions(
                        column_names=self.names, use_threads=threads, block_size=max(len(data) * 3, 2**16)
                    ),
                    parse_options=arrow_csv.ParseOptions(
                        delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=set_aside
                    ),
                    convert_options=arrow_csv.ConvertOptions(
                        column_types=self._types, strings_can_be_null=False
                    ),
                )
            except pa.ArrowInvalid:
                # bytes that are no UTF-8: in a cell, or in a row that Arrow cannot even hand to `set_aside`
                invalid.clear()
                if attempt is None:
                    raise
            else:
                break
        return table, invalid

    def _rewritten(self, records: Records) -> bytes:
        """Return the records written again beyond doubt, for the rare text that Arrow cuts elsewhere."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for start, end in zip(records.starts.tolist(), records.ends.tolist(), strict=True):
            text = mend_utf8(records.data[start:end]).decode().rstrip("\r\n")
            writer.writerow(split_cells(text, self.delimiter))
        return out.getvalue().encode()
