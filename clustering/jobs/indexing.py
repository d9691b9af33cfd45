"""The rows of a catalog: how songs are compared, and what artists, genres and years have in common."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis.describing.cells import fit_cells, place_collections
from clustering.analysis.describing.periods import Period, describe_periods, period_of
from clustering.analysis.describing.song_sets import describe_songs
from clustering.jobs.kind import Reporter
from clustering.models import Catalog, Dataset, Genre, SongText, SongVector
from clustering.storage import catalog, matrix, songs
from clustering.storage.catalog import Names
from clustering.storage.genre_counts import MAX_GENRES

MIN_SONGS = 3
"""An artist or genre with fewer songs is not compared: one song says what it sounds like itself, no more."""

MAX_MISSING = 0.2
"""A feature that more songs lack is not compared on: each song without it could not be compared at all."""


@dataclass(frozen=True)
class Comparison:
    """What songs are compared on: ``values`` (n, d) in real units, ``scaled`` (n, d), NaN where missing."""

    features: list[str]
    values: NDArray[np.float32]
    scaled: NDArray[np.float32]
    centers: NDArray[np.float64]
    spreads: NDArray[np.float64]
    complete: NDArray[np.bool_]


@dataclass(frozen=True)
class CatalogRows:
    """Everything that is stored; ``artist_ids`` (n,) is −1 where a song has no artist."""

    dataset: Dataset
    names: Names
    comparison: Comparison
    artist_ids: NDArray[np.int64]
    artist_songs: NDArray[np.int64]
    artist_points: NDArray[np.float32]
    genres: list[Genre]
    periods: tuple[Period, ...]


def analyze_songs(dataset: Dataset, reporter: Reporter) -> CatalogRows:
    """Compute everything that is stored of a dataset's songs."""
    names = catalog.load_names(dataset, progress=reporter.stage("Reading names"))
    comparison = _compare(dataset, reporter)
    reporter.stage("Describing artists, genres and years")(0, 0)
    count = len(names.artist_names)
    known = names.artists >= 0
    first = np.full(count, -1, dtype=np.int64)
    first[names.artists[known][::-1]] = names.song_ids[known][::-1]  # the last to be written is the earliest
    songs_by_artist = np.bincount(names.artists[known], minlength=count)
    counted = np.bincount(names.genre_labels, minlength=len(names.genre_names))
    kept = np.argsort(-counted, kind="stable")[:MAX_GENRES]
    artist_points, genre_points = _places(comparison, names, kept)
    artist_points[songs_by_artist < MIN_SONGS] = np.nan
    return CatalogRows(
        dataset=dataset,
        names=names,
        comparison=comparison,
        artist_ids=np.where(known, first[names.artists], -1) if count else np.full(len(known), -1),
        artist_songs=songs_by_artist,
        artist_points=artist_points,
        genres=_describe_genres(dataset, names, comparison, kept, genre_points),
        periods=describe_periods(
            names.years, comparison.values, comparison.features, decades=dataset.knows_decades_only
        ),
    )


def _compare(dataset: Dataset, reporter: Reporter) -> Comparison:
    """Load the usual features that most songs have and bring them to one scale: mean 0, standard deviation 1."""
    features = dataset.usual_features
    values = matrix.load_matrix(dataset, features, progress=reporter.stage("Loading features")).values
    # counted in the songs: the report is of the first file, and another may lack a feature
    common = [np.count_nonzero(np.isnan(column)) <= MAX_MISSING * len(values) for column in values.T]
    features = [name for name, kept in zip(features, common, strict=True) if kept]
    values = values if all(common) else values[:, common]
    complete = np.asarray(~np.isnan(values).any(axis=1))
    wide = values[complete].astype(np.float64)
    # what does not differ, and where there is nothing to compare, tells no song from another
    varies = np.ptp(wide, axis=0) > 0 if len(wide) else np.zeros(len(features), dtype=np.bool_)
    features = [name for name, kept in zip(features, varies, strict=True) if kept]
    values, wide = values[:, varies], wide[:, varies]
    centers, spreads = (wide.mean(axis=0), wide.std(axis=0)) if features else (np.empty(0), np.empty(0))
    scaled = np.empty_like(values)
    for column in range(len(features)):
        scaled[:, column] = (values[:, column].astype(np.float64) - centers[column]) / spreads[column]
    return Comparison(
        features, values, scaled, centers, spreads, complete if features else np.zeros_like(complete)
    )


