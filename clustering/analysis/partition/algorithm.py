"""What the rest of the application needs to know about a clustering algorithm.

Forms and pages read it in the web process, so that a module with an algorithm imports scikit-learn only inside its
functions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from clustering.analysis.partition.notebook import NotebookSource
from clustering.analysis.partition.result import Assigned, Partition, assign
from clustering.analysis.progress import Progress, no_progress

STABILITY_SONGS = 3_000
"""Songs of each resample, for algorithms whose time grows faster than the songs: they are run twenty times."""


class Fitter(Protocol):
    """Divides scaled songs (n, d) into so many clusters, or into clusters of at least so many songs."""

    def __call__(
        self, scaled: npt.NDArray[Any], size: int, /, *, seed: int, progress: Progress = no_progress
    ) -> Partition:
        """Divide the songs: the same seed and rows give the same labels."""
        ...


Floats = npt.NDArray[np.float64]
Assigner = Callable[[Floats, Floats, Mapping[str, Floats]], Assigned]
"""Assigns scaled songs (n, d) to the clusters around centroids (k, d), with what else the algorithm learned."""


def assign_to_nearest(songs: Floats, centroids: Floats, parameters: Mapping[str, Floats]) -> Assigned:
    """Assign songs to the nearest centroids.

    Examples
    --------
    >>> assign_to_nearest(np.array([[1.0], [8.0]]), np.array([[0.0], [9.0]]), {}).labels.tolist()
    [0, 1]
    """
    return assign(songs, centroids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """A clustering algorithm.

    Attributes
    ----------
    name, label : str
        As stored in settings, and what pages call it.
    order : int
        Its position in forms, the smallest first.
    description : str
        One or two plain sentences: what it does and when it is the better choice.
    fit : Fitter
        Called with the setting that `needs` names.
    notebook : NotebookSource
        The same in plain scikit-learn, for the notebook of a run.
    needs : {"n_clusters", "min_cluster_size"}
        Which of these settings it takes: how many clusters to make, or how many songs make one.
    max_songs : int or None
        The most songs it can take.
    by_centers : bool
        Whether a song's cluster is the one with the nearest center and nothing else: then the clusters of a sample
        say of every song where it belongs.
    assign : Assigner
        Assigns songs that come later to the clusters of a run.
    assign_refusal : str
        Why songs that come later cannot be assigned; empty where they can.
    membership : str
        What a song's membership measures, as the end of a sentence; empty where it has none.
    other_shapes : str
        What to do where the advised number of clusters may not suit, because these have another shape.
    stability_songs : int
        Songs of each resample that measures the stability of the clusters.
    refit : Fitter or None
        A cheaper `fit` for these resamples.
    """

    name: str
    label: str
    order: int
    description: str
    fit: Fitter
    notebook: NotebookSource
    needs: Literal["n_clusters", "min_cluster_size"] = "n_clusters"
    max_songs: int | None = None
    by_centers: bool = False
    assign: Assigner = assign_to_nearest
    assign_refusal: str = ""
    membership: str = ""
    other_shapes: str = ""
    stability_songs: int = STABILITY_SONGS
    refit: Fitter | None = None

    @property
    def needs_n_clusters(self) -> bool:
        """Whether the number of clusters is chosen beforehand."""
        return self.needs == "n_clusters"

    def refusal(self, songs: int) -> str:
        """Say why it cannot group so many songs, and what to do; nothing where it can."""
        if self.max_songs is None or songs <= self.max_songs:
            return ""
        return (
            f"{self.label} takes at most {self.max_songs:,} songs, and there are {songs:,}: its run time "
            "grows with the square of their number. Use fewer songs, or choose Gaussian mixture or K-Means."
        )
