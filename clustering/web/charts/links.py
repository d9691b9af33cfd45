"""From the bars, dots and cells of a chart to their songs: `static/js/charts/song_links.js` opens the addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clustering.web.charts.figure import Chart

Addresses = Sequence[str] | Sequence[Sequence[str]]


def with_links(chart: Chart, addresses: Addresses, *, rows: Sequence[str] = ()) -> Chart:
    """Return a chart each mark of which leads to an address.

    ``addresses`` are by the place along the axis, or where there are several series, a list for each of them; a list
    of one address holds for all of its series. ``rows`` lead from the table behind the chart, row by row: whoever
    cannot click a picture goes there.
    """
    config = chart.config | {"options": chart.config["options"] | {"songs": list(addresses)}}
    return replace(chart, config=config, table=replace(chart.table, links=tuple(rows)))
