"""Some cells of a column that stand for all of it: they tell what it is and in what it is written."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from clustering.songfiles.arrays import cell_texts
from clustering.songfiles.decimals import sign_of
from clustering.songfiles.values import is_blank, without_formula

SAMPLE_CELLS = 60
SAMPLE_CHARACTERS = 120
FIRST_CELLS = 10
"""So many of them are the first ones, which pages show."""
TELLING_CELLS = 20
"""So many have a mark in them that may decide how to read all."""
LARGE_CELLS = 5
"""So many are 1 or more: a column of mostly small percents can have few of them."""


def cells_of(column: pa.ChunkedArray) -> list[str]:
    """Return the cells of a column as text, fit for JSON and PostgreSQL; those that say nothing are empty."""
    short = ((text or "")[: 4 * SAMPLE_CHARACTERS].replace("\0", "").strip() for text in cell_texts(column))
    return ["" if is_blank(text) else text[:SAMPLE_CHARACTERS] for text in map(without_formula, short)]


def sample_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return distinct cells that say something, in their order and from the whole column: a file may be sorted.

    Examples
    --------
    >>> sample = sample_of([str(number) for number in range(1_000)])
    >>> len(sample), sample[:3], int(sample[-1]) > 950
    (60, ('0', '1', '2'), True)
    """
    distinct = list(dict.fromkeys(cell for cell in cells if cell))
    if len(distinct) <= SAMPLE_CELLS:
        return tuple(distinct)
    more = range(FIRST_CELLS, len(distinct))
    telling = [place for place in more if _is_telling(distinct[place])]
    large = [
        place for place in more if "1" <= distinct[place][0] <= "9" and "e" not in distinct[place].lower()
    ]
    places = {*range(FIRST_CELLS), *_spread(telling, TELLING_CELLS), *_spread(large, LARGE_CELLS)}
    others = [place for place in more if place not in places]
    places.update(_spread(others, SAMPLE_CELLS - len(places)))
    return tuple(distinct[place] for place in sorted(places))


def _is_telling(cell: str) -> bool:
    return not cell[-1:].isalnum() or ("," in cell and sign_of(cell) in {",", "?,"})


def _spread(places: Sequence[int], count: int) -> list[int]:
    """Return so many places, evenly from first to last."""
    if len(places) <= count:
        return list(places)
    return [places[number * (len(places) - 1) // (count - 1)] for number in range(count)]
