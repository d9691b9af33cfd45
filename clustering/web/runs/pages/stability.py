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
            "Grouped again from other songs of the same kind, nearly the same group comes out every time.",
            "good",
        ),
    ),
    (
        0.75,
        Stability(
            "Stable",
            "Grouped again from other songs of the same kind, most of this group comes out each time.",
            "good",
        ),
    ),
    (
        0.6,
        Stability(
            "A pattern with uncertain edges",
            "There is something here, but which songs exactly belong to it changes when the songs are drawn again.",
            "fair",
        ),
    ),
    (
        0.0,
        Stability(
            "Do not trust this group",
            "Grouped again from other songs of the same kind, it falls apart or mixes with others. Its songs may be "
            "worth hearing together, but it is no kind of music that is really there.",
            "poor",
        ),
    ),
)


def interpret_stability(jaccard: float) -> Stability:
    """Return how far a group with this mean Jaccard index can be relied on."""
    return next(words for border, words in BORDERS if jaccard >= border or border == 0.0)
