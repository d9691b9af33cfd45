"""A file that is added to songs that are there already: what is as before in it, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

from clustering.analysis.features import FEATURES
from clustering.songfiles import SongFileError
from clustering.songfiles.columns import ColumnMap

MAX_NAMED = 6


def match_as_before(proposed: ColumnMap, before: ColumnMap) -> ColumnMap:
    """Take each column for what the one of the same name was taken for in an earlier file, where that can be."""
    known = {match.column: match for match in before.matches}
    changes = {
        match.column: known[match.column].choice
        if known[match.column].settled
        else known[match.column].field or ""
        for match in proposed.matches
        if match.column in known and (known[match.column].settled or known[match.column].field != match.field)
    }
    # a field can be one column's only: a new column that was taken for it gives it up
    given = {change.partition(":")[0] for change in changes.values()} - {""}
    changes |= {
        match.column: "" for match in proposed.matches if match.field in given and match.column not in known
    }
    try:
        return proposed.with_changes(changes)
    except SongFileError:
        return proposed  # its values say otherwise, and the person decides


def differences(column_map: ColumnMap, *, features: Sequence[str], extra_columns: Sequence[str]) -> list[str]:
    """Say what a file lacks, or has besides, of the numbers that songs are grouped by."""
    sentences = []
    lacking = [name for name in features if name not in column_map.by_field]
    lacking += [name for name in extra_columns if name not in column_map.extra_names]
    if lacking:
        sentences.append(
            f"This file has no {_labels(lacking)}. Its songs will have no value there: runs that use it "
            "skip them, or fill in the median if set to."
        )
    further = [name for name in column_map.features if name not in features]
    further += [name for name in column_map.extra_names if name not in extra_columns]
    if further:
        sentences.append(
            f"This file also has {_labels(further)}, which the existing songs lack. It is kept; the "
            "existing songs have no value there."
        )
    return sentences


def _labels(names: Sequence[str]) -> str:
    words = [FEATURES[name].label.lower() if name in FEATURES else f"“{name}”" for name in names]
    if len(words) > MAX_NAMED:
        return f"{', '.join(words[:MAX_NAMED])} and {len(words) - MAX_NAMED} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
