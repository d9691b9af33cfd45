"""Songs: lists by filter and order, one song, songs found by words, and songs like others."""

from __future__ import annotations

from ctypes import c_float
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from numpy.typing import NDArray
from pydantic import Field, create_model

from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.api.paging import WRONG, Paging, cursor_at, page_of, position
from clustering.api.problems import ProblemError
from clustering.api.rows import visible
from clustering.api.schemas import Answer, ApiRequest, Id, Page, Text
from clustering.models import Assignment, Dataset, Song
from clustering.storage.playlist_rules import Rule, Rules, matching, spellings
from clustering.storage.song_columns import kept_names
from clustering.storage.song_filters import NumberRange, SongFilter, Songs
from clustering.storage.song_pages import Order, Turn, place_of, read_page

router = Router()

RANGED = ("release_year", "popularity", *FEATURES)
ORDERS = ("row", "title", "artist", *RANGED)
MAX_PLACES = 20


class SongAnswer(Answer):
    """A song: what its file said of it, and its audio features."""

    id: Id
    dataset: Id
    row: int
    external_id: str | None
    title: str | None
    artist: str | None
    album: str | None
    genres: list[str]
    release_year: int | None
    popularity: float | None
    explicit: bool | None
    preview_url: str | None
    link_url: str | None
    features: dict[str, float | None]

    @classmethod
    def of(cls, song: Song) -> SongAnswer:
        """Read a song."""
        return cls(
            id=song.pk,
            dataset=song.dataset_id,
            row=song.row_number,
            external_id=song.external_id,
            title=song.title,
            artist=song.artist,
            album=song.album,
            genres=song.genres or [],
            release_year=song.release_year,
            popularity=song.popularity,
            explicit=song.explicit,
            preview_url=song.preview_url,
            link_url=song.link_url,
            features={name: getattr(song, name) for name in FEATURES},
        )


class PlaceAnswer(Answer):
    """Where a run put a song."""

    run: Id
    cluster: int
    second: int
    distance: float
    silhouette: float | None
    membership: float | None
    x: float
    y: float


class SongDetails(SongAnswer):
    """A song, and where runs put it."""

    extras: dict[str, float | None]
    """Further numbers of its file."""
    places: list[PlaceAnswer]
    """In the newest runs, at most 20."""


class SongsFilter(Paging):
    """Which songs, in which order."""

    sort: Annotated[
        str,
        Field(
            pattern=rf"^-?({'|'.join(ORDERS)})$",
            description="The column to sort by, with a - before it from its high end. Songs without a value come last.",
        ),
    ] = "row"
    genre: Annotated[Text | None, Field(max_length=200)] = None
    artist: Annotated[Text | None, Field(max_length=200, description="Written as in the file.")] = None
    explicit: bool | None = None
    run: Annotated[Id | None, Field(description="With `cluster`: the run whose group it is.")] = None
    cluster: Annotated[int | None, Field(ge=0, lt=2**15)] = None


_RANGES: Any = {
    f"{name}_{end}": (Annotated[float | None, Field(allow_inf_nan=False)], None)
    for name in RANGED
    for end in ("from", "to")
}
if TYPE_CHECKING:
    SongsQuery = SongsFilter
else:  # with the range of each number, of which only the registry names the features
    SongsQuery = create_model("SongsQuery", __base__=SongsFilter, **_RANGES)


@router.get("datasets/{int:dataset_id}/songs", url_name="songs", response=Page[SongAnswer])
def list_songs(request: ApiRequest, dataset_id: int, asked: Query[SongsQuery]) -> Page[SongAnswer]:
    """List the songs of a dataset, by filters and in an order."""
    dataset = visible(request, Dataset, dataset_id)
    run = None if asked.run is None else get_object_or_404(dataset.runs, pk=asked.run)
    rules = _rules(asked)
    order = Order(asked.sort.lstrip("-"), descending=asked.sort.startswith("-"))
    # until songs are prepared, reading their columns takes longer than sorting by PostgreSQL
    named = {"title", order.column, *(rule.field for rule in rules if rule.field in RANGED)}
    named |= {"genres"} if asked.genre else set()
    if order.column != "row" and named <= kept_names(dataset):
        return _sorted_page(request, Songs(dataset, run), asked, order)
    songs = matching(dataset, Rules("all", (tuple(rules),)))
    if asked.artist is not None:
        songs = songs.filter(artist=asked.artist)
    ordering = [asked.sort.replace("row", "pk")] if order.column == "row" else [asked.sort, "pk"]
    return page_of(request, songs, asked, SongAnswer.of, order=ordering)


