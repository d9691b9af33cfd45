"""What the map draws, as binary columns: where each song of a run lies, and what colors it.

A million songs are nine megabytes so, and the browser hands them to the graphics card as they are. A file is the
length of a header (four bytes, little-endian), the header as JSON, and the columns; each part is filled up
to a multiple of four bytes. `static/js/map/columns.js` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.models import Run
from clustering.storage import song_codes
from clustering.storage.assignments import load_placed
from clustering.web.charts import cluster_color
from clustering.web.components.formatting import formatted, label_of

CHUNK = 1 << 20
MAX_CODE = 254


@dataclass(frozen=True, slots=True)
class Columns:
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


def map_points(run: Run) -> Columns:
    """Return x and y of a run's songs (float32), which rows they are (a bit for each), and their groups (uint8)."""
    placed = load_placed(run, ("x", "y"), with_left_out=False)
    here = placed.is_song
    return Columns(
        {"rows": len(here), "songs": int(here.sum())},
        (
            placed.values["x"][here].astype("<f4"),
            placed.values["y"][here].astype("<f4"),
            np.packbits(here, bitorder="little"),
            np.minimum(placed.cluster[here], MAX_CODE).astype(np.uint8),
        ),
    )


def map_colors(run: Run, by: str) -> Columns | None:
    """Return a byte for each row of the run's dataset, by genre, decade or a number; None where it has no such."""
    dataset = run.dataset
    if by == "genre":
        genres = song_codes.load_genres(dataset)
        categories = [
            {"name": name, "color": "muted" if code == genres.others else cluster_color(code)}
            for code, name in enumerate(genres.names)
        ]
        return Columns({"kind": "categories", "categories": categories}, (genres.codes,))
    if by == "decade":
        decades = song_codes.load_decades(dataset)
        return Columns(
            {"kind": "ordered", "categories": [{"name": name} for name in decades.names]}, (decades.codes,)
        )
    if by not in [*dataset.features, *dataset.extra_columns, "popularity"]:
        return None
    levels = song_codes.load_levels(dataset, by)
    header = {
        "kind": "levels",
        "name": label_of(by),
        "low": formatted(by, levels.low, scaled=dataset.scaled_features),
        "high": formatted(by, levels.high, scaled=dataset.scaled_features),
    }
    return Columns(header, (levels.codes,))
