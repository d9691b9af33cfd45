"""Work of seconds never waits for work of minutes."""

from types import SimpleNamespace

import pytest
from celery.worker import state
from django.conf import settings

from musicclust.queues import ShortAlways

ALL = ["short", "long", "webhooks"]


@pytest.fixture
def busy(monkeypatch):
    """Give a worker jobs of some queues."""

    def give(*queues):
        requests = [SimpleNamespace(delivery_info={"routing_key": queue}) for queue in queues]
        monkeypatch.setattr(state, "reserved_requests", requests)

    return give


def asked(queues=ALL):
    order = ShortAlways()
    order.update(queues)
    return order.consume(len(queues))


def test_a_worker_takes_from_all(busy):
    busy(*["short"] * 10)
    assert asked() == ALL


def test_one_place_is_for_short_work_alone(busy):
    busy(*["long"] * settings.WORKER_CONCURRENCY)
    assert asked() == ["short"]


def test_other_peoples_servers_count_as_long_work(busy):
    busy("webhooks", *["long"] * (settings.WORKER_CONCURRENCY - 1))
    assert asked() == ["short"]


def test_a_place_that_is_free_is_for_all(busy):
    busy("short", *["long"] * (settings.WORKER_CONCURRENCY - 1))
    assert asked() == ALL


def test_other_channels_are_left_alone(busy):
    busy(*["long"] * 10)
    assert asked(["celery.pidbox"]) == ["celery.pidbox"]


def test_they_still_take_turns(busy):
    busy()
    order = ShortAlways()
    order.update(ALL)
    order.rotate("short")
    assert order.consume(3) == ["long", "webhooks", "short"]
