"""What is regularly due, done by a worker that has no beat beside it."""

from __future__ import annotations

from typing import Any

from celery import bootsteps
from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import crontab
from django.db import connection

PATIENCE = "2s"
"""For how long a check waits for the database."""


class _Checks(Scheduler):
    """Does what beat would ask a worker to do every few seconds, here: no process has to be there for it."""

    producer = None  # type: ignore[assignment]  # then those of the application send
    """Its own waits for a broker that is away as long as it takes, and the whole worker with it."""

    def apply_async(
        self, entry: ScheduleEntry, producer: Any = None, advance: bool = True, **options: Any
    ) -> Any:
        """Do it; what is done once a day, and may take long, is sent."""
        if isinstance(entry.schedule, crontab):
            return super().apply_async(entry, producer=producer, advance=advance, **options)
        try:
            with (
                connection.cursor() as cursor
            ):  # whatever waits here lets no job begin; the next check comes soon
                cursor.execute(f"SET lock_timeout = '{PATIENCE}'; SET statement_timeout = '{PATIENCE}'")
            return self.app.tasks[str(entry.task)]()
        finally:
            connection.close()  # none may be open while a worker process is forked


class RegularChecks(bootsteps.StartStopStep):
    """With `--with-checks` a worker needs no beat beside it."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, with_checks: bool = False, **options: Any) -> None:
        self.enabled = with_checks
        super().__init__(worker, **options)

    def include_if(self, worker: Any) -> bool:
        """Tell whether it was asked for."""
        return self.enabled

    def start(self, worker: Any) -> None:
        """Look every second whether something is due."""
        worker.timer.call_repeatedly(1.0, _Checks(worker.app).tick)
