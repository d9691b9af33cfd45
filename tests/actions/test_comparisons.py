"""Setting runs side by side."""

import pytest

from clustering.actions.comparisons import compare_runs
from clustering.actions.runs import pin_run
from clustering.analysis import AnalysisError
from clustering.models import Job
from tests.factories import make_comparison, make_dataset, make_run


@pytest.mark.django_db
class TestCompareRuns:
    @pytest.fixture
    def two_runs(self):
        dataset = make_dataset(songs=6)
        return make_run(dataset, clusters=2), make_run(dataset, clusters=3)

    def test_puts_the_earlier_run_first_and_queues_a_job(self, two_runs):
        found = compare_runs(two_runs[0].owner, two_runs[::-1])

        assert (found.first, found.second) == two_runs
        assert found.job is not None
        assert (found.job.kind, found.job.dataset) == ("compare", two_runs[0].dataset)

    def test_does_the_same_work_once(self, two_runs):
        found = compare_runs(two_runs[0].owner, two_runs)

        assert compare_runs(two_runs[0].owner, two_runs) == found
        assert Job.objects.count() == 1

    def test_keeps_what_was_found(self, two_runs):
        found = make_comparison(*two_runs)

        assert compare_runs(two_runs[0].owner, two_runs) == found
        assert not Job.objects.exists()

    def test_tries_again_where_the_job_failed(self, two_runs):
        first = compare_runs(two_runs[0].owner, two_runs).job
        first.cancel()
        found = compare_runs(two_runs[0].owner, two_runs)

        assert found.job != first

    @pytest.mark.parametrize(("chosen", "words"), [(0, "0 are"), (1, "1 is"), (3, "3 are")])
    def test_refuses_other_than_two(self, two_runs, chosen, words):
        some = [*two_runs, make_run(two_runs[0].dataset, clusters=2)][:chosen]
        with pytest.raises(AnalysisError, match=f"Select two runs to compare; {words} chosen"):
            compare_runs(two_runs[0].owner, some)

    def test_refuses_runs_of_two_datasets(self, two_runs):
        other = make_run(make_dataset(songs=3, name="Morning songs"), clusters=2)
        with pytest.raises(AnalysisError, match="Only runs of one dataset can be compared"):
            compare_runs(two_runs[0].owner, [two_runs[0], other])

    def test_refuses_a_run_without_results(self, two_runs):
        two_runs[1].record_results(finished_at=None)
        with pytest.raises(AnalysisError, match="has no results yet"):
            compare_runs(two_runs[0].owner, two_runs)


@pytest.mark.django_db
class TestPinRun:
    def test_lets_a_run_stand_for_its_dataset(self):
        run = make_run(make_dataset(songs=6))
        pin_run(run.owner, run)
        run.dataset.refresh_from_db()
        assert run.dataset.pinned_run == run

        pin_run(run.owner, run, pinned=False)
        run.dataset.refresh_from_db()
        assert run.dataset.pinned_run is None

    def test_refuses_a_run_without_results(self):
        run = make_run(make_dataset(songs=6), finished_at=None)
        with pytest.raises(AnalysisError, match="has no results yet"):
            pin_run(run.owner, run)

    def test_a_deleted_run_is_pinned_no_longer(self):
        run = make_run(make_dataset(songs=6))
        pin_run(run.owner, run)
        run.delete()
        run.dataset.refresh_from_db()

        assert run.dataset.pinned_run is None
