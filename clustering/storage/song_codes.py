"""One thing about each song as one byte, by row number: what the map of a run colors its dots by.

Index r of the bytes is row r of the dataset; 255 means that there is no value, or no such song.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clustering.models import Dataset
from clustering.storage import binary
from clustering.storage.songs import load_matrix

NO_VALUE = 255
LEVELS = 255  # 0 to 254
MAX_GENRES = 13  # as many as there are colors, less the gray of all others
TAILS = (1.0, 99.0)  # percentiles: what lies beyond would leave all others in one shade


@dataclass(frozen=True)
class Categories:
    """Codes into a list of names; a song of none of them has 255."""

    codes: NDArray[np.uint8]
    names: tuple[str, ...]
    others: int | None = None
    """The code of all that have no name of their own."""


@dataclass(frozen=True)
class Levels:
    """A number in 255 steps from `low` to `high`; what lies beyond has the outermost step."""

    codes: NDArray[np.uint8]
    low: float
    high: float


def load_levels(dataset: Dataset, column: str) -> Levels:
    """Return a numeric column of a dataset's songs, in steps."""
    matrix = load_matrix(dataset, [column])
    values = matrix.values[:, 0]
    known = ~np.isnan(values)
    low, high = (float(v) for v in np.percentile(values[known], TAILS)) if known.any() else (0.0, 0.0)
    span = high - low or 1.0
    steps = np.round(np.clip((values[known] - low) / span, 0, 1) * (LEVELS - 1))
    codes = _no_values(dataset)
    codes[(matrix.song_ids - dataset.first_song_id)[known]] = steps.astype(np.uint8)
    return Levels(codes, low, high)


def load_decades(dataset: Dataset) -> Categories:
    """Return the decade of each song's release."""
    matrix = load_matrix(dataset, ["release_year"])
    decades = matrix.values[:, 0] // 10 * 10
    known = ~np.isnan(decades)
    found, which = np.unique(decades[known], return_inverse=True)
    codes = _no_values(dataset)
    codes[(matrix.song_ids - dataset.first_song_id)[known]] = which.astype(np.uint8)
    return Categories(codes, tuple(f"{decade:.0f}s" for decade in found))


def load_genres(dataset: Dataset) -> Categories:
    """Return the first genre of each song: the most frequent ones by name, the rest as others."""
    bounds = (dataset.first_song_id, dataset.last_song_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT genres[1], count(*) FROM clustering_song WHERE id BETWEEN %s AND %s AND genres[1] IS NOT NULL "
            "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s",
            [*bounds, MAX_GENRES + 1],
        )
        found = [genre for genre, _ in cursor.fetchall()]
    names = found[:MAX_GENRES]
    statement = (
        "COPY (SELECT id, coalesce(array_position(%s::text[], genres[1]), %s)::int2 FROM clustering_song "
        "WHERE id BETWEEN %s AND %s AND genres[1] IS NOT NULL) TO STDOUT (FORMAT binary)"
    )
    fields: Mapping[str, str] = {"id": ">i8", "place": ">i2"}
    codes = _no_values(dataset)
    for rows in binary.copy_out(statement, fields, (names, MAX_GENRES + 1, *bounds)):
        codes[rows["id"] - dataset.first_song_id] = rows["place"] - 1
    if len(found) <= MAX_GENRES:
        return Categories(codes, tuple(names))
    return Categories(codes, (*names, "Other genres"), others=MAX_GENRES)


def _no_values(dataset: Dataset) -> NDArray[np.uint8]:
    return np.full(dataset.last_row + 1, NO_VALUE, dtype=np.uint8)
