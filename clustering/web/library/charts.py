"""The charts of years and decades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.models.palette import cluster_color
from clustering.web.charts.figure import Chart, Table, songs_in_words
from clustering.web.charts.shapes import Band, Series, bars, lines


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """A feature of a period's songs: the mean, the bounds of the middle half, and both as pages write them."""

    period: str
    low: float | None = None
    mean: float | None = None
    high: float | None = None
    mean_text: str = "–"
    range_text: str = "–"


def feature_over_time(name: str, label: str, values: Sequence[PeriodValue], *, meaning: str) -> Chart:
    """Draw a feature's mean over the years in the band of the middle half of songs."""
    mean = Series("Mean", [value.mean for value in values], hints=[value.mean_text for value in values])
    band = Band([value.low for value in values], [value.high for value in values])
    return Chart(
        key=f"over-time-{name}",
        title=label,
        caption=meaning,
        config=lines([value.period for value in values], [mean], bands=[band]),
        table=Table(
            ("Years", "Mean", "Half of the songs"),
            tuple((value.period, value.mean_text, value.range_text) for value in values),
        ),
        size="small",
    )


def songs_per_period(periods: Sequence[str], counts: Sequence[int]) -> Chart:
    """Draw how many songs there are of each time."""
    hints = [songs_in_words(count) for count in counts]
    return Chart(
        key="songs-per-period",
        title="Songs in each period",
        caption="Means of only a few songs are unreliable.",
        config=bars(periods, [Series("", counts, hints=hints)], y_title="Songs"),
        table=Table(("Years", "Songs"), tuple((p, f"{c:,}") for p, c in zip(periods, counts, strict=True))),
        size="small",
    )


def shares_by_period(
    periods: Sequence[str], genres: Sequence[tuple[str, Sequence[int]]], sizes: Sequence[int]
) -> Chart:
    """Draw what share of each time's songs has a genre."""
    shares = [
        [round(count / size, 5) if size else None for count, size in zip(counts, sizes, strict=True)]
        for _, counts in genres
    ]
    series = [
        Series(
            name,
            row,
            "accent" if len(genres) == 1 else cluster_color(place),
            [_percent(share) for share in row],
        )
        for place, ((name, _), row) in enumerate(zip(genres, shares, strict=True))
    ]
    config = lines(periods, series, y_title="Share of the songs of that time")
    config["options"]["scales"]["y"] |= {
        "beginAtZero": True,
        "ticks": {"format": {"style": "percent", "minimumFractionDigits": 0, "maximumFractionDigits": 1}},
    }
    return Chart(
        key="genres-by-period",
        title="Over the years" if len(genres) == 1 else "Genres over the years",
        caption="The share of each period’s songs that the file puts in the genre.",
        config=config,
        table=Table(
            ("Years", *(name for name, _ in genres)),
            tuple(
                (period, *(_percent(row[place]) for row in shares)) for place, period in enumerate(periods)
            ),
        ),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"
