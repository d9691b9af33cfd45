"""The quantiles of the silhouettes of a run's measured songs, group by group."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, FloatField

from clustering.models import Assignment, Run

STEPS = 60
FRACTIONS = tuple(round(step / STEPS, 6) for step in range(STEPS + 1))


class Quantiles(Aggregate):
    """The quantiles at even steps from the lowest to the highest value, as one array."""

    function = "percentile_cont"
    template = f"%(function)s(ARRAY{list(FRACTIONS)}) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field: Any = ArrayField(FloatField())


def silhouette_curves(run: Run, *, cluster: int | None = None) -> dict[int, list[float]]:
    """Return the quantiles of each group's silhouettes, with one query."""
    measured = Assignment.objects.filter(run=run, silhouette__isnull=False)
    if cluster is not None:
        measured = measured.filter(cluster=cluster)
    return dict(measured.values_list("cluster").annotate(curve=Quantiles("silhouette")).order_by("cluster"))
