"""What the web server answers by itself, and for how long it waits."""

import asyncio
import socket
import time
from contextlib import suppress

import pytest

from musicclust.web import connection, limits
from tests.musicclust.web.serving import serving, talk

HEAD = b"Host: localhost\r\n"
LAST = b"Connection: close\r\n\r\n"


async def echo(scope, receive, send):
    """Answer with how much was sent."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    await asyncio.sleep(0.1)
    body = f"{scope['method']} {size}".encode()
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", str(len(body)).encode())],
        }
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port():
    with serving(echo) as port:
        yield port


class TestRequests:
    def test_are_answered(self, port):
        assert talk(port, b"GET / HTTP/1.1\r\n", HEAD, LAST).endswith(b"GET 0")

    def test_may_come_one_behind_the_other(self, port):
        found = talk(port, b"GET /1 HTTP/1.1\r\n", HEAD, b"\r\nGET /2 HTTP/1.1\r\n", HEAD, LAST)
        assert found.count(b"HTTP/1.1 200") == 2

    def test_may_come_in_chunks(self, port):
        body = b"5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n"
        found = talk(
            port,
            b"POST / HTTP/1.1\r\n",
            HEAD,
            b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n",
            body,
        )
        assert found.endswith(b"POST 10")

    def test_may_ask_first_whether_a_body_is_wanted(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            line.sendall(b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 100")
            line.sendall(b"ok")
            assert b"POST 2" in line.recv(1000) + line.recv(1000)

    def test_are_answered_when_nothing_more_comes(self, port):
        assert talk(port, b"GET / HTTP/1.1\r\n", HEAD, b"\r\n", end=True).endswith(b"GET 0")

    @pytest.mark.parametrize(
        "words",
        [
            b"GET\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",  # no host
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\n Folded: b\r\nBad name: c\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # somebody speaks TLS
        ],
    )
    def test_that_are_none_are_refused(self, port, words):
        assert talk(port, words).startswith(b"HTTP/1.1 400")
        assert talk(port, b"GET / HTTP/1.1\r\n", HEAD, LAST).endswith(b"GET 0")  # it goes on


class TestLongHeads:
    def test_an_address_that_is_too_long_is_told_what_to_do(self, port):
        words = b"seed=12345678901234567&" * 10_000
        found = talk(port, b"GET /?", words, b" HTTP/1.1\r\n", HEAD, LAST)
        assert found.startswith(b"HTTP/1.1 414")
        assert b"Go back and choose fewer" in found

    def test_too_many_headers_are_refused(self, port):
        found = talk(port, b"GET / HTTP/1.1\r\n", HEAD, b"Cookie: a=b\r\n" * 40_000)
        assert found.startswith(b"HTTP/1.1 431")


class TestWaiting:
    @pytest.fixture(autouse=True)
    def hurry(self, monkeypatch):
        monkeypatch.setattr(limits, "HEAD_SECONDS", 0.5)

    @pytest.mark.parametrize(
        "words", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n"]
    )  # the last has been answered
    def test_ends_for_who_sends_no_whole_head(self, port, words):
        began = time.monotonic()
        talk(port, words)
        assert time.monotonic() - began < 5

    def test_ends_for_who_sends_a_byte_now_and_then(self, port):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line, suppress(OSError):
            while time.monotonic() - began < 10:
                line.sendall(b"X")
                time.sleep(0.1)
        assert time.monotonic() - began < 5

    def test_goes_on_for_a_slow_body(self, port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            line.sendall(b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 10\r\n\r\n")
            for _ in range(10):
                line.sendall(b"a")
                time.sleep(0.2)
            assert b"200 OK" in line.recv(1000)

    def test_forgets_who_is_gone(self, port):
        for _ in range(3):
            talk(port, b"GET / HTTP/1.1\r\n", HEAD, LAST)
        end = time.monotonic() + 5
        while connection._waiting and time.monotonic() < end:
            time.sleep(0.05)
        assert not connection._waiting


def test_the_oldest_who_waits_goes_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 3)
    with serving(echo) as port:
        lines = []
        for _ in range(5):
            lines.append(socket.create_connection(("127.0.0.1", port), timeout=5))
            time.sleep(0.1)
        assert [old.recv(1) for old in lines[:2]] == [b"", b""]
        lines[-1].sendall(b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert b"200 OK" in lines[-1].recv(1000)
        for line in lines:
            line.close()
