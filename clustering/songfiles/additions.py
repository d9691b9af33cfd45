"""A file that is added to songs that are there already: what is as before in it, and what is not."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from clustering.analysis.features import FEATURES
from clustering.songfiles import SongFileError
from clustering.songfiles.column_match import ColumnMatch, fit_of
from clustering.songfiles.columns import FIELDS, ColumnMap
from clustering.songfiles.durations import LIKELY_MS
from clustering.songfiles.scales import OFTEN_SMALL, SCALED, SHARES, TOPS
from clustering.songfiles.units import read_number

MAX_NAMED = 6
MOST = 0.5
UNSURE = 0.5
NEVER_SCALED = 20.0
"""So far from 0 nothing lies that was scaled."""


def match_as_before(proposed: ColumnMap, before: ColumnMap) -> ColumnMap:
    """Take each column for what the one of the same name was taken for in an earlier file, where that can be.

    Its unit and its mark before fractions are those of the earlier file too: a few new songs can look otherwise.
    """
    known = {match.column: match for match in before.matches}
    same = _with_fields(proposed, known)
    matches = tuple(
        _with_unit(match, known[match.column]) if match.column in known else match for match in same.matches
    )
    return replace(same, matches=matches)


def _with_fields(proposed: ColumnMap, known: dict[str, ColumnMatch]) -> ColumnMap:
    changes = {
        match.column: known[match.column].field or ""
        for match in proposed.matches
        if match.column in known and known[match.column].field != match.field and _can_be(match, known)
    }
    # a field can be one column's only: a new column that was taken for it gives it up
    given = set(changes.values()) - {""}
    changes |= {
        match.column: ""
        for match in proposed.matches
        if match.field in given and match.column not in changes and match.column not in known
    }
    try:
        return proposed.with_changes(changes)
    except SongFileError:
        return proposed  # its values say otherwise, and the person decides


def _can_be(match: ColumnMatch, known: dict[str, ColumnMatch]) -> bool:
    earlier = known[match.column]
    return not earlier.field or fit_of(_as(match, earlier)) >= MOST


def _as(match: ColumnMatch, earlier: ColumnMatch) -> ColumnMatch:
    return replace(match, field=earlier.field, unit=earlier.unit, decimal=earlier.decimal or match.decimal)


def _with_unit(match: ColumnMatch, earlier: ColumnMatch) -> ColumnMatch:
    """Return a match in the unit of the earlier file, and with a sentence where its values do not look like that."""
    if match.field != earlier.field:
        return match
    if not match.field:  # a number of the file's own has a mark before fractions and no unit
        return replace(match, decimal=earlier.decimal or match.decimal, settled=earlier.settled)
    if not earlier.settled and (FIELDS[match.field].kind not in {"number", "year"} or not earlier.sample):
        return match
    there = _as(match, earlier)
    if fit_of(there) < MOST or (match.unit != there.unit and _is_impossible(match, there)):
        said = (
            f"“{match.column}” is written unlike in the earlier file: {_shown(match)} cannot be in its unit. Check "
            "the unit."
        )
        return replace(match, confidence=min(match.confidence, UNSURE), doubt=said)
    said = ""
    if _is_unlikely(there):
        said = (
            f"“{match.column}” is read as in the earlier file, but its values look otherwise: {_shown(match)}. Check "
            "the unit."
        )
    return replace(there, confidence=UNSURE if said else 1.0, settled=True, doubt=said)


def _is_impossible(match: ColumnMatch, there: ColumnMatch) -> bool:
    """Tell whether most values are none in the earlier file's unit, or were scaled as none were there."""
    feature = FEATURES.get(there.field or "")
    if feature is None or there.unit == SCALED or not there.sample:
        return False
    values = _values(there)
    possible = sum(feature.low <= value <= feature.high or value == -1 for value in values)
    return match.unit == SCALED or possible < MOST * len(values)


def _is_unlikely(match: ColumnMatch) -> bool:
    """Tell whether values are possible in a unit, but so small or large that they may be in another."""
    values = _values(match)
    if not values:
        return False
    if match.unit == SCALED:
        return max(map(abs, values)) >= NEVER_SCALED
    if match.field in SHARES and match.field not in OFTEN_SMALL:
        return match.unit in TOPS and 0 < max(values) * TOPS[match.unit] <= 1 < TOPS[match.unit]
    low, high = LIKELY_MS
    return match.field == "duration_ms" and not low <= statistics.median(values) <= high


def _values(match: ColumnMatch) -> list[float]:
    found = (read_number(cell, match.unit, match.decimal) for cell in match.sample)
    return [value for value in found if value == value]


def _shown(match: ColumnMatch) -> str:
    return ", ".join(f"“{cell[:20]}”" for cell in match.examples)


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
