"""What a worker does regularly that has no beat beside it."""

import time
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import psycopg
import pytest
from celery.schedules import crontab
from django.db import OperationalError, connection

from clustering.jobs import tasks
from musicclust import worker
from musicclust.celery import app
from musicclust.worker import _Checks


@pytest.fixture
def done(monkeypatch):
    """Note which tasks are done here, and which are sent."""
    done: list[object] = []
    cursor = SimpleNamespace(execute=lambda statement: None)
    here = SimpleNamespace(close=lambda: done.append("closed"), cursor=lambda: nullcontext(cursor))
    monkeypatch.setattr(worker, "connection", here)
    for name in ("reap", "announce", "clear_expired"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "run", lambda name=name: done.append(("here", name)))
        monkeypatch.setattr(task, "apply_async", lambda *_, name=name, **__: done.append(("sent", name)))
    return done


def tick(checks, times=10):
    for _ in range(times):
        checks.tick()


def test_what_is_due_is_done_here(done):
    checks = _Checks(app)
    for entry in checks.schedule.values():
        entry.last_run_at = entry.last_run_at - timedelta(seconds=16)
    tick(checks)
    assert sorted(done[::2]) == [("here", "announce"), ("here", "reap")]
    assert done[1::2] == ["closed", "closed"]  # no connection may be open while a process is forked


def test_it_is_done_once_in_its_time(done):
    tick(_Checks(app))
    assert done == []


def test_what_may_take_long_is_sent(done):
    checks = _Checks(app)
    (daily,) = [entry for entry in checks.schedule.values() if isinstance(entry.schedule, crontab)]
    daily.last_run_at = daily.last_run_at - timedelta(days=2)
    tick(checks)
    assert ("sent", "clear_expired") in done


@pytest.mark.django_db(transaction=True)
def test_one_that_waits_for_the_database_gives_up_soon(monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE", "100ms")
    checks = _Checks(app)
    (entry,) = [one for one in checks.schedule.values() if str(one.task).endswith("reap")]
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("LOCK TABLE clustering_pendingdeletion IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        with pytest.raises(OperationalError):
            checks.apply_async(entry)
    assert time.monotonic() - began < 5


def test_one_that_fails_stops_nothing(done, monkeypatch):
    def fails():
        raise OSError("no database")

    monkeypatch.setattr(tasks.reap, "run", fails)
    checks = _Checks(app)
    for entry in checks.schedule.values():
        entry.last_run_at = entry.last_run_at - timedelta(seconds=16)
    tick(checks)
    assert ("here", "announce") in done
