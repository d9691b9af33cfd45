"""The settings of runs as columns of tables."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.run_settings import MISSING_LABELS, RunSettings
from clustering.analysis.scaling import SCALERS

USUAL = RunSettings()


# functions, because migrations name a function and not what it returns: a new algorithm needs none
def algorithm_choices() -> list[tuple[str, str]]:
    """Return every algorithm with its label."""
    return [(algorithm.name, algorithm.label) for algorithm in ALGORITHMS.values()]


def scaler_choices() -> list[tuple[str, str]]:
    """Return every scaler with its label."""
    return [(scaler.name, scaler.label) for scaler in SCALERS.values()]


def missing_choices() -> list[tuple[str, str]]:
    """Return every rule for gaps with its label."""
    return list(MISSING_LABELS.items())


class SettingsColumns(models.Model):
    """The settings that decide by which numbers songs are alike: of a run, and of advice on one."""

    features = ArrayField(models.TextField())  # a column of one's own can have any name
    scaler = models.CharField(max_length=20, choices=scaler_choices, default=USUAL.scaler)
    missing = models.CharField(max_length=10, choices=missing_choices, default=USUAL.missing)
    weights = models.JSONField(
        default=dict, blank=True, help_text="{feature: how much it counts}; 1 where not named."
    )
    seed = models.PositiveIntegerField(default=USUAL.seed)
    sample_size = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many songs, drawn by the seed, groups are found on. Empty: all."
    )

    class Meta:
        abstract = True

    @classmethod
    def columns_of(cls, settings: RunSettings) -> dict[str, Any]:
        """Return the columns that hold some settings."""
        return {
            "features": list(settings.features),
            "scaler": settings.scaler,
            "missing": settings.missing,
            "weights": dict(settings.weights),
            "seed": settings.seed,
            "sample_size": settings.sample_size,
        }
