"""A filter of Explore in a few words, for the name of what is made of its songs."""

from __future__ import annotations

from collections.abc import Iterator

from clustering.analysis.features import feature_named
from clustering.models import Dataset, Run
from clustering.storage.kept_columns import EXTRA
from clustering.storage.song_filters import OTHER_GENRES, NumberRange, SongFilter
from clustering.web.components.formatting import formatted


def filter_words(dataset: Dataset, run: Run | None, asked: SongFilter) -> str:
    """Return what songs have to be to pass: "Calmer · Tempo 96 BPM to 120 BPM · 1980s"; nothing where all pass."""
    return " · ".join(_parts(dataset, run, asked))


def _parts(dataset: Dataset, run: Run | None, asked: SongFilter) -> Iterator[str]:
    if asked.text:
        yield f"“{asked.text}”"
    if asked.groups and run is not None:
        names = {cluster.index: cluster.name for cluster in run.clusters.filter(index__in=asked.groups)}
        yield _any([names[index] for index in asked.groups if index in names])
    for one in asked.ranges:
        yield _range(one, dataset)
    genres = [*asked.first_genres, *asked.genres]
    if genres:
        yield _any(["other genres" if name == OTHER_GENRES else name for name in genres])
    if asked.decades:
        yield _any([f"{year}s" for year in asked.decades])
    if asked.also:
        yield "in a group of another run"
    if asked.outline:
        yield "an area of the map"


def _any(names: list[str]) -> str:
    return " or ".join(names)


def _range(one: NumberRange, dataset: Dataset) -> str:
    name = one.column.removeprefix(EXTRA)
    label = feature_named(name).label
    low, high = (formatted(name, end, scaled=dataset.scaled_features) for end in (one.low, one.high))
    if one.low is None:
        return f"{label} under {high}"
    return f"{label} from {low}" if one.high is None else f"{label} {low} to {high}"
