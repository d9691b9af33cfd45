"""From stored songs to the matrix that is clustered: load, fill or leave out gaps, scale and weigh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.describing.accumulation import SongBatch
from clustering.analysis.features import FEATURES
from clustering.analysis.partition import sample_rows
from clustering.analysis.progress import Progress
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.scaling import Scaling, fit_scaling
from clustering.models import Dataset, Run
from clustering.storage.matrix import Matrix, load_matrix

BATCH_SONGS = 100_000
"""Songs that are read at once where all of them would not fit."""


@dataclass(frozen=True)
class Preparation:
    """How the songs of a run are prepared: by its settings, and what was measured of the songs that it was fitted to.

    ``medians`` fill the gaps of each feature; there are none where songs with gaps are left out.
    """

    settings: RunSettings
    medians: Mapping[str, float]
    scaling: Scaling

    def apply(self, matrix: Matrix) -> PreparedSongs:
        """Prepare further songs, whose columns are those of `_columns`."""
        values, keep = _fill_gaps(matrix.values[:, :-2], self.settings, self.medians)
        values = np.ascontiguousarray(values[keep])
        return PreparedSongs(
            song_ids=matrix.song_ids[keep],
            values=values,
            scaled=self.scaling.transform(values),
            popularity=matrix.values[keep, -2],
            release_year=matrix.values[keep, -1],
            left_out=int(np.count_nonzero(~keep)),
            preparation=self,
        )


@dataclass(frozen=True, slots=True)
class PreparedSongs(SongBatch):
    """Songs that take part in a run, with their ``release_year`` (n,), NaN where unknown.

    ``left_out`` counts the songs beside them that lack a feature.
    """

    release_year: NDArray[np.float32]
    left_out: int
    preparation: Preparation


def prepare_songs(dataset: Dataset, settings: RunSettings, progress: Progress) -> PreparedSongs:
    """Load a dataset's songs or the sample to fit on, fill or leave out gaps, and scale the features."""
    features = settings.features
    sample = None
    if settings.sample_size is not None:
        sample = sample_rows(dataset.songs_count, settings.sample_size, settings.seed)
    matrix = load_matrix(dataset, _columns(settings), only=sample, progress=progress)
    # copies, as a view of two columns would keep all of them in memory
    values, ids = matrix.values[:, :-2], matrix.song_ids
    popularity, year = matrix.values[:, -2].copy(), matrix.values[:, -1].copy()
    _refuse_empty(features, np.isnan(values), sampled=sample is not None)
    medians: dict[str, float] = {}
    if settings.fills_gaps:
        medians = dict(zip(features, (float(m) for m in np.nanmedian(values, axis=0)), strict=True))
    values, keep = _fill_gaps(values, settings, medians)
    if not keep.all():
        values, popularity, year, ids = values[keep], popularity[keep], year[keep], ids[keep]
    left_out = len(keep) - len(ids)
    if len(ids) < 3:
        raise AnalysisError(
            f"Only {len(ids)} of {len(keep):,} songs have a value for every chosen feature, and at least 3 are "
            "needed. Choose fewer features, or fill in the median."
        )
    values = np.ascontiguousarray(values)
    del matrix
    scaling = fit_scaling(values, features, scaler=settings.scaler, weights=settings.weights)
    return PreparedSongs(
        song_ids=ids,
        values=values,
        scaled=scaling.transform(values),
        popularity=popularity,
        release_year=year,
        left_out=left_out,
        preparation=Preparation(settings, medians, scaling),
    )


def prepare_in_batches(
    dataset: Dataset, preparation: Preparation, progress: Progress
) -> Iterator[PreparedSongs]:
    """Load all of a dataset's songs, some at a time, and prepare them as the sample that was fitted."""
    after = seen = 0
    while seen < dataset.songs_count:
        at_once = min(BATCH_SONGS, dataset.songs_count - seen)
        matrix = load_matrix(dataset, _columns(preparation.settings), after=after, most=at_once)
        if not len(matrix.song_ids):
            return
        after, seen = int(matrix.song_ids[-1]) - dataset.first_song_id, seen + len(matrix.song_ids)
        yield preparation.apply(matrix)
        progress(seen, dataset.songs_count)


def prepare_later_songs(run: Run, *, after: int, progress: Progress) -> PreparedSongs:
    """Load the songs after a row, and prepare them as the run's own."""
    preparation = Preparation(run.settings, run.fitted_model.medians, run.fitted_model.scaling)
    matrix = load_matrix(run.dataset, _columns(run.settings), after=after, progress=progress)
    return preparation.apply(matrix)


def _columns(settings: RunSettings) -> list[str]:
    return [*settings.features, "popularity", "release_year"]


def _fill_gaps(
    values: NDArray[np.float32], settings: RunSettings, medians: Mapping[str, float]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Fill gaps where the settings say so, and tell which songs take part."""
    gaps: NDArray[np.bool_] = np.isnan(values)
    if not settings.fills_gaps:
        return values, ~np.asarray(gaps.any(axis=1))
    fill = np.array([medians[name] for name in settings.features], dtype=np.float32)
    # a song without any value would only be put where the medians meet
    return np.where(gaps, fill, values), ~np.asarray(gaps.all(axis=1))


def _refuse_empty(features: Sequence[str], gaps: NDArray[np.bool_], *, sampled: bool) -> None:
    empty = [name for name, is_empty in zip(features, np.asarray(gaps.all(axis=0)), strict=True) if is_empty]
    if empty:
        labels = ", ".join(FEATURES[name].label if name in FEATURES else name for name in empty)
        subject = "No song of the sample" if sampled else "No song"
        raise AnalysisError(f"{subject} has a value for {labels}. Leave it out of the features.")
