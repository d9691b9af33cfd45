"""Chart.js configurations, made from numbers: plain dictionaries, no Django, no drawing.

A color is a word that the page's theme gives a value to, so that one configuration serves light and dark:
"cluster:3", "cluster:3:0.4" (with opacity), "diverge:-0.5" (-1 to 1), "ramp:0.7" (0 to 1), "ink", "muted",
"accent".
"""

from clustering.models.palette import CLUSTER_COLORS, NOISE_COLOR, NOISE_SHADES, cluster_color, color_slot
from clustering.web.charts.figure import Chart, Table, score, songs_in_words
from clustering.web.charts.links import with_links
from clustering.web.charts.shapes import (
    Band,
    Point,
    Series,
    bars,
    colored_bars,
    dot_rows,
    histogram,
    lines,
    matrix,
    scatter,
)

__all__ = [
    "CLUSTER_COLORS",
    "NOISE_COLOR",
    "NOISE_SHADES",
    "Band",
    "Chart",
    "Point",
    "Series",
    "Table",
    "bars",
    "cluster_color",
    "color_slot",
    "colored_bars",
    "dot_rows",
    "histogram",
    "lines",
    "matrix",
    "scatter",
    "score",
    "songs_in_words",
    "with_links",
]
