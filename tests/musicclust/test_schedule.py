"""When the regular tasks are due, and when the clock was set back."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

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
