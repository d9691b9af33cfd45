"""A worker is killed (`kill -9`, parent and child) at every border of an import and a run, inside every stage, and in
the middle of every other kind of job. Limits are short here, so that seconds stand for the half minute of use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from clustering.actions.additions import add_file, place_added_songs, start_addition
from clustering.actions.comparisons import compare_runs
from clustering.actions.datasets import delete_dataset
from clustering.actions.fills import apply_fill, start_fill, undo_fill
from clustering.actions.runs import delete_run, start_run
from clustering.actions.sweeps import start_sweep
from clustering.actions.uploads import start_import
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import kinds
from clustering.jobs import runner as jobs
from clustering.jobs.kinds.delete_dataset import DeleteDataset
from clustering.jobs.queue import collect_jobs
from clustering.models import Dataset, Fill, Job, Run, RunComparison, Song, SongText, Sweep
from tests.faults import songs
from tests.faults.app import App
from tests.faults.asking import ask_for_death, death
from tests.faults.checks import (
    RECOVERY_SECONDS,
    assert_pages_tell,
    assert_sound,
    assert_succeeded,
    finish,
    recover,
    rows_of_everything,
    stray_files,
    wait_until,
)
from tests.faults.conftest import Fault
from tests.faults.places import BEGINS, DONE, ENDS, FILES, INSIDE

pytestmark = pytest.mark.faults

IMPORT_STAGES = ("Starting", "Reading songs", "Finishing")
RUN_STAGES = (
    "Starting",
    "Loading features",
    "Grouping songs",
    "Drawing the map",
    "Measuring",
    "Computing the random baseline",
    "Saving",
)
# of a run on all songs, the first two are done beside its measuring
SAMPLE_STAGES = (
    "Testing stability on other samples",
    "Describing the groups",
    "Assigning all songs",
    "Measuring all songs",
    "Saving",
)
K = 5
Faults = Callable[[str, str], Fault]


def rows(run: Run) -> int:
    """Count the assignments of a run."""
    return run.assignments.count()


class TestImport:
    @pytest.mark.parametrize("stage", IMPORT_STAGES)
    def test_at_the_border_of_a_stage_and_inside(self, hurried: App, fault: Faults, stage: str) -> None:
        """Of two imports one dies at the border, and the other inside."""
        line = fault("worker killed at the border and inside", f"imports: {stage}")
        ask_for_death("import", (stage, BEGINS), (stage, INSIDE))
        imports = [
            start_import(songs.person(), songs.uploaded(), changes={}, name="", then_cluster=False)
            for _ in range(2)
        ]
        seconds = recover(hurried, imports, death())
        finish(hurried)
        for job in imports:
            assert_succeeded(job, attempts=2)
            assert_pages_tell(job.dataset)
        assert_sound()
        line.recovered(seconds, expected=2 * songs.MANY, found=Song.objects.count())

    @pytest.mark.parametrize("moment", [ENDS, DONE])
    def test_about_the_commit(self, hurried: App, fault: Faults, moment: str) -> None:
        """Before it, all is done again; after it, what comes next was never sent."""
        words = {ENDS: "before the commit", DONE: "after the commit, before the next job is sent"}[moment]
        line = fault("worker killed", f"an import with advice and a first run: {words}")
        ask_for_death("import", ("commit", moment))
        job = start_import(songs.person(), songs.uploaded(3_000), changes={}, name="")
        at = death()
        wait_until(lambda: Job.objects.filter(kind="sweep").exists(), seconds=60, app=hurried)
        seconds = recover(hurried, [job, Job.objects.get(kind="sweep")], at)
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
        ask_for_death("cluster", (stage, BEGINS), (stage, INSIDE))
        runs = [start_run(dataset.owner, dataset, RunSettings(n_clusters=K, seed=seed)) for seed in (1, 2)]
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
        ask_for_death("cluster", ("commit", moment))
        run = start_run(dataset.owner, dataset, RunSettings(n_clusters=K))
        seconds = recover(hurried, [run.jobs.get()], death())
        finish(hurried)
        assert_succeeded(run.jobs.get(), attempts=2 if moment == ENDS else 1)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=songs.MANY, found=rows(run))

    @pytest.mark.parametrize("stage", SAMPLE_STAGES)
    def test_on_a_sample(self, hurried: App, fault: Faults, stage: str) -> None:
        """The stages in which all songs are assigned to the groups of a few."""
        line = fault("worker killed at the border and inside", f"runs on a sample: {stage}")
        dataset = songs.imported()
        ask_for_death("cluster", (stage, BEGINS), (stage, INSIDE))
        runs = [
            start_run(
                dataset.owner, dataset, RunSettings(n_clusters=K, seed=seed, sample_size=songs.MANY // 4)
            )
            for seed in (1, 2)
        ]
        seconds = recover(hurried, [run.jobs.get() for run in runs], death())
        finish(hurried)
        for run in runs:
            assert run.sample_size
            assert_succeeded(run.jobs.get(), attempts=2)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=2 * songs.MANY, found=sum(map(rows, runs)))


Found = tuple[int, Callable[[], int]]
"""How many rows are expected at the end, and what counts them."""


def advice(app: App) -> Found:
    """Ask how many groups songs without groups have."""
    dataset = songs.imported(5_000)
    sweep = start_sweep(dataset.owner, dataset, RunSettings(), ks=range(2, 7))

    def found() -> int:
        assert Sweep.objects.get().verdict == Sweep.Verdict.NONE
        return sweep.candidates.count()

    return 5, found


def addition(app: App) -> Found:
    """Add a file to a dataset, which has some of its songs already."""
    dataset = songs.imported()
    more = ContentFile(songs.csv_of(songs.MANY, first=songs.MANY - 100), name="more.csv")
    start_addition(dataset.owner, add_file(dataset.owner, dataset, file=more), changes={})
    return 2 * songs.MANY - 100, Song.objects.count


def placing(app: App) -> Found:
    """Place added songs among the groups of a run."""
    dataset = songs.imported(5_000)
    run = songs.grouped(dataset, k=K)
    more = ContentFile(songs.csv_of(5_000, first=5_000), name="more.csv")
    upload = add_file(dataset.owner, dataset, file=more)
    with collect_jobs():
        adding = start_addition(dataset.owner, upload, changes={})
    jobs.run(adding.pk)
    place_added_songs(dataset.owner, Run.objects.get())
    return 10_000, lambda: rows(run)


def comparison(app: App) -> Found:
    """Compare two runs."""
    dataset = songs.imported()
    compare_runs(dataset.owner, [songs.grouped(dataset, k=k) for k in (3, 4)])
    return songs.MANY, lambda: sum(map(sum, RunComparison.objects.get().table))


def catalog(app: App) -> Found:
    """Have a new dataset's catalog made, which nobody has to ask for."""
    songs.imported()
    return songs.MANY, SongText.objects.count


