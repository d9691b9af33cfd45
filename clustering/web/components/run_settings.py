"""What the forms for a new run and for new advice offer: what songs can be grouped by, and where to begin."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from clustering.analysis.features import FEATURES, SONG_NUMBERS, feature_named
from clustering.analysis.presets import PRESETS, Preset
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.sampling import OFFERED_FROM
from clustering.analysis.song_statistics import ColumnStatistics
from clustering.models import Dataset, Run


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that songs can be grouped by."""

    name: str
    label: str
    meaning: str
    missing: int
    constant: bool


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The dataset, what it can be grouped by, and what to begin with."""

    dataset: Dataset
    choices: tuple[Choice, ...]
    presets: tuple[Preset, ...]
    begin_with: RunSettings
    again: Run | None
    is_chosen: bool
    """Whether the address chooses features or a sample, which the form then shows at once."""

    @property
    def with_sample(self) -> bool:
        """Whether to offer that groups are found on a sample: of many songs, or where it was done before."""
        return self.dataset.songs_count > OFFERED_FROM or self.begin_with.sample_size is not None

    @classmethod
    def read(
        cls,
        dataset: Dataset,
        *,
        again: int | None = None,
        preset: str = "",
        sample_size: int | None = None,
        only: Collection[str] = (),
    ) -> SettingsPage:
        """Read what can be chosen, and where the form begins.

        It begins with an earlier run's settings or with those of a preset, on a sample where one is asked for, and
        with only some features where these are named: then the number of groups is chosen anew.
        """
        run = dataset.runs.without_model().filter(pk=again).first() if again is not None else None
        choices = _choices(dataset)
        presets = tuple(
            known
            for known in PRESETS.values()
            if any(name in dataset.usual_features for name in known.weights)
        )
        settings = _with_preset(
            dataset,
            _begin_with(dataset, run),
            next((known for known in presets if known.name == preset), None),
        )
        if sample_size:
            settings = replace(settings, sample_size=sample_size)
        if named := tuple(choice.name for choice in choices if choice.name in only):
            settings = replace(settings, features=named, weights={}, n_clusters=None)
        return cls(
            dataset=dataset,
            choices=choices,
            presets=presets,
            begin_with=settings,
            again=run,
            is_chosen=bool(preset or sample_size or only),
        )


def _choices(dataset: Dataset) -> tuple[Choice, ...]:
    columns = dataset.statistics.columns
    matched = {
        match["field"] for upload in dataset.uploads.all() for match in upload.column_map.get("matches", ())
    }
    names = [name for name in dataset.features if name in FEATURES]
    names += [name for name in SONG_NUMBERS if name in matched and name not in dataset.extra_columns]
    return tuple(_choice(name, columns.get(name)) for name in (*names, *dataset.extra_columns))


def _choice(name: str, column: ColumnStatistics | None) -> Choice:
    feature = feature_named(name)
    missing, constant = (column.missing, column.constant) if column else (0, False)
    return Choice(name, feature.label, feature.meaning, missing, constant)


def _begin_with(dataset: Dataset, run: Run | None) -> RunSettings:
    if run is None:
        return RunSettings(features=tuple(dataset.usual_features))
    return replace(run.settings, n_clusters=run.k_requested or run.k)


def _with_preset(dataset: Dataset, settings: RunSettings, preset: Preset | None) -> RunSettings:
    if preset is None:
        return settings
    weights = {name: weight for name, weight in preset.weights.items() if name in dataset.usual_features}
    return replace(settings, features=tuple(weights), weights=weights)
