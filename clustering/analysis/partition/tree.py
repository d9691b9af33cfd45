"""The top of the tree of a hierarchical grouping: what is joined with what, and how far apart they were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree over branches, each a part of one cluster, in the order in which they are drawn.

    Attributes
    ----------
    sizes : tuple of int
        The songs of each branch.
    clusters : tuple of int
        The cluster that each branch is in.
    merges : tuple of (int, int, float)
        The two nodes joined, and the distance at which: nodes below ``len(sizes)`` are branches, the others
        earlier merges, in order, as in SciPy.
    """

    sizes: tuple[int, ...]
    clusters: tuple[int, ...]
    merges: tuple[tuple[int, int, float], ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Tree":
        """Return what `dataclasses.asdict` described."""
        merges = tuple((left, right, distance) for left, right, distance in data["merges"])
        return cls(tuple(data["sizes"]), tuple(data["clusters"]), merges)


def top_of_tree(
    children: npt.NDArray[np.intp],
    distances: npt.NDArray[np.float64],
    labels: npt.NDArray[np.int32],
    branches: int,
) -> Tree:
    """Cut a tree at the top, so that so many branches are left.

    Parameters
    ----------
    children : ndarray of shape (n - 1, 2)
        What each merge joins, as in `sklearn.cluster.AgglomerativeClustering`.
    distances : ndarray of shape (n - 1,)
        How far apart they were.
    labels : ndarray of shape (n,)
        The cluster of each song.
    branches : int
        At most n; at least as many as there are clusters, or a branch would lie in two.

    Examples
    --------
    >>> import numpy as np
    >>> joined = np.array([[0, 1], [3, 4], [2, 6], [5, 7]])
    >>> top_of_tree(joined, np.array([0.1, 0.1, 2.0, 9.0]), np.array([0, 0, 1, 1, 1]), branches=3)
    Tree(sizes=(2, 1, 2), clusters=(0, 1, 1), merges=((1, 2, 2.0), (0, 3, 9.0)))
    """
    songs = len(labels)
    sizes = [1] * songs
    members = list(range(songs))  # one song of each node
    for left, right in children:
        sizes.append(sizes[left] + sizes[right])
        members.append(members[left])
    first = songs + len(children) - (branches - 1)  # the first node above the cut
    order: list[int] = []
    waiting = [songs + len(children) - 1]
    while waiting:
        node = waiting.pop()
        if node < first:
            order.append(node)
        else:
            left, right = children[node - songs]
            waiting += [int(right), int(left)]
    place = {node: position for position, node in enumerate(order)}
    place |= {node: branches + node - first for node in range(first, songs + len(children))}
    return Tree(
        sizes=tuple(sizes[node] for node in order),
        clusters=tuple(int(labels[members[node]]) for node in order),
        merges=tuple(
            (place[int(left)], place[int(right)], float(distance))
            for (left, right), distance in zip(
                children[first - songs :], distances[first - songs :], strict=True
            )
        ),
    )
