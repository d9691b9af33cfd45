"""One column of a file and what it is taken for, and in what it is written as far as the file's other columns say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from clustering.analysis.features import FEATURES
from clustering.songfiles.aliases import FIELDS, INDEX_NAMES, normal_name
from clustering.songfiles.decimals import decimal_mark, file_mark
from clustering.songfiles.scales import SCALED, SHARES, common_scale, follows, is_scaled
from clustering.songfiles.times import is_compact_date
from clustering.songfiles.unit_choices import AS_IS
from clustering.songfiles.units import find_unit, fits, numbers_of, numeric_share


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column of a file.

    Attributes
    ----------
    column
        Its name.
    field
        What it is taken for.
    unit
        In what it is written.
    confidence
        How sure all that is, from 0 to 1.
    examples, sample
        Some of its cells.
    decimal
        Its mark before fractions; empty where it does not matter.
    settled
        Whether a person chose the unit, or it is that of the file that songs are added to.
    doubt
        What a person should know of its values, in a sentence; empty where there is nothing.
    """

    column: str
    field: str | None
    unit: str = ""
    confidence: float = 0.0
    examples: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()
    decimal: str = ""
    settled: bool = False
    doubt: str = ""

    @property
    def numeric(self) -> bool:
        """Whether the cells are numbers, so that the column can serve as a feature of its own."""
        return (
            bool(self.sample)
            and normal_name(self.column) not in INDEX_NAMES
            and numeric_share(self.sample) >= 0.9
            and not all(map(is_compact_date, self.sample))
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ColumnMatch:
        """Return the match that `dataclasses.asdict` described."""
        texts = {name: tuple(values[name]) for name in ("examples", "sample")}
        return cls(**{**values, **texts})

    @property
    def choice(self) -> str:
        """What a person would write to choose all that it is: FIELD:UNIT:MARK."""
        return f"{self.field or ''}:{self.unit or AS_IS}:{self.decimal}"


def with_units(matches: list[ColumnMatch]) -> list[ColumnMatch]:
    """Return the matches with the unit of each that nobody chose, and their confidence by how sure it is."""
    others = file_mark(match.sample for match in matches)
    found = []
    for match in matches:
        if match.field and not match.settled:
            whole = match.field not in FEATURES or match.field == "duration_ms"
            mark, plain = decimal_mark(match.sample, others, whole_is_likely=whole)
            unit, sure = find_unit(match.field, match.column, match.sample, mark)
            sure = sure if plain or match.field not in {*FEATURES, "popularity"} else min(sure, 0.7)
            match = replace(match, unit=unit, decimal=mark, confidence=match.confidence * sure)
        found.append(match)
    return _as_scaled(_on_common_scale(found))


def _on_common_scale(matches: list[ColumnMatch]) -> list[ColumnMatch]:
    """Let columns that look otherwise by themselves follow the file's other features."""
    values = {
        match.field: numbers_of(match.sample, match.decimal)
        for match in matches
        if match.field in SHARES and match.sample
    }
    scale = common_scale({str(m.field): (m.unit, values[m.field]) for m in matches if m.field in values})
    return [
        replace(match, unit=scale, confidence=max(match.confidence, 0.9 if match.unit else match.confidence))
        if match.field in values
        and not match.settled
        and follows(str(match.field), scale, match.unit, values[match.field])
        else match
        for match in matches
    ]


def _as_scaled(matches: list[ColumnMatch]) -> list[ColumnMatch]:
    """Take all features as scaled before, where the file as a whole looks so."""
    features = {
        match.field: numbers_of(match.sample, match.decimal)
        for match in matches
        if match.field in FEATURES
        and not match.settled
        and not match.unit.endswith(("letter", "word", "fraction", "clock"))
    }
    if not is_scaled({name: values for name, values in features.items() if name}):
        return matches
    return [
        replace(match, unit=SCALED, confidence=max(match.confidence, 0.6))
        if match.field in features
        else match
        for match in matches
    ]


def fit_of(match: ColumnMatch) -> float:
    """Return which share of a matched column's sample can be its field."""
    name = match.field or ""
    return fits(name, FIELDS[name].kind, match.unit, match.sample, match.decimal)
