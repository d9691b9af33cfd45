"""The quality report: what is in the columns of a file, counted batch by batch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as default
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.features import FEATURES
from clustering.analysis.song_statistics import ColumnStatistics, Histogram
from clustering.analysis.threads import one_thread
from clustering.songfiles import SongFileError
from clustering.songfiles.scales import SCALED

Floats = npt.NDArray[np.float64]

BINS = 40
EXAMPLES = 5
SKEWED = 3.0
CORRELATED = 0.9
ALIKE = 0.5
"""The correlation from which a pair of a file's other numbers is kept: of less, nobody is warned."""
MIN_SONGS = 3
HOUR_MS = 3_600_000
# Where nearly all songs are; what lies beyond is counted in the outermost bin.
_SHOWN = {"loudness": (-40.0, 4.0), "tempo": (40.0, 240.0), "duration_ms": (0.0, 600_000.0)}


def shown_range(name: str, low: float, high: float) -> tuple[float, float]:
    """Return the range of a feature's histogram."""
    if name == "key":
        return -0.5, 11.5
    return _SHOWN.get(name, (low, high))


@dataclass(slots=True)
class ColumnReport(ColumnStatistics):
    """What is in one matched column of numbers."""

    column: str
    field: str
    label: str
    unit: str
    implausible: int = 0
    implausible_examples: list[tuple[int, str]] = default(default_factory=list)
    out_of_range_kept: bool = False

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ColumnReport:
        """Return what `dataclasses.asdict` described."""
        histogram = data["histogram"]
        examples = [(row, value) for row, value in data["implausible_examples"]]
        return cls(
            **{
                **data,
                "implausible_examples": examples,
                "histogram": None if histogram is None else Histogram(**histogram),
            }
        )


@dataclass(frozen=True, slots=True)
class CorrelationMatrix:
    """The correlation of each pair of features; None where there is none."""

    features: list[str]
    matrix: list[list[float | None]]

    def pairs(self) -> Iterator[tuple[str, str, float]]:
        """Yield each pair once with its correlation, where it has one."""
        for place, (first, row) in enumerate(zip(self.features, self.matrix, strict=True)):
            for second, r in zip(self.features[place + 1 :], row[place + 1 :], strict=True):
                if r is not None:
                    yield first, second, r


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What became of a file's rows, and what its columns are like: `columns` of audio features, `others` of numbers."""

    rows_read: int
    rows_kept: int
    rows_rejected: int
    duplicates: int
    duplicate_examples: list[tuple[int, str]]
    columns: list[ColumnReport]
    correlations: CorrelationMatrix
    warnings: list[str]
    reasons: dict[str, int] = default(default_factory=dict)
    others: list[ColumnReport] = default(default_factory=list)
    others_alike: list[tuple[str, str, float]] = default(default_factory=list)
    """The others that go together with a feature or with each other, and their correlation."""
    scaled: list[str] = default(default_factory=list)
    """The features whose values were scaled before the file was written, and have no unit any more."""
    decades: bool = False
    """Whether the file says in which decade songs came out, but not in which year."""
    seconds: float = 0.0
    """How long the import took."""

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> QualityReport:
        """Return what `to_dict` described."""
        return cls(
            **{
                **data,
                "duplicate_examples": [(row, text) for row, text in data["duplicate_examples"]],
                "columns": [ColumnReport.from_dict(column) for column in data["columns"]],
                "correlations": CorrelationMatrix(**data["correlations"]),
                "others": [ColumnReport.from_dict(column) for column in data["others"]],
                "others_alike": [(first, second, r) for first, second, r in data["others_alike"]],
            }
        )

    def column_of(self, feature: str) -> ColumnReport | None:
        """Return the column of a feature, where the file has one."""
        return next((column for column in self.columns if column.field == feature), None)

    def by_feature(self) -> dict[str, ColumnReport]:
        """Return the columns by the feature that each has; audio features win."""
        return {column.field: column for column in (*self.others, *self.columns)}

    def correlations_by_pair(self) -> dict[tuple[str, str], float]:
        """Return all correlations that are known, each pair in both orders."""
        known = [*self.correlations.pairs(), *self.others_alike]
        return {pair: r for first, second, r in known for pair in ((first, second), (second, first))}

    def require_songs(self, fewest: int = MIN_SONGS) -> None:
        """Refuse a file that leaves too few songs to group, and say where they went."""
        if self.rows_kept >= fewest:
            return
        lost = [f"{count:,} rejected: {reason}" for reason, count in self.reasons.items()]
        if self.duplicates:
            lost.append(f"{self.duplicates:,} repeated")
        raise SongFileError(
            f"{f'Only {self.rows_kept:,}' if self.rows_kept else 'None'} of the file's {self.rows_read:,} rows "
            f"can be used, and grouping needs at least {fewest} songs. "
            + (f"The others: {'; '.join(lost).rstrip('.')}. " if lost else "")
            + "Upload a file with more songs."
        )


