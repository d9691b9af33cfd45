"""What people are told when the server failed."""

import errno

import pytest
from django.db import OperationalError
from psycopg.errors import DiskFull

from clustering.web.site.views import status as views


def full_database(*_):
    try:
        raise DiskFull("could not extend file")
    except DiskFull as error:
        raise OperationalError from error


def full_folder(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("fault", [full_folder, full_database])
def test_a_full_disk_is_told(client, monkeypatch, fault):
    client.raise_request_exception = False
    monkeypatch.setattr(views, "run_checks", fault)
    answer = client.get("/readyz")
    assert answer.status_code == 507
    assert "out of space" in answer.content.decode()


def test_any_other_fault_is_not_explained(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(views, "run_checks", lambda _queues: 1 / 0)
    answer = client.get("/readyz")
    assert answer.status_code == 500
    assert "division" not in answer.content.decode()
