"""How often added songs are rightly said to fit: `python -m benchmarks.drift FILE.csv [SEEDS]`.

A file with Spotify's features is split at random, into songs that a run is fitted on and songs that are added. The
added ones fit, unless they are changed: only the songs of most spoken words, or two features half a standard deviation
higher. Prints the table of docs/choosing_k.md.
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clustering.analysis.describing.profiles import FeatureSummary
from clustering.analysis.features import FEATURES
from clustering.analysis.partition import assign, fit_kmeans
from clustering.analysis.prediction.drift import FAR_PERCENTILE, Drift, FirstSongs, measure_drift
from clustering.analysis.scaling import fit_scaling

Songs = NDArray[np.float64]
SPLITS = ((100, 500, 4), (500, 5_000, 8), (2_000, 20_000, 8), (10_000, 30_000, 10))
"""Songs that the run is fitted on, songs that are added, and the number of groups."""

SEEDS = 10
SPOKEN = 0.33  # from here on, Spotify says, a song may hold spoken words as well as music
SHIFTED = ("energy", "valence")
BINS = 20


def drift_of(first: Songs, later: Songs, names: list[str], k: int, seed: int) -> Drift:
    """Group the first songs, and compare the later ones with them, as the application does."""
    scaling = fit_scaling(first, names)
    scaled = scaling.transform(first)
    partition = fit_kmeans(scaled, k, seed=seed)
    labels, distances = partition.labels, partition.distances
    edges = [np.linspace(column.min(), column.max(), BINS + 1) for column in first.T]
    features = {
        name: FeatureSummary(tuple(edge.tolist()), float(column.mean()), float(column.std()))
        for name, edge, column in zip(names, edges, first.T, strict=True)
    }
    groups = [labels == cluster for cluster in range(k)]
    known = FirstSongs(
        features=features,
        sizes=[int(own.sum()) for own in groups],
        limits=[
            float(np.quantile(distances[own], FAR_PERCENTILE / 100, method="inverted_cdf")) for own in groups
        ],
        histograms=[
            {
                name: np.histogram(column[own], edge)[0].tolist()
                for name, edge, column in zip(names, edges, first.T, strict=True)
            }
            for own in groups
        ],
    )
    places = assign(scaling.transform(later), partition.centroids)
    return measure_drift(later, places.labels, places.distances, known)


def later_songs(songs: Songs, first: Songs, others: Songs, names: list[str], added: int) -> dict[str, Songs]:
    """Return songs to add: of the others so many at random, those of spoken words, and changed ones."""
    step = np.array([0.5 if name in SHIFTED else 0.0 for name in names]) * songs.std(axis=0)
    spoken = others[others[:, names.index("speechiness")] >= SPOKEN]
    return {
        "as they are": others[:added],
        "spoken words only": spoken[:added],
        "two features half a deviation higher": others[:added] + step,
    }


def main(path: str, seeds: int) -> None:
    """Print what is said of each split, and of each change."""
    table = pd.read_csv(path)
    names = [name for name in FEATURES if FEATURES[name].default and name in table]
    songs = table[names].dropna().drop_duplicates().to_numpy(dtype=np.float64)
    sys.stdout.write("| first songs | added | groups | added songs | said | far | expected |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for count, added, k in SPLITS:
        found: dict[str, list[Drift]] = {}
        for seed in range(seeds):
            shuffled = songs[np.random.default_rng(seed).permutation(len(songs))]
            first, others = shuffled[:count], shuffled[count:]
            for change, later in later_songs(songs, first, others, names, added).items():
                found.setdefault(change, []).append(drift_of(first, later, names, k, seed))
        for change, drifts in found.items():
            said = ", ".join(f"{fit} {times}" for fit, times in Counter(d.fit for d in drifts).most_common())
            songs_added = round(np.mean([d.songs for d in drifts]))
            far, usual = (
                float(np.mean([getattr(d, name) for d in drifts])) for name in ("share", "expected")
            )
            sys.stdout.write(
                f"| {count:,} | {songs_added:,} | {k} | {change} | {said} | {far:.1%} | {usual:.1%} |\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else SEEDS)
