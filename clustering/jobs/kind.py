"""What a kind of job is: its contract with the runner, and what pages and actions ask of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

from clustering.analysis.progress import Progress
from clustering.models import Dataset, Job

Result = TypeVar("Result")

LONG_SONGS = 200_000


class Reporter(Protocol):
    """How a job tells what it is doing, and where it learns that it is to stop."""

    def stage(self, name: str) -> Progress:
        """Begin a step; the returned callback counts it and raises when the job is to stop."""
        ...


@dataclass(frozen=True, slots=True)
class Link:
    """A page to offer: the name and arguments of its address, and what the link says."""

    view: str
    args: tuple[int, ...] = ()
    label: str = "Continue"
    query: str = ""
    is_primary: bool = False


class JobKind(ABC, Generic[Result]):
    """One kind of job: what it does, and what else depends on its kind.

    The runner calls `compute` and then `save`. `compute` does everything that can be done outside a transaction.
    `save` is called in the one transaction in which the job also succeeds, so results and success appear together or
    not at all; it replaces what an earlier attempt left, and enqueues the jobs that follow. Most `save` methods are
    short. One may stream, as an import does, where results would otherwise wait in memory: the transaction is then as
    long as the work. A dead worker costs that work again, and nothing is half-written.

    Instances have no state. Modules of kinds are imported by web processes, for their labels and pages, and so never
    import scikit-learn, SciPy or pandas at their top.
    """

    name: ClassVar[str]
    """As the database has it."""
    label: ClassVar[str]
    """As pages say it."""
    works_on: ClassVar[tuple[str, ...]] = ("dataset",)
    """The fields of a job without which it has nothing to work on."""
    is_deletion: ClassVar[bool] = False
    """Deletions do not count in quotas, as they are how somebody comes to have less, and do not stop each other."""
    brings_songs: ClassVar[bool] = False
    """Whether it adds songs to its dataset: one such job at a time, as two would give their songs the same rows."""
    changes_songs: ClassVar[bool] = False
    """Whether it changes features of songs that are there: nothing else may read the dataset meanwhile."""
    bears_changes: ClassVar[bool] = False
    """Whether it may run while features change, as it notices and leaves what it found behind."""
    is_part: ClassVar[bool] = False
    """Whether lists show it only as a part of the job that enqueued it and has the same sweep."""
    parts_stage: ClassVar[str] = ""
    """What lists say of a job that its parts go on with."""
    counted: ClassVar[str] = ""
    """What its progress counts, where that is the same in each step."""
    step: ClassVar[int | None] = None
    """Which of the four steps from a file to its groups it is."""

    @abstractmethod
    def compute(self, job: Job, reporter: Reporter) -> Result:
        """Do the work, outside any transaction."""

    @abstractmethod
    def save(self, job: Job, result: Result, reporter: Reporter) -> None:
        """Write the result, in the transaction in which the job succeeds."""

    def queue(self, job: Job) -> str:
        """Say where it waits: work of seconds never stands behind work of minutes."""
        return "long" if job.dataset is not None and job.dataset.songs_count >= LONG_SONGS else "short"

    def is_orphan(self, job: Job) -> bool:
        """Tell whether what it works on is gone."""
        return any(getattr(job, f"{field}_id") is None for field in self.works_on)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether a job that failed or was cancelled still makes sense."""
        return True

    def result_page(self, job: Job) -> Link | None:
        """Return the page that a job which succeeded opens."""
        if job.run_id is not None:
            return Link("run_overview", (job.run_id,), "See the groups")
        return dataset_page(job)

    def progress_page(self, job: Job) -> Link | None:
        """Return the page that shows its progress, where that is not the job's own."""
        return None

    def remedies(self, job: Job) -> tuple[Link, ...]:
        """Return pages where people can change what made a job fail, beside trying it again."""
        return ()

    def enqueue_due(self) -> None:
        """Enqueue the jobs of this kind that are due without anybody asking; the regular check calls it."""
        return


def dataset_page(job: Job) -> Link:
    """Return the page of a job's dataset, or of all where it is gone."""
    return Link("datasets") if job.dataset_id is None else Link("dataset", (job.dataset_id,))
