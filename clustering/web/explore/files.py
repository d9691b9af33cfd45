"""What the browser counts and draws a million songs by, as binary columns.

A file is the length of a header (four bytes, little-endian), the header as JSON, and the columns; each part is filled
up to a multiple of four bytes. `static/js/explore/files.js` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.bins import NO_BIN, Bins
from clustering.analysis.features import named
from clustering.storage.kept_columns import EXTRA
from clustering.storage.song_filters import OTHER_GENRES, SongFilter, Songs, first_genres
from clustering.web.charts import cluster_color

CHUNK = 1 << 20
MAX_CODE = 254


@dataclass(frozen=True, slots=True)
class ColumnFile:
    """A header and columns of numbers, as one binary file."""

    header: dict[str, Any]
    columns: tuple[NDArray[Any], ...]

    def __len__(self) -> int:
        """Count the file's bytes."""
        return sum(len(part) for part in self._parts())

    def __iter__(self) -> Iterator[bytes]:
        """Yield the file piece by piece."""
        for part in self._parts():
            for start in range(0, len(part), CHUNK):
                yield part[start : start + CHUNK].tobytes()

    def _parts(self) -> Iterator[NDArray[np.uint8]]:
        header = json.dumps(self.header, ensure_ascii=False).encode()
        header += b" " * (-len(header) % 4)
        yield np.frombuffer(len(header).to_bytes(4, "little") + header, dtype=np.uint8)
        for column in self.columns:
            yield column.view(np.uint8)
            yield np.zeros(-column.nbytes % 4, dtype=np.uint8)


def points(songs: Songs) -> ColumnFile:
    """Return which rows are songs (a bit for each); of a run also their groups (uint8) and x and y (float32)."""
    here = songs.present
    header = {"rows": len(here), "songs": int(here.sum()), "map": songs.run is not None}
    bits = np.packbits(here, bitorder="little")
    if songs.run is None:
        return ColumnFile(header, (bits,))
    x, y = (songs.column(name).values[here].astype("<f4") for name in ("x", "y"))
    groups = np.minimum(songs.column("cluster").values[here], MAX_CODE).astype(np.uint8)
    return ColumnFile(header, (bits, groups, x, y))


def steps(name: str, bins: Bins, *, scaled: frozenset[str]) -> dict[str, Any]:
    """Return the steps of a number as a script needs them: where they begin, and how that is written."""
    plain = name.removeprefix(EXTRA)
    return {
        "edges": bins.edges.tolist(),
        "labels": [named(plain, scaled).format(edge) for edge in bins.edges.tolist()],
    }


def column_file(songs: Songs, name: str, cuts: list[float]) -> ColumnFile:
    """Return a byte for each row: the step of a number, a decade or a first genre, 255 where there is none.

    Steps are also cut where somebody filters, so that a filter is a range of bytes.

    Raises
    ------
    KeyError
        Where there is no such column.
    """
    if name == "first_genre":
        return _first_genres(songs)
    if name == "decade":
        return _decades(songs)
    column = songs.column(name)
    if column.bins is None:
        raise KeyError(name)
    bins = column.bins.cut(cuts)
    header = {"name": name, **steps(name, bins, scaled=songs.dataset.scaled_features)}
    return ColumnFile(header, (bins.codes(column.values),))


def _first_genres(songs: Songs) -> ColumnFile:
    column = songs.column("genres")
    found = first_genres(column)
    codes = np.append(found.of_list, np.uint8(NO_BIN))[column.values]
    colors = [cluster_color(place) for place in range(len(found.names))]
    header = {
        "name": "first_genre",
        "values": [*found.names, OTHER_GENRES],
        "names": [*found.names, "Other genres"],
        "colors": [*colors, "muted"],
    }
    return ColumnFile(header, (codes.astype(np.uint8),))


def _decades(songs: Songs) -> ColumnFile:
    decades = songs.column("release_year").values // 10 * 10
    known = ~np.isnan(decades)
    found, which = np.unique(decades[known], return_inverse=True)
    codes = np.full(len(decades), NO_BIN, dtype=np.uint8)
    codes[known] = which
    years = [f"{decade:.0f}" for decade in found.tolist()]
    return ColumnFile({"name": "decade", "values": years, "names": [f"{year}s" for year in years]}, (codes,))


def marks(songs: Songs, asked: SongFilter) -> ColumnFile:
    """Return a bit for each row: whether its song passes what a browser cannot tell by itself."""
    part = SongFilter(text=asked.text, genres=asked.genres, first_genres=asked.first_genres, also=asked.also)
    return ColumnFile({}, (np.packbits(songs.passing(part), bitorder="little"),))
