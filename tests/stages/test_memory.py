"""Whether a run fits into the memory of the worker."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from clustering import jobs
from clustering.analysis import AnalysisError
from clustering.models import Job
from clustering.stages import memory
from tests.factories import make_dataset, make_run


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
            kind=Job.Kind.CLUSTER, owner=run.owner, dataset=run.dataset, run=run, subject="songs"
        )
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert "larger machine" in job.error
