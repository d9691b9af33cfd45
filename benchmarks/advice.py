"""How often the verdict on groups is right: `python -m benchmarks.advice [FIRST_SEED SEEDS [FAMILY …]]`.

Prints a table for docs/choosing_k.md: songs of which it is known what they hold, twenty seeds each. Families with a
star were kept back while the rule was made.
"""

from __future__ import annotations

import sys

from benchmarks.families import FAMILIES as TUNED
from benchmarks.families import Family, Songs
from benchmarks.held_back import HELD_BACK
from clustering.analysis.choosing.advice import Advice, advise, wider_range
from clustering.analysis.choosing.borders import measure_borders
from clustering.analysis.choosing.candidates import DRAWS, RESAMPLING_SEED, KCandidate, draw_again
from clustering.analysis.choosing.starts import starts_for
from clustering.analysis.partition import distinct_songs, fit_kmeans
from clustering.analysis.scores.silhouette import measure_silhouette
from clustering.analysis.scores.stability import RESAMPLES, measure_stability

FAMILIES = TUNED | HELD_BACK
FIRST_SEED = 0
SEEDS = 20
NUMBERS = range(2, 13)
UNREAD = float("nan")


def score_for_verdict(songs: Songs, k: int, seed: int) -> KCandidate:
    """Measure what the verdict reads, as `score_k` does; what pages alone show is left out to save time."""
    partition = fit_kmeans(songs, k, seed=seed, starts=starts_for(k))
    silhouette = measure_silhouette(songs, partition.labels, seed=seed)
    borders = measure_borders(songs, partition.centroids, seed=seed)
    # the stability of clusters that do not stand apart changes no verdict: of their fits, those of the draws do
    resamples = RESAMPLES if borders.parts_apart == k else DRAWS
    stability = measure_stability(songs, partition.centroids, seed=RESAMPLING_SEED, resamples=resamples)
    return KCandidate(
        k=k,
        silhouette=silhouette.mean,
        silhouette_low=silhouette.low,
        silhouette_high=silhouette.high,
        davies_bouldin=UNREAD,
        calinski_harabasz=UNREAD,
        inertia=partition.inertia,
        stability=stability.mean,
        stability_low=UNREAD,
        stability_high=UNREAD,
        resamples=stability.resamples[:DRAWS],
        jaccard=(),
        smallest_cluster=0,
        parts_apart=borders.parts_apart,
        draws_apart=draw_again(songs, partition.centroids, stability.fits[:DRAWS], seed=seed),
        sharpest_border=UNREAD,
        softest_border=UNREAD,
    )


def advice_on(family: Family, seed: int) -> Advice:
    """Make the songs of a seed and ask for advice on them, as the application does."""
    songs = family.draw(seed)
    numbers = range(2, min(NUMBERS.stop - 1, len(distinct_songs(songs, NUMBERS.stop))) + 1)
    candidates: list[KCandidate] = []
    while numbers:
        candidates += [score_for_verdict(songs, k, seed) for k in numbers]
        numbers = wider_range(candidates)
    return advise(candidates)


def is_right(advice: Advice, family: Family) -> bool:
    """Tell whether the verdict is the truth: one cloud is none, and all true numbers are named."""
    if not family.groups:
        return advice.verdict == "none"
    named = {advice.groups_apart, advice.recommended_k, *advice.alternatives}
    return advice.verdict != "none" and set(family.groups) <= named and not is_falsely_clear(advice, family)


def is_falsely_clear(advice: Advice, family: Family) -> bool:
    """Tell whether another number than the true one is called clear."""
    return advice.verdict == "clear" and family.groups != (advice.recommended_k,)


def _line(family: Family, given: list[Advice]) -> str:
    wrong = [
        f"{one.verdict} {one.recommended_k} ({one.groups_apart} apart)"
        for one in given
        if not is_right(one, family)
    ]
    said = ", ".join(
        f"{verdict} {count}"
        for verdict in ("none", "clear", "weak")
        if (count := sum(one.verdict == verdict for one in given))
    )
    truth = " and ".join(map(str, family.groups)) or "none"
    fresh = " *" if family.fresh else ""
    right = f"{len(given) - len(wrong)} of {len(given)}"
    return f"| {family.name}{fresh} | {truth} | {right} | {said} | {'; '.join(wrong) or '–'} |\n"


def main(first: int, seeds: int, names: list[str]) -> None:
    """Print how often the verdict is right, and what it said otherwise."""
    sys.stdout.write("| songs | truth | right | verdicts | misses |\n|---|---|---|---|---|\n")
    for name in names or FAMILIES:
        given = [advice_on(FAMILIES[name], seed) for seed in range(first, first + seeds)]
        sys.stdout.write(_line(FAMILIES[name], given))
        sys.stdout.flush()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        int(arguments[0]) if arguments else FIRST_SEED,
        int(arguments[1]) if len(arguments) > 1 else SEEDS,
        arguments[2:],
    )
