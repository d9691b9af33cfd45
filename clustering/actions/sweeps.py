"""Asking how many groups there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.jobs import queue_job
from clustering.actions.runs import check_settings, checked_sample, checked_weights, make_once, start_run
from clustering.analysis import AnalysisError
from clustering.models import AuditEntry, Dataset, Job, Run, Sweep
from clustering.models.run import MIN_K
from clustering.models.sweep import MAX_TRIED_K, USUAL_MAX_K


def start_sweep(
    user: User,
    dataset: Dataset,
    *,
    features: Sequence[str] = (),
    k_low: int = MIN_K,
    k_high: int = USUAL_MAX_K,
    scaler: str = Run.Scaler.STANDARD,
    missing: str = Run.Missing.DROP,
    weights: Mapping[str, float] | None = None,
    seed: int = 42,
    fit_on: int | None = None,
    send: bool = True,
) -> Sweep:
    """Try every number of groups from `k_low` to `k_high`; without features on the usual ones.

    Asked twice for the same (by a double click), it is one sweep.
    With ``send=False`` the caller runs its job itself, and those that follow.
    """
    chosen = list(dict.fromkeys(features)) or dataset.usual_features
    check_settings(dataset, chosen, scaler, missing, seed)
    _check_range(dataset, k_low, k_high)
    asked = {
        "features": chosen,
        "scaler": scaler,
        "missing": missing,
        "weights": checked_weights(chosen, weights or {}),
        "seed": seed,
        "k_low": k_low,
        "k_high": k_high,
        "fit_on": checked_sample(dataset, fit_on, Run.Algorithm.KMEANS),
    }
    with transaction.atomic():
        sweep, made = make_once(Sweep, user, dataset, asked)
        if made:
            queue_job(Job.Kind.SWEEP, user, dataset, sweep=sweep, send=send)
            words = f"{dataset.name}: {k_low} to {k_high} groups"
            AuditEntry.record(user, AuditEntry.Action.ADVICE_REQUESTED, dataset, words)
    return sweep


def start_run_of_sweep(user: User, sweep: Sweep, k: int) -> Run:
    """Group the songs with the settings of a sweep, into one of the numbers of groups that it tried."""
    if k not in sweep.ks:
        raise AnalysisError(
            f"{k} groups were not tried. Choose a number from {sweep.k_low} to {sweep.k_high}."
        )
    return start_run(
        user,
        sweep.dataset,
        features=sweep.features,
        k=k,
        scaler=sweep.scaler,
        missing=sweep.missing,
        weights=sweep.weights,
        seed=sweep.seed,
        fit_on=sweep.fit_on,
    )


def _check_range(dataset: Dataset, k_low: int, k_high: int) -> None:
    if k_low > k_high:
        raise AnalysisError(
            f"There is no number from {k_low} to {k_high}. Let the smaller number of groups come first."
        )
    if k_low < MIN_K or k_high > MAX_TRIED_K:
        raise AnalysisError(
            f"{k_low} to {k_high} groups cannot be tried. Stay within {MIN_K} to {MAX_TRIED_K}."
        )
    if k_high > dataset.songs_count:
        raise AnalysisError(
            f"{k_high} groups cannot be made of {dataset.songs_count:,} songs. End at {dataset.songs_count} or lower."
        )
