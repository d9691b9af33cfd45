"""The picture of one song beside its group and the whole dataset."""

from __future__ import annotations

from collections.abc import Sequence

from clustering.web.charts.figure import Chart, Table
from clustering.web.charts.shapes import Series, radar


def song_radar(
    features: Sequence[str],
    song: Sequence[float | None],
    others: Sequence[tuple[str, str, Sequence[float | None]]],
) -> Chart:
    """Draw a song's features that run from 0 to 1 over those of `others`: (name, color, means)."""
    lines = [Series("This song", [_round(value) for value in song], "accent")]
    lines += [Series(name, [_round(value) for value in means], color) for name, color, means in others]
    return Chart(
        key="song-radar",
        title="The shape of the song",
        caption="The further out a line runs, the more of that feature. Where the song's line leaves the others, it "
        "is unusual.",
        config=radar(features, lines, low=0, high=1),
        table=Table(
            ("Feature", "This song", *(name for name, _, _ in others)),
            tuple(
                (feature, _words(song[place]), *(_words(means[place]) for _, _, means in others))
                for place, feature in enumerate(features)
            ),
        ),
        size="large",
    )


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _words(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
