"""What a run keeps to assign songs that come later, and to explain where its own are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from clustering.analysis.describing.membership import Membership, measure_membership
from clustering.analysis.partition import Partition, Tree
from clustering.analysis.projection import Projection, axis_words
from clustering.analysis.scaling import Scaling

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """A fitted model of k clusters in d scaled dimensions.

    Attributes
    ----------
    scaling : Scaling
        How raw values become scaled ones.
    medians : mapping of str to float
        What fills gaps in each feature; empty where songs with gaps are left out.
    centroids : ndarray of shape (k, d)
    axes : ndarray of shape (2, d)
        The directions of the map's axes.
    pca_mean : ndarray of shape (d,)
        The point at the map's origin.
    axis_words : tuple of str
        What each axis is made of.
    parameters : mapping of str to ndarray
        What else the algorithm learned, to assign further songs.
    membership : Membership or None
        Where the algorithm says how surely songs belong.
    tree : Tree or None
        Where it makes one.
    """

    scaling: Scaling
    centroids: Floats
    axes: Floats
    pca_mean: Floats
    axis_words: tuple[str, str] = ("", "")
    medians: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, Floats] = field(default_factory=dict)
    membership: Membership | None = None
    tree: Tree | None = None

    @classmethod
    def of(
        cls, partition: Partition, projection: Projection, scaling: Scaling, medians: Mapping[str, float]
    ) -> FittedModel:
        """Return the model of a partition, with how its songs were prepared and projected.

        Examples
        --------
        >>> import numpy as np
        >>> from clustering.analysis.partition import fit_kmeans
        >>> from clustering.analysis.projection import fit_projection
        >>> from clustering.analysis.scaling import fit_scaling
        >>> songs = np.array([[0.0], [0.1], [0.9], [1.0], [1.1]])
        >>> scaling = fit_scaling(songs, ["energy"], scaler="minmax", weights={})
        >>> scaled = scaling.transform(songs)
        >>> model = FittedModel.of(fit_kmeans(scaled, 2, seed=0), fit_projection(scaled), scaling, {})
        >>> FittedModel.from_dict(model.to_dict()).centroids.round(2).tolist()
        [[0.91], [0.05]]
        """
        return cls(
            scaling=scaling,
            medians=medians,
            centroids=partition.centroids,
            axes=projection.axes,
            pca_mean=projection.mean,
            axis_words=axis_words(projection, scaling.columns),
            parameters=partition.parameters,
            membership=None if partition.membership is None else measure_membership(partition),
            tree=partition.tree,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return numbers and text only, ready for JSON; without what its algorithm does not have."""
        data: dict[str, Any] = {
            "scaling": self.scaling.to_dict(),
            "centroids": self.centroids.tolist(),
            "axes": self.axes.tolist(),
            "pca_mean": self.pca_mean.tolist(),
            "axis_words": list(self.axis_words),
            "medians": dict(self.medians),
        }
        if self.parameters:
            data["parameters"] = {name: values.tolist() for name, values in self.parameters.items()}
        if self.membership is not None:
            data["membership"] = asdict(self.membership)
        if self.tree is not None:
            data["tree"] = asdict(self.tree)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FittedModel:
        """Return what `to_dict` described."""
        first, second = data["axis_words"]
        return cls(
            scaling=Scaling.from_dict(data["scaling"]),
            medians=data["medians"],
            centroids=np.array(data["centroids"]),
            axes=np.array(data["axes"]),
            pca_mean=np.array(data["pca_mean"]),
            axis_words=(first, second),
            parameters={name: np.array(values) for name, values in data.get("parameters", {}).items()},
            membership=Membership.from_dict(data["membership"]) if "membership" in data else None,
            tree=Tree.from_dict(data["tree"]) if "tree" in data else None,
        )
