"""Starting and ending runs, and naming their groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.jobs import lock_dataset, queue_job, stop_job
from clustering.analysis import AnalysisError
from clustering.analysis.algorithms import ALGORITHMS, refusal, sample_refusal, usual_min_cluster_size
from clustering.analysis.sampling import MIN_SAMPLE
from clustering.models import AuditEntry, Cluster, Dataset, Job, Run, Sweep
from clustering.models.run import MAX_K, MAX_SEED, MAX_WEIGHT, MIN_K
from clustering.storage.songs import number_columns

Made = TypeVar("Made", Run, Sweep)


def start_run(
    user: User,
    dataset: Dataset,
    *,
    features: Sequence[str] = (),
    algorithm: str = Run.Algorithm.KMEANS,
    k: int | None = None,
    min_cluster_size: int | None = None,
    scaler: str = Run.Scaler.STANDARD,
    missing: str = Run.Missing.DROP,
    weights: Mapping[str, float] | None = None,
    seed: int = 42,
    fit_on: int | None = None,
    send: bool = True,
) -> Run:
    """Group a dataset's songs; without features the default ones that it has, without k as advised.

    Features count by their weights, 1 where none is given. Of the number of groups and the size of the
    smallest, the one is kept that the algorithm asks for. With ``fit_on`` the groups are found on so many songs, drawn
    by the seed, and all are assigned to them; where there are no more songs than that, on all as ever.
    Asked twice for the same (by a double click), it is one run: the second gets the one that is being made.
    With ``send=False`` the caller runs its job itself, and those that follow.
    """
    chosen = list(dict.fromkeys(features)) or dataset.usual_features
    _check_algorithm(dataset, algorithm)
    if ALGORITHMS[algorithm].asks_k:
        min_cluster_size = None
    else:
        k, min_cluster_size = None, min_cluster_size or usual_min_cluster_size(dataset.songs_count)
    check_settings(dataset, chosen, scaler, missing, seed)
    _check_k(dataset, k)
    _check_min_cluster_size(dataset, min_cluster_size)
    asked = {
        "algorithm": algorithm,
        "features": chosen,
        "k_requested": k,
        "min_cluster_size": min_cluster_size,
        "scaler": scaler,
        "missing": missing,
        "weights": checked_weights(chosen, weights or {}),
        "seed": seed,
        "fit_on": checked_sample(dataset, fit_on, algorithm),
    }
    with transaction.atomic():
        run, made = make_once(Run, user, dataset, asked)
        if not made:
            return run
        if k is None and ALGORITHMS[algorithm].asks_k:
            queue_job(Job.Kind.SWEEP, user, dataset, run=run, sweep=Sweep.objects.for_run(run), send=send)
        else:
            queue_job(Job.Kind.CLUSTER, user, dataset, run=run, send=send)
        AuditEntry.record(user, AuditEntry.Action.RUN_STARTED, dataset, f"{dataset.name}: {run}")
    return run


def make_once(kind: type[Made], user: User, dataset: Dataset, asked: Mapping[str, Any]) -> tuple[Made, bool]:
    """Make a run or a sweep, or return the same one that the person is having made; and whether it is new.

    It belongs in a transaction: until its end nobody else makes one of the dataset.
    """
    lock_dataset(dataset)
    mine = kind.objects.filter(
        dataset=dataset, owner=user, finished_at=None, jobs__status__in=Job.ALIVE, **asked
    )
    if (same := mine.first()) is not None:
        return same, False
    return kind.objects.create(dataset=dataset, owner=user, **asked), True


def run_again(user: User, run: Run) -> Run:
    """Start a run with the same settings."""
    return start_run(
        user,
        run.dataset,
        features=run.features,
        algorithm=run.algorithm,
        k=run.k_requested,
        min_cluster_size=run.min_cluster_size,
        scaler=run.scaler,
        missing=run.missing,
        weights=run.weights,
        seed=run.seed,
        fit_on=run.fit_on,
    )


def pin_run(user: User, run: Run, *, pinned: bool = True) -> None:
    """Let a run stand for its dataset, or let the newest one do so again."""
    if not run.is_finished:
        raise AnalysisError(f"The run “{run}” has no results yet. Pin it when it is done.")
    dataset = run.dataset
    with transaction.atomic():
        dataset.pin(run if pinned else None)
        action = AuditEntry.Action.PINNED if pinned else AuditEntry.Action.UNPINNED
        AuditEntry.record(user, action, dataset, f"{dataset.name}: {run}")


def delete_run(user: User, run: Run) -> Job:
    """Delete a run with all it found, after stopping what works on it."""
    for job in run.jobs.exclude(kind__in=Job.DELETIONS).alive():
        stop_job(job)
    with transaction.atomic():
        AuditEntry.record(user, AuditEntry.Action.DELETED, run.dataset, f"{run.dataset.name}: {run}")
        return queue_job(Job.Kind.DELETE_RUN, user, run.dataset, run=run)


def rename_cluster(user: User, cluster: Cluster, name: str) -> None:
    """Give a cluster the person's own name; an empty one brings the generated name back."""
    before, dataset = cluster.name, cluster.run.dataset
    with transaction.atomic():
        cluster.rename(" ".join(name.split())[:100])
        words = f"{dataset.name}: the group {before}, now {cluster.name}"
        AuditEntry.record(user, AuditEntry.Action.RENAMED, dataset, words)


