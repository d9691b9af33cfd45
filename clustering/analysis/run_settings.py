"""The settings of a run. Standard library only: forms, the command line and workers exchange them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MIN_K = 2
MAX_K = 50
MAX_SEED = 2**31 - 1
MAX_WEIGHT = 5

MISSING_LABELS = {
    "drop": "Skip songs with missing values",
    "median": "Fill in the median",
}
"""What becomes of a song without a value for one of the features: each rule, and what pages call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """Everything that decides which clusters a dataset's songs fall into.

    Attributes
    ----------
    features : tuple of str
        What songs are compared by; none for the usual features of the dataset.
    weights : mapping of str to float
        How much features count after scaling; 1 where not named.
    scaler : str
        A name in `clustering.analysis.scaling.SCALERS`.
    missing : str
        A name in `MISSING_LABELS`.
    algorithm : str
        A name in `clustering.analysis.partition.ALGORITHMS`.
    n_clusters : int or None
        How many clusters to make; None to choose automatically, and for algorithms that find as many as there are.
    min_cluster_size : int or None
        How many songs make a cluster, for algorithms that take this instead.
    seed : int
        The same seed gives the same clusters again.
    sample_size : int or None
        How many songs the clusters are found on, drawn by the seed; None for all.
    """

    features: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    scaler: str = "standard"
    missing: str = "drop"
    algorithm: str = "kmeans"
    n_clusters: int | None = None
    min_cluster_size: int | None = None
    seed: int = 42
    sample_size: int | None = None

    @property
    def fills_gaps(self) -> bool:
        """Whether the median takes the place of a missing value."""
        return self.missing == "median"

    def simplify(self, songs: int) -> "RunSettings":
        """Leave out what changes nothing: weights of 1, and a sample of no fewer than all songs.

        Examples
        --------
        >>> settings = RunSettings(weights={"energy": 2.0, "tempo": 1.0}, sample_size=800).simplify(700)
        >>> dict(settings.weights), settings.sample_size
        ({'energy': 2.0}, None)
        """
        sample = self.sample_size
        return replace(
            self,
            weights={name: weight for name, weight in self.weights.items() if weight != 1},
            sample_size=sample if sample is not None and sample < songs else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return numbers and text only, ready for JSON."""
        return asdict(self) | {"features": list(self.features), "weights": dict(self.weights)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "RunSettings":
        """Return what `to_dict` described.

        Examples
        --------
        >>> settings = RunSettings(features=("energy",), n_clusters=5)
        >>> RunSettings.from_dict(settings.to_dict()) == settings
        True
        """
        return cls(**{**data, "features": tuple(data["features"]), "weights": dict(data["weights"])})


def weight_errors(features: Sequence[str], weights: Mapping[str, float]) -> Iterator[str]:
    """Say what is wrong with the weights of some features.

    Examples
    --------
    >>> list(weight_errors(["energy"], {"energy": 9}))
    ['The weight of energy must be between 0 and 5; it is 9.']
    """
    for name, weight in weights.items():
        if name not in features:
            yield f"“{name}” has a weight but is not one of the features: {', '.join(features)}."
        elif not 0 <= weight <= MAX_WEIGHT:
            yield f"The weight of {name} must be between 0 and {MAX_WEIGHT}; it is {weight:g}."
    if features and all(weights.get(name, 1) == 0 for name in features):
        yield "All weights are zero, so all songs would be alike. Give at least one feature a weight."