@router.get("songs/{int:song_id}", url_name="song", response=SongDetails)
def read_song(request: ApiRequest, song_id: int) -> SongDetails:
    """Read a song, and where runs put it."""
    song = visible(request, Song.objects.select_related("dataset"), song_id)
    placed = Assignment.objects.filter(
        song=song, run__dataset=song.dataset_id, run__finished_at__isnull=False
    ).order_by("-run__created_at")
    names = [name for name in PlaceAnswer.model_fields if name != "run"]
    return SongDetails(
        **dict(SongAnswer.of(song)),
        extras=dict(zip(song.dataset.extra_columns, song.extras or [], strict=False)),
        places=[
            PlaceAnswer(run=one.run_id, **{name: getattr(one, name) for name in names})
            for one in placed[:MAX_PLACES]
        ],
    )


def _rules(asked: SongsFilter) -> list[Rule]:
    """Return the filters but that of the artist as rules of playlists, which are filters of the same columns."""
    rules = []
    for name in RANGED:
        low, high = getattr(asked, f"{name}_from"), getattr(asked, f"{name}_to")
        if low is not None or high is not None:
            factor = 60_000 if name == "duration_ms" else 1  # a rule is in minutes
            rules.append(
                Rule(name, low if low is None else low / factor, high if high is None else high / factor)
            )
    for rule in rules:
        if complaint := rule.complaint("number"):
            raise AnalysisError(complaint)
    if asked.genre:
        rules.append(Rule("genre", words=(asked.genre,)))
    if asked.explicit is not None:
        rules.append(Rule("explicit", flag=asked.explicit))
    if (asked.run is None) != (asked.cluster is None):
        raise AnalysisError("Name both the run and the group of it: run=… and cluster=…")
    if asked.run is not None:
        rules.append(Rule("cluster", run=asked.run, cluster=asked.cluster))
    return rules


def _sorted_page(request: ApiRequest, songs: Songs, asked: SongsFilter, order: Order) -> Page[SongAnswer]:
    """Read a part in the order of a kept column: PostgreSQL takes a third of a second to sort a million songs."""
    dataset = songs.dataset
    passing = songs.passing(_as_filter(asked)) & _equal(dataset, asked, len(songs.present))
    after = position(request, asked)
    if after is not None and len(after) != 2:
        raise ProblemError("cursor_invalid", WRONG)
    place = None if after is None else place_of(songs, order, after[1] - dataset.first_song_id)
    turn = Turn(order, after=place)
    page = read_page(songs, passing, turn, size=asked.limit)
    numbers = (page.rows + dataset.first_song_id).tolist()
    found = Song.objects.in_bulk(numbers)
    more = page.before + len(numbers) < page.total
    # as the other way of reading has it: a list goes on where its column has come, or has gone, meanwhile
    last = [getattr(found.get(numbers[-1]), order.column, None), numbers[-1]] if more else []
    return Page(
        items=[SongAnswer.of(found[number]) for number in numbers if number in found],
        next=cursor_at(request, last) if more else None,
    )


def _as_filter(asked: SongsFilter) -> SongFilter:
    """Return the filters that kept columns can answer; an end of a range belongs to it."""
    ranges = []
    for name in RANGED:
        low, high = (
            None if end is None else np.float32(c_float(end).value)
            for end in (getattr(asked, f"{name}_from"), getattr(asked, f"{name}_to"))
        )
        if low is not None or high is not None:
            above = None if high is None else float(np.nextafter(high, np.float32(np.inf)))
            ranges.append(NumberRange(name, None if low is None else float(low), above))
    return SongFilter(
        ranges=tuple(ranges),
        groups=() if asked.cluster is None else (asked.cluster,),
        genres=() if not asked.genre else tuple(spellings([asked.genre])),
    )


def _equal(dataset: Dataset, asked: SongsFilter, size: int) -> NDArray[np.bool_]:
    """Tell of each row whether its song has the artist and the mark that are asked for."""
    exact = {name: value for name in ("artist", "explicit") if (value := getattr(asked, name)) is not None}
    if not exact:
        return np.ones(size, dtype=np.bool_)
    songs = matching(dataset, Rules("all", ())).filter(**exact).values_list("pk", flat=True)
    marks = np.zeros(size, dtype=np.bool_)
    marks[np.fromiter(songs.iterator(), dtype=np.int64) - dataset.first_song_id] = True
    return marks
