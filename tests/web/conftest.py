"""What the tests of pages share: a person who is signed in, and no worker."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_user


@pytest.fixture
def ada(client: Client, db: None) -> User:
    """Sign in somebody who has nothing yet."""
    ada = make_user("ada")
    client.force_login(ada)
    return ada


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the jobs that would be handed to a worker."""
    ids: list[int] = []
    monkeypatch.setattr("clustering.jobs.tasks.send", ids.extend)
    return ids
