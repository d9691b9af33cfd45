"""Asking how many groups there are."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.jobs import lock_dataset, request_job
from clustering.actions.runs import checked_settings, start_run
from clustering.analysis import AnalysisError
from clustering.analysis.choosing.candidates import MAX_TRIED_K, SWEEP_ALGORITHM
from clustering.analysis.run_settings import MIN_K, RunSettings
from clustering.jobs.kinds.complete_advice import CompleteAdvice
from clustering.jobs.kinds.sweep import StartSweep
from clustering.jobs.quotas import enforce_quota
from clustering.models import AuditEntry, Dataset, Run, Sweep
from clustering.models.sweep import USUAL_KS


def start_sweep(user: User, dataset: Dataset, settings: RunSettings, *, ks: range = USUAL_KS) -> Sweep:
    """Try every number of groups of a range, on the features of some settings; without any on the usual ones."""
    settings = replace(settings, algorithm=SWEEP_ALGORITHM, n_clusters=None)
    settings = checked_settings(dataset, settings)
    k_low, k_high = ks.start, ks.stop - 1
    _check_range(dataset, k_low, k_high)
    columns = Sweep.columns_of(settings) | {"k_low": k_low, "k_high": k_high}
    with transaction.atomic():
        lock_dataset(dataset)
        enforce_quota(user, sweeps=1)
        sweep = Sweep.objects.create(dataset=dataset, owner=user, **columns)
        request_job(StartSweep, user, dataset, sweep=sweep)
        words = f"{dataset.name}: {k_low} to {k_high} groups"
        AuditEntry.record(user, AuditEntry.Action.ADVICE_REQUESTED, dataset, words)
    return sweep


def start_run_of_sweep(user: User, sweep: Sweep, k: int) -> Run:
    """Group the songs with the settings of a sweep, into one of the numbers of groups that it tried."""
    if k not in sweep.ks:
        raise AnalysisError(
            f"{k} groups were not tested. Choose a number from {sweep.k_low} to {sweep.k_high}."
        )
    return start_run(user, sweep.dataset, replace(sweep.settings, n_clusters=k))


def delete_sweep(user: User, sweep: Sweep) -> None:
    """Delete advice with all its numbers; the runs that came of it stay."""
    with transaction.atomic():
        lock_dataset(sweep.dataset)
        completing = sweep.jobs.alive().filter(kind=CompleteAdvice.name)
        if sweep.jobs.alive().exclude(pk__in=completing).exists():
            raise AnalysisError(
                "This advice is still being computed. Cancel it first, or wait until it is done."
            )
        for job in completing:
            job.cancel()
        words = f"{sweep.dataset.name}: advice on {sweep.k_low} to {sweep.k_high} groups"
        AuditEntry.record(user, AuditEntry.Action.DELETED, sweep.dataset, words)
        sweep.delete()


def _check_range(dataset: Dataset, k_low: int, k_high: int) -> None:
    if k_low > k_high:
        raise AnalysisError(f"The range {k_low} to {k_high} is empty. Put the smaller number first.")
    if k_low < MIN_K or k_high > MAX_TRIED_K:
        raise AnalysisError(
            f"{k_low} to {k_high} groups can’t be tested. Stay within {MIN_K} to {MAX_TRIED_K}."
        )
    if k_high > dataset.songs_count:
        raise AnalysisError(
            f"{dataset.songs_count:,} songs can’t be divided into {k_high} groups. End at {dataset.songs_count} or "
            "lower."
        )
