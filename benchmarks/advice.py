"""How often the advice on the number of groups is right: `python -m benchmarks.advice [SEEDS [SCENE …]]`.

Prints a table for docs/choosing_k.md: songs of which it is known what they hold, twenty seeds each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.choosing.advice import Advice, advise
from clustering.analysis.choosing.candidates import score_k

Songs = NDArray[np.float32]
SEEDS = 20
NUMBERS = range(2, 13)


@dataclass(frozen=True)
class Scene:
    """Songs that are made from a seed, and whether advice on them is right."""

    name: str
    make: Callable[[np.random.Generator], Songs]
    is_right: Callable[[Advice], bool]


def uniform(songs: int) -> Callable[[np.random.Generator], Songs]:
    """Ten features that are spread evenly."""
    return lambda rng: _standardized(rng.random((songs, 10)))


def blobs(songs: int) -> Callable[[np.random.Generator], Songs]:
    """Five groups in ten features, at random places of which no two are nearer than eight deviations."""

    def make(rng: np.random.Generator) -> Songs:
        centers = _apart(rng, 5, 10, nearest=8.0, reach=6.0)
        return _standardized(centers[np.arange(songs) % 5] + rng.normal(size=(songs, 10)))

    return make


def nested(songs: int) -> Callable[[np.random.Generator], Songs]:
    """Three groups far apart, each of three that are nearer to each other: along axes turned at random."""

    def make(rng: np.random.Generator) -> Songs:
        axes = np.linalg.qr(rng.normal(size=(10, 10)))[0]
        fine = np.concatenate([20 * axes[:3][i] + 6 * axes[3:6] for i in range(3)])
        return _standardized(fine[np.arange(songs) % 9] + rng.normal(size=(songs, 10)))

    return make


def says_none(advice: Advice) -> bool:
    """Whether no groups are seen."""
    return advice.verdict == "none"


def says_five(advice: Advice) -> bool:
    """Whether five clear groups are seen."""
    return (advice.verdict, advice.recommended_k) == ("clear", 5)


def says_three_and_nine(advice: Advice) -> bool:
    """Whether both levels are seen."""
    return advice.verdict == "weak" and {3, 9} <= set(advice.alternatives)


SCENES = {
    "uniform": Scene("Evenly spread, 5,000 songs of 10 features", uniform(5_000), says_none),
    "blobs": Scene("Five separated groups, 2,000 songs", blobs(2_000), says_five),
    "nested": Scene("Three groups of three, 1,800 songs", nested(1_800), says_three_and_nine),
    "uniform-500": Scene("Evenly spread, 500 songs", uniform(500), says_none),
    "blobs-500": Scene("Five separated groups, 500 songs", blobs(500), says_five),
    "nested-500": Scene("Three groups of three, 500 songs", nested(500), says_three_and_nine),
}


def advice_on(scene: Scene, seed: int) -> Advice:
    """Make the songs of a seed and ask for advice on them."""
    songs = scene.make(np.random.default_rng(seed))
    return advise([score_k(songs, k, seed=seed) for k in NUMBERS])


def _apart(rng: np.random.Generator, count: int, features: int, *, nearest: float, reach: float) -> Songs:
    """Return random places of which no two are nearer than so much."""
    while True:
        places = rng.uniform(-reach, reach, (count, features))
        gaps = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(count, 1)]
        if gaps.min() >= nearest:
            return places.astype(np.float32)


def _standardized(songs: NDArray[np.floating]) -> Songs:
    scaled: Songs = ((songs - songs.mean(axis=0)) / songs.std(axis=0)).astype(np.float32)
    return scaled


def main(seeds: int, names: list[str]) -> None:
    """Print how often the advice is right, and what else it said."""
    sys.stdout.write("| songs | right | otherwise |\n|---|---|---|\n")
    for name in names or SCENES:
        scene = SCENES[name]
        given = [advice_on(scene, seed) for seed in range(seeds)]
        wrong = [
            f"{one.verdict} {one.recommended_k} {one.alternatives}"
            for one in given
            if not scene.is_right(one)
        ]
        sys.stdout.write(f"| {scene.name} | {seeds - len(wrong)} of {seeds} | {'; '.join(wrong) or '–'} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS, sys.argv[2:])
