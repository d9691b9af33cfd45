"""What the pages on background work show: the list of jobs, and one job's progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User

from clustering.models import Job, RunComparison, Upload
from clustering.web.components.job_lines import JobLine, lines, listed, sample_offered

PAGE = 30
MAX_ALIVE = 100


@dataclass(frozen=True, slots=True)
class JobsPage:
    """A page of jobs: those that run or wait, then those that have ended."""

    alive: tuple[JobLine, ...]
    ended: tuple[JobLine, ...]
    before: str
    """Where the next page begins; empty on the last."""

    @classmethod
    def read(cls, user: User | AnonymousUser, *, before: datetime | None = None) -> JobsPage:
        """Read the jobs that run or wait, and the newest of those that have ended."""
        known = Job.objects.visible_to(user).select_related("owner").order_by("-created_at")
        ended = listed(known, alive=False)
        if before is not None:
            ended = ended.filter(created_at__lt=before)
        newest = list(ended[: PAGE + 1])
        alive = list(listed(known, alive=True)[:MAX_ALIVE])
        shown = lines([*alive, *newest[:PAGE]])
        return cls(
            alive=shown[: len(alive)],
            ended=shown[len(alive) :],
            before=newest[PAGE - 1].created_at.isoformat() if len(newest) > PAGE else "",
        )


@dataclass(frozen=True, slots=True)
class JobPage:
    """One job, and where to go when it is done."""

    job: Job
    following: Job | None
    """The job that an import brought on."""
    upload: Upload | None
    can_retry: bool
    songs: int
    comparison_id: int | None
    """What a job that compares runs finds."""
    sample: int | None
    """On how many songs to run it again, where it failed for want of memory and that would do."""

    @property
    def onward(self) -> tuple[str, int | None] | None:
        """Return the name and the id of the page that the finished job opens."""
        job = self.job
        if job.status != Job.Status.SUCCEEDED:
            return None
        if job.kind in Job.DELETIONS:
            return ("dataset", job.dataset_id) if job.dataset_id else ("datasets", None)
        if job.kind == Job.Kind.COMPARE and self.comparison_id is not None:
            return "comparison", self.comparison_id
        if job.kind == Job.Kind.ADD and job.dataset_id:
            return "dataset_files", job.dataset_id
        if job.kind == Job.Kind.ASSIGN and job.run_id:
            return "run_added", job.run_id
        if self.following is not None:
            return self._of_following(self.following)
        if job.run_id is not None:
            return "run_overview", job.run_id
        return ("dataset", job.dataset_id) if job.dataset_id else ("datasets", None)

    @staticmethod
    def _of_following(following: Job) -> tuple[str, int]:
        if following.run is not None and following.run.is_finished:
            return "run_overview", following.run.pk
        return ("sweep", following.sweep_id) if following.sweep_id else ("job", following.pk)

    @classmethod
    def read(cls, job: Job) -> JobPage:
        """Read a job with the job that follows it, its file and its comparison."""
        following = upload = None
        if job.kind == Job.Kind.ADD and job.dataset_id is not None:
            upload = Upload.objects.filter(dataset=job.dataset_id).order_by("-created_at").first()
        if job.kind == Job.Kind.IMPORT and job.dataset_id is not None:
            after = Job.objects.filter(dataset=job.dataset_id, created_at__gt=job.created_at)
            first = after.filter(kind__in=(Job.Kind.SWEEP, Job.Kind.CLUSTER)).order_by("created_at")
            following = first.select_related("run").defer("run__model", "run__overall").first()
            upload = Upload.objects.filter(dataset=job.dataset_id).order_by("-created_at").first()
        comparison = (
            RunComparison.objects.filter(job=job).values_list("pk", flat=True).first()
            if job.kind == Job.Kind.COMPARE
            else None
        )
        done = job.kind == Job.Kind.IMPORT and job.dataset is not None and job.dataset.songs_count > 0
        done = done or (job.kind == Job.Kind.ADD and upload is not None and upload.is_imported)
        return cls(
            job=job,
            following=following,
            upload=upload,
            can_retry=job.status in (Job.Status.FAILED, Job.Status.CANCELLED) and not (job.is_orphan or done),
            songs=job.dataset.songs_count if job.dataset else 0,
            comparison_id=comparison,
            sample=sample_offered(job.dataset, job.error_code) if job.dataset else None,
        )
