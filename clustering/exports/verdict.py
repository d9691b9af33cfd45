"""The verdict on a run: whether its groups are separate, how surely, and what they are good for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.analysis.choosing.borders import Borders
from clustering.analysis.choosing.candidates import SWEEP_ALGORITHM
from clustering.exports.separation import interpret_silhouette, words_of_one
from clustering.models import Cluster, Run, Sweep

Verdict = Sweep.Verdict

TONES = {Verdict.CLEAR: "good", Verdict.WEAK: "fair", Verdict.NONE: "fair"}

ONE_LARGE_GROUP = 0.9  # of the songs that are in a group
FEW_IN_GROUPS = 0.5  # of all songs


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """The verdict in a few words, and what follows from it for the run's groups."""

    headline: str
    sentences: tuple[str, ...]
    tone: str  # "good", "fair" or "poor"
    unjudged: tuple[str, ...] = ()
    """What the advice could not judge, and why."""


def verdict_of(run: Run, clusters: Sequence[Cluster]) -> RunVerdict | None:
    """Return the verdict on a run's groups; None where there is no silhouette either.

    The borders between its groups tell, and the advice on its settings. Where neither does, the silhouette is
    compared with that of shuffled songs.
    """
    if run.silhouette is None:
        return None
    advice = run.advice
    unjudged = tuple(advice.unjudged) if advice else ()
    if (flattered := _flattered_by_silhouette(run, clusters)) is not None:
        return flattered
    found = shown_by_borders(run)
    if found is None:
        words = interpret_silhouette(run)
        return RunVerdict(words.headline, _said(words.sentence, _of_other_numbers(run)), words.tone, unjudged)
    match found:
        case Verdict.CLEAR:
            said = _clear(run)
        case Verdict.WEAK:
            said = _weak(run)
        case _:
            said = _none(run, clusters)
    return RunVerdict(str(found.label), _said(*said, _doubts_of_draws(run)), TONES[found], unjudged)


def verdict_of_one(cluster: Cluster, run: Run) -> str:
    """Return in two words how well one group of a run is separated from the others."""
    if cluster.silhouette is None:
        return ""
    if run.found_borders is None:
        return words_of_one(cluster.silhouette, run)
    return "stands apart" if stands_apart(cluster, run) else "shades into others"


def stands_apart(cluster: Cluster, run: Run) -> bool:
    """Tell whether the songs thin out all around a group: in one landscape, a gap that chance made is no wall."""
    borders = run.found_borders
    return (
        borders is not None and shown_by_borders(run) != Verdict.NONE and borders.stands_apart(cluster.index)
    )


def shown_by_borders(run: Run) -> Sweep.Verdict | None:
    """Return what the borders between a run's groups show; None where they were not looked at.

    Advice has looked at several numbers of groups and draws of the songs, a run only at its own: what the run shows
    beyond the advice is not called sure.
    """
    advice, borders = run.advice, run.found_borders
    advised = Verdict(advice.verdict) if advice and advice.verdict else None
    is_advised = advice is not None and run.k == advice.recommended_k
    if advised == Verdict.NONE:
        return Verdict.NONE
    if borders is None:
        by_centers = run.algorithm == SWEEP_ALGORITHM
        return Verdict.CLEAR if advised == Verdict.CLEAR and is_advised and by_centers else None
    if borders.parts_apart == 1:
        # groups that stand apart are there, and this run's number cuts across them
        return Verdict.NONE if advised is None or is_advised else Verdict.WEAK
    if not _is_whole(borders) or advised == Verdict.WEAK:
        return Verdict.WEAK
    return Verdict.WEAK if advice and (run.k or 0) > (advice.recommended_k or 0) else Verdict.CLEAR


def _is_whole(borders: Borders) -> bool:
    return borders.parts_apart == len(borders.parts)


def _flattered_by_silhouette(run: Run, clusters: Sequence[Cluster]) -> RunVerdict | None:
    """Return what is wrong with two kinds of grouping that score well.

    A few odd songs cut off from all others lie far from them, and songs that were left out for lying between
    groups are not asked.
    """
    placed, largest = run.songs_count - run.noise_count, clusters[0].size
    which = f"the {placed:,} songs that are in a group" if run.noise_count else f"all {placed:,} songs"
    if largest > ONE_LARGE_GROUP * placed:
        return RunVerdict(
            "Nearly all in one group",
            (
                f"{largest:,} of {which} are in one.",
                "The silhouette only shows how far the few others are from them; it doesn’t mean that there "
                "are clear groups.",
            ),
            "poor",
        )
    if placed < FEW_IN_GROUPS * run.songs_count:
        return RunVerdict(
            "Most songs are in no group",
            (
                f"Only {placed:,} of {run.songs_count:,} songs are in a group, and the silhouette counts only those.",
            ),
            "fair",
        )
    return None


def _said(*sentences: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in sentences if sentence)


def _clear(run: Run) -> tuple[str, ...]:
    return (
        "Few songs lie between any two of the groups, so you can treat them as different kinds of music.",
        _of_other_numbers(run),
    )


def _weak(run: Run) -> tuple[str, ...]:
    borders, advice = run.found_borders, run.advice
    parts = borders.parts_apart if borders else 1
    if parts == 1:
        groups = advice.groups_apart if advice else None
        return (
            f"{groups} groups stand apart in these songs, but the {run.k} groups of this run cut across them.",
        )
    if parts < (run.k or 0):
        between = "Within a part, neighboring groups shade into each other."
        apart = f"The {run.k} groups fall into {parts} parts that stand apart, with few songs between them. {between}"
    else:
        apart = f"The {run.k} groups stand apart, with few songs between any two of them."
    if advice is None:
        return (apart,)
    others = _of_other_numbers(run) if advice.groups_apart != parts else ""
    more = (
        "There may be more: all groups of the highest number tested stand apart."
        if advice.may_be_more
        else ""
    )
    return (apart, others, more, _levels(advice.alternatives))


def _none(run: Run, clusters: Sequence[Cluster]) -> tuple[str, ...]:
    regions = "The {} groups are its regions, like districts of a city without walls: songs lie between all of them."
    if all(cluster.is_doubtful for cluster in clusters if not cluster.is_noise):
        use = "Another sample of these songs would give other groups, so don’t rely on any of them."
    else:
        use = "Use them to browse, to build playlists and to compare songs, not as separate kinds of music."
    return (regions.format(run.k), use, "How many there are is your choice.")


def _of_other_numbers(run: Run) -> str:
    """Say how the groups of a run go with those that the advice found to stand apart."""
    advice, k = run.advice, run.k or 0
    groups = (advice.groups_apart or 0) if advice else 0
    if groups < 2 or k == groups:
        return ""
    if k > groups and run.found_borders is not None and _is_whole(run.found_borders):
        return f"The advice, which looks at several draws of the songs, found only {groups}."
    does = "merges some of them" if k < groups else "divides some of them further"
    return f"{groups} groups stand apart in these songs: this run {does}."


def _doubts_of_draws(run: Run) -> str:
    """Say how many draws of the songs show what the advice says, where not all of them do."""
    advice = run.advice
    if advice is None or advice.draws_agree == advice.draws:
        return ""
    return f"{advice.draws_agree} of {advice.draws} random draws of the songs agree."


def _levels(numbers: Sequence[int]) -> str:
    """Name the numbers that hold, from coarse to fine."""
    if len(numbers) < 2:
        return ""
    first, *middle, last = [str(number) for number in numbers]
    named = ", ".join([f"{first} (broad)", *middle]) + f" and {last} (finer)"
    return f"{named} groups {'both' if len(numbers) == 2 else 'all'} work."
