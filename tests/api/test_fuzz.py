"""Requests that schemathesis makes of the description, right and wrong ones, against the API in this process.

A longer run: `FUZZ_EXAMPLES=500 python -m pytest tests/api/test_fuzz.py`.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from clustering.api.openapi import document
from clustering.models import ApiToken
from tests.access.world import OBJECTS, Things, make_things
from tests.shared_rows import kept_for_several_tests

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Things]:
    """Make one of each thing, of the person who asks."""
    with kept_for_several_tests(django_db_blocker):
        yield make_things("owner")


@contextlib.contextmanager
def connected() -> Iterator[None]:
    """Keep Django from giving up the connection after each request, as a test's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def undoing(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer as the site does, and undo what came of it."""
    with transaction.atomic(), connected():
        body = [b"".join(get_wsgi_application()(environ, start))]
        transaction.set_rollback(True)
    return body


schema = schemathesis.openapi.from_dict(document())
schema.app = undoing
schema.config.phases.coverage.enabled = EXAMPLES >= 50  # each way to be wrong, one by one: minutes


@pytest.fixture
def token(things: Things) -> str:
    """Make a token that may do everything."""
    return ApiToken.issue(things.owner, "fuzz", can_write=True, two_factor=False, expires_at=None)[1]


@pytest.mark.slow
@pytest.mark.django_db
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_keeps_to_its_description(case: Any, things: Things, token: str, sent: list[int]) -> None:
    known = {name: find(things) for name, find in OBJECTS.items()}
    for name in case.path_parameters or {}:
        if name in known and random.random() < 0.8:
            case.path_parameters[name] = known[name]
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
