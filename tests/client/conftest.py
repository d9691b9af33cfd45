"""A real site that the client talks to: a web server in this process, a worker in another."""

from __future__ import annotations

import pytest
from musicclust_client import Client

from clustering.models import ApiToken
from tests.factories import make_user


@pytest.fixture
def make_token(db):
    """Make tokens of the person whose the usual rows are."""

    def make(*, can_write: bool = True) -> str:
        return ApiToken.issue(
            make_user(), "notebook", can_write=can_write, two_factor=False, expires_at=None
        )[1]

    return make


@pytest.fixture
def client(live_url, make_token):
    with Client(live_url, make_token()) as client:
        yield client
