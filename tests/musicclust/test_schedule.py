"""When the regular tasks are due."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.contrib.sessions.models import Session

from clustering import tasks
from musicclust.celery import app


def test_the_regular_check_is_due_every_fifteen_seconds() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["reap"]
    assert (entry["task"] in app.tasks, entry["schedule"]) == (True, 15.0)


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
        kept.app, kept.nowfun = app, lambda: datetime(2026, 11, 27, 3, 31, tzinfo=UTC)
        assert kept.is_due(datetime(2026, 11, 26, 3, 31, tzinfo=UTC)).is_due
        assert not kept.is_due(datetime(2026, 11, 27, 3, 30, tzinfo=UTC)).is_due
