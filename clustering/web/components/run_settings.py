"""What the form for a new run offers: what songs can be grouped by, where to begin, and what to know beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from clustering.analysis.features import FEATURES, SONG_NUMBERS, feature_named
from clustering.analysis.presets import PRESETS, Preset
from clustering.analysis.sampling import OFFERED_FROM
from clustering.analysis.settings_checks import Guard, Plan, guard
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
class RunNew:
    """The dataset, what it can be grouped by, and what to begin with."""

    dataset: Dataset
    choices: tuple[Choice, ...]
    presets: tuple[Preset, ...]
    initial: Mapping[str, Any]
    again: Run | None

    @property
    def with_sample(self) -> bool:
        """Whether to offer that groups are found on a sample: of many songs, or where it was done before."""
        return self.dataset.songs_count > OFFERED_FROM or self.initial["fit_on"] is not None


def run_new(
    user: User | AnonymousUser,
    dataset_id: int,
    *,
    again: int | None = None,
    preset: str = "",
    fit_on: int | None = None,
) -> RunNew | None:
    """Return the page of a new run, or None when this person may not start one.

    It begins with an earlier run's settings or with those of a preset, and on a sample where one is asked for.
    """
    dataset = Dataset.objects.editable_by(user).filter(pk=dataset_id).first()
    if dataset is None:
        return None
    run = dataset.runs.defer("model", "overall").filter(pk=again).first() if again is not None else None
    choices = _choices(dataset)
    presets = tuple(
        one for one in PRESETS.values() if any(name in dataset.usual_features for name in one.weights)
    )
    chosen = next((one for one in presets if one.name == preset), None)
    return RunNew(
        dataset=dataset,
        choices=choices,
        presets=presets,
        initial=_initial(dataset, run) | _of_preset(dataset, chosen) | ({"fit_on": fit_on} if fit_on else {}),
        again=run,
    )


def guards(dataset: Dataset, settings: Mapping[str, Any]) -> tuple[Guard, ...]:
    """Return what to know before a run with these settings, from the dataset's quality report alone."""
    return guard(
        Plan(
            songs=dataset.songs_count,
            features=settings["features"],
            scaler=settings["scaler"],
            algorithm=settings["algorithm"],
            missing=settings["missing"],
            k=settings["k"],
            weights=settings["weights"],
            columns=_columns(dataset),
            correlations=_correlations(dataset.report or {}),
        )
    )


def _correlations(report: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    known = report.get("correlations") or {"features": [], "matrix": []}
    alike = [(one, other, r) for one, other, r in report.get("others_alike", ())]
    return {
        (one, other): r
        for one, row in zip(known["features"], known["matrix"], strict=True)
        for other, r in zip(known["features"], row, strict=True)
        if r is not None
    } | {pair: r for one, other, r in alike for pair in ((one, other), (other, one))}


def _columns(dataset: Dataset) -> dict[str, Mapping[str, Any]]:
    report = dataset.report or {}  # one of an earlier version has no others, and not what is alike
    return {column.get("field"): column for column in (*report.get("others", ()), *report.get("columns", ()))}


def _choices(dataset: Dataset) -> tuple[Choice, ...]:
    columns = _columns(dataset)
    matched = {
        match["field"] for upload in dataset.uploads.all() for match in upload.column_map.get("matches", ())
    }
    names = [name for name in dataset.features if name in FEATURES]
    names += [name for name in SONG_NUMBERS if name in matched and name not in dataset.extra_columns]
    return tuple(_choice(name, columns.get(name, {})) for name in (*names, *dataset.extra_columns))


def _choice(name: str, column: Mapping[str, Any]) -> Choice:
    feature = feature_named(name)
    return Choice(
        name, feature.label, feature.meaning, column.get("missing", 0), bool(column.get("constant"))
    )


def _initial(dataset: Dataset, run: Run | None) -> dict[str, Any]:
    if run is None:
        return {
            "features": dataset.usual_features,
            "algorithm": Run.Algorithm.KMEANS,
            "k": None,
            "min_cluster_size": None,
            "scaler": Run.Scaler.STANDARD,
            "missing": Run.Missing.DROP,
            "weights": {},
            "seed": 42,
            "fit_on": None,
        }
    return {
        "features": run.features,
        "algorithm": run.algorithm,
        "k": run.k_requested or run.k,
        "min_cluster_size": run.min_cluster_size,
        "scaler": run.scaler,
        "missing": run.missing,
        "weights": run.weights,
        "seed": run.seed,
        "fit_on": run.fit_on,
    }


def _of_preset(dataset: Dataset, preset: Preset | None) -> dict[str, Any]:
    if preset is None:
        return {}
    weights = {name: weight for name, weight in preset.weights.items() if name in dataset.usual_features}
    return {"features": list(weights), "weights": weights}
