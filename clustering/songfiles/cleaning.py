"""Cells to songs: what cannot be true becomes missing, what is no song is set aside, all is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from clustering.analysis.features import FEATURES
from clustering.songfiles import arrays
from clustering.songfiles.columns import AUDIO_FEATURES, FILE_ARTIST, ColumnMap
from clustering.songfiles.conversion import (
    Floats,
    Mask,
    rows_as_text,
    to_addresses,
    to_file_artist,
    to_flags,
    to_isrcs,
    to_lists,
    to_names,
    to_numbers,
    to_text,
    to_title,
    to_years,
)
from clustering.songfiles.deduplication import SONG_TEXTS, SeenSongs, row_fingerprints, song_fingerprints
from clustering.songfiles.doubts import ScaleCount
from clustering.songfiles.extra_columns import OtherNumbers
from clustering.songfiles.formats.records import MAX_REJECTED_TEXT, Batch, RejectedRow, Rejection
from clustering.songfiles.quality import (
    ALIKE,
    EXAMPLES,
    ColumnReport,
    CorrelationMatrix,
    Correlations,
    Moments,
    QualityReport,
    find_warnings,
    shown_range,
)
from clustering.songfiles.scales import SCALED, SHARES
from clustering.songfiles.units import FACTORS

__all__ = ["SONG_SCHEMA", "CleanBatch", "Cleaner", "ColumnReport", "QualityReport", "SeenSongs"]

SONG_SCHEMA = pa.schema(
    [
        ("row_number", pa.int32()),
        ("external_id", pa.string()),
        ("isrc", pa.string()),
        ("title", pa.string()),
        ("artist", pa.string()),
        ("album", pa.string()),
        ("genres", pa.list_(pa.string())),
        ("release_year", pa.int16()),
        ("popularity", pa.float32()),
        ("explicit", pa.bool_()),
        ("preview_url", pa.string()),
        ("link_url", pa.string()),
        *((name, pa.float32()) for name in FEATURES),
        ("extras", pa.list_(pa.float32())),
    ]
)
DESCRIBED = SONG_SCHEMA.names[1 : SONG_SCHEMA.get_field_index("link_url") + 1]
NO_FEATURE = "No audio feature has a value in this row."
NO_NAME = "The row has neither a title nor an id."
CELL_COUNT = "The row has a different number of cells from the header."
_MAX_FLOAT32 = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class CleanBatch:
    """The songs of a batch, in exactly `SONG_SCHEMA`, and the rows that are none."""

    songs: pa.Table
    rejected: tuple[RejectedRow, ...]


class Cleaner:
    """Makes songs of the batches of one file, in order, and keeps the account of it.

    Parameters
    ----------
    column_map
        Which column is what.
    seen
        The songs that are there already, for a file that is added to others.
    extra_names
        The numbers that become the songs' extras, in this order, for a file that is added to others: a gap
        where this file has none of the name.
    """

    def __init__(
        self,
        column_map: ColumnMap,
        *,
        seen: SeenSongs | None = None,
        extra_names: Sequence[str] | None = None,
    ) -> None:
        self.column_map = column_map
        own = dict(zip(column_map.extra_names, column_map.numeric_extras, strict=True))
        names = list(own if extra_names is None else extra_names)
        self._extra_columns = [own.get(name) for name in names]
        self._others = OtherNumbers(column_map, self._extra_columns, names)
        self._by_field = column_map.sources
        self._is_list = column_map.is_list
        self._decimals = {match.column: match.decimal for match in column_map.matches}
        self._seen = seen or SeenSongs()
        self._kept = self._read = self._duplicates = 0
        self._duplicate_examples: list[tuple[int, str]] = []
        self._reasons: Counter[str] = Counter()
        self._reports = {
            name: ColumnReport(match.column, name, FEATURES[name].label, match.unit)
            for name in column_map.features
            for match in [self._by_field[name]]
        }
        self._scales = ScaleCount()
        self._ranged: dict[str, bool] = {}
        self._moments: dict[str, Moments] = {}
        self._correlations = Correlations([*column_map.features, *self._others.correlated])

    def clean(self, batch: Batch) -> CleanBatch:
        """Return the songs of the next batch."""
        table = batch.table
        features: dict[str, Floats] = {}
        implausible: dict[str, Mask] = {}
        written: list[Floats] = []
        for name in self.column_map.features:
            features[name], implausible[name] = self._feature(name, table, written)
        self._scales.add(written)
        usable = np.zeros(table.num_rows, dtype=bool)
        for name, values in features.items():
            if name in AUDIO_FEATURES:
                usable |= ~np.isnan(values)
        if self._is_list:
            usable = self._is_named(table)
        kept = np.flatnonzero(usable)
        texts = self._song_texts(table)
        kept = kept[self._first_seen(table, texts, batch.row_numbers, kept)]
        rejected = (*batch.bad_rows, *self._rejected(batch, np.flatnonzero(~usable)))
        self._read += table.num_rows + len(batch.bad_rows)
        self._kept += len(kept)
        for row in rejected:
            # counted together, whatever the number of cells
            self._reasons[CELL_COUNT if row.code is Rejection.CELL_COUNT else row.reason] += 1
        everything = len(kept) == table.num_rows
        counted = self._count(batch, features, implausible, kept)
        places = arrays.numbers(kept)
        songs = table if everything else table.take(places)
        columns = [arrays.numbers(batch.row_numbers[kept].astype(np.int32))]
        known = texts if texts is None or everything else texts.take(places)
        columns += [
            known[field]
            if known is not None and field in known.column_names
            else self._described(field, songs)
            for field in DESCRIBED
        ]
        for name in FEATURES:
            if name in features:
                columns.append(arrays.floats(features[name][kept].astype(np.float32)))
            else:
                columns.append(pa.nulls(len(kept), pa.float32()))
        columns.append(self._extras(songs))
        cleaned = pa.Table.from_arrays(columns, schema=SONG_SCHEMA)
        if len(kept):
            numbers = [*counted, *self._others.add(cleaned)]
            if numbers:  # a list of songs can have none
                self._correlations.add(np.column_stack(numbers))
        return CleanBatch(cleaned, rejected)

    def report(self) -> QualityReport:
        """Return the account of everything cleaned so far."""
        for name, report in self._reports.items():
            if name in self._moments:
                self._moments[name].fill(report)
        correlations, alike = self._correlated()
        whole = QualityReport(
            rows_read=self._read,
            rows_kept=self._kept,
            rows_rejected=sum(self._reasons.values()),
            duplicates=self._duplicates,
            duplicate_examples=self._duplicate_examples,
            columns=list(self._reports.values()),
            others=self._others.reports(),
            others_alike=alike,
            correlations=correlations,
            warnings=[],
            reasons=dict(self._reasons),
            decades="release_year" in self._by_field and self._by_field["release_year"].unit == "decade",
            scaled=sorted(self.column_map.scaled),
        )
        notes = replace(self.column_map, two_scales=self._scales.found).notes
        whole.warnings.extend([*notes, *find_warnings(whole)])
        return whole

    def _feature(self, name: str, table: pa.Table, written: list[Floats]) -> tuple[Floats, Mask]:
        """Return a feature's values, NaN where missing or implausible, and where it is implausible.

        What can be on a scale of percent is added to `written`, as it is in the file.
        """
        match, feature = self._by_field[name], FEATURES[name]
        values, wrong = to_numbers(table.column(match.column), match.unit, match.decimal)
        if name in SHARES and match.unit != SCALED:
            written.append(values / FACTORS.get(match.unit, 1.0))
        with np.errstate(invalid="ignore"):
            outside = (values < feature.low) | (values > feature.high)
        there = ~np.isnan(values)
        if name not in self._ranged and there.any():
            # The first songs decide: a column that was scaled before lies outside from its beginning on, with
            # many values; one that says 0 or -1 for "unknown" has a single one.
            most = np.count_nonzero(outside) * 2 > np.count_nonzero(there)
            scaled = match.unit == SCALED or bool(most and len(np.unique(values[outside])) > 2)
            self._ranged[name] = not scaled
            self._reports[name].out_of_range_kept = scaled
            low, high = shown_range(name, feature.low, feature.high)
            if scaled:
                finite = values[np.isfinite(values)]
                low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
            self._moments[name] = Moments(low, high)
        if not self._ranged.get(name, True):
            outside = ~np.isfinite(values) & there | (np.abs(values) > _MAX_FLOAT32)
        wrong = wrong | outside
        values[wrong] = np.nan
        return values, wrong

    def _is_named(self, table: pa.Table) -> Mask:
        """Return which rows say what song they are; with no audio features at all, that is what makes a song."""
        named = np.zeros(table.num_rows, dtype=bool)
        for name in ("title", "external_id"):
            if name in self._by_field:
                named |= arrays.booleans(self._described(name, table).is_valid())
        return named

    def _song_texts(self, table: pa.Table) -> pa.Table | None:
        """Return the texts that tell songs apart, where songs have ids."""
        if "external_id" not in self._by_field:
            return None
        names = [name for name in SONG_TEXTS if name in self._by_field]
        return pa.table({name: self._described(name, table) for name in names})

    def _first_seen(
        self,
        table: pa.Table,
        texts: pa.Table | None,
        rows: npt.NDArray[np.int32],
        kept: npt.NDArray[np.int64],
    ) -> Mask:
        """Return which of the rows to keep are no repeats; songs without an id never are."""
        match = self._by_field.get("external_id")
        first = np.ones(len(kept), dtype=bool)
        if texts is not None:
            known = arrays.booleans(texts["external_id"].combine_chunks().is_valid())[kept]
            first[known] = self._seen.first_seen(song_fingerprints(texts)[kept][known])
        elif "title" in self._by_field:
            match = self._by_field["title"]
            first = self._seen.first_seen(row_fingerprints(table)[kept])
        if match is not None and not first.all():
            repeats = kept[~first]
            self._duplicates += len(repeats)
            for position in repeats[: EXAMPLES - len(self._duplicate_examples)].tolist():
                self._duplicate_examples.append((int(rows[position]), _cell(table, match.column, position)))
        return first

    def _rejected(self, batch: Batch, positions: npt.NDArray[np.int64]) -> list[RejectedRow]:
        if not len(positions):
            return []
        reason = (Rejection.NO_NAME, NO_NAME) if self._is_list else (Rejection.NO_FEATURE, NO_FEATURE)
        texts = rows_as_text(batch.table.take(arrays.numbers(positions)), MAX_REJECTED_TEXT)
        rows, lines = batch.row_numbers[positions].tolist(), batch.lines[positions].tolist()
        return [
            RejectedRow(row, line, *reason, text) for row, line, text in zip(rows, lines, texts, strict=True)
        ]

    def _count(
        self,
        batch: Batch,
        features: dict[str, Floats],
        implausible: dict[str, Mask],
        kept: npt.NDArray[np.int64],
    ) -> list[Floats]:
        """Count what is in the features of the kept songs, and return it."""
        columns = []
        for name, values in features.items():
            report, mask = self._reports[name], implausible[name][kept]
            values = values[kept]
            columns.append(values)
            there = ~np.isnan(values)
            report.missing += len(kept) - int(np.count_nonzero(there))
            if mask.any():
                report.implausible += int(np.count_nonzero(mask))
                wanted = EXAMPLES - len(report.implausible_examples)
                for position in kept[np.flatnonzero(mask)[:wanted]].tolist():
                    cell = _cell(batch.table, report.column, position)
                    report.implausible_examples.append((int(batch.row_numbers[position]), cell))
            if name in self._moments:
                self._moments[name].add(values[there])
        return columns

    def _correlated(self) -> tuple[CorrelationMatrix, list[tuple[str, str, float]]]:
        """Return the correlations of the features, and the pairs with another number that go together."""
        names, matrix = self._correlations.names, self._correlations.matrix()
        features = len(self.column_map.features)
        alike = [
            (names[other], names[number], r)
            for number in range(features, len(names))
            for other, r in enumerate(matrix[number][:number])
            if r is not None and abs(r) >= ALIKE
        ]
        return CorrelationMatrix(names[:features], [row[:features] for row in matrix[:features]]), alike

    def _described(self, field: str, songs: pa.Table) -> pa.Array:
        match = self._by_field.get(field)
        if match is None:
            return pa.nulls(songs.num_rows, SONG_SCHEMA.field(field).type)
        column = songs.column(match.column)
        if field == "popularity":
            return _as_float32(to_numbers(column, match.unit, match.decimal)[0])
        special: dict[str, Callable[[], pa.Array]] = {
            "title": lambda: to_title(column, match.unit),
            "artist": lambda: (
                to_file_artist(column) if match.unit == FILE_ARTIST else to_names(column, match.unit)
            ),
            "genres": lambda: to_lists(column, match.unit),
            "release_year": lambda: to_years(column, match.unit),
            "isrc": lambda: to_isrcs(column),
            "explicit": lambda: to_flags(column),
            "preview_url": lambda: to_addresses(column),
            "link_url": lambda: to_addresses(column),
        }
        return special.get(field, lambda: to_text(column))()

    def _extras(self, songs: pa.Table) -> pa.Array:
        columns = self._extra_columns
        flat = np.full((songs.num_rows, len(columns)), np.nan)
        for index, name in enumerate(columns):
            if name is not None:
                flat[:, index] = to_numbers(songs.column(name), decimal=self._decimals[name])[0]
        offsets = np.arange(songs.num_rows + 1, dtype=np.int32) * len(columns)
        return pa.ListArray.from_arrays(arrays.numbers(offsets), _as_float32(flat.ravel()))


def _as_float32(values: Floats) -> pa.Array:
    with np.errstate(invalid="ignore"):
        values = np.where(np.abs(values) <= _MAX_FLOAT32, values, np.nan)
    return arrays.floats(values.astype(np.float32))


def _cell(table: pa.Table, column: str, position: int) -> str:
    return str(arrays.cell_texts(table.column(column).slice(position, 1))[0]).replace("\0", "")[:100]
