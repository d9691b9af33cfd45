"""The application's worker, for `celery -A`, which can be killed at a place that nobody hits from outside.

Between two stages there are microseconds. So a worker process that comes to a place whose name lies in the folder
`kill` takes the name away and sends itself and its parent the signal that cannot be caught. What is killed and what
it leaves behind are as real as with `kill -9`; only the moment is exact.
"""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from typing import Any

import django

django.setup()

from celery.signals import worker_process_init  # noqa: E402

from clustering.analysis.progress import Progress  # noqa: E402
from clustering.models import Job, job  # noqa: E402
from musicclust.celery import app  # noqa: E402
from tests.faults.places import BEGINS, DONE, ENDS, INSIDE, place  # noqa: E402

__all__ = ["app"]

SILENCE = timedelta(seconds=6)
WAITING = timedelta(seconds=10)
INSIDE_SECONDS = {
    "Reading songs": 0.1,
    "Grouping songs": 0.2,
    "Measuring": 0.05,
    "Trying the groups on other songs": 0.2,
    "Comparing with shuffled songs": 0.1,
}
"""How long after its beginning a stage is in its middle."""

SOON = 0.001
"""The same of the stages that are over in milliseconds."""

job.HEARTBEAT_LIMIT, job.WAITING_LIMIT = SILENCE, WAITING


def die_if_asked(kind: str, stage: str, moment: str) -> None:
    """Kill this worker, parent and child, where that is asked for; only once."""
    try:
        place(kind, stage, moment).unlink()
    except FileNotFoundError:
        return
    os.killpg(os.getpgrp(), signal.SIGKILL)


@worker_process_init.connect
def watch_the_stages(**_signal: Any) -> None:
    """Look at the border of every stage, and a little behind it, whether to die."""
    from clustering import jobs

    begin_stage, begin_work = jobs.Heart.stage, jobs.Heart.__enter__
    succeed, run = Job.succeed, jobs.run

    def die_inside(heart: jobs.Heart, stage: str) -> None:
        seconds = INSIDE_SECONDS.get(stage, SOON)
        threading.Timer(seconds, die_if_asked, [heart._job.kind, stage, INSIDE]).start()

    def enter(heart: jobs.Heart) -> jobs.Heart:
        die_if_asked(heart._job.kind, "Starting", BEGINS)
        die_inside(heart, "Starting")
        return begin_work(heart)

    def stage(heart: jobs.Heart, name: str) -> Progress:
        die_if_asked(heart._job.kind, name, BEGINS)
        progress = begin_stage(heart, name)
        die_inside(heart, name)
        return progress

    def succeed_and_die(ended: Job) -> bool:
        won = succeed(ended)
        die_if_asked(ended.kind, "commit", ENDS)
        return won

    def run_and_die(job_id: int) -> list[int]:
        following = run(job_id)
        if ended := Job.objects.filter(pk=job_id).first():
            die_if_asked(ended.kind, "commit", DONE)
        return following

    jobs.Heart.__enter__, jobs.Heart.stage = enter, stage  # type: ignore[method-assign]
    Job.succeed, jobs.run = succeed_and_die, run_and_die  # type: ignore[method-assign,assignment]
