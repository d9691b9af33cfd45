"""Whether a run fits into the memory of the worker."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from django.test import Client

from clustering.analysis import AnalysisError
from clustering.jobs import runner as jobs
from clustering.jobs.fitting import memory
from clustering.models import Dataset, Job
from tests.factories import make_dataset, make_job, make_run, make_sweep

LARGE = 3_000_000


class TestAvailableBytes:
    def test_is_the_machines_where_nothing_is_limited(self, tmp_path: Path) -> None:
        (tmp_path / "memory.max").write_text("max\n")
        (tmp_path / "memory.current").write_text("7\n")
        assert 0 < memory.available_bytes(tmp_path) <= psutil.virtual_memory().total

    def test_is_what_the_container_leaves(self, tmp_path: Path) -> None:
        (tmp_path / "memory.max").write_text("1000\n")
        (tmp_path / "memory.current").write_text("700\n")
        (tmp_path / "memory.stat").write_text("anon 400\ninactive_file 200\nactive_file 100\n")
        assert memory.available_bytes(tmp_path) == 600

    def test_is_never_below_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "memory").mkdir()
        (tmp_path / "memory" / "memory.limit_in_bytes").write_text("1000\n")
        (tmp_path / "memory" / "memory.usage_in_bytes").write_text("1400\n")
        (tmp_path / "memory" / "memory.stat").write_text("cache 0\n")
        assert memory.available_bytes(tmp_path) == 0


class TestRequireMemory:
    def test_lets_through_what_fits(self) -> None:
        memory.require_memory(5_000, 10)

    def test_says_both_numbers_and_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available_bytes", lambda: 2 * memory.GIGABYTE)
        with pytest.raises(
            AnalysisError, match=r"10,000,000 songs by 10 .* 3\.6 GB .* 2\.0 GB .* fewer features"
        ):
            memory.require_memory(10_000_000, 10)

    @pytest.mark.django_db(transaction=True)
    def test_ends_a_run_with_the_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available_bytes", lambda: 1_000)
        run = make_run(make_dataset(songs=30))
        job = Job.objects.create(
            kind="cluster", owner=run.owner, dataset=run.dataset, run=run, subject="songs"
        )
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert "larger machine" in job.error


class TestSample:
    def test_needs_memory_for_itself_and_a_batch_alone(self) -> None:
        some = memory.needed_bytes(10_000_000, 10, sample_size=1_000_000)
        assert some < memory.needed_bytes(10_000_000, 10) / 6
        assert memory.needed_bytes(20_000_000, 10, sample_size=1_000_000) - some == 10_000_000 * 8

    def test_is_offered_where_it_would_fit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available_bytes", lambda: memory.GIGABYTE)
        with pytest.raises(AnalysisError, match="run it on a sample of 1,000,000 songs"):
            memory.require_memory(10_000_000, 10, can_sample=True)
        memory.require_memory(10_000_000, 10, sample_size=1_000_000)

    def test_is_not_offered_where_it_would_not_or_the_algorithm_cannot(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "available_bytes", lambda: memory.GIGABYTE)
        with pytest.raises(AnalysisError) as caught:
            memory.require_memory(10_000_000, 10)
        assert "sample" not in str(caught.value)
        monkeypatch.setattr(memory, "available_bytes", lambda: 1_000)
        with pytest.raises(AnalysisError) as caught:
            memory.require_memory(10_000_000, 10, can_sample=True)
        assert "sample" not in str(caught.value)

    def test_that_does_not_fit_either_is_to_be_smaller(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available_bytes", lambda: 1_000)
        with pytest.raises(
            AnalysisError, match=r"songs on a sample of 500,000 by 10 .* take a smaller sample"
        ):
            memory.require_memory(10_000_000, 10, sample_size=500_000)


@pytest.mark.django_db(transaction=True)
class TestOffer:
    """What fails for want of memory leads to the form with a sample that fits."""

    @pytest.fixture
    def large_dataset(self, monkeypatch: pytest.MonkeyPatch) -> Dataset:
        monkeypatch.setattr(memory, "available_bytes", lambda: 700_000_000)
        dataset = make_dataset(songs=30)
        dataset.songs_count = LARGE
        dataset.save()
        return dataset

    def test_of_a_run(self, large_dataset: Dataset, client: Client) -> None:
        run = make_run(large_dataset, finished_at=None)
        job = make_job(dataset=large_dataset, kind="cluster", run=run)
        jobs.run(job.pk)
        client.force_login(large_dataset.owner)
        page = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "run it on a sample of 1,000,000 songs" in page
        assert "Run again on a sample of 1,000,000 songs" in page
        address = f"/datasets/{large_dataset.pk}/runs/new/?from={run.pk}&fit_on=1000000"
        assert address.replace("&", "&amp;") in page
        assert client.get(address).context["form"]["fit_on"].value() == 1_000_000

    def test_of_advice_alone_and_of_the_advice_that_a_run_waits_for(
        self, large_dataset: Dataset, client: Client
    ) -> None:
        client.force_login(large_dataset.owner)
        for run in (None, make_run(large_dataset, finished_at=None)):
            sweep = make_sweep(large_dataset, finished_at=None, verdict="", recommended_k=None)
            if run is not None:
                run.follow(sweep)
            job = make_job(dataset=large_dataset, kind="sweep", sweep=sweep, run=run)
            jobs.run(job.pk)
            page = client.get(f"/sweeps/{sweep.pk}/").content.decode()
            new = "sweeps/new/?" if run is None else f"runs/new/?from={run.pk}&amp;"
            assert f"/datasets/{large_dataset.pk}/{new}fit_on=1000000" in page
        assert (
            client.get(f"/datasets/{large_dataset.pk}/sweeps/new/?fit_on=7000")
            .context["form"]["fit_on"]
            .value()
            == 7_000
        )

    def test_is_not_made_of_other_failures(self, large_dataset: Dataset, client: Client) -> None:
        run = make_run(large_dataset, finished_at=None)
        job = make_job(dataset=large_dataset, kind="cluster", run=run, status=Job.Status.FAILED, error="Odd.")
        client.force_login(large_dataset.owner)
        assert "on a sample" not in client.get(f"/jobs/{job.pk}/").content.decode()
