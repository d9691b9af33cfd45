"""When the regular tasks are due, and when the clock was set back."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.contrib.sessions.models import Session

from clustering.jobs import tasks
from musicclust.beat import Scheduler
from musicclust.celery import app
from musicclust.schedule import Every


@pytest.mark.parametrize(
    ("ago", "due"),
    [
        (timedelta(seconds=1), False),
        (timedelta(seconds=16), True),
        (timedelta(hours=-3), True),
        (timedelta(seconds=-5), True),
    ],
)
def test_is_due_after_its_time_and_where_the_last_run_lies_ahead(ago: timedelta, due: bool) -> None:
    found = Every(15.0, app=app).is_due(datetime.now(UTC) - ago)
    assert found.is_due is due
    assert 0 < found.next <= 15


def test_the_regular_check_keeps_to_it() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["reap"]["schedule"]
    assert isinstance(entry, Every)
    assert pickle.loads(pickle.dumps(entry)).seconds == 15  # noqa: S301 – as beat keeps it in its file


def test_beat_goes_on_when_its_clock_was_set_back(tmp_path: Path) -> None:
    """The times that it keeps lie hours ahead then. In use it is tried in tests/faults, with a real clock."""
    beat = Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    assert beat.tick() <= 15
    heap: Any = beat._heap
    vars(beat)["_heap"] = [event._replace(time=event.time + 3 * 3600) for event in heap]
    assert super(Scheduler, beat).tick() > 15
    beat._ticked_at += 3 * 3600
    assert beat.tick() <= 15
    beat.close()


class TestExpiredSessions:
    @pytest.mark.django_db
    def test_are_removed_and_others_are_kept(self) -> None:
        now = datetime.now(UTC)
        for name, ago in (("gone", timedelta(seconds=1)), ("kept", timedelta(minutes=-5))):
            Session.objects.create(session_key=name, session_data="", expire_date=now - ago)
        tasks.clear_sessions()
        assert [session.session_key for session in Session.objects.all()] == ["kept"]

    def test_are_removed_once_a_day(self) -> None:
        entry = settings.CELERY_BEAT_SCHEDULE["clear_sessions"]
        assert entry["task"] in app.tasks
        kept = pickle.loads(pickle.dumps(entry["schedule"]))  # noqa: S301 – as beat keeps it in its file
        assert isinstance(kept, crontab)
        kept.app = app
        vars(kept)["nowfun"] = lambda: datetime(2026, 11, 27, 3, 31, tzinfo=UTC)
        assert kept.is_due(datetime(2026, 11, 26, 3, 31, tzinfo=UTC)).is_due
        assert not kept.is_due(datetime(2026, 11, 27, 3, 30, tzinfo=UTC)).is_due
