"""The notebook of a run: what reads its exported CSV and comes to the same groups with pandas and scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clustering.analysis.features import CIRCULAR, FEATURES
from clustering.analysis.partition import ALGORITHMS
from clustering.exports.columns import result_names
from clustering.exports.filled import filled_columns
from clustering.exports.notebook import cells
from clustering.models import Fill, Run
from clustering.songfiles.columns import ColumnMap
from clustering.storage.fills import filled_features

TITLE = """\
# A run, done again

Put this beside the CSV that was exported from the run. It needs pandas and scikit-learn, and nothing else."""
MAX_FLOAT32 = 3.4e38


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the notebook: text for people, or code."""

    kind: str  # "markdown" or "code"
    source: str


def notebook_json(run: Run, *, csv_name: str) -> dict[str, Any]:
    """Return the notebook of a run, in Jupyter's format 4.5."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "cells": [
            {"id": f"cell-{place}", "cell_type": cell.kind, "metadata": {}, "source": cell.source}
            | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})
            for place, cell in enumerate(run_cells(run, csv_name=csv_name))
        ],
    }


def notebook_script(run: Run, *, csv_name: str) -> str:
    """Return the same as a Python script."""
    parts = []
    for cell in run_cells(run, csv_name=csv_name):
        if cell.kind == "markdown":
            lines = (line.lstrip("# ") if line.startswith("#") else line for line in cell.source.splitlines())
            parts.append("\n".join(f"# {line}".rstrip() for line in lines))
        else:
            parts.append(cell.source)
    return "\n\n\n".join(parts) + "\n"


def run_cells(run: Run, *, csv_name: str) -> list[Cell]:
    """Return the cells of a run's notebook."""
    algorithm = ALGORITHMS[run.algorithm].notebook
    code = [
        ("The settings of the run.", _settings(run, csv_name)),
        (
            "The libraries, with the versions of the run and of this machine.",
            cells.imports(algorithm.imports),
        ),
        ("How the cells of the file are read.", cells.READERS),
        ("The features of each song. Missing values are left out or filled, as in the run.", cells.VALUES),
        (
            "All features scaled, times their weights.",
            "\n\n\n".join([cells.CIRCLE, cells.SCALE] if _circular(run) else [cells.SCALE]),
        ),
        ("The groups, from the beginning.", f"{algorithm.code}\n\n{cells.NUMBER}"),
        ("The scores, as the pages show them.", cells.SILHOUETTE),
        ("Are they the same groups?", cells.COMPARE),
    ]
    parts = [Cell("markdown", TITLE)]
    for text, source in code:
        parts += [Cell("markdown", text), Cell("code", source)]
    return parts


def _settings(run: Run, csv_name: str) -> str:
    """Write the settings as literals, so that no name in a file can be more than a text."""
    written = run.dataset.uploads.all()[0].column_map
    columns = ColumnMap.from_dict(written) if written else ColumnMap("")
    own = [match.column for match in columns.matches]
    filled = filled_columns(filled_features(run.dataset), own)
    names = {
        "FILE": csv_name,
        "CLUSTER_COLUMN": result_names(run, [*own, *filled.values()])[0],
        "SONGS": run.songs_count + run.left_out,
        "FEATURES": _features(run, columns) | _filled(run, filled),
        "CIRCULAR": _circular(run),
        "WEIGHTS": run.weights,
        "SCALER": run.scaler,
        "MISSING": run.missing,
        "K": run.k,
        "MIN_CLUSTER_SIZE": run.min_cluster_size,
        "SEED": run.seed,
        "FIT_ON": run.sample_size,
        "VERSIONS": run.versions,
        **ALGORITHMS[run.algorithm].notebook.constants,
    }
    return "\n".join(f"{name} = {_literal(value)}" for name, value in names.items())


def _features(run: Run, column_map: ColumnMap) -> dict[str, tuple[str, str, str, float, float]]:
    """Return the column of each feature of a run, how it is written, and its plausible range."""
    quality = run.dataset.quality
    kept = {column.field for column in (quality.columns if quality else ()) if column.out_of_range_kept}
    decimals = {match.column: match.decimal for match in column_map.matches}
    sources = column_map.sources
    found = {}
    for name in run.features:
        match = None if name in run.dataset.extra_columns else sources.get(name)
        limits = (
            (FEATURES[name].low, FEATURES[name].high) if name in FEATURES else (-MAX_FLOAT32, MAX_FLOAT32)
        )
        if match is None:
            found[name] = (name, "", decimals.get(name, ""), -MAX_FLOAT32, MAX_FLOAT32)
        else:
            unit = f"year {match.unit}".strip() if name == "release_year" else match.unit
            limits = (-MAX_FLOAT32, MAX_FLOAT32) if name in kept else limits
            found[name] = (match.column, unit, match.decimal, *limits)
    return found


def _filled(run: Run, columns: dict[str, str]) -> dict[str, tuple[str, str, str, float, float]]:
    """Return the columns of the features of a run that were filled in before it was started."""
    before = Fill.objects.filter(dataset=run.dataset, applied_at__lt=run.created_at).applied()
    names = {name for fill in before for name in fill.features}
    return {
        name: (column, "", ".", -MAX_FLOAT32, MAX_FLOAT32)
        for name, column in columns.items()
        if name in names and name in run.features
    }


def _circular(run: Run) -> tuple[str, ...]:
    return tuple(name for name in run.fitted_model.scaling.circular if name in CIRCULAR)


def _literal(value: Any) -> str:
    if not isinstance(value, dict):
        return repr(value)
    lines = [f"    {key!r}: {item!r}," for key, item in value.items()]
    return "\n".join(["{", *lines, "}"]) if lines else "{}"
