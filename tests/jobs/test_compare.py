"""Comparing two runs in a job, and what may happen meanwhile."""

import pytest
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from clustering.actions.comparisons import compare_runs
from clustering.actions.jobs import retry_job
from clustering.actions.runs import delete_run
from clustering.analysis.prediction.drift import Addition
from clustering.jobs import runner as jobs
from clustering.jobs.kinds.compare import GONE, CompareRuns
from clustering.models import Assignment, Job, RunComparison
from tests.factories import make_addition, make_dataset, make_run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runs():
    dataset = make_dataset(songs=40)
    return make_run(dataset, clusters=3), make_run(dataset, clusters=4)


def compare(runs):
    return compare_runs(runs[0].owner, runs)


class TestCompareRuns:
    def test_agrees_with_scikit_learn(self, runs):
        found = compare(runs)
        jobs.run(found.job_id)
        found.refresh_from_db()
        first, second = (
            Assignment.objects.filter(run=run).order_by("song").values_list("cluster", flat=True)
            for run in runs
        )

        assert found.is_finished
        assert found.adjusted_rand == pytest.approx(adjusted_rand_score(first, second), abs=1e-6)
        assert found.adjusted_mutual_information == pytest.approx(
            adjusted_mutual_info_score(first, second), abs=1e-6
        )
        assert sum(map(sum, found.table)) == 40
        assert len(found.matches) == 3

    def test_songs_of_no_group_match_nothing(self, runs):
        runs[1].clusters.filter(index=3).update(is_noise=True)
        found = compare(runs)
        jobs.run(found.job_id)
        found.refresh_from_db()

        assert len(found.table[0]) == 4
        assert all(target != 3 for _, target in found.matches)

    def test_compares_again_once_songs_were_added(self, runs):
        found = compare(runs)
        jobs.run(found.job_id)
        addition = make_addition(songs=5, left_out=0, after_row=40)
        runs[0].record_addition(Addition.from_dict(addition))
        again = compare(runs)
        jobs.run(again.job_id)

        assert again == found
        assert again.job_id != found.job_id
        assert RunComparison.objects.get().is_finished

    def test_says_when_a_run_was_deleted_before(self, runs):
        job = Job.objects.get(pk=compare(runs).job_id)
        runs[1].delete()
        jobs.run(job.pk)
        job.refresh_from_db()

        assert job.status == Job.Status.FAILED
        assert "One of the two runs was deleted" in job.error
        assert not retry_job(job.owner, job)

    def test_says_when_a_run_was_deleted_meanwhile(self, runs, monkeypatch):
        job = Job.objects.get(pk=compare(runs).job_id)
        measure = CompareRuns.compute

        def measure_while_somebody_deletes(kind, job, reporter):
            result = measure(kind, job, reporter)
            RunComparison.objects.all().delete()
            return result

        monkeypatch.setattr(CompareRuns, "compute", measure_while_somebody_deletes)
        jobs.run(job.pk)
        job.refresh_from_db()

        assert job.status == Job.Status.FAILED
        assert "One of the two runs was deleted" in job.error

    @pytest.mark.parametrize("measured", [False, True])
    def test_says_when_a_run_is_deleted_by_its_job_meanwhile(self, runs, monkeypatch, measured):
        job = Job.objects.get(pk=compare(runs).job_id)
        measure = CompareRuns.compute
        deletion = delete_run(runs[1].owner, runs[1])

        def measure_while_somebody_deletes(kind, job, reporter):
            if not measured:
                jobs.run(deletion.pk)
            result = measure(kind, job, reporter)
            jobs.run(deletion.pk)
            return result

        monkeypatch.setattr(CompareRuns, "compute", measure_while_somebody_deletes)
        jobs.run(job.pk)
        job.refresh_from_db()

        assert (job.status, job.error) == (Job.Status.FAILED, GONE)
        assert Job.objects.get(pk=deletion.pk).status == Job.Status.SUCCEEDED
        assert not retry_job(job.owner, job)

    def test_says_when_no_song_is_in_both(self, runs):
        found = compare(runs)
        Assignment.objects.filter(run=runs[0], song__row_number__gt=20).delete()
        Assignment.objects.filter(run=runs[1], song__row_number__lte=20).delete()
        jobs.run(found.job_id)

        assert "no song in common" in Job.objects.get(pk=found.job_id).error
