"""The table of the songs that pass a filter, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404

from clustering.models import Assignment, Cluster, Song
from clustering.models.song import title_of
from clustering.storage.kept_columns import EXTRA
from clustering.storage.song_columns import summaries
from clustering.storage.song_pages import Order, Place, Turn, read_page
from clustering.web.components.clusters import clusters_of
from clustering.web.components.explore import ExploreState
from clustering.web.components.formatting import formatted, label_of
from clustering.web.explore.access import Explored

ROWS = 50
MAX_TITLE = 160
LABELS = {
    "title": "Song",
    "artist": "Artist",
    "genres": "Genres",
    "group": "Group",
    "distance": "Distance to the center",
    "row": "Order of the file",
}
ASCENDING_FIRST = frozenset({"title", "artist", "genres", "group", "distance", "row"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: a link that sorts by it, the other way round where it is sorted so already."""

    name: str
    label: str
    sort: str
    direction: str
    number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a song has in a column; ``bar`` is how far it is between the column's ends, 0 to 100."""

    label: str
    text: str
    number: bool = False
    bar: float | None = None
    cluster: Cluster | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A song of the table."""

    id: int
    row: int
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class RowsPage:
    """A page of the table: its songs, which of all they are, and the addresses of the pages beside it."""

    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    total: int
    all: int
    first: int
    last: int
    previous: str
    following: str

    @classmethod
    def read(cls, explored: Explored) -> RowsPage:
        """Read a page with a handful of queries: the columns that filter and sort, and fifty songs."""
        state, songs = explored.state, explored.songs
        query = explored.request.GET
        turn = Turn(state.order, _place(query.get("after")), _place(query.get("before")))
        page = read_page(songs, songs.passing(state.filter), turn, size=ROWS)
        others = [name for name in state.shown or explored.columns.usual if name != "title"]
        shown = ("title", *others)
        if state.order.column not in (*shown, "row"):
            shown = (*shown, state.order.column)
        more = page.before + len(page.rows) < page.total
        return cls(
            headings=tuple(heading(name, state.order) for name in shown),
            lines=_lines(explored, page.rows.tolist(), shown),
            total=page.total,
            all=int(songs.present.sum()),
            first=page.before + 1,
            last=page.before + len(page.rows),
            previous=_address(explored, "before", page.first) if page.before and page.first else "",
            following=_address(explored, "after", page.last) if more and page.last else "",
        )


def column_label(name: str) -> str:
    """Return what the table calls a column."""
    return LABELS.get(name) or label_of(name.removeprefix(EXTRA))


def heading(name: str, order: Order) -> Heading:
    """Return the head of a column; numbers sort from their high end first."""
    current = order.column == name
    ascending = name in ASCENDING_FIRST
    descending = not order.descending if current else not ascending
    direction = ("descending" if order.descending else "ascending") if current else ""
    number = name not in ("title", "artist", "genres", "group")
    return Heading(name, column_label(name), "-" * descending + name, direction, number)


def _place(text: str | None) -> Place | None:
    """Read a place in an order: a row, and what its song is sorted by."""
    if text is None:
        return None
    row, _, value = text.partition(":")
    try:
        if not (row.isascii() and row.isdigit() and len(row) < 12):
            raise ValueError
        return Place(int(row), float(value) if value else None)
    except ValueError as error:
        raise Http404 from error


def _address(explored: Explored, name: str, place: Place) -> str:
    value = "" if place.value is None else repr(place.value)
    pairs = [*explored.state.query(), (name, f"{place.row}:{value}")]
    return urlencode([("run", str(explored.run.pk) if explored.run else "none"), *pairs])


def _lines(explored: Explored, rows: list[int], shown: tuple[str, ...]) -> tuple[Line, ...]:
    dataset, run = explored.dataset, explored.run
    first = dataset.first_song_id
    found = Song.objects.in_bulk([first + row for row in rows])
    places = {}
    if run is not None:
        clusters = clusters_of(run)
        assigned = Assignment.objects.filter(run=run, song_id__in=list(found)).only(
            "run_id", "cluster", "distance"
        )
        places = {place.song_id: (clusters[place.cluster], place.distance) for place in assigned}
    bins = summaries(dataset, [name for name in shown if name in explored.columns.numbers])
    ends = {name: (float(steps.edges[0]), float(steps.edges[-1])) for name, (steps, _) in bins.items()}
    cells = _Cells(explored, ends)
    return tuple(
        Line(
            id=song.pk,
            row=song.row_number,
            title=_short(title_of(song.title, song.external_id, song.row_number)),
            cells=tuple(cells.of(song, name, places.get(song.pk)) for name in shown if name != "title"),
        )
        for song in (found[first + row] for row in rows if first + row in found)
    )


@dataclass(frozen=True)
class _Cells:
    """Writes the cells of songs."""

    explored: Explored
    ends: dict[str, tuple[float, float]]

    def of(self, song: Song, name: str, place: tuple[Cluster, float] | None) -> Cell:
        """Return a song's cell of a column."""
        label = column_label(name)
        if name == "artist":
            return Cell(label, _short(song.artist or "–"))
        if name == "genres":
            return Cell(label, _short(", ".join((song.genres or [])[:3]) or "–"))
        if name == "group":
            return Cell(label, "–", cluster=place[0] if place else None)
        if name == "distance":
            return Cell(label, f"{place[1]:.2f}" if place else "–", number=True)
        return self._number(song, name, label)

    def _number(self, song: Song, name: str, label: str) -> Cell:
        dataset = self.explored.dataset
        value = _value(song, name, dataset.extra_columns)
        if name == "release_year" and value is not None and dataset.knows_decades_only:
            return Cell(label, f"{value:.0f}s", number=True)
        text = formatted(name.removeprefix(EXTRA), value, scaled=dataset.scaled_features)
        low, high = self.ends.get(name, (0.0, 0.0))
        has_bar = value is not None and high > low and name != "release_year"
        bar = (
            100 * min(max((value - low) / (high - low), 0.0), 1.0) if has_bar and value is not None else None
        )
        return Cell(label, text, number=True, bar=bar)


def _value(song: Song, name: str, extra_columns: list[str]) -> float | None:
    if not name.startswith(EXTRA):
        value: float | None = getattr(song, name)
        return value
    place = extra_columns.index(name.removeprefix(EXTRA))
    extras: Sequence[float | None] = song.extras or []
    return extras[place] if place < len(extras) else None


def _short(text: str) -> str:
    return text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1].rstrip()}…"


def state_for_scripts(state: ExploreState) -> dict[str, object]:
    """Return what an address asks for as a script takes it."""
    asked = state.filter
    return {
        "ranges": {one.column: [one.low, one.high] for one in asked.ranges},
        "group": [str(index) for index in asked.groups],
        "decade": [str(year) for year in asked.decades],
        "first_genre": list(asked.first_genres),
        "genre": list(asked.genres),
        "q": asked.text,
        "also": ":".join(map(str, asked.also or ())),
        "outline": [list(corner) for corner in asked.outline],
        "sort": "-" * state.order.descending + state.order.column,
        "show": list(state.shown),
        "color": state.color,
    }
