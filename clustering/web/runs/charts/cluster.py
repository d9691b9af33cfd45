"""The charts of one group: its effect sizes, and each feature against all the other songs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.web.charts.figure import Chart, Table, signed
from clustering.web.charts.groups import Group
from clustering.web.charts.shapes import Series, colored_bars, distribution_lines

MANY = 8


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect size with its 95 % interval."""

    label: str
    effect: float
    low: float
    high: float

    @property
    def words(self) -> str:
        """Write it with its interval."""
        return f"{signed(self.effect)} ({signed(self.low)} to {signed(self.high)})"


def effect_bars(group: Group, effects: Sequence[Effect]) -> Chart:
    """Draw how far a group differs from all other songs, feature by feature, with 95 % intervals."""
    config = colored_bars(
        [effect.label for effect in effects],
        [round(effect.effect, 3) for effect in effects],
        [group.color] * len(effects),
        hints=[effect.words for effect in effects],
        x_title="Effect size (Cohen's d): less than the other songs ← 0 → more",
        horizontal=True,
    )
    config["data"]["datasets"].insert(
        0,  # drawn last, over the bar
        {
            "label": "95 % interval",
            "data": [[round(effect.low, 3), round(effect.high, 3)] for effect in effects],
            "backgroundColor": "ink",
            "barThickness": 3,
            "minBarLength": 3,
            "grouped": False,
            "aside": True,
        },
    )
    config["data"]["datasets"][1] |= {"grouped": False}
    config["options"]["scales"]["y"]["ticks"] = {"autoSkip": False}
    return Chart(
        key="effects",
        title="Differences from other songs",
        caption="0.2 is a small difference, 0.5 medium, 0.8 large. The thin line is the 95 % interval. Differences are "
        "expected: the groups were built from these features.",
        config=config,
        table=Table(
            ("Feature", "Effect size", "95 % interval"),
            tuple((effect.label, *effect.words.rstrip(")").split(" (", 1)) for effect in effects),
        ),
        size="large" if len(effects) > MANY else "medium",
    )


def against_the_rest(
    feature: str, label: str, bins: Sequence[str], group: Group, own: Sequence[int], rest: Sequence[int]
) -> Chart:
    """Draw the distribution of one feature in the group and in all the other songs, as shares."""
    config = distribution_lines(
        bins,
        [
            Series(name, shares, color, [f"{share * 100:.1f} %" for share in shares])
            for name, shares, color in (
                (group.name, _shares(own), group.color),
                ("All other songs", _shares(rest), "muted"),
            )
        ],
        max_ticks=3,
        ticks=[one.split(" – ")[0] for one in bins],
    )
    own_line, rest_line = config["data"]["datasets"]
    own_line |= {"fill": "origin", "backgroundColor": f"{group.color}:0.3"}
    rest_line |= {"fill": "origin", "backgroundColor": "muted:0.12", "borderDash": [4, 3]}
    config["options"]["scales"]["y"]["ticks"]["maxTicksLimit"] = 3
    config["options"]["plugins"] = {"legend": {"display": False}}  # the page says what the lines are
    return Chart(
        key=f"rest-{feature}",
        title=label,
        caption="",
        config=config,
        table=Table(
            (f"{label} (songs)", group.name, "All other songs"),
            tuple(
                (name, f"{count:,}", f"{rest_count:,}")
                for name, count, rest_count in zip(bins, own, rest, strict=True)
            ),
        ),
        size="small",
    )


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) or 1
    return [round(count / total, 4) for count in counts]
