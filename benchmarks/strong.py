"""The strongest script that somebody could write instead: the application's second measure.

polars, scikit-learn-intelex and sums in place of passes; nothing is stored but the results. Its libraries are in
`benchmarks/requirements.txt`, and in an environment of their own.

    .venv/strong/bin/python benchmarks/strong.py SONGS.csv OUT_FOLDER K
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearnex.cluster import KMeans

FEATURES = [
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
]
STARTS, START_SONGS, SILHOUETTE_SONGS, BLOCK = 30, 20_000, 10_000, 500


def main(source: Path, folder: Path, k: int) -> None:
    """Cluster one file, and print the seconds of each step as JSON."""
    seconds = {}
    begun = clock = time.perf_counter()

    def lap(step: str) -> None:
        nonlocal clock
        seconds[step] = round(time.perf_counter() - clock, 3)
        clock = time.perf_counter()

    rng = np.random.default_rng(42)
    songs = pl.read_csv(source)
    lap("read")
    songs = songs.drop_nulls(FEATURES).unique("id_songs", keep="first", maintain_order=True)
    scaled = scale(songs)
    lap("scale")
    places = project(scaled)
    lap("project")
    sample = scaled[rng.choice(len(scaled), min(START_SONGS, len(scaled)), replace=False)]
    start = KMeans(k, n_init=STARTS, random_state=42).fit(sample).cluster_centers_
    model = KMeans(k, n_init=1, init=start).fit(scaled)
    labels = model.labels_
    lap("fit")
    rows = rng.choice(len(scaled), min(SILHOUETTE_SONGS, len(scaled)), replace=False)
    scores = {
        "inertia": float(model.inertia_),
        "silhouette": silhouette(scaled[rows], labels[rows], k),
        "davies_bouldin": davies_bouldin(scaled, labels, k),
    }
    songs = songs.with_columns(
        cluster=pl.Series(labels), pca_1=pl.Series(places[:, 0]), pca_2=pl.Series(places[:, 1])
    )
    songs.group_by("cluster").agg(pl.col(FEATURES).mean()).write_csv(folder / "strong-means.csv")
    lap("measure")
    songs.write_csv(folder / "strong.csv")
    lap("to_csv")
    seconds["total"] = round(time.perf_counter() - begun, 3)
    print(json.dumps({"seconds": seconds} | scores))


def scale(songs: Any) -> Any:
    """Return the features with mean 0 and spread 1, in single precision."""
    columns = [(pl.col(name) - pl.col(name).mean()) / pl.col(name).std(ddof=0) for name in FEATURES]
    return np.ascontiguousarray(songs.select(columns).cast(pl.Float32).to_numpy())


def project(scaled: Any) -> Any:
    """Return the places on the first two principal components, which are those of the covariance."""
    return scaled @ np.linalg.eigh(scaled.T @ scaled / len(scaled))[1][:, :-3:-1]


def silhouette(songs: Any, labels: Any, k: int) -> float:
    """Return the mean silhouette of some songs among themselves."""
    sizes, one_hot, total = np.bincount(labels, minlength=k), np.eye(k, dtype=np.float32)[labels], 0.0
    squares = np.square(songs).sum(axis=1)
    for first in range(0, len(songs), BLOCK):
        part = slice(first, first + BLOCK)
        apart = squares[part, None] + squares - 2 * songs[part] @ songs.T
        sums = np.sqrt(np.maximum(apart, 0, out=apart), out=apart) @ one_hot
        here = np.arange(len(sums)), labels[part]
        inside = sums[here] / np.maximum(sizes[labels[part]] - 1, 1)
        means = sums / np.maximum(sizes, 1)
        means[here] = np.inf
        outside = means.min(axis=1)
        total += float(((outside - inside) / np.maximum(inside, outside)).sum())
    return total / len(songs)


def davies_bouldin(scaled: Any, labels: Any, k: int) -> float:
    """Return the index by sums over the songs of each group."""
    sizes = np.bincount(labels, minlength=k)
    centers = np.stack([np.bincount(labels, column, k) for column in scaled.T], axis=1) / sizes[:, None]
    away = np.sqrt(np.square(scaled - centers.astype(np.float32)[labels]).sum(axis=1))
    spread = np.bincount(labels, away, k) / sizes
    apart = np.sqrt(np.square(centers[:, None] - centers).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    return float(((spread[:, None] + spread) / apart).max(axis=1).mean())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