class Moments:
    """The number, mean, spread and skew of values that come in batches, and their histogram."""

    def __init__(self, low: float, high: float) -> None:
        self.count = 0
        self.mean = self.second = self.third = 0.0
        self.minimum, self.maximum = math.inf, -math.inf
        self.low, self.high = low, high
        self.bins = np.zeros(BINS, dtype=np.int64)

    def add(self, values: Floats) -> None:
        """Take in a batch of finite values."""
        n = len(values)
        if not n:
            return
        mean = float(values.mean())
        centred = values - mean
        squares = centred * centred
        second, third = float(squares.sum()), float((squares * centred).sum())
        total, delta, m = self.count + n, mean - self.mean, self.count
        self.third += (
            third + delta**3 * m * n * (m - n) / total**2 + 3 * delta * (m * second - n * self.second) / total
        )
        self.second += second + delta**2 * m * n / total
        self.mean += delta * n / total
        self.count = total
        self.minimum = min(self.minimum, float(values.min()))
        self.maximum = max(self.maximum, float(values.max()))
        if self.high > self.low:
            scaled = (values - self.low) * (BINS / (self.high - self.low))
            self.bins += np.bincount(np.clip(scaled, 0, BINS - 1).astype(np.int64), minlength=BINS)

    @property
    def deviation(self) -> float:
        """Return the standard deviation, 0 without values."""
        return math.sqrt(self.second / self.count) if self.count else 0.0

    @property
    def constant(self) -> bool:
        """Tell whether all values are the same."""
        return self.count > 0 and self.maximum == self.minimum

    @property
    def skew(self) -> float:
        """Return the skewness, 0 where the values are too few or the same."""
        if self.count < 3 or self.constant or self.second <= 0:
            return 0.0
        return float(math.sqrt(self.count) * self.third / self.second**1.5)

    def fill(self, report: ColumnReport) -> None:
        """Write what was seen into a column's report."""
        if not self.count:
            return
        report.minimum, report.maximum = self.minimum, self.maximum
        report.mean, report.deviation, report.skew = self.mean, self.deviation, self.skew
        report.constant = self.constant
        if self.high > self.low:
            edges = np.linspace(self.low, self.high, BINS + 1)
            report.histogram = Histogram(edges.tolist(), self.bins.tolist())


