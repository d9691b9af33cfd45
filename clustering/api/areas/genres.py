"""The genres of a dataset: what each sounds like, and which are alike."""

from __future__ import annotations

from ninja import Query, Router

from clustering.api.paging import Paging, page_of
from clustering.api.rows import visible
from clustering.api.schemas import Answer, ApiRequest, Id, Page
from clustering.models import Dataset, Genre

router = Router()
SIMILAR = 8


class GenreLink(Answer):
    """A genre in a list of others."""

    id: Id
    name: str
    songs: int

    @classmethod
    def of(cls, genre: Genre) -> GenreLink:
        """Read its name."""
        return cls(id=genre.pk, name=genre.name, songs=genre.songs_count)


class GenreAnswer(GenreLink):
    """A genre of a dataset."""

    dataset: Id
    means: dict[str, float | None]
    deviations: dict[str, float | None]

    @classmethod
    def of(cls, genre: Genre) -> GenreAnswer:
        """Read a genre."""
        return cls(
            id=genre.pk,
            name=genre.name,
            songs=genre.songs_count,
            dataset=genre.dataset_id,
            means=genre.means,
            deviations=genre.deviations,
        )


class GenreDetails(GenreAnswer):
    """A genre, those that sound alike, and songs that show it well, or hardly."""

    similar: list[GenreLink]
    typical: list[Id]
    untypical: list[Id]


@router.get("datasets/{int:dataset_id}/genres", url_name="genres", response=Page[GenreAnswer])
def list_genres(request: ApiRequest, dataset_id: int, paging: Query[Paging]) -> Page[GenreAnswer]:
    """List genres, those with the most songs first."""
    dataset = visible(request, Dataset, dataset_id)
    genres = Genre.objects.filter(dataset=dataset).defer("vector")
    return page_of(request, genres, paging, GenreAnswer.of, order=("-songs_count", "pk"))


@router.get("genres/{int:genre_id}", url_name="genre", response=GenreDetails)
def read_genre(request: ApiRequest, genre_id: int) -> GenreDetails:
    """Read a genre."""
    genre = visible(request, Genre, genre_id)
    return GenreDetails(
        **dict(GenreAnswer.of(genre)),
        similar=[GenreLink.of(one) for one in Genre.objects.similar_to(genre)[:SIMILAR]],
        typical=genre.typical,
        untypical=genre.untypical,
    )
