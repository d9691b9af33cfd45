"""The application's worker, for `celery -A`, which can be killed or held up at a place that nobody hits from outside.

Between two stages there are microseconds. So a worker process that comes to a place whose name lies in the folder
`places` takes the name away and sends itself and its parent the signal that cannot be caught. What is killed and what
it leaves behind are as real as with `kill -9`; only the moment is exact. In the same way a job can be asked to stay in
the middle of a stage, as if its songs were many more: its heart beats, and it stops where it is told to stop.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from celery.signals import worker_process_init  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.storage import FileSystemStorage  # noqa: E402

from clustering.analysis.progress import Progress  # noqa: E402
from clustering.models import Job, job  # noqa: E402
from musicclust.celery import app  # noqa: E402
from tests.faults.places import BEGINS, DONE, ENDS, FILES, INSIDE, STAYS, held, place  # noqa: E402

__all__ = ["app"]

SILENCE = timedelta(seconds=6)
WAITING = timedelta(seconds=10)
INSIDE_SECONDS = {
    "Reading songs": 0.1,
    "Grouping songs": 0.2,
    "Measuring": 0.05,
    "Testing stability on other samples": 0.2,
    "Computing the random baseline": 0.1,
    "Deleting": 0.02,
    "Measuring all songs": 0.02,
}
"""How long after its beginning a stage is in its middle; where it is over before that, it is killed at its end."""

SOON = 0.001
"""The same of the stages that are over in milliseconds."""

if settings.SETTINGS_MODULE == "tests.faults.settings":  # in a hurry
    job.HEARTBEAT_LIMIT, job.WAITING_LIMIT = SILENCE, WAITING


def die_if_asked(kind: str, stage: str, moment: str) -> None:
    """Kill this worker, parent and child, where that is asked for; only once."""
    try:
        place(kind, stage, moment).unlink()
    except FileNotFoundError:
        return
    os.killpg(os.getpgrp(), signal.SIGKILL)


delete_file = FileSystemStorage.delete


def delete_and_die(storage: FileSystemStorage, name: str) -> None:
    """Delete a file, unless this worker is to die before: it is the main process that deletes."""
    die_if_asked(FILES, "Deleting", BEGINS)
    delete_file(storage, name)


FileSystemStorage.delete = delete_and_die  # type: ignore[method-assign,assignment]


class Doom:
    """The death inside a stage: it comes a little after the stage has begun, and the stage does not end before it."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def begin(self, kind: str, stage: str) -> None:
        """Have it come, where it is asked for."""
        if place(kind, stage, INSIDE).exists():
            seconds = INSIDE_SECONDS.get(stage, SOON)
            self._timer = threading.Timer(seconds, die_if_asked, [kind, stage, INSIDE])
            self._timer.start()

    def await_it(self) -> None:
        """Go no further than the stage in which it comes."""
        if self._timer is not None:
            self._timer.join()  # who comes out of it was not the only one to be asked
            self._timer = None


def stay_if_asked(kind: str, stage: str, progress: Progress) -> Progress:
    """Stay, where that is asked for, at the first count within a stage; at its beginning where it does not count."""

    def counted(done: int, total: int) -> None:
        progress(done, total)
        if not done and total:
            return
        here = held(kind, stage, os.getpid())
        try:
            place(kind, stage, STAYS).rename(here)
        except FileNotFoundError:
            return
        while here.exists():
            time.sleep(0.01)
            progress(done, total)

    return counted


@worker_process_init.connect
def watch_the_stages(**_signal: Any) -> None:
    """Look at the border of every stage, and a little behind it, whether to die or to stay."""
    from clustering.jobs import runner as jobs
    from clustering.jobs.heartbeat import Heartbeat

    begin_stage, begin_work = Heartbeat.stage, Heartbeat.__enter__
    succeed, run = Job.succeed, jobs.run
    doom = Doom()

    def enter(heart: Heartbeat) -> Heartbeat:
        die_if_asked(heart._job.kind, "Starting", BEGINS)
        doom.begin(heart._job.kind, "Starting")
        return begin_work(heart)

    def stage(heart: Heartbeat, name: str) -> Progress:
        doom.await_it()
        die_if_asked(heart._job.kind, name, BEGINS)
        progress = begin_stage(heart, name)
        doom.begin(heart._job.kind, name)
        return stay_if_asked(heart._job.kind, name, progress)

    def succeed_and_die(ended: Job) -> bool:
        doom.await_it()
        won = succeed(ended)
        die_if_asked(ended.kind, "commit", ENDS)
        return won

    def run_and_die(job_id: int) -> list[int]:
        following = run(job_id)
        if ended := Job.objects.filter(pk=job_id).first():
            die_if_asked(ended.kind, "commit", DONE)
        return following

    Heartbeat.__enter__, Heartbeat.stage = enter, stage  # type: ignore[method-assign,assignment]
    Job.succeed, jobs.run = succeed_and_die, run_and_die  # type: ignore[method-assign,assignment]
