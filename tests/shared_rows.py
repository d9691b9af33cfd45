"""Rows that are made once for all tests of a module."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextlib.contextmanager
def kept_for_several_tests(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what is made until the tests are over: each test's own transaction is within this one, and undone."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