def _places(
    comparison: Comparison, names: Names, kept: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return where artists and the kept genres lie, as energy distances are measured; NaN where nowhere."""
    artists, genres = len(names.artist_names), len(kept)
    if not comparison.complete.any():
        return np.full((artists, 1), np.nan, np.float32), np.full((genres, 1), np.nan, np.float32)
    cells = fit_cells(comparison.scaled[comparison.complete])
    place = np.cumsum(comparison.complete) - 1  # of a song among the complete ones
    rank = np.full(len(names.genre_names), -1, dtype=np.int64)
    rank[kept] = np.arange(genres)
    inside = comparison.complete[names.genre_songs]
    return (
        place_collections(cells, names.artists[comparison.complete], artists),
        place_collections(
            cells, rank[names.genre_labels[inside]], genres, songs=place[names.genre_songs[inside]]
        ),
    )


def _describe_genres(
    dataset: Dataset,
    names: Names,
    comparison: Comparison,
    kept: NDArray[np.intp],
    points: NDArray[np.float32],
) -> list[Genre]:
    order = np.argsort(names.genre_labels, kind="stable")
    labels = names.genre_labels[order]
    begins = period_of(names.years, decades=dataset.knows_decades_only)
    periods = np.unique(begins[begins > 0])
    genres = []
    for place, label in enumerate(kept.tolist()):
        low, high = np.searchsorted(labels, [label, label + 1])
        rows = names.genre_songs[order[low:high]]
        profile = describe_songs(rows, comparison.values, comparison.scaled, comparison.features)
        years = begins[rows][begins[rows] > 0]
        ids = names.song_ids
        enough = len(rows) >= MIN_SONGS and not np.isnan(points[place]).any()
        genres.append(
            Genre(
                dataset=dataset,
                name=names.genre_names[label],
                songs_count=len(rows),
                means=profile.means,
                deviations=profile.deviations,
                periods=np.bincount(np.searchsorted(periods, years), minlength=len(periods)).tolist(),
                typical=[int(ids[row]) for row in profile.typical],
                untypical=[int(ids[row]) for row in profile.untypical],
                vector=points[place].tolist() if enough else None,
            )
        )
    return genres


def save_rows(found: CatalogRows, reporter: Reporter) -> None:
    """Store a catalog where there is none; genres may be there, and keep their ids."""
    dataset, names, comparison = found.dataset, found.names, found.comparison
    complete = comparison.complete
    # the id of an artist is that of the first song
    ids = np.full(len(names.artist_names), -1, dtype=np.int64)
    known = names.artists >= 0
    ids[names.artists[known]] = found.artist_ids[known]
    catalog.copy_artists(dataset, ids, names, found.artist_songs, found.artist_points)
    catalog.replace_genres(dataset, found.genres)
    own_artist = np.where(known, found.artist_ids, names.song_ids)
    progress = reporter.stage("Storing what songs are compared on")
    if complete.any():
        catalog.copy_vectors(
            names.song_ids[complete],
            own_artist[complete],
            comparison.scaled[complete],
            catalog.load_filtered(dataset)[complete],
            progress=progress,
        )
    catalog.copy_texts(
        dataset, names.song_ids, found.artist_ids, progress=reporter.stage("Storing what songs are found by")
    )
    for model in (SongText, SongVector):
        songs.refresh_statistics(model._meta.db_table)
    Catalog.objects.update_or_create(
        dataset=dataset,
        defaults={
            "songs_count": len(names.song_ids),
            "compared": int(complete.sum()),
            "features": comparison.features,
            "centers": comparison.centers.tolist(),
            "spreads": comparison.spreads.tolist(),
            "artists_count": len(names.artist_names),
            "genres_count": len(names.genre_names),
            "periods": [asdict(period) for period in found.periods],
        },
    )
