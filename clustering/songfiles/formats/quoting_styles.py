r"""Delimited text that is quoted in another way than CSV, rewritten as CSV, a line for each line.

``backslash``: `"a \"b\""`, as Spark, MySQL and R write it. ``blanks``: `"a, b", 0.5`, a blank behind each delimiter.
``wrapped``: `"a,""b, c"",0.5"`, each row one quoted cell, as spreadsheets leave it that cut at another delimiter.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from clustering.songfiles.formats.delimited import MAX_RECORD_BYTES
from clustering.songfiles.streams import mend_utf8

STYLES = ("", "wrapped", "backslash", "blanks")
MAX_LINES = 50
"""So many lines one cell may go on."""
MAX_REREAD = 2
"""A block looks at so many times its lines again that a mark opens in vain; the others are handed on as they are."""

_WRAPPED = re.compile(r'^"((?:[^"]|"")*)"[;,\t ]*$')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def as_csv(chunks: Iterator[bytes], style: str, delimiter: str) -> Iterator[bytes]:
    """Yield a text in CSV; without a style it is that already."""
    return chunks if not style else _rewritten(chunks, style, delimiter)


def rewrite(text: str, style: str, delimiter: str) -> str:
    r"""Return some whole lines in CSV.

    Examples
    --------
    >>> rewrite(r'"a \"b\" c",1', "backslash", ","), rewrite('"a, b", 1', "blanks", ",")
    ('"a ""b"" c",1', '"a, b",1')
    >>> rewrite('"a,""b, c"",1"', "wrapped", ",")
    'a,"b, c",1'
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+$", text)
    if style == "wrapped":
        return "".join(map(_unwrapped, lines))
    return "".join(_Records(lines, style, delimiter).rewritten())


def records(text: str, style: str, delimiter: str) -> list[list[str] | None]:
    """Return the records of a text as they are in a style; None for one that is none."""
    reader = csv.reader(
        io.StringIO(rewrite(text, style, delimiter), newline=""), delimiter=delimiter, strict=True
    )
    found: list[list[str] | None] = []
    while True:
        try:
            found.append(next(reader))
        except StopIteration:
            return found
        except csv.Error:
            found.append(None)


def _rewritten(chunks: Iterator[bytes], style: str, delimiter: str) -> Iterator[bytes]:
    carry, old_line_ends = b"", None
    for chunk in chunks:
        if old_line_ends is None:
            old_line_ends = b"\n" not in chunk and b"\r" in chunk
        carry += chunk.replace(b"\r", b"\n") if old_line_ends else chunk
        cut = _record_end(carry, style) if len(carry) < 2 * MAX_RECORD_BYTES else len(carry)
        if cut:
            yield rewrite(mend_utf8(carry[:cut]).decode(), style, delimiter).encode()
            carry = carry[cut:]
    if carry:
        yield rewrite(mend_utf8(carry).decode(), style, delimiter).encode()


def _record_end(data: bytes, style: str) -> int:
    """Return where the last line of a block ends before which quotation marks come in pairs, as at a record's end."""
    end = data.rfind(b"\n") + 1
    if style == "wrapped" or not end:
        return end
    last = end
    for _ in range(MAX_LINES):
        line_start = data.rfind(b"\n", 0, last - 1) + 1
        line = data[line_start:last]
        marks = line.count(b'"') - (line.count(b'\\"') if style == "backslash" else 0)
        if not line_start:
            return end
        if marks and marks % 2 == 0:
            return last
        last = line_start
    return end


def _unwrapped(line: str) -> str:
    bare = line.rstrip("\r\n")
    match = _WRAPPED.match(bare)
    return match[1].replace('""', '"') + line[len(bare) :] if match else line


class _Records:
    """Some lines, taken together where a quoted cell goes on in the next one."""

    def __init__(self, lines: list[str], style: str, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._options: dict[str, Any] = {"delimiter": delimiter, "strict": True}
        self._prepared: Callable[[str], str] = str
        if style == "backslash":
            self._options |= {"escapechar": "\\"}
            self._prepared = self._only_escapes
        else:
            self._options |= {"skipinitialspace": True}
        self._taken = 0

    def _only_escapes(self, line: str) -> str:
        """Double a backslash that escapes nothing: of those before a letter, a title has some."""
        escaped = {'"', "\\", self._delimiter}
        return _ESCAPE.sub(lambda match: match[0] if match[1] in escaped else "\\" + match[0], line)

    def _some(self, start: int) -> Iterator[str]:
        for line in self._lines[start : start + MAX_LINES]:
            self._taken += 1
            yield self._prepared(line)

    def rewritten(self) -> Iterator[str]:
        """Yield each record in CSV, and what is none as it is."""
        start, again = 0, MAX_REREAD * len(self._lines)
        while start < len(self._lines):
            out, line, self._taken = io.StringIO(newline=""), self._lines[start], start
            ends = line[len(line.rstrip("\r\n")) :]
            try:
                if again < 0 or not line.strip():
                    raise csv.Error
                cells = next(csv.reader(self._some(start), **self._options))
            except (csv.Error, StopIteration):
                again -= self._taken - start
                yield line
                start += 1
                continue
            csv.writer(out, delimiter=self._delimiter, lineterminator=ends or "").writerow(cells)
            yield out.getvalue()
            start = self._taken
