"""The artists of a dataset, and one of them: the sound and the groups of the songs, and similar artists."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Avg, Count, F, Q, StdDev

from clustering.analysis.features import FEATURES
from clustering.analysis.playlists.titles import one_version_each, version_key
from clustering.models import Artist, Assignment, Catalog, Dataset, Run, Song
from clustering.models.song import title_of
from clustering.web.components.clusters import ClusterShare, cluster_shares, clusters_of
from clustering.web.components.tracks import IN_WORDS, Track, track

ARTISTS_PER_PAGE = 100
SONGS_SHOWN = 50
VERSIONS = 4  # so many times as many songs are looked at
SIMILAR_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ArtistsPage:
    """A page of artists, those with the most songs first."""

    catalog: Catalog | None
    artists: tuple[Artist, ...]
    after: str

    @classmethod
    def read(cls, dataset: Dataset, *, after: tuple[int, int] | None = None) -> ArtistsPage:
        """Read a page of artists, with two queries; it begins after the artist with this (number of songs, id)."""
        catalog = Catalog.objects.filter(dataset=dataset).first()
        rows = (
            Artist.objects.filter(dataset=dataset).only("name", "songs_count").order_by("-songs_count", "id")
        )
        if after is not None:
            songs, last = after
            rows = rows.filter(Q(songs_count__lt=songs) | Q(songs_count=songs, id__gt=last))
        artists = list(rows[: ARTISTS_PER_PAGE + 1])
        page = artists[:ARTISTS_PER_PAGE]
        more = f"{page[-1].songs_count}_{page[-1].pk}" if len(artists) > len(page) else ""
        return cls(catalog, tuple(page), more)


@dataclass(frozen=True, slots=True)
class SongRow:
    """A song of the artist."""

    id: int
    title: str
    album: str
    year: int | None
    popularity: float | None


@dataclass(frozen=True, slots=True)
class ArtistPage:
    """An artist: the profile, the groups of the songs, similar artists, and the most popular songs."""

    artist: Artist
    dataset: Dataset
    tracks: tuple[Track, ...]
    run: Run | None
    clusters: tuple[ClusterShare, ...]
    similar: tuple[Artist, ...]
    songs: tuple[SongRow, ...]
    has_albums: bool
    has_popularity: bool

    @classmethod
    def read(cls, artist: Artist) -> ArtistPage:
        """Read an artist's page, with six queries."""
        songs = Song.objects.filter(text__artist=artist)
        names = [name for name in FEATURES if name in artist.dataset.features and name not in IN_WORDS]
        profile = songs.aggregate(
            **{f"mean_{name}": Avg(name) for name in names},
            **{f"deviation_{name}": StdDev(name) for name in names},
        )
        run = artist.dataset.runs.without_model().latest_finished()
        rows = songs.order_by(F("popularity").desc(nulls_last=True), "id").only(
            "title", "external_id", "row_number", "album", "release_year", "popularity"
        )[: VERSIONS * SONGS_SHOWN]
        shown = islice(one_version_each(rows, lambda song: version_key(song.title, None)), SONGS_SHOWN)
        lines = tuple(
            SongRow(
                id=song.pk,
                title=title_of(song.title, song.external_id, song.row_number),
                album=song.album or "",
                year=song.release_year,
                popularity=song.popularity,
            )
            for song in shown
        )
        return cls(
            artist=artist,
            dataset=artist.dataset,
            tracks=tuple(_track(artist, name, profile) for name in names),
            run=run,
            clusters=_cluster_shares(run, artist) if run else (),
            similar=tuple(Artist.objects.similar_to(artist)[:SIMILAR_SHOWN]),
            songs=lines,
            has_albums=any(line.album for line in lines),
            has_popularity=any(line.popularity is not None for line in lines),
        )


def _cluster_shares(run: Run, artist: Artist) -> tuple[ClusterShare, ...]:
    placed = Assignment.objects.filter(run=run, song__text__artist=artist)
    counts = dict(placed.values_list("cluster").annotate(songs=Count("song")))
    return cluster_shares(clusters_of(run), counts)


def _track(artist: Artist, name: str, profile: dict[str, Any]) -> Track:
    deviation = profile[f"deviation_{name}"] if artist.songs_count > 1 else None
    return track(artist.dataset, name, profile[f"mean_{name}"], deviation=deviation)
