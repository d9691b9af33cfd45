"""How a running job is seen to be alive, and learns that it is to stop."""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable
from types import TracebackType

from django.db import DatabaseError, connection

from clustering.analysis.progress import Progress
from clustering.models import Job

logger = logging.getLogger(__name__)

Show = Callable[[str, int, int], None]

BEAT_SECONDS = 0.5


class Stopped(Exception):  # noqa: N818 – a request, not an error
    """The job was cancelled, deleted or given to another worker."""


class Heartbeat:
    """Reports a running job's progress, and learns from the answer whether to stop.

    It beats in a thread of its own with a connection of its own: progress is seen while
    a long transaction is open, and a step that cannot count does not look dead. When the
    job was cancelled it also ends the statement that the main thread is waiting for.
    """

    def __init__(self, job: Job, show: Show | None = None) -> None:
        self._job = copy.copy(job)
        self._show = show
        self._state = ("Starting", 0, 0)
        self._main = connection.connection
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._beat_until_ended, name=f"heartbeat of {job.pk}", daemon=True
        )

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def stopped(self) -> bool:
        """Whether the job was cancelled, deleted or given to another worker."""
        return self._stopped.is_set()

    def stage(self, name: str) -> Progress:
        """Begin a step and return the callback that counts it."""

        def progress(done: int, total: int) -> None:
            self._state = (name, done, total)
            if self._show:
                self._show(name, done, total)
            if self.stopped:
                raise Stopped

        progress(0, 0)
        return progress

    def _beat_until_ended(self) -> None:
        try:
            while not self._ended.wait(BEAT_SECONDS):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        try:
            if not self._job.beat(*self._state):
                self._stopped.set()
                # only while it still runs: after the job's end the connection is at other work
                if Job.objects.filter(
                    pk=self._job.pk, status=Job.Status.RUNNING, cancel_requested=True
                ).exists():
                    self._main.cancel_safe()
        except DatabaseError:
            # the main thread meets the same fault where it matters; this one tries again
            logger.warning("could not report the progress of job %s", self._job.pk, exc_info=True)
            connection.close()
