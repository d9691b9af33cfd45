"""The charts of a dataset: how each feature is spread, and which features go together."""

from __future__ import annotations

from collections.abc import Sequence

from clustering.web.charts.figure import Chart, Table, songs_in_words
from clustering.web.charts.shapes import Series, histogram, matrix


def distribution(name: str, label: str, *, bins: Sequence[str], counts: Sequence[int], caption: str) -> Chart:
    """Return how many songs have how much of one feature; `bins` are in real units."""
    hints = [songs_in_words(count) for count in counts]
    return Chart(
        key=f"distribution-{name}",
        title=label,
        caption=caption,
        config=histogram(
            bins,
            [Series(label="", values=counts, hints=hints)],
            y_title="",
            ticks=[one.split(" – ")[0].replace(".0 dB", " dB") for one in bins],
        ),
        table=Table(
            headers=(label, "Songs"),
            rows=tuple((name, f"{count:,}") for name, count in zip(bins, counts, strict=True)),
        ),
        size="small",
    )


def correlations(labels: Sequence[str], values: Sequence[Sequence[float | None]]) -> Chart:
    """Return which features rise and fall together."""
    return Chart(
        key="correlations",
        title="Which features go together",
        caption=(
            "+1: two features rise together; −1: one falls as the other rises; around 0: they have nothing "
            "to do with each other. Two features that nearly agree count the same thing twice when songs are "
            "grouped."
        ),
        config=matrix(labels, labels, values, limit=1.0),
        table=Table(
            headers=("Feature", *labels),
            rows=tuple(
                (label, *("–" if value is None else f"{value:.2f}" for value in row))
                for label, row in zip(labels, values, strict=True)
            ),
        ),
        size="large" if len(labels) > 6 else "medium",
    )
