"""The verdict on how well songs that were added later fit a run's groups."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.models import Run

VERDICTS = {
    "few": (
        "Too few songs to tell",
        "Fewer than 30 songs are too few to say how well later songs would fit.",
        "fair",
    ),
    "fits": (
        "They fit",
        "About as many added songs as original ones are far from their group’s center. The groups describe them too.",
        "good",
    ),
    "shifted": (
        "They fit, but sound different",
        "The added songs are within reach of the groups, but some features differ on average from those of "
        "the original songs (see below). If these songs matter to you, run it again with all songs and compare.",
        "fair",
    ),
    "partly": (
        "Most of them fit",
        "More of the added songs than of the original ones are far from their group’s center. The groups still "
        "describe most of them; if these songs matter to you, run it again with all songs and compare.",
        "fair",
    ),
    "poorly": (
        "They don’t fit",
        "Many of the added songs are unlike anything that these groups were found in. Run it again with all songs: "
        "there may be new groups.",
        "poor",
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence on how well added songs fit, and whether to advise another run."""

    title: str
    sentence: str
    level: str
    advise_again: bool


def verdict_of(run: Run) -> Verdict | None:
    """Return the verdict on the songs that were placed in a run last."""
    return fit_verdict(run.assigned_additions[-1].drift.fit) if run.additions else None


def fit_verdict(fit: str) -> Verdict:
    return Verdict(*VERDICTS[fit], advise_again=fit in ("shifted", "partly", "poorly"))
