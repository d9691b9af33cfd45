"""The charts of songs that were added after a run, beside those that it was made of."""

from __future__ import annotations

from collections.abc import Sequence

from clustering.web.charts.figure import Chart, Table
from clustering.web.charts.groups import Group, short_names
from clustering.web.charts.shapes import Series, bars, distribution_lines

FIRST, ADDED = "Original songs", "Added songs"
FIRST_COLOR, ADDED_COLOR = "muted:0.55", "accent"


def group_shares(
    key: str, groups: Sequence[Group], before: Sequence[float], after: Sequence[float], *, songs: int
) -> Chart:
    """Draw which share of the first and of the added songs each group has."""
    config = bars(
        short_names(groups),
        [
            Series(FIRST, [round(share, 4) for share in before], FIRST_COLOR, [_share(s) for s in before]),
            Series(ADDED, [round(share, 4) for share in after], ADDED_COLOR, [_share(s) for s in after]),
        ],
        horizontal=True,
        percent=True,
    )
    return Chart(
        key=key,
        title="Where added songs went",
        caption=f"The share of the original and of the {songs:,} added songs in each group.",
        config=config,
        table=Table(
            ("Group", FIRST, ADDED),
            tuple(
                (group.name, _share(share), _share(added_share))
                for group, share, added_share in zip(groups, before, after, strict=True)
            ),
        ),
    )


def before_and_after(
    key: str, feature: str, bins: Sequence[str], before: Sequence[int], after: Sequence[int]
) -> Chart:
    """Draw the distribution of one feature among the first and among the added songs."""
    shares = [[round(count / (sum(counts) or 1), 4) for count in counts] for counts in (before, after)]
    config = distribution_lines(
        bins,
        [
            Series(FIRST, shares[0], FIRST_COLOR, [_share(share) for share in shares[0]]),
            Series(ADDED, shares[1], ADDED_COLOR, [_share(share) for share in shares[1]]),
        ],
        max_ticks=5,
        ticks=[one.split(" – ")[0] for one in bins],
    )
    return Chart(
        key=key,
        title=feature,
        caption="Where a line is high, many songs have that value.",
        config=config,
        table=Table(
            (feature, FIRST, ADDED),
            tuple(
                (name, f"{count:,}", f"{added_count:,}")
                for name, count, added_count in zip(bins, before, after, strict=True)
            ),
        ),
        size="small",
    )


def _share(share: float) -> str:
    return f"{share * 100:.1f} %"