def _fill() -> Fill:
    """Ask which songs of a list are in another dataset."""
    with collect_jobs():
        fill = start_fill(songs.person(), songs.listed(5_000), songs.imported(5_000))
    return fill


def _run_here(job: Job | None) -> None:
    assert job is not None
    with collect_jobs():
        jobs.run(job.pk)


def matching(app: App) -> Found:
    """Match the songs of a list with those of another dataset."""
    fill = start_fill(songs.person(), songs.listed(5_000), songs.imported(5_000))
    return 5_000, lambda: Fill.objects.get(pk=fill.pk).report["matched"]


def filling(app: App) -> Found:
    """Write the features that were found."""
    fill = _fill()
    _run_here(fill.job)
    apply_fill(fill.owner, fill)
    return 5_000, Song.objects.filter(dataset=fill.dataset, energy__isnull=False).count


def undoing(app: App) -> Found:
    """Take the features out again."""
    fill = _fill()
    _run_here(fill.job)
    with collect_jobs():
        applying = apply_fill(fill.owner, fill)
    _run_here(applying)
    undo_fill(fill.owner, Fill.objects.get(pk=fill.pk))
    return 5_000, Song.objects.filter(dataset=fill.dataset, energy__isnull=True).count


def deletion(app: App) -> Found:
    """Delete a dataset with all that belongs to it, beside another."""
    songs.grouped(songs.imported(3_000))
    finish(app)
    others = rows_of_everything()
    dataset = songs.imported()
    songs.grouped(dataset)
    finish(app)
    delete_dataset(dataset.owner, dataset)
    return others, rows_of_everything


