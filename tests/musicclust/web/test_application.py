"""How much is taken of whom, what is sent while it is made, and what is said when there is no room."""

import errno
import http.client
import re
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import get_resolver

from musicclust.body_limits import LARGE_FORM, SMALL_FORM, limit_of
from musicclust.web import limits, spool
from musicclust.web.application import Application
from tests.musicclust.web.serving import serving, talk

TAKING_JSON = {
    *("dataset", "upload_import", "dataset_runs", "run", "cluster", "dataset_advice", "advice_runs"),
    *("comparisons", "playlists", "playlist", "playlist_order", "playlist_remake", "playlist_songs"),
    *("fill", "dataset_fills", "upload_read", "webhook", "webhooks"),
}
HEAD = b"Host: localhost\r\nConnection: close\r\n"
FILE = 40 * 2**20


class Answers(Application):
    """The application, with what a test says in place of Django."""

    signed_in = False
    answer = None

    def _is_signed_in(self, scope):
        return self.signed_in

    def _respond(self, scope, body):
        with body:
            return HttpResponse(str(len(body.read()))) if self.answer is None else self.answer()


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def port(answers):
    with serving(answers) as port:
        yield port


def send(port, path, size, *, chunked=False):
    """Send a body of so many bytes, and return the status and the answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    if chunked:
        line.request("POST", path, body=(b"a" * 1000 for _ in range(size // 1000)), encode_chunked=True,
                     headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    else:
        line.request("POST", path, body=b"a" * size)
    answer = line.getresponse()
    found = answer.status, answer.read().decode(), answer.headers.get("Location", "")
    line.close()
    return found


class TestCharsets:
    """Over the whole of Django: it is Django that such forms used to break."""

    @pytest.mark.parametrize(
        "charset",
        ["=utf-7", "=latin-1", "=utf-16", "=idna", "=rot13", "=undefined", "=nonsense", "*=nonsense'x'%ff"],
    )
    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
    def test_no_form_in_another_charset_is_a_fault_of_the_server(self, kind, charset):
        assert self.status(f"{kind}; charset{charset}") == 415

    @pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
    def test_forms_in_utf_8_are_read(self, charset):
        assert self.status(f"application/x-www-form-urlencoded; charset={charset}") == 403  # it has no token

    @staticmethod
    def status(kind):
        with serving(Application()) as port:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            line.request("POST", "/accounts/login/", b"a=1", {"Content-Type": kind})
            status = line.getresponse().status
            line.close()
        return status


class TestLimits:
    @pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere/", "/admin/login/"])
    @pytest.mark.parametrize("chunked", [False, True])
    def test_take_little_of_anybody(self, port, path, chunked):
        assert send(port, path, 16_000, chunked=chunked)[:2] == (200, "16000")

    @pytest.mark.parametrize("chunked", [False, True])
    def test_refuse_what_an_address_cannot_need(self, port, answers, chunked):
        answers.signed_in = True
        status, words, _to = send(port, "/accounts/login/", 1_000_000, chunked=chunked)
        assert status == 413
        assert "at most 16 kB" in words

    def test_take_files_of_who_is_signed_in(self, port, answers):
        answers.signed_in = True
        for path in ("/upload/", "/datasets/1/add/"):
            assert send(port, path, FILE)[:2] == (200, str(FILE))

    def test_refuse_larger_files(self, port, answers, settings):
        answers.signed_in, settings.UPLOAD_LIMIT_MB = True, 10
        assert send(port, "/upload/", FILE)[0] == 413
        assert send(port, "/upload/", FILE, chunked=True)[0] == 413

    def test_lead_to_the_page_for_signing_in(self, port):
        for chunked in (False, True):
            status, _words, to = send(port, "/upload/", 1_000_000, chunked=chunked)
            assert (status, to) == (302, "/accounts/login/?next=/upload/")

    def test_are_told_before_anything_is_sent(self, port):
        head = b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD
        found = talk(port, head, b"Content-Length: 3000000000\r\nExpect: 100-continue\r\n\r\n")
        assert found.startswith(b"HTTP/1.1 413")

    def test_refuse_two_lengths(self, port):
        head = b"POST / HTTP/1.1\r\n" + HEAD
        found = talk(
            port, head, b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin/"
        )
        assert found.count(b"HTTP/1.1 ") == 1
        assert found.startswith(b"HTTP/1.1 400")

    def test_leave_nothing_in_the_temporary_folder(self, port, monkeypatch, tmp_path):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        monkeypatch.setattr("tempfile.SpooledTemporaryFile", pytest.fail)
        assert send(port, "/accounts/login/", 2_000_000)[0] == 413

    def test_of_views_are_those_that_were_meant(self):
        of_views = {}

        def collect(patterns, space=""):
            for pattern in patterns:
                if hasattr(pattern, "url_patterns"):
                    collect(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else "")
                elif (limit := limit_of(pattern.callback)) != SMALL_FORM:
                    of_views[space + pattern.name] = limit

        collect(get_resolver().url_patterns)
        large = {name for name, limit in of_views.items() if limit == LARGE_FORM}
        assert large == {
            *("columns", "songs_add_columns", "playlist_new"),
            *("playlist_count", "playlist_from_songs", "playlist_edit", "playlist_order"),
            *(f"api:{name}" for name in TAKING_JSON),
        }
        assert of_views.keys() - large == {
            *("upload", "songs_add", "playlist_import", "fill_upload", "api:uploads", "api:dataset_uploads"),
        }


class TestBodies:
    def test_that_stop_are_given_up(self, port, monkeypatch):
        monkeypatch.setattr(limits, "SILENCE_SECONDS", 0.3)
        head = b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD
        assert talk(port, head, b"Content-Length: 10\r\n\r\nabc").startswith(b"HTTP/1.1 408")

    def test_whose_sender_is_gone_ask_nobody(self, port, answers):
        answers.answer = pytest.fail
        line = socket.create_connection(("127.0.0.1", port))
        line.sendall(b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 10\r\n\r\nabc")
        line.close()
        time.sleep(0.3)

    def test_that_find_no_room_are_told_so(self, port, answers, monkeypatch):
        class Full:
            def __init__(self, *_size):
                self.closed = False

            def write(self, _piece):
                raise OSError(errno.ENOSPC, "No space left on device")

            def close(self):
                self.closed = True

        answers.signed_in = True
        monkeypatch.setattr("tempfile.SpooledTemporaryFile", Full)
        status, words, _to = send(port, "/upload/", FILE)
        assert status == 507
        assert "no space left" in words


class TestDownloads:
    @staticmethod
    @contextmanager
    def slowly(port, path="/"):
        """Ask for something, and read nothing of it."""
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(30)
            line.connect(("127.0.0.1", port))
            line.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
            yield line

    def test_are_whole(self, port, answers):
        pieces = [bytes([number % 256]) * (number * 7_919 % 300_000) for number in range(200)]
        answers.answer = lambda: StreamingHttpResponse(iter(pieces))
        found = self.fetch(port)
        assert found == b"".join(pieces)

    def test_of_files_are_whole(self, port, answers, tmp_path):
        for size in (0, 1, 300_000, 1_000_000):
            (tmp_path / "file").write_bytes(b"abc" * size)
            answers.answer = lambda: FileResponse((tmp_path / "file").open("rb"))
            assert self.fetch(port) == b"abc" * size

    @staticmethod
    def fetch(port):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/")
        with line.getresponse() as answer:
            found = answer.read()
        line.close()
        return found

    def test_are_made_to_their_end_for_who_takes_nothing(self, port, answers):
        made = threading.Event()

        def pieces():
            for _ in range(300):
                yield b"a" * 100_000
            made.set()

        answers.answer = lambda: StreamingHttpResponse(pieces())
        with self.slowly(port):
            assert made.wait(20)

    def test_keep_nobody_waiting(self, port, answers):
        answers.answer = lambda: StreamingHttpResponse(b"a" * 100_000 for _ in range(300))
        slow = [self.slowly(port) for _ in range(12)]
        for one in slow:
            one.__enter__()
        time.sleep(1)
        answers.answer = lambda: HttpResponse("ok")
        began = time.monotonic()
        assert self.fetch(port) == b"ok"
        assert time.monotonic() - began < 1
        for one in slow:
            one.__exit__(None, None, None)

    def test_are_made_no_further_when_somebody_hangs_up(self, port, answers):
        ended, made = threading.Event(), []

        def pieces():
            try:
                for number in range(10_000):
                    made.append(number)
                    yield b"a" * 100_000
                    time.sleep(0.01)
            finally:
                ended.set()

        answers.answer = lambda: StreamingHttpResponse(pieces())
        with self.slowly(port) as line:
            line.recv(1000)
        assert ended.wait(10)
        assert len(made) < 5_000

    def test_that_fail_break_off(self, port, answers):
        def pieces():
            yield b"a" * 1_000_000
            raise ValueError

        answers.answer = lambda: StreamingHttpResponse(pieces())
        found = talk(port, b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert b"200 OK" in found
        assert not found.endswith(b"0\r\n\r\n")  # the end of what comes in chunks

    def test_that_find_no_room_are_told_so(self, port, answers, monkeypatch):
        def full(_spool, _piece):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(spool.Spool, "_write", full)
        answers.answer = lambda: StreamingHttpResponse(iter([b"a"]))
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/")
        with line.getresponse() as answer:
            assert answer.status == 507
            assert b"no space left" in answer.read()
        line.close()

    def test_have_a_limit(self, port, answers, monkeypatch):
        monkeypatch.setattr(limits, "DOWNLOADS", 1)
        answers.answer = lambda: StreamingHttpResponse(b"a" * 1_000_000 for _ in range(30))
        with self.slowly(port) as first:
            first.recv(100)
            assert talk(port, b"GET / HTTP/1.1\r\n" + HEAD + b"\r\n").startswith(b"HTTP/1.1 503")

    def test_send_no_body_to_who_asks_for_the_head(self, port, answers):
        answers.answer = lambda: StreamingHttpResponse(iter([b"abc"]), headers={"X-Name": "songs"})
        found = talk(port, b"HEAD / HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert b"songs" in found
        assert found.endswith(b"\r\n\r\n")

    def test_tell_how_long_it_is_where_it_was_left_out(self, port, answers):
        answers.answer = lambda: HttpResponse(headers={"Content-Length": "240"})
        found = talk(port, b"HEAD / HTTP/1.1\r\n" + HEAD + b"\r\n")
        assert b"content-length: 240\r\n" in found.lower()
        assert found.endswith(b"\r\n\r\n")


def test_django_answers_behind_it():
    with serving(Application()) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", "/healthz", headers={"X-Request-ID": "from-outside"})
        with line.getresponse() as answer:
            assert (answer.status, answer.read()) == (200, b"ok")
            assert answer.headers["X-Request-ID"] == "from-outside"
        line.request("GET", f"/?{'a' * 5_000}")
        with line.getresponse() as answer:
            assert answer.status == 414
            assert re.search("Go back and choose fewer", answer.read().decode())
        line.close()
