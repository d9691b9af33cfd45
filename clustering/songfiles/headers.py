"""Which row names the columns? Titles stand above it, units or a second language below, and some files have none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.songfiles.aliases import meanings
from clustering.songfiles.formats.records import Part, unique_names
from clustering.songfiles.values import is_blank, number

MAX_HEADER_ROW = 30
"""No header is looked for further down."""
MAX_HEADER_ROWS = 3
LOOKED_AT = 90
"""So many of the first rows are looked at, of which some must be songs."""

_TIME_OR_DATE = re.compile(
    r"^\d+(:\d+){1,2}( ?[ap]m)?$|^\d+([./-])\d+\3\d+$|^\d{4}-\d\d(-\d\d([T ].*)?)?$", re.IGNORECASE
)

Row = Sequence[str]


def find_header(rows: Sequence[Row]) -> tuple[int, int]:
    """Return the row of the header, counted from 1, and of how many rows it is; 0 and 0 where there is none.

    Parameters
    ----------
    rows
        The first rows that have anything in them.

    Examples
    --------
    >>> find_header([["My songs"], ["title", "energy"], ["One", "0.5"], ["Two", "0.6"]])
    (2, 1)
    >>> find_header([["One", "0.5"], ["Two", "0.6"], ["Three", "0.7"]])
    (0, 0)
    """
    if len(rows) < 2:
        return 1, 1
    top = _Top(rows)
    main = top.main_row()
    if main is None:
        return (0, 0) if top.is_song(0) else (1, 1)
    first = main
    while first and main - first < MAX_HEADER_ROWS - 1 and top.needs_groups(main) and top.is_group(first - 1):
        first -= 1
    last = main
    while last - first < MAX_HEADER_ROWS - 1 and last + 2 < len(rows) and top.is_below(last + 1):
        last += 1
    return first + 1, last - first + 1


def part_of(sheet: str, rows: Sequence[Row], header: int, header_rows: int) -> Part:
    """Return the table whose header is there, with the names of its columns.

    Parameters
    ----------
    sheet
        What the sheet is called.
    rows
        The first rows that have anything in them.
    header, header_rows
        As of `find_header`.
    """
    body = [row for row in rows[header + header_rows - 1 if header else 0 :] if any(row)]
    width = _usual_width(body)
    if not header:
        names = [f"Column {number}" for number in range(1, width + 1)]
        return Part(sheet, 0, 0, tuple(names))
    names = _fitted(_joined(rows[header - 1 : header - 1 + header_rows]), body, width)
    return Part(sheet, header, header_rows, tuple(unique_names(names)))


class _Top:
    """The first rows, and what the columns below them seem to hold."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        below = rows[len(rows) // 2 :]
        self.width = _usual_width(below)
        body = [row for row in below if len(row) == self.width]
        self.numeric = [place for place in range(self.width) if _is_numeric([row[place] for row in body])]

    def main_row(self) -> int | None:
        """Return the row that names most columns."""
        looked = range(min(len(self.rows) - 1, MAX_HEADER_ROW))
        names = [place for place in looked if self.is_names(place)]
        known = {place: _known(self.rows[place]) for place in names}
        best = max(names, key=lambda place: (known[place], -place), default=None)
        if best is None or known[best] > 1:
            return best
        wide = (place for place in names if _filled(self.rows[place]) >= max(2, self.width - 1))
        return next(wide, best)

    def is_names(self, place: int) -> bool:
        """Tell whether a row has words where the rows below have numbers."""
        row = self.rows[place]
        if not self.numeric:
            return place == 0 or _known(row) > max(1, _known(self.rows[0]))
        over = [row[column] for column in self.numeric if column < len(row) and not is_blank(row[column])]
        numbers = [cell for cell in over if _is_number(cell)]
        if place == 0 and _counts_up([cell for cell in row if _is_number(cell)]):
            return True  # what pandas calls columns without a name
        return len(over) > 2 * len(numbers)

    def is_song(self, place: int) -> bool:
        """Tell whether a row has numbers where the rows below have them."""
        row = self.rows[place]
        return any(_is_number(row[column]) for column in self.numeric if column < len(row))

    def needs_groups(self, main: int) -> bool:
        """Tell whether names are missing or repeated, as below a row of groups."""
        row = [cell.strip() for cell in self.rows[main]]
        return len(set(row)) < len(row)

    def is_group(self, place: int) -> bool:
        """Tell whether a row above the names can say to what they belong."""
        row = self.rows[place]
        return _filled(row) > 1 and len(row) >= self.width - 1 and not any(map(_is_number, filter(None, row)))

    def is_below(self, place: int) -> bool:
        """Tell whether a row belongs to the header above it, as units do: it has words only."""
        return self.is_names(place) and not any(map(_is_number, filter(None, self.rows[place])))


