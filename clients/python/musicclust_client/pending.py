"""Work that the site does meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from musicclust_client.connection import Connection
from musicclust_client.errors import JobError, StillRunningError
from musicclust_client.progress import JobBar
from musicclust_client.shapes import Job

Result = TypeVar("Result")
FIRST_WAIT, LONGEST_WAIT = 0.2, 3.0
ENDED = frozenset({"succeeded", "failed", "cancelled"})


class Pending(Generic[Result]):
    """A job, and what comes of it."""

    def __init__(
        self,
        connection: Connection,
        job: Job,
        result: Callable[[Job], Result],
        following: Callable[[Job], Job | None] = lambda job: None,
    ) -> None:
        self._connection = connection
        self._result = result
        self._following = following
        self.job = job
        """As it stood when it was last asked for."""

    def __repr__(self) -> str:
        return f"<{self.job['title']}: {self.job['status']}>"

    def refresh(self) -> Job:
        """Ask how far it is."""
        job: Job = self._connection.get(f"jobs/{self.job['id']}")
        self.job = job
        return job

    def cancel(self) -> None:
        """Have it stopped."""
        self.job = self._connection.post(f"jobs/{self.job['id']}/cancel")

    def wait(self, timeout: float | None = None, *, progress: bool = True) -> Result:
        """Wait until it is over, and return what came of it.

        Raises
        ------
        JobError
            Where it failed or was cancelled.
        StillRunningError
            Where it takes longer than `timeout` seconds.
        """
        started, pause = time.monotonic(), FIRST_WAIT
        with JobBar(shown=progress) as bar:
            while True:
                bar.show(self.job)
                if self.job["status"] in ENDED:
                    if self.job["status"] != "succeeded":
                        raise JobError(self.job)
                    if (after := self._following(self.job)) is None:
                        return self._result(self.job)
                    self.job, pause = after, FIRST_WAIT
                elif timeout is not None and time.monotonic() - started > timeout:
                    raise StillRunningError(self.job, timeout)
                else:
                    time.sleep(pause)
                    pause = min(pause * 1.3, LONGEST_WAIT)
                    self.refresh()
