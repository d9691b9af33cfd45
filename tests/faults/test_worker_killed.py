"""A worker is killed (`kill -9`, parent and child) at every border of an import and a run, inside every stage, and in
the middle of every other kind of job. Limits are short here, so that seconds stand for the half minute of use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from clustering import actions
from clustering.models import Dataset, Job, Run, RunComparison, Song, SongText, Sweep
from tests.faults import songs
from tests.faults.app import App
from tests.faults.asking import ask_for_death, death
from tests.faults.checks import (
    assert_pages_tell,
    assert_sound,
    assert_succeeded,
    finish,
    recover,
    wait_until,
)
from tests.faults.conftest import Fault
from tests.faults.places import BEGINS, DONE, ENDS, INSIDE

pytestmark = pytest.mark.faults

IMPORT_STAGES = ("Starting", "Reading songs", "Finishing")
RUN_STAGES = (
    "Starting",
    "Loading features",
    "Grouping songs",
    "Drawing the map",
    "Measuring",
    "Trying the groups on other songs",
    "Describing the groups",
    "Comparing with shuffled songs",
    "Saving",
)
K = 5
Faults = Callable[[str, str], Fault]


def rows(run: Run) -> int:
    """Count where a run's songs landed."""
    return run.assignments.count()


class TestImport:
    @pytest.mark.parametrize("stage", IMPORT_STAGES)
    def test_at_the_border_of_a_stage_and_inside(self, hurried: App, fault: Faults, stage: str) -> None:
        """Of two imports one dies at the border, and the other inside."""
        line = fault("worker killed at the border and inside", f"imports: {stage}")
        ask_for_death(Job.Kind.IMPORT, (stage, BEGINS), (stage, INSIDE))
        jobs = [
            actions.start_import(songs.uploaded(), changes={}, name="", then_cluster=False) for _ in range(2)
        ]
        seconds = recover(hurried, jobs, death())
        finish(hurried)
        for job in jobs:
            assert_succeeded(job, attempts=2)
            assert_pages_tell(job.dataset)
        assert_sound()
        line.recovered(seconds, expected=2 * songs.MANY, found=Song.objects.count())

    @pytest.mark.parametrize("moment", [ENDS, DONE])
    def test_about_the_commit(self, hurried: App, fault: Faults, moment: str) -> None:
        """Before it, all is done again; after it, what comes next was never sent."""
        words = {ENDS: "before the commit", DONE: "after the commit, before the next job is sent"}[moment]
        line = fault("worker killed", f"an import with advice and a first run: {words}")
        ask_for_death(Job.Kind.IMPORT, ("commit", moment))
        job = actions.start_import(songs.uploaded(3_000), changes={}, name="")
        at = death()
        wait_until(lambda: Job.objects.filter(kind=Job.Kind.SWEEP).exists(), seconds=60, app=hurried)
        seconds = recover(hurried, [job, Job.objects.get(kind=Job.Kind.SWEEP)], at)
        finish(hurried)
        assert_succeeded(job, attempts=2 if moment == ENDS else 1)
        assert_pages_tell(job.dataset)
        assert_sound()
        line.recovered(seconds, expected=6_000, found=Song.objects.count() + rows(Run.objects.get()))


class TestRun:
    @pytest.mark.parametrize("stage", RUN_STAGES)
    def test_at_the_border_of_a_stage_and_inside(self, hurried: App, fault: Faults, stage: str) -> None:
        """Of two runs one dies at the border, and the other inside."""
        line = fault("worker killed at the border and inside", f"runs: {stage}")
        dataset = songs.imported()
        ask_for_death(Job.Kind.CLUSTER, (stage, BEGINS), (stage, INSIDE))
        runs = [actions.start_run(dataset.owner, dataset, k=K, seed=seed) for seed in (1, 2)]
        seconds = recover(hurried, [run.jobs.get() for run in runs], death())
        finish(hurried)
        for run in runs:
            assert_succeeded(run.jobs.get(), attempts=2)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=2 * songs.MANY, found=sum(map(rows, runs)))

    @pytest.mark.parametrize("moment", [ENDS, DONE])
    def test_about_the_commit(self, hurried: App, fault: Faults, moment: str) -> None:
        words = {ENDS: "before the commit", DONE: "after the commit, before the message is confirmed"}[moment]
        line = fault("worker killed", f"a run: {words}")
        dataset = songs.imported()
        ask_for_death(Job.Kind.CLUSTER, ("commit", moment))
        run = actions.start_run(dataset.owner, dataset, k=K)
        seconds = recover(hurried, [run.jobs.get()], death())
        finish(hurried)
        assert_succeeded(run.jobs.get(), attempts=2 if moment == ENDS else 1)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=songs.MANY, found=rows(run))


