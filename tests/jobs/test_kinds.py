"""What is true of every kind of job, and how kinds are found."""

from __future__ import annotations

import types

import pytest

from clustering.jobs import kinds
from clustering.jobs.kinds.import_songs import ImportSongs
from clustering.models import Job

NAMES = [
    "add", "assign", "candidate", "cluster", "compare", "complete_advice", "delete", "delete_run", "import", "index",
    "sweep",
]  # fmt: skip


class TestRegistry:
    def test_knows_the_kinds_that_are_stored(self) -> None:
        """Their names are in the rows of databases: a kind that is renamed leaves its jobs without one."""
        assert set(NAMES) <= set(kinds.registry())

    def test_has_names_that_fit_and_labels_of_their_own(self) -> None:
        every = kinds.registry().values()
        longest = Job._meta.get_field("kind").max_length
        assert all(kind.name and len(kind.name) <= longest for kind in every)
        assert len({kind.label for kind in every} - {""}) == len(every)

    def test_refuses_two_kinds_of_one_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def load(name: str) -> types.ModuleType:
            module = types.ModuleType(name)
            setattr(module, "Twin", type("Twin", (ImportSongs,), {"__module__": name}))  # noqa: B010 – unknown to types
            return module

        monkeypatch.setattr("importlib.import_module", load)
        with pytest.raises(ValueError, match="Two kinds of jobs are named import"):
            kinds.registry.__wrapped__()

    def test_says_what_a_job_is(self) -> None:
        assert kinds.title(Job(kind="delete_run", subject="Evening songs")) == "Delete a run: Evening songs"


class TestQuestions:
    def test_of_deletions(self) -> None:
        assert kinds.deletions() == ["delete", "delete_run"]

    def test_of_parts(self) -> None:
        assert kinds.parts() == ["candidate"]

    @pytest.mark.parametrize(
        ("name", "gone"),
        [
            ("cluster", "run_id"),
            ("assign", "run_id"),
            ("delete_run", "run_id"),
            ("sweep", "sweep_id"),
            ("candidate", "sweep_id"),
            ("complete_advice", "sweep_id"),
            ("delete", "dataset_id"),
            ("import", "dataset_id"),
        ],
    )
    def test_of_jobs_that_have_lost_what_they_work_on(self, name: str, gone: str) -> None:
        ids = {"dataset_id": 1, "run_id": 2, "sweep_id": 3}
        assert not kinds.registry()[name].is_orphan(Job(kind=name, **ids))
        assert kinds.registry()[name].is_orphan(Job(kind=name, **ids | {gone: None}))
