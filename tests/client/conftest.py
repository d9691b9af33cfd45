"""A real site that the client talks to: a web server in this process, a worker in another."""

from __future__ import annotations

from pathlib import Path

import pytest
from musicclust_client import Client

from clustering.models import ApiToken
from tests.factories import make_user

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "songs.csv"


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


@pytest.fixture
def songs(tmp_path):
    """Return a smaller file of songs, which is grouped in no time."""
    file = tmp_path / "songs.csv"
    with SAMPLE.open(encoding="utf-8") as source:
        file.write_text("".join(line for line, _ in zip(source, range(601), strict=False)), encoding="utf-8")
    return file
