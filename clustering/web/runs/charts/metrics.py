"""Membership, where the algorithm says so."""

from __future__ import annotations

from collections.abc import Sequence

from clustering.web.charts.figure import Chart, Table
from clustering.web.charts.shapes import Series, histogram


def membership_bars(counts: Sequence[int]) -> Chart:
    """Draw how surely songs belong to their groups, in equal steps from 0 to 1."""
    steps = len(counts)
    bins = [f"{100 * step // steps} – {100 * (step + 1) // steps} %" for step in range(steps)]
    total = sum(counts) or 1
    shares = [f"{100 * count / total:.1f} %" for count in counts]
    return Chart(
        key="membership",
        title="Songs by membership",
        caption="How likely songs are to belong to their group. Many songs on the left mean groups that blend into "
        "each other.",
        config=histogram(
            bins,
            [
                Series(
                    "Songs",
                    list(counts),
                    hints=[f"{count:,}, {share}" for count, share in zip(counts, shares, strict=True)],
                )
            ],
            x_title="Belongs with",
        ),
        table=Table(
            ("Belongs with", "Songs", "Share"),
            tuple(
                (name, f"{count:,}", share) for name, count, share in zip(bins, counts, shares, strict=True)
            ),
        ),
    )
