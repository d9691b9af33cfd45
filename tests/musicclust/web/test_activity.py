"""How many web processes there are, and what one does that is alone or was not asked for a while."""

import socket
import threading
import time

import pytest
from django.http import HttpResponse

from musicclust.web import activity, application
from musicclust.web.activity import PROCESSES, Activity
from musicclust.web.application import FILES, PAGES, Application
from tests.musicclust.web.serving import serving, talk

ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def shared(monkeypatch):
    """Be the first of the web processes."""
    shared = Activity()
    shared.begin(0)
    monkeypatch.setattr(activity, "_own", (shared, 0))
    return shared


class Answers(Application):
    def _respond(self, scope, body):
        body.close()
        return HttpResponse("ok")


class TestProcesses:
    def test_there_is_one_until_somebody_asks(self, shared):
        assert shared.wanted() == 1
        activity.begin_request()
        assert shared.wanted() == PROCESSES

    def test_there_is_one_again_when_nobody_has_for_a_while(self, shared, monkeypatch):
        activity.begin_request()
        activity.release()
        monkeypatch.setattr(activity, "QUIET_SECONDS", 0.05)
        time.sleep(0.1)
        assert shared.wanted() == 1

    def test_one_that_is_not_wanted_ends_what_it_has_begun(self, shared, monkeypatch):
        shared.begin(1)
        monkeypatch.setattr(activity, "_own", (shared, 1))
        activity.begin_request()
        assert not shared.can_end(1)
        monkeypatch.setattr(activity, "QUIET_SECONDS", 0.0)
        assert shared.wanted() == 1
        assert not shared.can_end(1)
        activity.release()
        assert shared.can_end(1)

    def test_one_with_a_connection_waits_for_what_may_come_on_it(self, shared, monkeypatch):
        shared.begin(1)
        monkeypatch.setattr(activity, "_own", (shared, 1))
        with serving(Answers()) as port, socket.create_connection(("127.0.0.1", port)):
            shared.wanted()
            end = time.monotonic() + 5
            while not shared._busy[1] and time.monotonic() < end:
                time.sleep(0.01)
            assert not shared.can_end(1)

    def test_one_that_somebody_asked_before_it_ended_stays(self, shared):
        shared.begin(1)
        assert shared.wanted() == 1
        assert not shared._running[1]
        shared.keep(1)
        assert not shared.can_end(1)

    def test_one_that_is_started_again_has_no_requests(self, shared):
        activity.begin_request()
        shared.begin(0)
        shared._running[0] = 0
        assert shared.can_end(0)


class TestConnections:
    def test_who_asks_one_that_is_alone_asks_anew_next_time(self, shared):
        with serving(Answers()) as port:
            assert b"connection: close" in talk(port, ASK).lower()

    def test_who_asks_one_of_all_may_go_on(self, shared):
        shared.begin(1)
        with serving(Answers()) as port:
            answers = talk(port, ASK, ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert answers.count(b"200 OK") == 2


def test_the_database_is_let_go_when_nobody_asks(monkeypatch):
    class Connections:
        def close_all(self):
            closed.append(threading.current_thread())

    closed: list[threading.Thread] = []
    monkeypatch.setattr(application, "REST_SECONDS", 0.1)
    monkeypatch.setattr(application, "connections", Connections())
    with serving(Answers()) as port:
        talk(port, ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        end = time.monotonic() + 10
        while len(closed) < PAGES + FILES and time.monotonic() < end:
            time.sleep(0.05)
    assert len(set(closed)) == len(closed) == PAGES + FILES
