"""When the regular tasks are due."""

from __future__ import annotations

from datetime import datetime

from celery.schedules import schedstate, schedule


class Every(schedule):
    """Every so many seconds, also after the clock was set back.

    Celery then waits until the time at which it last ran has come once more, also where beat was started after that.
    """

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Tell whether it is time, and in how many seconds to ask again."""
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)
