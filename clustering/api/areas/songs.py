"""Songs: lists by filter and order, one song, songs found by words, and songs like others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field, create_model

from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.api.paging import Paging, page_of
from clustering.api.rows import visible
from clustering.api.schemas import Answer, ApiRequest, Id, Page, Text
from clustering.models import Assignment, Dataset, Song
from clustering.storage.playlist_rules import Rule, Rules, matching

router = Router()

ORDERS = ("row", "title", "artist", "release_year", "popularity", *FEATURES)
COLUMNS = {"row": "pk"}
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
    release_year_from: float | None = None
    release_year_to: float | None = None
    popularity_from: float | None = None
    popularity_to: float | None = None
    run: Annotated[Id | None, Field(description="With `cluster`: the run whose group it is.")] = None
    cluster: Annotated[int | None, Field(ge=0, lt=2**15)] = None


_RANGES: Any = {
    f"{name}_{end}": (Annotated[float | None, Field(allow_inf_nan=False)], None)
    for name in FEATURES
    for end in ("from", "to")
}
if TYPE_CHECKING:
    SongsQuery = SongsFilter
else:  # with the range of each feature, which only the registry names
    SongsQuery = create_model("SongsQuery", __base__=SongsFilter, **_RANGES)


@router.get("datasets/{int:dataset_id}/songs", url_name="songs", response=Page[SongAnswer])
def list_songs(request: ApiRequest, dataset_id: int, asked: Query[SongsQuery]) -> Page[SongAnswer]:
    """List the songs of a dataset, by filters and in an order; by `row` it is quick however many there are."""
    dataset = visible(request, Dataset, dataset_id)
    column = asked.sort.lstrip("-")
    sign = asked.sort[: -len(column)]
    order = [f"{sign}{COLUMNS.get(column, column)}"]
    if column != "row":
        order.append(f"{sign}pk")
    return page_of(request, _matching(dataset, asked), asked, SongAnswer.of, order=order)


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


def _matching(dataset: Dataset, asked: SongsFilter) -> QuerySet[Song]:
    """Return the songs that pass all filters, by the rules of playlists, which are filters of the same columns."""
    rules = []
    for name in ("release_year", "popularity", *FEATURES):
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
        get_object_or_404(dataset.runs, pk=asked.run)
        rules.append(Rule("cluster", run=asked.run, cluster=asked.cluster))
    songs = matching(dataset, Rules("all", (tuple(rules),)))
    return songs if asked.artist is None else songs.filter(artist=asked.artist)
