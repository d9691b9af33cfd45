"""The artists of a dataset, and those who sound alike."""

from __future__ import annotations

from ninja import Query, Router

from clustering.api.areas.songs import SongAnswer
from clustering.api.paging import Paging, page_of
from clustering.api.rows import visible
from clustering.api.schemas import Answer, ApiRequest, Id, Page
from clustering.models import Artist, Dataset, Song

router = Router()
SIMILAR = 10


class ArtistAnswer(Answer):
    """An artist of a dataset."""

    id: Id
    dataset: Id
    name: str
    songs: int

    @classmethod
    def of(cls, artist: Artist) -> ArtistAnswer:
        """Read an artist."""
        return cls(id=artist.pk, dataset=artist.dataset_id, name=artist.name, songs=artist.songs_count)


class ArtistDetails(ArtistAnswer):
    """An artist, and others whose songs are spread most alike."""

    similar: list[ArtistAnswer]


@router.get("datasets/{int:dataset_id}/artists", url_name="artists", response=Page[ArtistAnswer])
def list_artists(request: ApiRequest, dataset_id: int, paging: Query[Paging]) -> Page[ArtistAnswer]:
    """List artists, those with the most songs first."""
    dataset = visible(request, Dataset, dataset_id)
    artists = Artist.objects.filter(dataset=dataset).only("name", "songs_count", "dataset_id")
    return page_of(request, artists, paging, ArtistAnswer.of, order=("-songs_count", "pk"))


@router.get("artists/{int:artist_id}", url_name="artist", response=ArtistDetails)
def read_artist(request: ApiRequest, artist_id: int) -> ArtistDetails:
    """Read an artist, and who sounds alike."""
    artist = visible(request, Artist, artist_id)
    alike = Artist.objects.similar_to(artist).only("name", "songs_count", "dataset_id")[:SIMILAR]
    return ArtistDetails(
        id=artist.pk,
        dataset=artist.dataset_id,
        name=artist.name,
        songs=artist.songs_count,
        similar=[ArtistAnswer.of(one) for one in alike],
    )


@router.get("artists/{int:artist_id}/songs", url_name="artist_songs", response=Page[SongAnswer])
def list_songs_of_artist(request: ApiRequest, artist_id: int, paging: Query[Paging]) -> Page[SongAnswer]:
    """List the songs of an artist, the most popular first."""
    artist = visible(request, Artist, artist_id)
    songs = Song.objects.filter(text__artist=artist)
    return page_of(request, songs, paging, SongAnswer.of, order=("-popularity", "pk"))
