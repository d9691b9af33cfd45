"""The genres of a dataset, and one of them: its sound, its groups, its neighbors, its decades, its songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clustering.analysis.features import FEATURES
from clustering.models import Catalog, Cluster, Dataset, Genre, GenreCounts, Run, Song
from clustering.web.charts import Chart
from clustering.web.components.clusters import clusters_of
from clustering.web.components.formatting import formatted, label_of, title_of
from clustering.web.library.charts import shares_by_period
from clustering.web.library.pages.song_sets import similar
from clustering.web.library.pages.tracks import Track, track

GENRES_SHOWN = 200
GENRES_DRAWN = 8
SIMILAR_SHOWN = 8
TELLING = ("energy", "danceability", "valence", "acousticness", "tempo")


@dataclass(frozen=True, slots=True)
class GenreRow:
    """A genre in the list, with a few telling means."""

    genre: Genre
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenresPage:
    """Everything on the page of genres."""

    catalog: Catalog | None
    genres: tuple[GenreRow, ...]
    columns: tuple[str, ...]
    by_period: Chart | None

    @classmethod
    def read(cls, dataset: Dataset) -> GenresPage:
        """Read the genres with the most songs, with two queries."""
        catalog = Catalog.objects.filter(dataset=dataset).first()
        found = list(
            Genre.objects.filter(dataset=dataset)
            .defer("vector")
            .order_by("-songs_count", "id")[:GENRES_SHOWN]
        )
        names = [name for name in TELLING if catalog and name in catalog.features]
        rows = tuple(
            GenreRow(one, tuple(formatted(name, one.means.get(name)) for name in names)) for one in found
        )
        chart = _by_period(catalog, found[:GENRES_DRAWN]) if catalog else None
        return cls(catalog, rows, tuple(label_of(name) for name in names), chart)


@dataclass(frozen=True, slots=True)
class Lift:
    """How many of a genre's songs are in a group, and how much more that is than of all songs."""

    cluster: Cluster
    songs: int
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class GenreSong:
    """A song that shows the genre well, or hardly."""

    id: int
    title: str
    artist: str


@dataclass(frozen=True, slots=True)
class GenrePage:
    """Everything on a genre's page."""

    genre: Genre
    dataset: Dataset
    tracks: tuple[Track, ...]
    run: Run | None
    lifts: tuple[Lift, ...]
    similar: tuple[Genre, ...]
    by_period: Chart | None
    typical: tuple[GenreSong, ...]
    untypical: tuple[GenreSong, ...]

    @classmethod
    def read(cls, found: Genre) -> GenrePage:
        """Read a genre's page, with five queries."""
        dataset = found.dataset
        run = dataset.runs.without_model().latest_finished()
        songs = Song.objects.in_bulk({*found.typical, *found.untypical})
        return cls(
            genre=found,
            dataset=dataset,
            tracks=tuple(
                track(dataset, name, found.means[name], deviation=found.deviations.get(name))
                for name in FEATURES
                if name in found.means
            ),
            run=run,
            lifts=_lifts(run, found.name) if run else (),
            similar=similar(found, SIMILAR_SHOWN),
            by_period=_by_period(dataset.catalog, [found]),
            typical=_songs(found.typical, songs),
            untypical=_songs(found.untypical, songs),
        )


def _songs(ids: Sequence[int], songs: Mapping[int, Song]) -> tuple[GenreSong, ...]:
    known = [songs[song] for song in ids if song in songs]
    return tuple(
        GenreSong(one.pk, title_of(one.title, one.external_id, one.row_number), one.artist or "")
        for one in known
    )


def _lifts(run: Run, name: str) -> tuple[Lift, ...]:
    """Compare how the genre's songs are divided among the groups with how all songs are, the highest lift first."""
    counts = (
        GenreCounts.objects.filter(run=run, counts__has_key=name).values_list("counts", flat=True).first()
    )
    if counts is None:
        return ()
    own = counts[name]
    total = sum(own) or 1
    lifts = [
        Lift(
            cluster,
            own[cluster.index],
            own[cluster.index] / total,
            own[cluster.index] / total / cluster.share,
        )
        for cluster in clusters_of(run)
        if cluster.index < len(own)
    ]
    return tuple(sorted(lifts, key=lambda one: (-one.lift, one.cluster.index)))


def _by_period(catalog: Catalog, found: Sequence[Genre]) -> Chart | None:
    """Draw what share of each period's songs the genres are; nothing where there are not two periods."""
    if len(catalog.periods) < 2 or not found:
        return None
    sizes = [period["songs"] for period in catalog.periods]
    return shares_by_period(
        [period["label"] for period in catalog.periods],
        [(one.name, one.periods) for one in found],
        sizes,
    )
