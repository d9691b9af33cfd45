"""Starting and ending runs, and naming their groups."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.jobs import lock_dataset, request_job, stop_job
from clustering.analysis import AnalysisError
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.run_settings import RunSettings
from clustering.analysis.settings_checks import check_settings, complete_settings
from clustering.jobs import kinds
from clustering.jobs.kinds.cluster import ClusterSongs
from clustering.jobs.kinds.delete_run import DeleteRun
from clustering.jobs.kinds.sweep import StartSweep
from clustering.jobs.quotas import enforce_quota
from clustering.models import AuditEntry, Cluster, Dataset, Job, Run, Sweep
from clustering.models.run import MAX_NAME_LENGTH, MAX_NOTE_LENGTH


def start_run(user: User, dataset: Dataset, settings: RunSettings) -> Run:
    """Group a dataset's songs; without features the default ones that it has, without n_clusters as advised.

    Of the number of groups and the size of the smallest, the one is kept that the algorithm asks for. With a sample
    size the groups are found on so many songs, drawn by the seed, and all are assigned to them; where there are no
    more songs than that, on all as ever.
    """
    settings = checked_settings(dataset, settings)
    with transaction.atomic():
        lock_dataset(dataset)
        advised = settings.n_clusters is None and ALGORITHMS[settings.algorithm].needs_n_clusters
        enforce_quota(user, runs=1, places=dataset.songs_count, sweeps=int(advised))
        run = Run.objects.create(dataset=dataset, owner=user, **Run.columns_of(settings))
        if advised:
            request_job(StartSweep, user, dataset, run=run, sweep=Sweep.objects.for_run(run))
        else:
            request_job(ClusterSongs, user, dataset, run=run)
        AuditEntry.record(user, AuditEntry.Action.RUN_STARTED, dataset, f"{dataset.name}: {run}")
    return run


def checked_settings(dataset: Dataset, settings: RunSettings) -> RunSettings:
    """Return settings, of a run or of advice on one, as they are stored, or say why they cannot work."""
    statistics = dataset.statistics
    settings = complete_settings(settings, statistics)
    for warning in check_settings(settings, statistics):
        if warning.stops:
            raise AnalysisError(warning.sentence)
    return settings.simplify(statistics.songs)


def run_again(user: User, run: Run) -> Run:
    """Start a run with the same settings."""
    return start_run(user, run.dataset, run.settings)


def run_with_groups(user: User, run: Run, k: int) -> Run:
    """Return the newest run with the same settings and k groups, done or being made; start it where there is none."""
    with transaction.atomic():
        lock_dataset(run.dataset)
        alike = Run.objects.alike(run).order_by("-created_at")
        same = alike.finished().filter(k=k).first()
        same = same or alike.filter(k_requested=k, jobs__status__in=Job.ALIVE).first()
        return same or start_run(user, run.dataset, replace(run.settings, n_clusters=k))


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
    """Delete a run with all it found, after stopping what works on it.

    Where it is being deleted already, that is the job.
    """
    deleting = run.jobs.filter(kind=DeleteRun.name).alive()
    if (before := deleting.first()) is not None:
        return before
    for job in run.jobs.exclude(kind__in=kinds.deletions()).alive():
        stop_job(job)
    with transaction.atomic():
        lock_dataset(run.dataset)
        if (before := deleting.all().first()) is not None:
            return before
        AuditEntry.record(user, AuditEntry.Action.DELETED, run.dataset, f"{run.dataset.name}: {run}")
        return request_job(DeleteRun, user, run.dataset, run=run)


def rename_run(user: User, run: Run, name: str, *, note: str) -> None:
    """Give a run the person's own name and note; an empty name brings the generated one back."""
    name, note = " ".join(name.split())[:MAX_NAME_LENGTH], " ".join(note.split())[:MAX_NOTE_LENGTH]
    before, dataset = str(run), run.dataset
    with transaction.atomic():
        lock_dataset(dataset)
        if name and dataset.runs.exclude(pk=run.pk).filter(own_name__iexact=name).exists():
            raise AnalysisError(f"Another run of {dataset.name} is called “{name}”. Choose a different name.")
        run.rename("" if name == run.generated_name else name, note)
        words = f"{dataset.name}: the run {before}, now {run}"
        AuditEntry.record(user, AuditEntry.Action.RENAMED, dataset, words)


def rename_cluster(user: User, cluster: Cluster, name: str) -> None:
    """Give a cluster the person's own name; an empty one brings the generated name back."""
    before, dataset = cluster.name, cluster.run.dataset
    with transaction.atomic():
        cluster.rename(" ".join(name.split())[:100])
        words = f"{dataset.name}: the group {before}, now {cluster.name}"
        AuditEntry.record(user, AuditEntry.Action.RENAMED, dataset, words)
