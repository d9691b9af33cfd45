"""What beat sends the regular tasks with."""

from __future__ import annotations

import time
from typing import Any

from celery.beat import PersistentScheduler


class Scheduler(PersistentScheduler):
    """Celery's own, also after the clock was set back under it.

    Celery keeps the time at which each task is due next, and does nothing until then. For hours, if need be, nobody
    would look after dead workers.
    """

    _ticked_at = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due, and tell in how many seconds to ask again."""
        now = time.time()
        if now < self._ticked_at:
            self._heap = None  # what is due when is asked anew
        self._ticked_at = now
        return float(super().tick(*args, **kwargs))
