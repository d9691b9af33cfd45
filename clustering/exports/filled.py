"""The columns that an exported table has since features were filled in: each feature, and where it came from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clustering.exports.columns import free_name
from clustering.models import Dataset
from clustering.songfiles import arrays
from clustering.storage.fills import load_filled

FROM = "features_from"


def filled_columns(features: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Return the column of each of the features that were filled in, named otherwise than the file's own `columns`."""
    taken = {name.lower() for name in columns}
    names: dict[str, str] = {}
    for name in features:
        names[name] = free_name(name, taken)
        taken.add(names[name].lower())
    return names


def append_filled(
    table: pa.Table, dataset: Dataset, features: Sequence[str], rows: NDArray[np.int64]
) -> pa.Table:
    """Append the features that were filled in, as songs have them now, and where each song's came from."""
    names = filled_columns(features, table.column_names)
    if not names or not len(rows):
        return table
    first, last = int(rows[0]), int(rows[-1])
    values, sources = load_filled(dataset, list(names), first=first, last=last)
    at = rows - first
    for feature, name in names.items():
        cells = values[feature][at]
        table = table.append_column(name, arrays.numbers(cells, absent=np.isnan(cells)))
    taken = {name.lower() for name in table.column_names}
    texts = arrays.texts([sources.get(int(row)) for row in rows])
    return table.append_column(free_name(FROM, taken), texts)