def deletion_of_a_run(app: App) -> Found:
    """Delete one of two runs of a dataset."""
    dataset = songs.imported()
    songs.grouped(dataset, k=3)
    finish(app)
    others = rows_of_everything()
    delete_run(dataset.owner, songs.grouped(dataset, k=4))
    return others, rows_of_everything


WORK: dict[str, tuple[str, Callable[[App], Found]]] = {
    "sweep": ("Loading features", advice),
    "candidate": ("Testing 4 groups", advice),
    "complete_advice": ("Comparing 4 groups with chance", advice),
    "add": ("Reading songs", addition),
    "assign": ("Saving", placing),
    "delete": ("Deleting", deletion),
    "delete_run": ("Deleting", deletion_of_a_run),
    "match": ("Reading the other table", matching),
    "fill": ("Writing features", filling),
    "undo_fill": ("Taking features out", undoing),
    "compare": ("Comparing songs", comparison),
    "index": ("Storing what songs are found by", catalog),
}
"""A stage in the middle of each kind of job, and how such a job comes about."""


class TestOtherJobs:
    @pytest.mark.parametrize("kind", kinds.names(lambda kind: kind.name not in ("import", "cluster")))
    def test_in_the_middle(self, hurried: App, fault: Faults, kind: str) -> None:
        stage, begin = WORK[kind]
        line = fault("worker killed inside", f"{kinds.registry()[kind].label}: {stage}")
        self._kill(hurried, line, kind, (stage, INSIDE), begin)

    @pytest.mark.parametrize("kind", kinds.deletions())
    def test_deletions_before_the_commit(self, hurried: App, fault: Faults, kind: str) -> None:
        line = fault("worker killed", f"{kinds.registry()[kind].label}: before the commit")
        self._kill(hurried, line, kind, ("commit", ENDS), WORK[kind][1])

    def test_files_are_deleted_after_the_commit(self, hurried: App, fault: Faults) -> None:
        line = fault("worker killed", f"{DeleteDataset.label}: after the commit, before the files are gone")
        dataset = songs.imported(3_000)
        ask_for_death(FILES, ("Deleting", BEGINS))
        job = delete_dataset(dataset.owner, dataset)
        death()
        assert stray_files()
        seconds = wait_until(lambda: not stray_files(), seconds=RECOVERY_SECONDS, app=hurried)
        finish(hurried)
        assert_succeeded(job, attempts=1)
        assert_sound()
        line.recovered(seconds, expected=0, found=rows_of_everything())

    @staticmethod
    def _kill(
        app: App, line: Fault, kind: str, where: tuple[str, str], begin: Callable[[App], Found]
    ) -> None:
        """Kill a worker, once, in a job of a kind, and see that the job is then done as if nothing had been."""
        ask_for_death(kind, where)
        expected, found = begin(app)
        at = death()
        of_kind = Job.objects.filter(kind=kind)
        seconds = recover(app, of_kind, at)
        finish(app)
        assert not of_kind.exclude(status=Job.Status.SUCCEEDED).exists()
        assert sorted(of_kind.values_list("attempt", flat=True))[-2:] in ([2], [1, 2])
        for dataset in Dataset.objects.all():
            assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=expected, found=found())
