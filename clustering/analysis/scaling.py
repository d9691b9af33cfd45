"""Putting features on a common scale, so that no unit outweighs another in a distance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis import AnalysisError
from clustering.analysis.features import CIRCULAR, feature_named
from clustering.analysis.run_settings import weight_errors


@dataclass(frozen=True, slots=True)
class Scaler:
    """A way to put features on one scale: its name in settings, what forms call it, and what a run says it did."""

    name: str
    label: str
    description: str


_ALL = (
    Scaler(
        "standard",
        "Standard (same mean and spread)",
        "Features were standardized so that none dominates because of its units.",
    ),
    Scaler(
        "minmax",
        "Min–max (0 to 1)",
        "Features were rescaled to 0–1 so that none dominates because of its units.",
    ),
    Scaler(
        "yeo-johnson",
        "Yeo–Johnson (straightens skewed features)",
        "Features were straightened (Yeo–Johnson) and standardized so that a few extreme songs don’t decide.",
    ),
    Scaler(
        "robust",
        "Robust (median and quartiles)",
        "Features were scaled by their median and quartiles so that a few extreme songs don’t decide.",
    ),
)

SCALERS: Mapping[str, Scaler] = {scaler.name: scaler for scaler in _ALL}
"""Every scaler by name, in the order in which forms offer them."""

NARROWEST_IQR = 0.01
"""Robust scaling is refused below this share of the range: the few songs outside the quartiles would be
blown up until they are the only thing that clusters see, with a silhouette of 0.94 that means nothing."""

NOTES_AROUND = 12
FIFTH = 7
"""Semitones from one key to the next on the circle of fifths. There, neighbors share six of their seven notes; on
the circle of semitones they are as far apart as keys can be."""

IQR_OF_NORMAL = 1.349
"""The inter-quartile range of a normal distribution with a standard deviation of 1."""

LAMBDA_SONGS = 100_000
"""Songs on which a Yeo-Johnson exponent is estimated; more do not move it, and each costs a logarithm."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scaling:
    """How raw values become scaled ones: ``(bend(value) − center) / spread × weight``.

    Attributes
    ----------
    scaler : str
        One of `SCALERS`.
    features : tuple of str
        The columns of raw values, in order.
    center, spread, weights : ndarray of shape (d,)
        What is subtracted, divided by and multiplied with; of each scaled column, in the order of `columns`.
    lambdas : ndarray of shape (d,) or None
        The Yeo-Johnson exponents; None for the other scalers.
    circular : tuple of str
        The features that become two columns each, their place on the circle of fifths.
    """

    scaler: str
    features: tuple[str, ...]
    center: Floats
    spread: Floats
    lambdas: Floats | None
    weights: Floats
    circular: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the scaled columns."""
        return tuple(column.name for column in _unrolled(self.features, self.circular))

    def transform(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Scale raw values.

        Parameters
        ----------
        values : ndarray of shape (n, features)
            Raw values, in the order of `features`.

        Returns
        -------
        ndarray of shape (n, d), float32
            In the order of `columns`.
        """
        if values.ndim != 2 or values.shape[1] != len(self.features):
            raise ValueError(
                f"values have shape {values.shape}, the scaling has {len(self.features)} features"
            )
        columns = _unrolled(self.features, self.circular)
        scaled = np.empty((len(values), len(columns)), dtype=np.float32)
        for column, source in enumerate(columns):
            # In double precision: a duration in milliseconds loses digits when its mean is subtracted.
            one = source.read(values)
            if self.lambdas is not None:
                one = _yeo_johnson(one, float(self.lambdas[column]))
            one -= self.center[column]
            one *= self.weights[column] / self.spread[column]
            scaled[:, column] = one
        return scaled

    def to_dict(self) -> dict[str, Any]:
        """Return numbers and text only, ready for JSON."""
        return {
            "scaler": self.scaler,
            "features": list(self.features),
            "center": self.center.tolist(),
            "spread": self.spread.tolist(),
            "lambdas": None if self.lambdas is None else self.lambdas.tolist(),
            "weights": self.weights.tolist(),
            "circular": list(self.circular),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Scaling":
        """Return what `to_dict` described."""
        lambdas = data["lambdas"]
        return cls(
            scaler=data["scaler"],
            features=tuple(data["features"]),
            center=np.asarray(data["center"], dtype=np.float64),
            spread=np.asarray(data["spread"], dtype=np.float64),
            lambdas=None if lambdas is None else np.asarray(lambdas, dtype=np.float64),
            weights=np.asarray(data["weights"], dtype=np.float64),
            circular=tuple(data["circular"]),
        )


def fit_scaling(
    values: npt.NDArray[Any],
    features: Sequence[str],
    *,
    scaler: str = "standard",
    weights: Mapping[str, float] | None = None,
) -> Scaling:
    """Measure how to scale these songs.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Raw values without gaps.
    features : sequence of str
        The name of each column.
    scaler : str
        One of `SCALERS`.
    weights : mapping of str to float, optional
        How much each feature counts after scaling; 1 where not named.

    Returns
    -------
    Scaling

    Raises
    ------
    AnalysisError
        When there are no songs, a value is missing, a feature is constant, the robust scaler meets a feature
        whose inter-quartile range is under 1 % of its range, or the weights make no sense.

    Examples
    --------
    >>> import numpy as np
    >>> songs = np.array([[0.2, 100.0], [0.4, 120.0], [0.6, 140.0]])
    >>> scaling = fit_scaling(songs, ["energy", "tempo"], scaler="minmax")
    >>> scaling.transform(songs).tolist()
    [[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]]
    """
    names = tuple(features)
    weights = weights or {}
    if values.ndim != 2 or values.shape[1] != len(names):
        raise ValueError(f"values have shape {values.shape} for {len(names)} features")
    _refuse_settings(names, scaler, weights)
    _refuse_unusable(values, names)
    circular = tuple(name for name in names if name in CIRCULAR)
    columns = _unrolled(names, circular)
    center, spread = np.empty(len(columns)), np.empty(len(columns))
    lambdas = _fit_lambdas(values, columns) if scaler == "yeo-johnson" else None
    for place, column in enumerate(columns):
        one = column.read(values)
        if column.part:
            center[place], spread[place] = float(one.mean()), _circle_spread(values, column, scaler)
            continue
        if lambdas is not None:
            one = _yeo_johnson(one, float(lambdas[place]))
        center[place], spread[place] = _measure(one, names[column.source], scaler)
    weighed = np.array([float(weights.get(names[column.source], 1)) for column in columns])
    return Scaling(scaler, names, center, spread, lambdas, weighed, circular)


def _refuse_settings(names: Sequence[str], scaler: str, weights: Mapping[str, float]) -> None:
    if scaler not in SCALERS:
        raise AnalysisError(f"“{scaler}” is not a scaling method. Choose one of {', '.join(SCALERS)}.")
    for error in weight_errors(names, weights):
        raise AnalysisError(error)


@dataclass(frozen=True, slots=True)
class _Column:
    """A scaled column: which raw one it is made of, and which of a circle's two coordinates it is, if any."""

    name: str
    source: int
    part: str = ""

    def read(self, values: npt.NDArray[Any]) -> Floats:
        """Return the column before it is scaled."""
        one = values[:, self.source].astype(np.float64)
        if not self.part:
            return one
        angle = one * (FIFTH * 2 * np.pi / NOTES_AROUND)
        return np.asarray(np.cos(angle) if self.part == "cos" else np.sin(angle))


def _unrolled(names: Sequence[str], circular: Sequence[str]) -> list[_Column]:
    columns = []
    for source, name in enumerate(names):
        if name in circular:
            columns += [_Column(f"{name}_{part}", source, part) for part in ("cos", "sin")]
        else:
            columns.append(_Column(name, source))
    return columns


def _circle_spread(values: npt.NDArray[Any], column: _Column, scaler: str) -> float:
    """Return what both coordinates of a circle are divided by, so that together they weigh as one feature."""
    if scaler == "minmax":
        return 2.0  # the diameter becomes 1, which is the range of every other feature
    both = [_Column(column.name, column.source, part).read(values).var() for part in ("cos", "sin")]
    deviation = float(np.sqrt(sum(both)))
    return deviation * IQR_OF_NORMAL if scaler == "robust" else deviation


def _refuse_unusable(values: npt.NDArray[Any], names: tuple[str, ...]) -> None:
    if not names:
        raise AnalysisError("No features are chosen. Choose at least one.")
    if not len(values):
        raise AnalysisError("No song has all the chosen features. Choose fewer features.")
    low, high = values.min(axis=0), values.max(axis=0)  # a NaN anywhere in a column reaches both
    for column, name in enumerate(names):
        label = feature_named(name).label
        if not (np.isfinite(low[column]) and np.isfinite(high[column])):
            missing = int(np.count_nonzero(~np.isfinite(values[:, column])))
            raise AnalysisError(
                f"{label} is missing for {missing:,} of {len(values):,} songs. "
                "Leave those songs out, fill the gaps, or choose other features."
            )
        if low[column] == high[column]:
            raise AnalysisError(
                f"{label} ({name}) is constant: all {len(values):,} songs have "
                f"{feature_named(name).format(float(low[column]))}. It cannot tell songs apart; leave it out."
            )


def _measure(one: Floats, name: str, scaler: str) -> tuple[float, float]:
    """Return what a scaler subtracts from a column, and what it divides by."""
    if scaler == "minmax":
        low = float(one.min())
        return low, float(one.max()) - low
    if scaler == "robust":
        lower, middle, upper = np.percentile(one, [25, 50, 75])
        if upper - lower < NARROWEST_IQR * (one.max() - one.min()):
            raise AnalysisError(
                f"The robust scaler does not suit {feature_named(name).label} ({name}): the middle half of "
                f"its values spans {upper - lower:.3g}, under 1 % of the range of {np.ptp(one):.3g}. "
                "Choose another scaler or leave the feature out."
            )
        return float(middle), float(upper - lower)
    spread = float(one.std())
    if not np.isfinite(spread) or spread <= np.finfo(np.float64).eps * abs(float(one.mean())):
        raise AnalysisError(
            f"{feature_named(name).label} ({name}) is constant once scaled by {scaler}. "
            "Choose another scaler or leave the feature out."
        )
    return float(one.mean()), spread


def _fit_lambdas(values: npt.NDArray[Any], columns: Sequence[_Column]) -> Floats:
    # here, because a song's page scales one song, and pages do without scikit-learn
    from sklearn.preprocessing import PowerTransformer

    # Evenly spaced rows: the same songs every time without a seed, and not just the first of a sorted file.
    step = -(-len(values) // LAMBDA_SONGS)
    some = np.stack([column.read(values[::step]) for column in columns], axis=1)
    varies = np.array([not column.part for column in columns]) & (some.min(axis=0) < some.max(axis=0))
    lambdas = np.ones(len(columns))  # which leave a circle as it is
    if varies.any():
        fitted = PowerTransformer(method="yeo-johnson", standardize=False).fit(some[:, varies])
        lambdas[varies] = fitted.lambdas_
    return lambdas


def _yeo_johnson(one: Floats, power: float) -> Floats:
    """Bend a column by the Yeo-Johnson transformation (Biometrika 87, 2000, 954-959)."""
    bent = np.empty_like(one)
    positive = one >= 0
    above, below = np.log1p(one[positive]), np.log1p(-one[~positive])
    # expm1(p·log1p(x))/p is ((1 + x)^p − 1)/p without its cancellation near p = 0.
    bent[positive] = above if power == 0 else np.expm1(power * above) / power
    rest = 2 - power
    bent[~positive] = -below if rest == 0 else -np.expm1(rest * below) / rest
    return bent
