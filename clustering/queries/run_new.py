"""What the form for a new run offers: the features that a dataset has, and an earlier run's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from clustering.analysis.features import FEATURES
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
    initial: Mapping[str, Any]
    again: Run | None


def run_new(user: User | AnonymousUser, dataset_id: int, *, again: int | None = None) -> RunNew | None:
    """Return the page of a new run, or None when this person may not start one."""
    dataset = Dataset.objects.editable_by(user).filter(pk=dataset_id).first()
    if dataset is None:
        return None
    run = dataset.runs.defer("model", "overall").filter(pk=again).first() if again is not None else None
    columns = {c.get("field"): c for c in (dataset.report or {}).get("columns", ())}
    choices = tuple(_choice(name, columns.get(name, {})) for name in dataset.features) + tuple(
        Choice(name, name, "A numeric column of your file.", 0, False) for name in dataset.extra_columns
    )
    return RunNew(dataset=dataset, choices=choices, initial=_initial(dataset, run), again=run)


def _choice(name: str, column: Mapping[str, Any]) -> Choice:
    feature = FEATURES[name]
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
            "seed": 42,
        }
    return {
        "features": run.features,
        "algorithm": run.algorithm,
        "k": run.k_requested or run.k,
        "min_cluster_size": run.min_cluster_size,
        "scaler": run.scaler,
        "missing": run.missing,
        "seed": run.seed,
    }
