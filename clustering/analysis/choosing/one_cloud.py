"""What one cloud without groups would score: songs with the same correlations, and features with a single peak."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

KNOTS = 200
"""Quantiles at which the distribution of a feature is fitted."""

MODES = 25
"""Places that are tried for its single peak."""

Floats = npt.NDArray[np.float64]
Float32s = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class OneCloud:
    """A cloud that is as close to songs as one without groups can be.

    Attributes
    ----------
    root : ndarray of shape (d, d)
        Turns independent normal features into ones that are correlated as the songs' ranks are.
    margins : tuple of pairs of ndarrays
        For each feature, its values and the share of the cloud below each: the nearest distribution with one
        peak.
    """

    root: Floats
    margins: tuple[tuple[Floats, Floats], ...]

    def draw(self, count: int, rng: np.random.Generator) -> Float32s:
        """Draw songs of the cloud.

        Parameters
        ----------
        count : int
        rng : Generator

        Returns
        -------
        ndarray of shape (count, d), float32
            Standardized.
        """
        from scipy.special import ndtr

        shares = ndtr(rng.normal(size=(count, len(self.root))) @ self.root.T)
        songs = np.column_stack(
            [
                np.interp(own, below, values)
                for own, (values, below) in zip(shares.T, self.margins, strict=True)
            ]
        )
        deviations = songs.std(axis=0)
        scaled: Float32s = (songs - songs.mean(axis=0)) / np.where(deviations > 0, deviations, 1.0)
        return scaled.astype(np.float32)


def fit_one_cloud(songs: npt.NDArray[Any]) -> OneCloud:
    """Fit the cloud without groups that is closest to songs: a Gaussian copula with unimodal margins.

    Parameters
    ----------
    songs : ndarray of shape (n, d)

    Returns
    -------
    OneCloud

    References
    ----------
    Hartigan, J. A. and Hartigan, P. M. (1985). The dip test of unimodality. Annals of Statistics 13, 70-84.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> songs = rng.normal(size=(500, 1)) + [0.0, 3.0]
    >>> drawn = fit_one_cloud(songs).draw(500, rng)
    >>> bool(np.corrcoef(drawn.T)[0, 1] > 0.99)
    True
    """
    songs = np.asarray(songs, dtype=np.float64)
    return OneCloud(_copula_root(songs), tuple(fit_unimodal(column) for column in songs.T))


def fit_unimodal(values: Floats) -> tuple[Floats, Floats]:
    """Find the distribution with a single peak that is nearest to values.

    Up to the peak it is the greatest convex minorant of the values' own distribution function, after it the least
    concave majorant; of the peaks that are tried, the one that moves the function least is taken. An atom can be at
    the peak only.

    Parameters
    ----------
    values : ndarray of shape (n,)

    Returns
    -------
    knots, below : ndarrays
        Values, ascending, and the share of the distribution up to each; linear between. The peak is there twice:
        without its atom and with it.

    Examples
    --------
    >>> knots, below = fit_unimodal(np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    >>> [round(float(share), 3) for share in below]
    [0.0, 0.0, 0.25, 0.5, 0.75, 1.0]
    """
    ordered = np.sort(values)
    places = np.linspace(0, len(ordered) - 1, min(KNOTS, len(ordered)))
    knots, first = np.unique(np.interp(places, np.arange(len(ordered)), ordered), return_index=True)
    if len(knots) == 1:
        return np.repeat(knots, 2), np.array([0.0, 1.0])
    last = np.append(first[1:], len(places)) - 1
    before, below = first / (len(places) - 1), last / (len(places) - 1)
    fits = []
    for mode in np.unique(np.linspace(0, len(knots) - 1, MODES).astype(int)):
        up, down = np.append(below[:mode], before[mode]), below[mode:]
        left = _slopes_fitted(knots[: mode + 1], up, increasing=True)
        right = _slopes_fitted(knots[mode:], down, increasing=False)
        moved = max(np.abs(left - up).max(), np.abs(right - down).max())
        fits.append((float(moved), int(mode), np.concatenate([left, right])))
    _, mode, fitted = min(fits, key=lambda fit: fit[0])
    return np.insert(knots, mode, knots[mode]), fitted


def _slopes_fitted(knots: Floats, below: Floats, *, increasing: bool) -> Floats:
    """Return the convex minorant of a distribution function, or its concave majorant."""
    from scipy.optimize import isotonic_regression

    if len(knots) < 2:
        return below
    widths = np.diff(knots)
    slopes = isotonic_regression(np.diff(below) / widths, weights=widths, increasing=increasing).x
    fitted: Floats = below[0] + np.append(0.0, np.cumsum(slopes * widths))
    return fitted


def _copula_root(songs: Floats) -> Floats:
    """Return a root of the normal correlations that give the songs' rank correlations."""
    from scipy.stats import rankdata

    ranks = rankdata(songs, axis=0)
    ranks -= ranks.mean(axis=0)
    lengths = np.sqrt(np.square(ranks).sum(axis=0))
    ranks /= np.where(lengths > 0, lengths, 1.0)
    normal = 2 * np.sin(np.pi / 6 * (ranks.T @ ranks))
    np.fill_diagonal(normal, 1.0)
    values, vectors = np.linalg.eigh(normal)
    root = vectors * np.sqrt(np.maximum(values, 0))
    scaled: Floats = root / np.sqrt(np.square(root).sum(axis=1, keepdims=True))
    return scaled
