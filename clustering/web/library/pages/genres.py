"""The genres of a dataset, and one of them: its sound, its groups, its neighbors, its decades, its songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from clustering.analysis.features import FEATURES
from clustering.analysis.playlists.titles import one_version_each, version_key
from clustering.models import Catalog, Dataset, Genre, GenreCounts, Run, Song
from clustering.models.song import title_of
from clustering.web.charts import Chart
from clustering.web.components.clusters import ClusterShare, cluster_shares, clusters_of
from clustering.web.components.formatting import formatted, label_of
from clustering.web.components.tracks import Track, track
from clustering.web.library.charts import shares_by_period

GENRES_SHOWN = 200
GENRES_DRAWN = 8
SONGS_SHOWN = 10
SIMILAR_SHOWN = 8
TELLING = ("energy", "danceability", "valence", "acousticness", "tempo")


@dataclass(frozen=True, slots=True)
class GenreRow:
    """A genre in the list, with a few telling means."""

    genre: Genre
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenresPage:
    """The genres with the most songs, and the shares of the largest over the years."""

    catalog: Catalog | None
    genres: tuple[GenreRow, ...]
    columns: tuple[str, ...]
    by_period: Chart | None

    @classmethod
    def read(cls, dataset: Dataset) -> GenresPage:
        """Read the genres with the most songs, with two queries."""
        catalog = Catalog.objects.filter(dataset=dataset).first()
        genres = list(
            Genre.objects.filter(dataset=dataset)
            .defer("vector")
            .order_by("-songs_count", "id")[:GENRES_SHOWN]
        )
        names = [name for name in TELLING if catalog and name in catalog.features]
        rows = tuple(
            GenreRow(
                genre,
                tuple(
                    formatted(name, genre.means.get(name), scaled=dataset.scaled_features) for name in names
                ),
            )
            for genre in genres
        )
        chart = _by_period(catalog, genres[:GENRES_DRAWN]) if catalog else None
        return cls(catalog, rows, tuple(label_of(name) for name in names), chart)


@dataclass(frozen=True, slots=True)
class GenreSong:
    """A song that shows the genre well, or hardly."""

    id: int
    title: str
    artist: str


@dataclass(frozen=True, slots=True)
class GenrePage:
    """A genre: the profile, the groups of its songs, similar genres, and songs that show it well or hardly."""

    genre: Genre
    dataset: Dataset
    tracks: tuple[Track, ...]
    run: Run | None
    lifts: tuple[ClusterShare, ...]
    similar: tuple[Genre, ...]
    by_period: Chart | None
    typical: tuple[GenreSong, ...]
    untypical: tuple[GenreSong, ...]

    @classmethod
    def read(cls, genre: Genre) -> GenrePage:
        """Read a genre's page, with five queries."""
        dataset = genre.dataset
        run = dataset.runs.without_model().latest_finished()
        songs = Song.objects.in_bulk({*genre.typical, *genre.untypical})
        return cls(
            genre=genre,
            dataset=dataset,
            tracks=tuple(
                track(dataset, name, genre.means[name], deviation=genre.deviations.get(name))
                for name in FEATURES
                if name in genre.means
            ),
            run=run,
            lifts=_lifts(run, genre.name) if run else (),
            similar=tuple(Genre.objects.similar_to(genre)[:SIMILAR_SHOWN]),
            by_period=_by_period(dataset.catalog, [genre]),
            typical=_songs(genre.typical, songs),
            untypical=_songs(genre.untypical, songs),
        )


def _songs(ids: Sequence[int], songs: Mapping[int, Song]) -> tuple[GenreSong, ...]:
    known = one_version_each(
        (songs[song] for song in ids if song in songs), lambda song: version_key(song.title, song.artist)
    )
    return tuple(
        GenreSong(song.pk, title_of(song.title, song.external_id, song.row_number), song.artist or "")
        for song in islice(known, SONGS_SHOWN)
    )


def _lifts(run: Run, name: str) -> tuple[ClusterShare, ...]:
    """Compare how the genre's songs are divided among the groups with how all songs are, the highest lift first."""
    counts = (
        GenreCounts.objects.filter(run=run, counts__has_key=name).values_list("counts", flat=True).first()
    )
    if counts is None:
        return ()
    shares = cluster_shares(clusters_of(run), dict(enumerate(counts[name])))
    return tuple(sorted(shares, key=lambda share: (-share.lift, share.cluster.index)))


def _by_period(catalog: Catalog, genres: Sequence[Genre]) -> Chart | None:
    """Draw what share of each period's songs the genres are; nothing where there are not two periods."""
    if len(catalog.periods) < 2 or not genres:
        return None
    sizes = [period["songs"] for period in catalog.periods]
    return shares_by_period(
        [period["label"] for period in catalog.periods],
        [(genre.name, genre.periods) for genre in genres],
        sizes,
    )