def _check_algorithm(dataset: Dataset, algorithm: str) -> None:
    if algorithm not in ALGORITHMS:
        raise AnalysisError(f"{algorithm} is no way to group songs. Choose one of {', '.join(ALGORITHMS)}.")
    reason = refusal(algorithm, dataset.songs_count)
    if reason:
        raise AnalysisError(reason)


def _check_min_cluster_size(dataset: Dataset, size: int | None) -> None:
    if size is not None and not MIN_K <= size <= dataset.songs_count:
        raise AnalysisError(
            f"The smallest group is to have {size:,} songs, and it has to be from {MIN_K} to the "
            f"{dataset.songs_count:,} that there are."
        )


def checked_sample(dataset: Dataset, fit_on: int | None, algorithm: str) -> int | None:
    """Return on how many songs to fit, None for all, or say why it cannot be that many."""
    if fit_on is None:
        return None
    if fit_on < MIN_SAMPLE:
        raise AnalysisError(
            f"A sample of {fit_on:,} songs is too small to find groups on. Take {MIN_SAMPLE:,} or more."
        )
    if reason := sample_refusal(algorithm):
        raise AnalysisError(reason)
    return fit_on if fit_on < dataset.songs_count else None


def checked_weights(features: Sequence[str], weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights that change something, or say what is wrong with one."""
    for name, weight in weights.items():
        if name not in features:
            raise AnalysisError(
                f"There is a weight for {name}, which is not among the features: {', '.join(features)}."
            )
        if not 0 <= weight <= MAX_WEIGHT:
            raise AnalysisError(f"The weight of {name} is {weight:g}, and has to be from 0 to {MAX_WEIGHT}.")
    if all(weights.get(name, 1) == 0 for name in features):
        raise AnalysisError(
            "All weights are zero, so all songs would be alike. Give at least one feature a weight."
        )
    return {name: weight for name, weight in weights.items() if weight != 1}


def check_settings(dataset: Dataset, features: Sequence[str], scaler: str, missing: str, seed: int) -> None:
    """Refuse settings, of a run or of advice on one, that cannot work with a dataset."""
    if not dataset.songs_count:
        raise AnalysisError("This dataset has no songs yet. Wait for its import to end.")
    if not features:
        raise AnalysisError(
            f"None of the usual features of {dataset.name} differs from song to song. "
            "Choose at least one feature that does."
        )
    unknown = [f for f in features if f not in number_columns(dataset)]
    if unknown:
        raise AnalysisError(f"{', '.join(unknown)} is no feature of {dataset.name}.")
    if scaler not in Run.Scaler.values:
        raise AnalysisError(f"{scaler} is no scaler. Choose one of {', '.join(Run.Scaler.values)}.")
    if missing not in Run.Missing.values:
        raise AnalysisError(f"{missing} is no rule for gaps. Choose one of {', '.join(Run.Missing.values)}.")
    if not 0 <= seed <= MAX_SEED:
        raise AnalysisError(f"The seed is {seed}, and has to be from 0 to {MAX_SEED:,}.")


def _check_k(dataset: Dataset, k: int | None) -> None:
    if k is not None and not MIN_K <= k <= MAX_K:
        raise AnalysisError(f"The number of groups is {k}, and has to be from {MIN_K} to {MAX_K}.")
    if k is not None and k > dataset.songs_count:
        raise AnalysisError(
            f"{k} groups cannot be made of {dataset.songs_count:,} songs. Choose fewer groups."
        )
