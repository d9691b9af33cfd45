"""How many single groups are said to stand apart: `python -m benchmarks.single_groups [FIRST_SEED SEEDS]`.

Of one cloud at most one in twenty may be, of songs with groups most should: K-Means with the true number of groups, or
with four, six and eight where there are none.
"""

from __future__ import annotations

import sys

from benchmarks.families import CLOUDS, GROUPS, Family
from clustering.analysis.choosing.borders import measure_borders
from clustering.analysis.partition import fit_kmeans

NUMBERS = (4, 6, 8)
STARTS = 10


def standing_apart(family: Family, k: int, seed: int) -> int:
    """Return how many of k groups are said to stand apart."""
    songs = family.draw(seed)
    borders = measure_borders(songs, fit_kmeans(songs, k, seed=seed, starts=STARTS).centroids, seed=seed)
    return sum(borders.stands_apart(cluster) for cluster in range(k))


def main(first: int, seeds: int) -> None:
    """Print for each family how many of its groups are said to stand apart."""
    sys.stdout.write("| songs | groups | said to stand apart |\n|---|---|---|\n")
    for family in (CLOUDS | GROUPS).values():
        numbers = family.groups or NUMBERS
        tried = [(k, seed) for k in numbers for seed in range(first, first + seeds)]
        apart, groups = sum(standing_apart(family, *one) for one in tried), sum(k for k, _ in tried)
        sys.stdout.write(f"| {family.name} | {groups} | {apart} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    arguments = [int(number) for number in sys.argv[1:]]
    main(*arguments or (0, 5))