@dataclass(frozen=True, slots=True)
class _Levels:
    """The cells of one column in a header of several rows."""

    above: tuple[str, ...]
    main: str
    below: tuple[str, ...]

    def name(self, *, repeated: bool) -> str:
        """Return what the column is called: the shortest of these that is understood, else all."""
        units = [f"({cell})" for cell in self.below if cell and cell != self.main]
        parts = dict.fromkeys(filter(None, (*self.above, self.main, *self.below)))
        whole = " ".join(parts)
        ways = [" ".join(filter(None, [self.main, *units])), self.main] if self.main and not repeated else []
        return next((way for way in ways if meanings(way)), ways[-1] if ways else whole)


def _joined(levels: Sequence[Row]) -> list[str]:
    """Return the names of columns that are written over several rows."""
    width = max(map(len, levels))
    rows = [[*(cell.strip() for cell in row), *[""] * (width - len(row))] for row in levels]
    if len(rows) == 1:
        return [*levels[0]]
    main = max(range(len(rows)), key=lambda place: (_known(rows[place]), len(set(rows[place])), -place))
    above = [_spread(row) for row in rows[:main]]
    repeated = Counter(rows[main])
    return [
        _Levels(tuple(row[place] for row in above), name, tuple(row[place] for row in rows[main + 1 :])).name(
            repeated=repeated[name] > 1
        )
        for place, name in enumerate(rows[main])
    ]


def _spread(row: Row) -> list[str]:
    """Return a row of groups with each group over all of its columns: it stands over the first of them."""
    spread, last = [], ""
    for cell in row:
        last = cell or last
        spread.append(last)
    return spread


def _fitted(names: list[str], body: Sequence[Row], width: int) -> list[str]:
    """Return names for as many columns as the songs have, where a program wrote more or fewer of them."""
    if width < len(names) and not any(names[width:]):
        return names[:width]
    more = width - len(names)
    if more > 0 and not any(cell.strip() for row in body for cell in row[len(names) :]):
        return names + [""] * more  # a delimiter ends each row
    return ["", *names] if more == 1 else names  # R names the rows, but not their column


def _usual_width(rows: Sequence[Row]) -> int:
    widths = Counter(map(len, rows))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _is_numeric(cells: Sequence[str]) -> bool:
    there = [cell for cell in cells if not is_blank(cell)]
    return bool(there) and sum(map(_is_number, there)) >= 0.7 * len(there)


def _is_number(cell: str) -> bool:
    cell = cell.strip()
    return bool(cell) and (number(cell) == number(cell) or bool(_TIME_OR_DATE.match(cell)))


def _counts_up(cells: Sequence[str]) -> bool:
    counted = [cell.strip() for cell in cells]
    return (
        any(counted == [str(first + place) for place in range(len(counted))] for first in (0, 1))
        and counted != []
    )


def _known(row: Row) -> int:
    """Count the names of a row that are understood, each once."""
    return len({found[0].field for cell in row if cell.strip() and (found := meanings(cell[:80]))})


def _filled(row: Row) -> int:
    return len({cell.strip() for cell in row if cell.strip()})
