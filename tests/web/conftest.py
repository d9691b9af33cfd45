"""What the tests of pages share: somebody who is signed in, and what is theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from clustering.models import Dataset, Playlist, Run
from tests.factories import make_dataset, make_playlist, make_run, make_user


@pytest.fixture
def ada(client: Client, db: None) -> User:
    """Sign in somebody who has nothing yet."""
    ada = make_user("ada")
    client.force_login(ada)
    return ada


@pytest.fixture
def own_dataset(ada: User) -> Dataset:
    """Make a dataset of who is signed in."""
    return make_dataset(ada)


@pytest.fixture
def own_run(own_dataset: Dataset) -> Run:
    """Make a finished run of who is signed in."""
    return make_run(own_dataset)


@pytest.fixture
def own_playlist(own_dataset: Dataset) -> Playlist:
    """Make a playlist of who is signed in."""
    return make_playlist(own_dataset)
