"""From stored songs to the matrix that groups are looked for in: load, see to gaps, scale and weigh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.analysis.progress import Progress
from clustering.analysis.scaling import Scaling, fit_scaling
from clustering.bulk import songs
from clustering.models import Dataset, Run


class FeatureSettings(Protocol):
    """What decides the matrix: a run has it, and so has whatever is to be comparable with runs."""

    dataset: Dataset
    features: list[str]
    scaler: str
    missing: str
    weights: dict[str, float]


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


def prepare_songs(settings: FeatureSettings, progress: Progress) -> Prepared:
    """Load a dataset's songs, leave out or fill the ones with gaps, and scale their features."""
    features = settings.features
    columns = [*features, "popularity", "release_year"]
    matrix = songs.load_matrix(settings.dataset, columns, progress=progress)
    # copies, as a view of two columns would keep all of them in memory
    values, ids = matrix.values[:, :-2], matrix.song_ids
    popularity, year = matrix.values[:, -2].copy(), matrix.values[:, -1].copy()
    gaps: NDArray[np.bool_] = np.isnan(values)
    _refuse_empty(features, gaps)
    medians: dict[str, float] = {}
    if settings.missing == Run.Missing.MEDIAN:
        middle = np.nanmedian(values, axis=0)
        medians = dict(zip(features, (float(m) for m in middle), strict=True))
        # a song with nothing at all would only be put where the medians meet
        keep = ~np.asarray(gaps.all(axis=1))
        values = np.where(gaps, middle.astype(np.float32), values)
    else:
        keep = ~np.asarray(gaps.any(axis=1))
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
    gaps = np.isnan(matrix.values)
    values, keep = matrix.values, ~np.asarray(gaps.any(axis=1))
    if run.missing == Run.Missing.MEDIAN:
        middle = np.array([run.model["medians"][name] for name in run.features], dtype=np.float32)
        values, keep = np.where(gaps, middle, values), ~np.asarray(gaps.all(axis=1))
    values = np.ascontiguousarray(values[keep])
    scaled = Scaling.from_dict(run.model["scaling"]).transform(values)
    return Later(matrix.song_ids[keep], values, scaled, int(np.count_nonzero(~keep)))


def _refuse_empty(features: Sequence[str], gaps: NDArray[np.bool_]) -> None:
    empty = [name for name, all_gone in zip(features, np.asarray(gaps.all(axis=0)), strict=True) if all_gone]
    if empty:
        labels = ", ".join(FEATURES[name].label if name in FEATURES else name for name in empty)
        raise AnalysisError(f"No song has a value for {labels}. Leave it out of the features.")
