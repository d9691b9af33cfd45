"""The user guide, docs/guide.md, as a page, and which of its entries explains what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

GUIDE = settings.BASE_DIR / "docs" / "guide.md"
CHARTS = {
    "map": "map-of-the-songs",
    "sizes": "group-sizes",
    "silhouettes": "silhouette-of-each-group",
    "silhouette-plot": "silhouette-plot",
    "heatmap": "feature-heat-map",
    "features": "key-features-side-by-side",
    "profiles": "group-profiles",
    "distribution": "distributions",
    "rest": "distributions",
    "tree": "tree-of-the-groups",
    "effects": "differences-from-other-songs",
    "membership": "membership",
    "correlations": "related-features",
    "over-time": "changes-over-time",
    "songs-per-period": "songs-per-period",
    "genres-by-period": "genres-by-period",
    "silhouette": "scores-by-number-of-groups",
    "stability": "scores-by-number-of-groups",
    "gap": "gap-statistic",
    "davies-bouldin": "daviesbouldin",
    "calinski-harabasz": "calinskiharabasz",
    "inertia": "inertia",
    "smallest": "smallest-group",
    "groups": "where-added-songs-went",
    "flow": "from-song-to-song",
}
"""The entry that says how to read a chart: by the chart's key, or the beginning of it before a hyphen."""

FIELDS = {
    "n_clusters": "number-of-groups-k",
    "algorithm": "algorithm",
    "scaler": "scaling",
    "missing": "missing-values",
    "min_cluster_size": "minimum-group-size",
    "seed": "random-seed",
    "fit_on": "random-sample",
}
"""The entry that explains a field of a form."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One heading of the guide, and the first sentence below it."""

    anchor: str
    title: str
    level: int
    summary: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide as HTML, whose headings carry their anchors, and its entries by anchor."""

    html: SafeString
    entries: Mapping[str, Entry]

    @property
    def contents(self) -> Sequence[Entry]:
        """Return its chapters."""
        return [entry for entry in self.entries.values() if entry.level == 2]


def anchor_of(title: str) -> str:
    """Return a heading's anchor, which is the one that code hosts give it too."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@cache
def guide() -> Guide:
    """Read the guide."""
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(GUIDE.read_text(encoding="utf-8"))
    entries = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _words(tokens[place + 1])
            anchor = anchor_of(title)
            token.attrSet("id", anchor)
            entries[anchor] = Entry(anchor, title, int(token.tag[1]), _summary(tokens[place + 3 :]))
    return Guide(mark_safe(markdown.renderer.render(tokens, markdown.options, {})), entries)  # noqa: S308


def _words(inline: Token) -> str:
    return "".join(" " if part.type == "softbreak" else part.content for part in inline.children or ())


def _summary(tokens: Sequence[Token]) -> str:
    """Return the first sentence of a paragraph that follows a heading at once."""
    if len(tokens) > 1 and tokens[0].type == "paragraph_open":
        return re.split(r"(?<=[.:]) (?=[A-Z])", _words(tokens[1]), maxsplit=1)[0]
    return ""


def entry_of_chart(key: str) -> Entry:
    """Return how to read a chart; one that is called after a feature compares how that is spread."""
    beginning = key
    while beginning and beginning not in CHARTS:
        beginning = beginning.rpartition("-")[0]
    return guide().entries[CHARTS.get(beginning, "features-of-added-songs")]
