"""Setting runs side by side."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from clustering.actions.jobs import lock_dataset, request_job
from clustering.analysis import AnalysisError
from clustering.jobs.kinds.compare import CompareRuns
from clustering.jobs.quotas import enforce_quota
from clustering.models import AuditEntry, Run, RunComparison


def compare_runs(user: User, runs: Sequence[Run]) -> RunComparison:
    """Compare two runs, the earlier one first; what was found before is kept and not looked for again."""
    chosen = len({run.pk for run in runs})
    if chosen != 2 or len(runs) != 2:
        raise AnalysisError(f"Select two runs to compare; {chosen} {'is' if chosen == 1 else 'are'} chosen.")
    first, second = sorted(runs, key=lambda run: (run.created_at, run.pk))
    if first.dataset_id != second.dataset_id:
        raise AnalysisError(
            f"“{first}” groups {first.dataset.name} and “{second}” groups {second.dataset.name}. "
            "Only runs of one dataset can be compared: others have no songs in common."
        )
    for run in (first, second):
        if not run.is_finished:
            raise AnalysisError(f"The run “{run}” has no results yet. Compare it when it is done.")
    with transaction.atomic():
        lock_dataset(first.dataset)  # before the comparison, as a deletion does
        comparison, made = RunComparison.objects.select_for_update(of=("self",)).get_or_create(
            first=first, second=second
        )
        if made:
            enforce_quota(user, comparisons=1)
        if not comparison.is_finished and (comparison.job is None or not comparison.job.is_alive):
            comparison.give_to(request_job(CompareRuns, user, first.dataset))
            words = f"{first.dataset.name}: {first}, and {second}"
            AuditEntry.record(user, AuditEntry.Action.COMPARED, first.dataset, words)
    return comparison