class TestOtherJobs:
    @pytest.mark.parametrize(
        ("kind", "stage"), [(Job.Kind.SWEEP, "Loading features"), (Job.Kind.CANDIDATE, "Trying 4 groups")]
    )
    def test_advice(self, hurried: App, fault: Faults, kind: str, stage: str) -> None:
        line = fault("worker killed", f"advice: {stage}")
        dataset = songs.imported(5_000)
        ask_for_death(kind, (stage, INSIDE))
        sweep = actions.start_sweep(dataset.owner, dataset, k_high=6)
        seconds = recover(hurried, sweep.jobs.all(), death())
        finish(hurried)
        assert sweep.jobs.filter(kind=kind, attempt=2).count() == 1
        assert Sweep.objects.get().verdict == Sweep.Verdict.NONE
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=5, found=sweep.candidates.count())

    def test_songs_are_added(self, hurried: App, fault: Faults) -> None:
        line = fault("worker killed", "songs are added: Reading songs")
        dataset = songs.imported()
        more = ContentFile(songs.csv_of(songs.MANY, first=songs.MANY - 100), name="more.csv")
        upload = actions.add_file(dataset.owner, dataset, file=more)
        ask_for_death(Job.Kind.ADD, ("Reading songs", INSIDE))
        job = actions.start_addition(dataset.owner, upload, changes={})
        seconds = recover(hurried, [job], death())
        finish(hurried)
        assert_succeeded(job, attempts=2)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=2 * songs.MANY - 100, found=Song.objects.count())

    def test_added_songs_are_placed(self, hurried: App, fault: Faults) -> None:
        line = fault("worker killed", "added songs are placed: Saving")
        dataset = songs.imported(5_000)
        run = songs.grouped(dataset, k=K)
        self._add(dataset, 5_000)
        ask_for_death(Job.Kind.ASSIGN, ("Saving", INSIDE))
        job = actions.place_added_songs(dataset.owner, Run.objects.get())
        seconds = recover(hurried, [job], death())
        finish(hurried)
        assert_succeeded(job, attempts=2)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=10_000, found=rows(run))

    @staticmethod
    def _add(dataset: Dataset, size: int) -> None:
        from clustering import jobs

        more = ContentFile(songs.csv_of(size, first=size), name="more.csv")
        upload = actions.add_file(dataset.owner, dataset, file=more)
        jobs.run(actions.start_addition(dataset.owner, upload, changes={}, send=False).pk)
        dataset.refresh_from_db()
        assert dataset.songs_count == 2 * size

    def test_runs_are_compared(self, hurried: App, fault: Faults) -> None:
        line = fault("worker killed", "runs are compared: Comparing songs")
        dataset = songs.imported()
        runs = [songs.grouped(dataset, k=k) for k in (3, 4)]
        ask_for_death(Job.Kind.COMPARE, ("Comparing songs", INSIDE))
        comparison = actions.compare_runs(dataset.owner, runs)
        assert comparison.job is not None
        seconds = recover(hurried, [comparison.job], death())
        finish(hurried)
        assert_succeeded(comparison.job, attempts=2)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=songs.MANY, found=sum(map(sum, RunComparison.objects.get().table)))

    def test_a_catalogue_is_made(self, hurried: App, fault: Faults) -> None:
        line = fault("worker killed", "a catalogue is made: Storing what songs are found by")
        ask_for_death(Job.Kind.INDEX, ("Storing what songs are found by", INSIDE))
        dataset = songs.imported()
        at = death()
        seconds = recover(hurried, dataset.jobs.filter(kind=Job.Kind.INDEX), at)
        finish(hurried)
        assert_succeeded(dataset.jobs.get(kind=Job.Kind.INDEX), attempts=2)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=songs.MANY, found=SongText.objects.count())
