"""Finding songs: by words, and by what they sound like."""

from __future__ import annotations

from typing import Annotated, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from clustering.analysis import AnalysisError
from clustering.api.areas.songs import SongAnswer
from clustering.api.rows import visible
from clustering.api.schemas import Answer, ApiRequest, Id, Text
from clustering.models import Dataset
from clustering.storage.neighbors import SongFilter
from clustering.storage.similar_songs import MAX_SEEDS, PER_ARTIST, Similar, SimilarSong, find_similar_songs
from clustering.storage.song_search import MAX_TEXT_LENGTH, SearchResults, SongHit

router = Router()


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


@router.get("datasets/{int:dataset_id}/similar", url_name="similar", response=SimilarSongsAnswer)
def list_similar(request: ApiRequest, dataset_id: int, asked: Query[SimilarQuery]) -> SimilarSongsAnswer:
    """Find songs like others, each with why it is."""
    dataset = visible(request, Dataset, dataset_id)
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
        visible(request, Dataset, asked.dataset)
    found = SearchResults.read(request.user, asked.q, dataset_id=asked.dataset)
    return SearchAnswer(
        songs=[HitAnswer.of(hit) for hit in found.songs],
        matches=found.matches,
        more=found.more,
        unprepared=[dataset.pk for dataset in found.unprepared],
    )
