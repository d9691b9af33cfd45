"""Song tables that tests make: a few invented songs with known groups."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa

from clustering.analysis import features

FEATURES = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "duration_ms",
)
RESULT_NAMES = ("cluster", "cluster_name", "distance_to_center", "pca_1", "pca_2")
"""The columns that an export adds to those of the file."""

LOW = np.array([0.2, 0.1, -30, 0.03, 0.01, 0.0, 0.05, 0.1, 60, 120_000])
HIGH = np.array([0.9, 0.95, -3, 0.6, 0.95, 0.9, 0.8, 0.9, 180, 360_000])


def song_rows(count: int, *, groups: int = 3, seed: int = 0) -> list[dict[str, str]]:
    """Return songs around ``groups`` centers, in the columns of the Kaggle tracks dialect."""
    rng = np.random.default_rng(seed)
    centers = rng.uniform(0.2, 0.8, (groups, len(FEATURES)))
    rows = []
    for i in range(count):
        group = i % groups
        position = np.clip(centers[group] + rng.normal(0, 0.05, len(FEATURES)), 0, 1)
        values = LOW + position * (HIGH - LOW)
        row = {
            "track_id": f"t{i:05d}",
            "track_name": f'Song "{i}", part {group}',
            "artists": f"Artist {i % 7};Guest",
            "album_name": f"Album {i % 11}",
            "popularity": str(i % 100),
            "explicit": str(i % 2 == 0),
            "track_genre": f"genre {group}",
            "label_code": str(1000 + i),
        }
        row |= {name: f"{value:.4f}" for name, value in zip(FEATURES, values, strict=True)}
        row["duration_ms"] = str(int(values[-1]))
        rows.append(row)
    return rows


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def arrow_table(**columns: pa.Array) -> pa.Table:
    """Return songs as the cleaner gives them, with gaps where nothing is said."""
    size = len(next(iter(columns.values())))
    kinds = {
        "row_number": pa.int32(),
        **dict.fromkeys(["external_id", "isrc", "title", "artist", "album"], pa.string()),
        "genres": pa.list_(pa.string()),
        "release_year": pa.int16(),
        "popularity": pa.float32(),
        "explicit": pa.bool_(),
        **dict.fromkeys(features.FEATURES, pa.float32()),
        "extras": pa.list_(pa.float32()),
    }
    filled = {"row_number": pa.array(range(1, size + 1), pa.int32())} | columns
    return pa.table({n: filled.get(n, pa.nulls(size, k)).cast(k) for n, k in kinds.items()})
