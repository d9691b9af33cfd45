"""One message on its way: signed, to the address that was looked at, in a limited time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import time

import httpcore
import pytest

from clustering.jobs.webhooks import posting
from clustering.jobs.webhooks.posting import post
from tests.jobs.webhooks.receiver import answer, receiver

KEY = b"k" * 32


@pytest.fixture
def inside(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True


@pytest.fixture
def server(inside):
    with receiver() as found:
        yield found


def send(url, body=b'{"a": 1}'):
    return post(url, KEY, "17", body)


def test_arrives_signed_as_standard_webhooks_are(server):
    server.answers = [answer(200, b"thank  you\n\x07")]
    outcome = send(server.url)
    assert (outcome.arrived, outcome.status, outcome.words) == (True, 200, "thank you")
    ((headers, body),) = server.got
    assert json.loads(body) == {"a": 1}
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert headers["webhook-id"] == "17"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 5
    signed = f"17.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert headers["content-type"] == "application/json"


def test_is_the_known_answer_of_the_standard():
    """The example of the specification's reference implementations."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = posting.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500, 503])
def test_that_is_not_taken_has_not_arrived(server, status):
    server.answers = [answer(status, b"no")]
    outcome = send(server.url)
    assert (outcome.arrived, outcome.status) == (False, status)


def test_follows_no_redirect(server):
    with receiver() as other:
        server.answers = [answer(307, Location=other.url)]
        outcome = send(server.url)
        assert other.got == []
    assert (outcome.arrived, outcome.status) == (False, 307)
    assert "not followed" in outcome.words


def test_reads_only_the_beginning_of_an_answer(server):
    server.answers = [answer(200, b"x" * 5_000_000)]
    assert len(send(server.url).words) == posting.MOST_BYTES


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_does_not_wait_for_drops(server, monkeypatch, before):
    monkeypatch.setattr(posting, "SECONDS", 0.6)

    def drip(handler):
        handler.wfile.write(before)
        for _ in range(40):
            time.sleep(0.1)
            handler.wfile.write(b"a: b\r\n" if before else b"H")

    server.answers = [drip]
    begun = time.monotonic()
    outcome = send(server.url)
    assert time.monotonic() - begun < 2
    assert not outcome.arrived


def test_answer_that_breaks_off_has_its_status(server):
    def break_off(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        handler.connection.shutdown(socket.SHUT_RDWR)

    server.answers = [break_off]
    outcome = send(server.url)
    assert (outcome.arrived, outcome.words) == (True, "half")


@pytest.mark.parametrize("garbage", [b"", b"SSH-2.0-x\r\n", b"\x00" * 50])
def test_what_is_no_server_of_the_web_is_an_outcome(server, garbage):
    server.answers = [lambda handler: handler.wfile.write(garbage) and handler.close_connection]
    assert send(server.url).status is None


def test_nobody_there_is_an_outcome(inside):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert "could not be reached" in send(url).words


def test_without_a_certificate_is_an_outcome(server):
    assert not send(server.url.replace("http:", "https:")).arrived


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://localhost:1/"])
def test_goes_to_nothing_inside(url):
    outcome = send(url)
    assert (outcome.arrived, outcome.status) == (False, None)
    assert "could not be reached" not in outcome.words


def test_connects_to_the_address_that_was_looked_at(monkeypatch):
    """A name that answers with another address to the second question (DNS rebinding) is asked once."""
    answers = iter(["8.8.8.8", "127.0.0.1"])
    asked, connected = [], []

    def look_up(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(self, host, port, timeout=None, **_):
        connected.append((host, port))
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    send("https://rebinding.example/")
    assert (asked, connected) == (["rebinding.example"], [("8.8.8.8", 443)])
