"""What is known of a dataset's songs before a run. Standard library only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie between each two of the edges; the outermost bars hold all that lies beyond."""

    edges: list[float]
    counts: list[int]


@dataclass(slots=True, kw_only=True)
class ColumnStatistics:
    """What is known of a column of numbers; numbers and histogram are None where it has no value."""

    missing: int = 0
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    skew: float | None = None
    constant: bool = False
    histogram: Histogram | None = None


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
    columns : mapping of str to ColumnStatistics
        What is known of each column, by feature.
    correlations : mapping of (str, str) to float
    scaled : collection of str
        The features whose values were scaled before they came, and have no unit.
    is_complete : bool
        Whether `columns` describe all songs, and not only those of the first of several files.
    is_list : bool
        Whether the dataset only names songs, and none of them has an audio feature.
    """

    name: str
    songs: int
    features: Sequence[str]
    usual_features: Sequence[str] = ()
    columns: Mapping[str, ColumnStatistics] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    scaled: Collection[str] = ()
    is_complete: bool = True
    is_list: bool = False
