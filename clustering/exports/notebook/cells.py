"""The text of a notebook's cells: plain pandas and scikit-learn. How an algorithm clusters is in its own module.

The settings of a run are names in capitals, written by the cell before. What is set here is what
`clustering.analysis` does, and tests hold the two together.
"""

from __future__ import annotations

import inspect
from types import ModuleType

from clustering.songfiles import keys, times, units, values


def imports(algorithm: str) -> str:
    """Return the first lines of a notebook, with the import of an algorithm's estimator."""
    return f"""\
import math
import re
import warnings

import numpy as np
import pandas as pd
import sklearn
{algorithm}
from sklearn.metrics import (
    calinski_harabasz_score, davies_bouldin_score, pairwise_distances_chunked, silhouette_score
)
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, RobustScaler, StandardScaler
from threadpoolctl import threadpool_limits  # comes with scikit-learn

warnings.filterwarnings("ignore", category=sklearn.exceptions.ConvergenceWarning)
for library, version in VERSIONS.items():
    print(library, version, "made the run")
print("scikit-learn", sklearn.__version__, "and numpy", np.__version__, "run here")"""


def _code_of(module: ModuleType) -> str:
    """Return a module's text without its docstring and what only the project has."""
    text = inspect.getsource(module).split('"""', 2)[2]
    mine = ("from __future__", "from clustering")
    return "\n".join(line for line in text.splitlines() if not line.startswith(mine)).strip()


_CELL_READERS = ", ".join(
    f"{unit!r}: ({reader.__name__}, {factor!r})" for unit, (reader, factor) in units.CELL_READERS.items()
)

READERS = "\n\n\n".join(
    [
        *(_code_of(module) for module in (values, keys, times)),
        f"FACTORS = {units.FACTORS!r}\nCELL_READERS = {{{_CELL_READERS}}}",
        inspect.getsource(units.read_number).strip(),
    ]
)
"""How cells are read: the very functions that read the file when it was uploaded."""

VALUES = """\
def read(cells, unit, decimal, low, high):
    \"\"\"Turn cells into numbers; what is no number, or impossible, is missing.\"\"\"
    words = {}
    for cell in cells.unique():
        if unit.startswith("year"):
            words[cell] = year_in(cell, unit.removeprefix("year").strip()) or math.nan
        else:
            words[cell] = read_number(cell, unit, decimal)
    found = cells.map(words).astype("float64")
    return found.where(found.between(low, high)).astype("float32")


# songs that were added after the run come later in the file
songs = pd.read_csv(FILE, dtype=str, keep_default_na=False, nrows=SONGS)
values = np.column_stack([read(songs[column], *written) for column, *written in FEATURES.values()])
# the songs that the groups are found on: all, or a random sample
fitted = np.full(len(songs), FIT_ON is None)
if FIT_ON is not None:
    fitted[np.random.default_rng(SEED).choice(len(songs), FIT_ON, replace=False, shuffle=False)] = True
gaps = np.isnan(values)
if MISSING == "median":
    values = np.where(gaps, np.nanmedian(values[fitted], axis=0).astype("float32"), values)
    kept = ~gaps.all(axis=1)
else:
    kept = ~gaps.any(axis=1)
values, fitted = values[kept].astype("float64"), fitted[kept]
exported = songs.loc[kept, CLUSTER_COLUMN].astype(int).to_numpy()
print(f"{len(values):,} songs, {len(songs) - len(values):,} left out")"""

CIRCLE = """\
def circle(keys):
    \"\"\"Put keys on the circle of fifths, both coordinates together as wide as one feature.\"\"\"
    angle = keys * (7 * 2 * np.pi / 12)
    around = np.column_stack([np.cos(angle), np.sin(angle)])
    if SCALER == "minmax":
        width = 2.0
    else:
        width = np.sqrt(around[fitted].var(axis=0).sum()) * (1.349 if SCALER == "robust" else 1.0)
    return (around - around[fitted].mean(axis=0)) / width"""

SCALE = """\
def scale(column):
    \"\"\"Bring one feature to the common scale.\"\"\"
    one = column.reshape(-1, 1)
    if SCALER == "yeo-johnson":
        step = -(-fitted.sum() // 100_000)
        one = PowerTransformer(standardize=False).fit(one[fitted][::step]).transform(one)
    by = {"minmax": MinMaxScaler, "robust": RobustScaler}.get(SCALER, StandardScaler)
    return by().fit(one[fitted]).transform(one)


X = np.hstack([
    (circle(values[:, place]) if name in CIRCULAR else scale(values[:, place])) * WEIGHTS.get(name, 1.0)
    for place, name in enumerate(FEATURES)
]).astype("float32")"""

NUMBER = """\
# groups are numbered by size, the largest first, and equal ones by their middles; songs of no group keep their -1
sizes = np.bincount(labels[labels >= 0])
middles = np.stack([X[labels == group].mean(axis=0, dtype="float64") for group in range(len(sizes))])
new = np.empty(len(sizes), dtype=int)
new[np.lexsort((*middles.T[::-1], -sizes))] = np.arange(len(sizes))
labels = np.where(labels >= 0, new[labels], -1)"""

SILHOUETTE = """\
def sampled_silhouette(X, labels):
    \"\"\"Compare about a thousand songs, drawn from each group by its size, with all songs.\"\"\"
    rng, sizes = np.random.default_rng(SEED), np.bincount(labels)
    wanted = np.maximum(100, np.rint(1_000 * sizes / sizes.sum()).astype(int))
    lots = None if FIT_ON is None else rng.random(len(labels))
    rows = []
    for group, size in enumerate(sizes):
        members = np.flatnonzero(labels == group)
        if lots is None:
            rows.append(members[rng.choice(size, min(size, wanted[group]), replace=False, shuffle=False)])
        else:  # the songs went by in batches
            rows.append(members[np.argsort(lots[members], kind="stable")[:wanted[group]]])
    rows = np.sort(np.concatenate(rows))
    in_group = np.eye(len(sizes))[labels]
    sums = np.concatenate(list(pairwise_distances_chunked(
        X[rows], X, reduce_func=lambda part, start: part @ in_group, working_memory=256
    )))
    own, here = labels[rows], np.arange(len(rows))
    within = sums[here, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[here, own] = np.inf
    other = means.min(axis=1)
    found = np.where(sizes[own] == 1, 0.0, (other - within) / np.maximum(other, within))
    return float(sum(found[own == group].mean() * size for group, size in enumerate(sizes)) / sizes.sum())


inside = labels >= 0
exact = inside.sum() <= 20_000 and FIT_ON is None
silhouette = (silhouette_score if exact else sampled_silhouette)(X[inside].astype("float64"), labels[inside])
print(f"Silhouette {silhouette:,.4f}" + (" (exact)" if exact else " (from a random sample, as on the page)"))
print(f"Davies-Bouldin {davies_bouldin_score(X[inside].astype('float64'), labels[inside]):,.4f}")
print(f"Calinski-Harabasz {calinski_harabasz_score(X[inside].astype('float64'), labels[inside]):,.4f}")
for group, size in enumerate(np.bincount(labels[inside])):
    print(f"Group {group}: {size:,} songs")
if not inside.all():
    print(f"No group: {(~inside).sum():,} songs")"""

COMPARE = """\
same = labels == exported
print(f"{same.sum():,} of {len(same):,} songs are in the group that the file names")"""
