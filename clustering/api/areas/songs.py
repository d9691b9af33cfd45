"""Songs: lists by filter and order, one song, songs found by words, and songs like others."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field, create_model

from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.api.paging import Paging, page_of
from clustering.api.schemas import Answer, ApiRequest, Id, Page, Text
from clustering.models import Assignment, Dataset, Song
from clustering.storage.neighbors import SongFilter
from clustering.storage.playlist_rules import Rule, Rules, matching
from clustering.storage.similar_songs import MAX_SEEDS, PER_ARTIST, Similar, SimilarSong, find_similar_songs
from clustering.storage.song_search import MAX_TEXT_LENGTH, SearchResults, SongHit

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


_ranges: Any = {
    f"{name}_{end}": (Annotated[float | None, Field(allow_inf_nan=False)], None)
    for name in FEATURES
    for end in ("from", "to")
}
SongsQuery = create_model("SongsQuery", __base__=SongsFilter, **_ranges)


class SimilarQuery(BaseModel):
    """Songs like which, how many, and which may come up."""

    model_config = ConfigDict(frozen=True)

    song: Annotated[list[Id], Field(min_length=1, max_length=MAX_SEEDS, description="The starting songs.")]
    count: Annotated[int, Field(ge=1, le=100)] = 20
    diversity: Annotated[float, Field(ge=0, le=1, description="0: only the nearest.")] = 0.0
    per_artist: Annotated[int, Field(ge=1, le=20)] = PER_ARTIST
    weight: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z_]{1,40}:[0-9]{1,2}(\.[0-9]{1,4})?$")]],
        Field(
            max_length=40, description="feature:weight, such as energy:2; from 0 to 10, 1 where not named."
        ),
    ] = []
    genre: Annotated[Text, Field(max_length=200)] = ""
    year_from: Annotated[int | None, Field(ge=0, le=9999)] = None
    year_to: Annotated[int | None, Field(ge=0, le=9999)] = None
    popularity_from: Annotated[float | None, Field(allow_inf_nan=False)] = None
    popularity_to: Annotated[float | None, Field(allow_inf_nan=False)] = None
    tempo_from: Annotated[float | None, Field(allow_inf_nan=False)] = None
    tempo_to: Annotated[float | None, Field(allow_inf_nan=False)] = None
    explicit: bool | None = None
    run: Annotated[Id | None, Field(description="With `cluster`: the run whose groups count.")] = None
    cluster: Annotated[Literal["", "same", "other"], Field(description="Than that of the starting song.")] = (
        ""
    )


class SimilarAnswer(Answer):
    """A song that is like another."""

    song: SongAnswer
    like: Id
    """The starting song that it is near."""
    distance: float
    why: str

    @classmethod
    def of(cls, found: SimilarSong) -> SimilarAnswer:
        """Read what was found."""
        return cls(song=SongAnswer.of(found.song), like=found.seed.pk, distance=found.distance, why=found.why)


class SimilarSongsAnswer(Answer):
    """Songs like others, the nearest first."""

    songs: list[SimilarAnswer]
    features: list[str]
    """What songs are compared on."""
    shortfall: str
    """Why there are fewer than were asked for; empty where there are not."""


class HitAnswer(Answer):
    """A song that was found by words."""

    id: Id
    title: str
    artist: str
    album: str
    release_year: int | None
    genres: str
    dataset: str

    @classmethod
    def of(cls, hit: SongHit) -> HitAnswer:
        """Read a hit."""
        alike = {name: getattr(hit, name) for name in cls.model_fields if name != "release_year"}
        return cls(**alike, release_year=hit.year)


class SearchQuery(BaseModel):
    """What to look for, and where."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[
        Text, Field(max_length=MAX_TEXT_LENGTH, description="Words of title, artist, album or genre.")
    ]
    dataset: Annotated[Id | None, Field(description="Only in this dataset.")] = None


class SearchAnswer(Answer):
    """The best matches, at most 50."""

    songs: list[HitAnswer]
    matches: int
    more: bool
    """Whether there may be more matches than that: no more are counted."""
    unprepared: list[Id]
    """Datasets whose songs cannot be found yet."""


@router.get("datasets/{int:dataset_id}/songs", url_name="songs", response=Page[SongAnswer])
def list_songs(request: ApiRequest, dataset_id: int, asked: Query[SongsQuery]) -> Page[SongAnswer]:  # type: ignore[valid-type]
    """List the songs of a dataset, by filters and in an order; by `row` it is quick however many there are."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    query: Any = asked
    column = query.sort.lstrip("-")
    sign = query.sort[: -len(column)]
    order = [f"{sign}{COLUMNS.get(column, column)}"]
    if column != "row":
        order.append(f"{sign}pk")
    return page_of(request, _matching(dataset, query), query, SongAnswer.of, order=order)


@router.get("songs/{int:song_id}", url_name="song", response=SongDetails)
def read_song(request: ApiRequest, song_id: int) -> SongDetails:
    """Read a song, and where runs put it."""
    song = get_object_or_404(Song.objects.visible_to(request.user).select_related("dataset"), pk=song_id)
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


@router.get("datasets/{int:dataset_id}/similar", url_name="similar", response=SimilarSongsAnswer)
def list_similar(request: ApiRequest, dataset_id: int, asked: Query[SimilarQuery]) -> SimilarSongsAnswer:
    """Find songs like others, each with why it is."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    if asked.run is not None:
        get_object_or_404(dataset.runs, pk=asked.run)
    elif asked.cluster:
        raise AnalysisError("Say of which run the groups are: run=…")
    weights = {name: float(weight) for name, _, weight in (one.partition(":") for one in asked.weight)}
    found = find_similar_songs(
        dataset,
        Similar(
            seeds=tuple(asked.song),
            count=asked.count,
            weights=weights,
            max_per_artist=asked.per_artist,
            diversity=asked.diversity,
            only=SongFilter(
                genre=asked.genre,
                year_from=asked.year_from,
                year_to=asked.year_to,
                popularity_from=asked.popularity_from,
                popularity_to=asked.popularity_to,
                tempo_from=asked.tempo_from,
                tempo_to=asked.tempo_to,
                explicit=asked.explicit,
                run_id=asked.run,
                cluster=asked.cluster,
            ),
        ),
    )
    return SimilarSongsAnswer(
        songs=[SimilarAnswer.of(one) for one in found.songs],
        features=list(found.features),
        shortfall=found.shortfall,
    )


@router.get("search", url_name="search", response=SearchAnswer)
def search(request: ApiRequest, asked: Query[SearchQuery]) -> SearchAnswer:
    """Find songs by words, the best matches first, in all datasets that you may see or in one."""
    if asked.dataset is not None:
        get_object_or_404(Dataset.objects.visible_to(request.user), pk=asked.dataset)
    found = SearchResults.read(request.user, asked.q, dataset_id=asked.dataset)
    return SearchAnswer(
        songs=[HitAnswer.of(hit) for hit in found.songs],
        matches=found.matches,
        more=found.more,
        unprepared=[dataset.pk for dataset in found.unprepared],
    )


def _matching(dataset: Dataset, asked: Any) -> QuerySet[Song]:
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
