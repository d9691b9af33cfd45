"""From stored songs to the matrix that groups are looked for in: load, see to gaps, scale and weigh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.analysis.partition import sample_rows
from clustering.analysis.progress import Progress
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.scaling import Scaling, fit_scaling
from clustering.models import Dataset, Run
from clustering.storage import songs

BATCH_SONGS = 100_000
"""Songs that are read at once where all of them would not fit."""


@dataclass(frozen=True)
class Prepared:
    """The songs that take part.

    ``song_ids`` (n,), ``values`` (n, d) in real units without gaps, ``scaled`` (n, d) as distances
    are measured, ``popularity`` and ``release_year`` (n,) with NaN where unknown.
    """

    song_ids: NDArray[np.int64]
    values: NDArray[np.float32]
    scaled: NDArray[np.float32]
    popularity: NDArray[np.float32]
    release_year: NDArray[np.float32]
    left_out: int
    medians: dict[str, float]
    scaling: Scaling


def prepare_songs(dataset: Dataset, settings: RunSettings, progress: Progress) -> Prepared:
    """Load a dataset's songs or the sample to fit on, leave out or fill those with gaps, and scale their features."""
    features = settings.features
    drawn = None
    if settings.sample_size is not None:
        drawn = sample_rows(dataset.songs_count, settings.sample_size, settings.seed)
    matrix = songs.load_matrix(dataset, _columns(settings), only=drawn, progress=progress)
    # copies, as a view of two columns would keep all of them in memory
    values, ids = matrix.values[:, :-2], matrix.song_ids
    popularity, year = matrix.values[:, -2].copy(), matrix.values[:, -1].copy()
    _refuse_empty(features, np.isnan(values), sampled=drawn is not None)
    medians: dict[str, float] = {}
    if settings.fills_gaps:
        medians = dict(zip(features, (float(m) for m in np.nanmedian(values, axis=0)), strict=True))
    values, keep = _see_to_gaps(values, settings, medians)
    if not keep.all():
        values, popularity, year, ids = values[keep], popularity[keep], year[keep], ids[keep]
    left_out = len(keep) - len(ids)
    if len(ids) < 3:
        raise AnalysisError(
            f"Only {len(ids)} of {len(keep):,} songs have a value for every chosen feature, and at least 3 are "
            "needed. Choose fewer features, or fill gaps with the median."
        )
    values = np.ascontiguousarray(values)
    del matrix
    scaling = fit_scaling(values, features, scaler=settings.scaler, weights=settings.weights)
    return Prepared(ids, values, scaling.transform(values), popularity, year, left_out, medians, scaling)


def prepare_in_batches(
    dataset: Dataset, settings: RunSettings, fitted: Prepared, progress: Progress
) -> Iterator[Prepared]:
    """Load all of a dataset's songs, some at a time, and see to their gaps and scale as was fitted to a sample."""
    after = seen = 0
    while seen < dataset.songs_count:
        at_once = min(BATCH_SONGS, dataset.songs_count - seen)
        matrix = songs.load_matrix(dataset, _columns(settings), after=after, most=at_once)
        if not len(matrix.song_ids):
            return
        after, seen = int(matrix.song_ids[-1]) - dataset.first_song_id, seen + len(matrix.song_ids)
        values, keep = _see_to_gaps(matrix.values[:, :-2], settings, fitted.medians)
        values = np.ascontiguousarray(values[keep])
        yield replace(
            fitted,
            song_ids=matrix.song_ids[keep],
            values=values,
            scaled=fitted.scaling.transform(values),
            popularity=matrix.values[keep, -2],
            release_year=matrix.values[keep, -1],
            left_out=int(np.count_nonzero(~keep)),
        )
        progress(seen, dataset.songs_count)


@dataclass(frozen=True)
class Later:
    """Songs that came after a run was made: ids (n,), real units (n, d) without gaps, and scaled (n, d)."""

    song_ids: NDArray[np.int64]
    values: NDArray[np.float32]
    scaled: NDArray[np.float32]
    left_out: int


def prepare_later_songs(run: Run, *, after: int, progress: Progress) -> Later:
    """Load the songs after a row, and see to their gaps and scale as the run did with its own."""
    matrix = songs.load_matrix(run.dataset, run.features, after=after, progress=progress)
    values, keep = _see_to_gaps(matrix.values, run.settings, run.model["medians"])
    values = np.ascontiguousarray(values[keep])
    scaled = Scaling.from_dict(run.model["scaling"]).transform(values)
    return Later(matrix.song_ids[keep], values, scaled, int(np.count_nonzero(~keep)))


def _columns(settings: RunSettings) -> list[str]:
    return [*settings.features, "popularity", "release_year"]


def _see_to_gaps(
    values: NDArray[np.float32], settings: RunSettings, medians: Mapping[str, float]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Fill gaps where the settings say so, and say which songs take part."""
    gaps: NDArray[np.bool_] = np.isnan(values)
    if not settings.fills_gaps:
        return values, ~np.asarray(gaps.any(axis=1))
    middle = np.array([medians[name] for name in settings.features], dtype=np.float32)
    # a song with nothing at all would only be put where the medians meet
    return np.where(gaps, middle, values), ~np.asarray(gaps.all(axis=1))


def _refuse_empty(features: Sequence[str], gaps: NDArray[np.bool_], *, sampled: bool) -> None:
    empty = [name for name, all_gone in zip(features, np.asarray(gaps.all(axis=0)), strict=True) if all_gone]
    if empty:
        labels = ", ".join(FEATURES[name].label if name in FEATURES else name for name in empty)
        nobody = "No song of the sample" if sampled else "No song"
        raise AnalysisError(f"{nobody} has a value for {labels}. Leave it out of the features.")
