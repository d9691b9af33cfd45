"""What is known of a dataset's songs before a run. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SongStatistics:
    """What is known of a dataset's songs before a run.

    Attributes
    ----------
    name : str
        What the dataset is called.
    songs : int
    features : sequence of str
        The numbers that its songs can be compared by.
    usual_features : sequence of str
        Those of them that songs are compared by where nobody chooses.
    columns : mapping of str to mapping
        The quality report of each column, by feature.
    correlations : mapping of (str, str) to float
    is_complete : bool
        Whether `columns` describe all songs, and not only those of the first of several files.
    """

    name: str
    songs: int
    features: Sequence[str]
    usual_features: Sequence[str] = ()
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    is_complete: bool = True


def columns_by_feature(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the columns of a quality report by the feature that each has; audio features win."""
    return {column.get("field"): column for column in (*report.get("others", ()), *report.get("columns", ()))}


def correlations_of(report: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    """Return the correlations of a quality report, each pair in both orders.

    Examples
    --------
    >>> correlations_of({"others_alike": [["bpm", "tempo", 0.9]]})
    {('bpm', 'tempo'): 0.9, ('tempo', 'bpm'): 0.9}
    """
    known = report.get("correlations") or {"features": [], "matrix": []}
    alike = [(one, other, r) for one, other, r in report.get("others_alike", ())]
    return {
        (one, other): r
        for one, row in zip(known["features"], known["matrix"], strict=True)
        for other, r in zip(known["features"], row, strict=True)
        if r is not None
    } | {pair: r for one, other, r in alike for pair in ((one, other), (other, one))}
