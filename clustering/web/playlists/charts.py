"""How a playlist flows: a feature from song to song."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clustering.web.charts.figure import Chart, Table
from clustering.web.charts.shapes import Series, lines

MAX_NAMED_SONGS = 60


def flow(
    key: str, label: str, songs: Sequence[str], values: Sequence[float | None], texts: Sequence[str]
) -> Chart:
    """Return a line over the places of a playlist; `words` are the values as people read them.

    Of a long list the songs are not named again: they would be a third of its page.
    """
    places = [str(place) for place in range(1, len(songs) + 1)]
    short = len(songs) <= MAX_NAMED_SONGS
    hints = [f"{song}: {text}" for song, text in zip(songs, texts, strict=True)] if short else texts
    config: dict[str, Any] = lines(
        places, [Series(label, values, hints=hints)], x_title="Position in the playlist", y_title=label
    )
    config["data"]["datasets"][0] |= {"tension": 0.25, "pointRadius": 3 if short else 0}
    config["options"]["scales"]["x"]["ticks"] = {"maxTicksLimit": 12, "maxRotation": 0, "autoSkip": True}
    return Chart(
        key=key,
        title=f"{label} from song to song",
        caption="A steep line means a big change from one song to the next.",
        config=config,
        table=Table(
            ("Place", "Song", label) if short else ("Place", label),
            tuple(zip(places, songs, texts, strict=True) if short else zip(places, texts, strict=True)),
        ),
        size="small",
    )
