"""Songs and artists by name, in one dataset or in all that a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F

from clustering.analysis.playlists.titles import artist_key, plain
from clustering.models import Artist, Dataset, Song
from clustering.models.song import title_of
from clustering.storage.search import MAX_MATCHES, matching_songs

MAX_TEXT_LENGTH = 100
SHOWN = 50
ARTISTS_SHOWN = 6
COLUMNS = (
    "id",
    "dataset_id",
    "row_number",
    "external_id",
    "title",
    "artist",
    "album",
    "genres",
    "release_year",
    "popularity",
)


@dataclass(frozen=True, slots=True)
class SongHit:
    """A song that was found."""

    id: int
    title: str
    artist: str
    album: str
    year: int | None
    decades_only: bool
    """Whether the year stands for its decade: the file knows no more."""
    genres: str
    dataset: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The songs and artists that a search found, and the datasets that it can be limited to."""

    text: str
    songs: tuple[SongHit, ...]
    artists: tuple[Artist, ...]
    matches: int
    more: bool
    """Whether there may be more matches than that: no more are counted."""
    datasets: tuple[Dataset, ...]
    chosen: Dataset | None
    unprepared: tuple[Dataset, ...]
    """Datasets whose songs cannot be found yet."""

    @property
    def has_albums(self) -> bool:
        """Whether a song that is shown has an album."""
        return any(song.album for song in self.songs)

    @property
    def has_years(self) -> bool:
        """Whether a song that is shown has a year."""
        return any(song.year for song in self.songs)

    @classmethod
    def read(cls, user: User | AnonymousUser, text: str, *, dataset_id: int | None = None) -> SearchResults:
        """Search with four queries: the datasets, the matches, their songs, the artists."""
        text = " ".join(text.split())[:MAX_TEXT_LENGTH]
        visible = tuple(
            Dataset.objects.visible_to(user)
            .filter(songs_count__gt=0)
            .select_related("catalog")
            .annotate(decades_only=F("report__decades"))  # a report is long, and this is asked at each letter
            .only("name", "songs_count", "song_block", "catalog__songs_count")
        )
        chosen = next((dataset for dataset in visible if dataset.pk == dataset_id), None)
        searched = [dataset for dataset in visible if chosen is None or dataset is chosen]
        search_key = plain(text)
        song_ids, more = matching_songs(search_key, searched) if search_key and searched else ([], False)
        rows = Song.objects.filter(pk__in=song_ids).values_list(*COLUMNS, named=True) if song_ids else ()
        ranked = sorted(rows, key=lambda row: _rank(row, search_key))
        origins = {dataset.pk: dataset for dataset in searched}
        return cls(
            text=text,
            songs=tuple(_hit(row, origins[row.dataset_id]) for row in ranked[:SHOWN]),
            artists=_artists(search_key, list(origins)) if search_key and searched else (),
            matches=min(len(song_ids), MAX_MATCHES) if more else len(song_ids),
            more=more,
            datasets=visible,
            chosen=chosen,
            unprepared=tuple(dataset for dataset in searched if not hasattr(dataset, "catalog")),
        )


def _rank(row: Any, search_key: str) -> tuple[int, float, int]:
    """Order matches: called so, by an artist called so, beginning so, with all words in the title; then popularity."""
    title = plain(row.title or "")
    if title == search_key:
        match = 0
    elif artist_key(row.artist) == search_key:
        match = 1
    elif title.startswith(search_key):
        match = 2
    else:
        match = 3 if all(f" {part}" in f" {title}" for part in search_key.split()) else 4
    return match, -(row.popularity or 0.0), row.id


def _hit(row: Any, dataset: Any) -> SongHit:
    return SongHit(
        id=row.id,
        title=title_of(row.title, row.external_id, row.row_number),
        artist=row.artist or "",
        album=row.album or "",
        year=row.release_year,
        decades_only=bool(dataset.decades_only),
        genres=", ".join((row.genres or [])[:3]),
        dataset=dataset.name,
    )


def _artists(search_key: str, datasets: list[int]) -> tuple[Artist, ...]:
    """Return artists whose names begin so, those with the most songs first."""
    artists = Artist.objects.filter(key__startswith=search_key, dataset__in=datasets).select_related(
        "dataset"
    )
    fields = ("name", "songs_count", "dataset__name")
    return tuple(artists.only(*fields).order_by("-songs_count", "id")[:ARTISTS_SHOWN])
