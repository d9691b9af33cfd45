"""Whether the songs thin out between clusters: which clusters stand apart, and how sharp each border is.

The test and where it comes from are told in docs/choosing_k.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.choosing.valleys import (
    Floats,
    Ints,
    Pairs,
    are_surely_dense,
    count_songs,
    density_ratios,
    is_hollow,
    project,
    valley_chances,
)
from clustering.analysis.partition.kmeans import fit_centroids
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.threads import one_thread

BORDER_SONGS = 20_000
"""Distinct songs on which borders are measured, where there are so many."""

FOLDS = 5
SMALL_FOLDS = 10
SMALL_SONGS = 500
"""Each song is judged by centroids that were fitted without it; below so many songs, on nine tenths of them."""

REFIT_ITERATIONS = 10

SIGNIFICANCE = 0.05

PIECES = 4
PIECE_SONGS = 10
"""Clusters that seem to be apart are cut into so many pieces at most, of so many songs each on average."""

FOLLOWING = 0.9
"""So many songs have to be in the cluster of the nearest center."""

FEW_VALUES = 12
SONGS_PER_VALUE = 10
"""A feature of so few values, each of so many songs, has gaps by nature: its values are spread over them."""


@dataclass(frozen=True, slots=True)
class Border:
    """What lies between two neighboring clusters.

    Attributes
    ----------
    first, second : int
        The clusters.
    sharpness : float
        By how much the songs thin out between the two: 0 not at all, 1 to nothing.
    p_value : float
        How surely they thin out: the chance of so few songs between the two in a cloud without a valley.
    """

    first: int
    second: int
    sharpness: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Borders:
    """The borders of a grouping, and the parts that they divide.

    Attributes
    ----------
    between : tuple of Border
        One for each two neighbors.
    parts : tuple of int
        For each cluster, the part it belongs to: clusters of one part are connected by songs.
    """

    between: tuple[Border, ...]
    parts: tuple[int, ...]

    @property
    def sharpness(self) -> tuple[float, ...]:
        """How far the songs thin out at each border, from 0 to 1."""
        return tuple(border.sharpness for border in self.between)

    @property
    def parts_apart(self) -> int:
        """How many parts there are between which the songs thin out: one where all is connected."""
        return len(set(self.parts))

    def stands_apart(self, cluster: int) -> bool:
        """Tell whether the songs thin out all around a cluster: it is alone in its part."""
        return self.parts_apart > 1 and self.parts.count(self.parts[cluster]) == 1

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Borders":
        """Return what `to_dict` described."""
        return cls(tuple(Border(**border) for border in data["between"]), tuple(data["parts"]))


def measure_borders(
    songs: npt.NDArray[Any], centroids: npt.NDArray[Any], *, seed: int, progress: Progress = no_progress
) -> Borders:
    """Find out which clusters stand apart from the others.

    Songs are counted along the line between every two neighboring centroids. In a cloud whose density is
    log-concave (Gaussian, evenly spread over a convex body, ...), the songs of a convex region have a unimodal
    density along any line (Prékopa): between the two there are never fewer than around both. Clusters are apart
    where no chain of neighbors without such a valley connects them.

    Parameters
    ----------
    songs : ndarray of shape (n, d)
        Scaled values. Repeats count once; at most 20,000 songs are used.
    centroids : ndarray of shape (k, d)
        K-Means' centroids of these songs.
    seed : int
    progress : callable
        Told how many folds are done.

    Returns
    -------
    Borders

    References
    ----------
    Prékopa, A. (1973). On logarithmic concave measures and functions. Acta Scientiarum Mathematicarum 34, 335-343.

    Hennig, C. (2010). Methods for merging Gaussian mixture components. Advances in Data Analysis and
    Classification 4, 3-34.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> line = rng.random((300, 1))
    >>> measure_borders(line, np.array([[0.25], [0.75]]), seed=0).parts_apart
    1
    >>> two = np.concatenate([line, line + 3])
    >>> measure_borders(two, np.array([[0.5], [3.5]]), seed=0).parts_apart
    2
    """
    rng = np.random.default_rng(seed)
    songs, centroids = _judged(songs, rng), np.asarray(centroids, dtype=np.float64)
    with one_thread():
        labels = _nearest(songs, centroids)
        pairs = _neighbors(centroids @ _whitening(songs, labels, centroids))
        counts = _count_held_out(songs, centroids, pairs, rng, progress)
        p_values = valley_chances(counts)
        ratios = density_ratios(counts)
        closed = (p_values >= SIGNIFICANCE) | is_hollow(counts)
        links = [pair for pair, linked in zip(pairs, closed, strict=True) if linked]
        parts = _connect(len(centroids), links)
        if parts.max() > 0:
            parts = _connect(len(centroids), links + _bridges(songs, centroids, labels, parts, rng))
    between = (
        Border(first, second, sharpness=float(1 - min(1.0, ratio)), p_value=float(p_value))
        for (first, second), ratio, p_value in zip(pairs, ratios, p_values, strict=True)
    )
    return Borders(tuple(between), tuple(parts.tolist()))


def _judged(songs: npt.NDArray[Any], rng: np.random.Generator) -> Floats:
    """Return the distinct songs in random order, the values of features with few values spread out."""
    distinct = np.unique(np.asarray(songs, dtype=np.float64), axis=0)
    chosen = distinct[rng.permutation(len(distinct))[:BORDER_SONGS]]
    for column in chosen.T:
        if has_few_values(column):
            column[:] = spread_steps(column, rng)
    return chosen


def has_few_values(column: Floats) -> bool:
    """Tell whether a feature has gaps by nature: more than one value, at most twelve, of ten songs each on average.

    Examples
    --------
    >>> has_few_values(np.repeat([0.0, 1.0], 10)), has_few_values(np.arange(20.0))
    (True, False)
    """
    return 1 < len(np.unique(column)) <= min(FEW_VALUES, len(column) // SONGS_PER_VALUE)


def follow_centers(songs: npt.NDArray[Any], labels: npt.NDArray[Any], centroids: npt.NDArray[Any]) -> bool:
    """Tell whether clusters are those of the nearest center, as K-Means': the borders of others are not looked at.

    Examples
    --------
    >>> songs, centroids = np.array([[0.0], [1.0], [8.0], [9.0]]), np.array([[0.5], [8.5]])
    >>> follow_centers(songs, np.array([0, 0, 1, 1]), centroids)
    True
    >>> follow_centers(songs, np.array([0, 1, 0, 1]), centroids)
    False
    """
    settled = settle(np.asarray(songs, dtype=np.float64), np.asarray(centroids, dtype=np.float64))[1]
    return bool(np.mean(settled == labels) >= FOLLOWING)


def spread_steps(column: Floats, rng: np.random.Generator) -> Floats:
    """Spread songs of equal value evenly, halfway to the next values.

    Parameters
    ----------
    column : ndarray of shape (n,)
        At least two different values.
    rng : Generator

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> spread = spread_steps(np.repeat([0.0, 1.0], 50), np.random.default_rng(0))
    >>> bool(-0.5 <= spread.min() and spread.max() <= 1.5), len(np.unique(spread))
    (True, 100)
    """
    values = np.unique(column)
    middles = (values[1:] + values[:-1]) / 2
    low = np.concatenate([[2 * values[0] - middles[0]], middles])
    high = np.concatenate([middles, [2 * values[-1] - middles[-1]]])
    place = np.searchsorted(values, column)
    return rng.uniform(low[place], high[place])


def _nearest(songs: Floats, centroids: Floats) -> Ints:
    squares: Floats = np.square(centroids).sum(axis=1) - 2 * songs @ centroids.T
    nearest: Ints = squares.argmin(axis=1)
    return nearest


def settle(songs: Floats, centroids: Floats) -> tuple[Floats, Ints]:
    """Let centroids settle on songs by a few iterations of Lloyd's algorithm; return them and each song's cluster."""
    labels = _nearest(songs, centroids)
    for _ in range(REFIT_ITERATIONS):
        centroids = centroids.copy()
        sizes = np.bincount(labels, minlength=len(centroids))
        for column in range(songs.shape[1]):
            sums = np.bincount(labels, weights=songs[:, column], minlength=len(centroids))
            np.divide(sums, sizes, out=centroids[:, column], where=sizes > 0)
        before, labels = labels, _nearest(songs, centroids)
        if (before == labels).all():
            break
    return centroids, labels


def _whitening(songs: Floats, labels: Ints, centroids: Floats) -> Floats:
    """Return the matrix that makes clusters round on average, as in discriminant analysis; shrunk for few songs."""
    rest = songs - centroids[labels]
    count, features = songs.shape
    free = max(count - len(centroids), 1)
    scatter = rest.T @ rest / free
    width = np.trace(scatter) / features
    if width == 0:  # each song is its own cluster
        return np.eye(features)
    shrinkage = features / (free + features)
    round_part = (shrinkage + 1e-9) * width * np.eye(features)
    root: Floats = np.linalg.cholesky(np.linalg.inv((1 - shrinkage) * scatter + round_part))
    return root


def _neighbors(centroids: Floats) -> Pairs:
    """Return the Gabriel graph: the pairs halfway between which no third centroid is nearer."""
    found = []
    for first, second in combinations(range(len(centroids)), 2):
        halfway = (centroids[first] + centroids[second]) / 2
        squares = np.square(centroids - halfway).sum(axis=1)
        own = max(squares[first], squares[second])
        if own <= np.delete(squares, [first, second]).min(initial=np.inf):
            found.append((first, second))
    return found


def _count_held_out(
    songs: Floats, centroids: Floats, pairs: Pairs, rng: np.random.Generator, progress: Progress
) -> Ints:
    """Count songs along each line, each song by centroids that were fitted without it."""
    folds = SMALL_FOLDS if len(songs) < SMALL_SONGS else FOLDS
    fold = rng.permutation(len(songs)) % folds
    along, away = np.zeros((2, len(songs), len(pairs)))
    labels = np.zeros(len(songs), dtype=np.intp)
    for done in range(folds):
        progress(done, folds)
        out = fold == done
        if not out.any():
            continue
        settled, inside = settle(songs[~out], centroids)
        whitening = _whitening(songs[~out], inside, settled)
        labels[out] = _nearest(songs[out], settled)
        along[out], away[out] = project(songs[out] @ whitening, settled @ whitening, pairs)
    progress(folds, folds)
    return count_songs(along, away, labels, pairs)


def _connect(count: int, links: Sequence[tuple[int, int]]) -> Ints:
    """Return for each cluster the number of the part that links connect it to."""
    parts = np.arange(count)
    for first, second in links:
        parts[parts == parts[second]] = parts[first]
    return np.unique(parts, return_inverse=True)[1]


def _bridges(songs: Floats, centroids: Floats, labels: Ints, parts: Ints, rng: np.random.Generator) -> Pairs:
    """Return clusters of different parts that songs connect all the same, beside the line of the centroids.

    A bent cloud that is cut in two has a hollow between the centroids of its halves. Pieces of the halves are
    compared as the clusters were: where two on either side are neighbors without a valley, there is a bridge.
    """
    pieces, owners, piece_labels = _cut(songs, centroids, labels, rng)
    whitening = _whitening(songs, labels, centroids)
    pairs = [
        (first, second)
        for first, second in _neighbors(pieces @ whitening)
        if parts[owners[first]] != parts[owners[second]]
    ]
    if not pairs:
        return []
    counts = count_songs(*project(songs @ whitening, pieces @ whitening, pairs), piece_labels, pairs)
    connected = are_surely_dense(counts)
    return [
        (owners[first], owners[second]) for (first, second), yes in zip(pairs, connected, strict=True) if yes
    ]


def _cut(
    songs: Floats, centroids: Floats, labels: Ints, rng: np.random.Generator
) -> tuple[Floats, list[int], Ints]:
    """Cut each cluster into pieces; return their centroids, whose pieces they are, and the piece of each song."""
    pieces: list[Floats] = []
    owners: list[int] = []
    piece_labels = np.zeros(len(songs), dtype=np.intp)
    for cluster in range(len(centroids)):
        own = labels == cluster
        count = min(PIECES, int(own.sum()) // PIECE_SONGS)
        found = centroids[[cluster]]
        if count > 1:
            found = fit_centroids(songs[own].astype(np.float32), count, 2, rng).astype(np.float64)
        piece_labels[own] = len(owners) + _nearest(songs[own], found)
        pieces.append(found)
        owners += [cluster] * len(found)
    return np.concatenate(pieces), owners, piece_labels