class Correlations:
    """Pairwise correlations of columns with gaps, over batches."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        d = len(self.names)
        self._shift: Floats | None = None
        self._n, self._x, self._xx, self._xy = (np.zeros((d, d)) for _ in range(4))

    def add(self, values: Floats) -> None:
        """Take in a batch, a column for each name; NaN is a gap."""
        there = ~np.isnan(values)
        if self._shift is None:  # sums of squares far from zero would lose their digits
            counts = np.maximum(there.sum(axis=0), 1)
            self._shift = np.where(there, values, 0.0).sum(axis=0) / counts
        x = values - self._shift
        with one_thread():  # threads that wait for each other would take ten times as long, and both cores
            if there.all():  # as in most batches: then the other three products are sums
                self._n += len(x)
                self._x += x.sum(axis=0)[:, None]
                self._xx += np.einsum("ij,ij->j", x, x)[:, None]
            else:
                x[~there] = 0.0
                mask = there.astype(np.float64)
                self._n += mask.T @ mask
                self._x += x.T @ mask
                self._xx += (x * x).T @ mask
            self._xy += x.T @ x

    def matrix(self) -> list[list[float | None]]:
        """Return the correlation of each pair; None where there is none."""
        n = np.maximum(self._n, 1)
        covariance = self._xy - self._x * self._x.T / n
        spread = self._xx - self._x**2 / n
        with np.errstate(invalid="ignore", divide="ignore"):
            r = covariance / np.sqrt(spread * spread.T)
        valid = np.isfinite(r) & (self._n > 2) & (spread > 1e-12 * n) & (1e-12 * n < spread.T)
        return [
            [
                round(float(np.clip(value, -1, 1)), 4) if ok else None
                for value, ok in zip(row, oks, strict=True)
            ]
            for row, oks in zip(r, valid, strict=True)
        ]


def find_warnings(report: QualityReport) -> list[str]:
    """Return in sentences what a person should know before grouping these songs."""
    said = []
    if report.rows_rejected:
        said.append(
            f"{report.rows_rejected:,} of {report.rows_read:,} rows could not be used and "
            f"{'was' if report.rows_rejected == 1 else 'were'} set aside."
        )
    if report.duplicates:
        said.append(
            f"{report.duplicates:,} {'row repeats' if report.duplicates == 1 else 'rows repeat'} a song that is there "
            "already; each song is kept once."
        )
    if report.decades:
        said.append(
            "The file gives decades, not years: each song counts as the first year of its decade, such as "
            "1960 for the 1960s."
        )
    for column in report.columns:
        said += _column_warnings(column, report.rows_kept)
    labels = {column.field: column.label for column in report.columns}
    said += [
        f"{labels[first]} and {labels[second]} are nearly the same (correlation {r:.2f}), so together they "
        "count double. Consider leaving one out."
        for first, second, r in report.correlations.pairs()
        if abs(r) > CORRELATED
    ]
    return said


def _column_warnings(column: ColumnReport, songs: int) -> list[str]:
    said = []
    if column.out_of_range_kept and column.unit != SCALED:
        said.append(
            f"Most of {column.label} lies outside its usual range: the file seems to be scaled already, so "
            "its values are used as they are."
        )
    if column.implausible:
        row, value = column.implausible_examples[0]
        said.append(
            f"{column.label} has {column.implausible:,} impossible value{'s' * (column.implausible != 1)} "
            f"(row {row:,}: {value}); counted as missing."
        )
    if songs and column.missing >= songs:
        said.append(f"{column.label} is empty in every song and cannot be used.")
    elif songs and column.missing * 20 > songs:
        said.append(f"{column.label} is missing in {column.missing:,} of {songs:,} songs.")
    if column.field == "duration_ms" and column.unit != SCALED and (column.mean or 0) >= HOUR_MS:
        said.append(
            f"Songs last {FEATURES[column.field].format(column.mean or 0)} hours on average: minutes and seconds may "
            "have been read as hours and minutes. Compare the first values, and choose another unit if they are wrong."
        )
    if column.constant:
        said.append(f"{column.label} is the same for every song, so it can’t tell songs apart.")
    elif FEATURES[column.field].default and column.skew is not None and abs(column.skew) > SKEWED:
        side = "high" if column.skew > 0 else "low"
        said.append(
            f"{column.label} is strongly skewed: most songs are similar, but a few are very {side} and will pull "
            "groups towards them."
        )
    return said
