"""The interpretation of a group's stability."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stability:
    """How far to rely on a group; `tone` is "good", "fair" or "poor"."""

    headline: str
    sentence: str
    tone: str


# Hennig (2007), who gives the borders for the mean Jaccard index of a cluster
BORDERS = (
    (
        0.85,
        Stability(
            "Very stable",
            "In other samples of your songs, nearly the same group comes out every time.",
            "good",
        ),
    ),
    (
        0.75,
        Stability(
            "Stable",
            "In other samples of your songs, most of this group comes out each time.",
            "good",
        ),
    ),
    (
        0.6,
        Stability(
            "Uncertain edges",
            "The group comes out again in other samples of your songs, but exactly which songs are in it changes.",
            "fair",
        ),
    ),
    (
        0.0,
        Stability(
            "Unstable",
            "In other samples of your songs, this group falls apart or mixes with others. Its songs may go well "
            "together, but they are not a distinct kind of music.",
            "poor",
        ),
    ),
)


def interpret_stability(jaccard: float) -> Stability:
    """Return how far a group with this mean Jaccard index can be relied on."""
    return next(words for border, words in BORDERS if jaccard >= border or border == 0.0)
