"""Threads with connections of their own, and waiting for what other threads and processes do."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection

T = TypeVar("T")


@contextlib.contextmanager
def own_connection() -> Iterator[None]:
    """Leave no connection of this thread behind."""
    try:
        yield
    finally:
        connection.close()


def call_and_disconnect(act: Callable[[], T]) -> T:
    """Call, and leave no connection of this thread behind."""
    with own_connection():
        return act()


def call_elsewhere(act: Callable[[], T]) -> T:
    """Do something as another process does, outside this thread's transaction."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call_and_disconnect, act).result()


def call_at_once(*calls: Callable[[], T]) -> list[T]:
    """Make calls in threads of their own, all begun at the same moment, and return what they gave."""
    together = Barrier(len(calls))

    def call(act: Callable[[], T]) -> T:
        with own_connection():
            together.wait(30)
            return act()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result(60) for one in [pool.submit(call, act) for act in calls]]


def all_jobs() -> list[Any]:
    """Tell how each job stands."""
    from clustering.models import Job

    return list(Job.objects.values_list("kind", "k", "status", "stage", "error"))


def wait_until(
    condition: Callable[[], bool], *, seconds: float, seen: Callable[[], object] = all_jobs
) -> float:
    """Wait until something is so, and return how long that took; the test fails by what is seen instead."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            pytest.fail(f"not so after {seconds} s: {seen()}")
        time.sleep(0.05)
    return time.monotonic() - started


def is_waited_for_a_lock() -> bool:
    """Tell whether somebody's statement waits for what is locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
               WHERE NOT granted AND datname = current_database()"""
        )
        return bool(cursor.rowcount)


def wait_for_a_lock() -> None:
    """Wait until somebody else's statement waits for what is locked."""
    wait_until(is_waited_for_a_lock, seconds=30)


def wait_until_others_are_idle() -> None:
    """Wait until nobody else is in a statement or a transaction in the database.

    A test ends with the clearing of all tables at once, and whoever is still in a statement that needs two of them can
    lock one while it waits for the other. A killed process leaves its session to end its statement first.
    """

    def at_work() -> list[Any]:
        with connection.cursor() as cursor:
            return cursor.execute(
                """SELECT query FROM pg_stat_activity WHERE datname = current_database()
                   AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"""
            ).fetchall()

    wait_until(lambda: not at_work(), seconds=30, seen=at_work)
