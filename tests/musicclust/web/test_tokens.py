"""The API behind the web server: how much is taken of whom, by tokens, over real connections."""

import http.client
import json

import pytest

from clustering.models import ApiToken, Dataset
from musicclust.web.application import Application
from musicclust.web.bodies import DISK_FULL, Refused
from tests.factories import make_dataset, make_user
from tests.musicclust.web.serving import serving, talk

SONGS = b"title,artist,energy,tempo\n" + b"".join(
    b"Song %d,Artist %d,0.%03d,%d\n" % (row, row % 900, row % 1000, 60 + row % 120) for row in range(100_000)
)
UPLOADS = "/api/v1/uploads?name=songs.csv"
RAW = "application/octet-stream"
WRONG = f"mct_{'a' * 12}.{'b' * 40}"


@pytest.fixture
def port(transactional_db):
    with serving(Application()) as port:
        yield port


def token(*, can_write=True):
    """Make a token, and return its text."""
    return ApiToken.issue(make_user(), "notebook", can_write=can_write, two_factor=False, expires_at=None)[1]


def send(port, path, body, text="", *, kind=RAW, **options):
    """Send a body, and return the status, the type of the answer and what it says."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", path, body, {"Authorization": f"Bearer {text}", "Content-Type": kind}, **options)
    with line.getresponse() as answer:
        found = answer.status, answer.headers["Content-Type"], json.loads(answer.read())
    line.close()
    return found


def head(path, text, length):
    """Return the head of a request whose sender waits to be asked for the body."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {RAW}\r\n"
        f"Authorization: Bearer {text}\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    ).encode()


def problem_in(answer):
    """Return the problem that bytes from the server tell of, where it is the only answer."""
    top, _, body = answer.partition(b"\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"content-type: application/problem+json" in top.lower()
    return json.loads(body)


class TestUploads:
    def test_of_some_megabytes_come_in_whole(self, port):
        assert len(SONGS) > 2_500_000
        status, _kind, upload = send(port, UPLOADS, SONGS, token())
        assert (status, upload["bytes"]) == (201, len(SONGS))
        stored = Dataset.objects.get().uploads.get()
        with stored.file.open() as file:
            assert file.read() == SONGS

    def test_may_come_without_a_length(self, port):
        pieces = (SONGS[start : start + 100_000] for start in range(0, len(SONGS), 100_000))
        status, _kind, upload = send(port, UPLOADS, pieces, token(), encode_chunked=True)
        assert (status, upload["bytes"]) == (201, len(SONGS))

    def test_may_come_as_forms(self, port):
        form = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="songs.csv"\r\n\r\n'
            + SONGS
            + b"\r\n--x--"
        )
        status, _kind, upload = send(port, UPLOADS, form, token(), kind="multipart/form-data; boundary=x")
        assert (status, upload["bytes"]) == (201, len(SONGS))

    def test_above_the_limit_are_refused_before_they_come(self, port, settings):
        settings.UPLOAD_LIMIT_MB = 1
        found = problem_in(talk(port, head(UPLOADS, token(), 3_000_000_000)))
        assert (found["status"], found["code"]) == (413, "too_large")

    @pytest.mark.parametrize("text", ["", "secret", WRONG])
    def test_of_who_has_no_token_are_refused_before_they_come(self, port, text):
        found = problem_in(talk(port, head(UPLOADS, text, 40 * 2**20)))
        assert found["status"] == 401
        assert found["code"] in {"token_missing", "token_unknown"}

    def test_by_tokens_that_do_not_work_for_it_are_refused_before_they_come(self, port):
        text = token(can_write=False)
        found = problem_in(talk(port, head(UPLOADS, text, 40 * 2**20)))
        assert (found["status"], found["code"]) == (403, "token_read_only")
        ApiToken.objects.get().end()
        found = problem_in(talk(port, head(UPLOADS, text, 40 * 2**20)))
        assert (found["status"], found["code"]) == (401, "token_ended")

    def test_without_a_length_by_nobody_are_refused_at_once(self, port):
        words = head(UPLOADS, WRONG, 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        assert problem_in(talk(port, words))["code"] == "token_unknown"

    def test_by_a_session_are_refused(self, port, client):
        client.force_login(make_user())
        cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
        words = head(UPLOADS, "", 10**6).replace(b"Authorization: Bearer ", f"Cookie: {cookie}".encode())
        assert problem_in(talk(port, words))["code"] == "token_missing"


class TestJson:
    def test_may_be_as_long_as_django_takes(self, port):
        text, dataset = token(), make_dataset(make_user(), songs=3)
        body = json.dumps({"dataset": dataset.pk, "name": "Mine", "songs": list(range(200_000))}).encode()
        assert 1_000_000 < len(body) < 2_500_000
        status, kind, found = send(port, "/api/v1/playlists", body, text, kind="application/json")
        assert (status, kind, found["code"]) == (422, "application/problem+json", "invalid")

    def test_may_be_no_longer(self, port):
        status, kind, found = send(port, "/api/v1/playlists", SONGS, token(), kind="application/json")
        assert (status, kind, found["code"]) == (413, "application/problem+json", "too_large")

    def test_is_small_where_an_address_takes_none(self, port):
        status, _kind, found = send(port, "/api/v1/jobs/1/cancel", b" " * 20_000, token())
        assert (status, found["code"]) == (413, "too_large")


class TestRefusals:
    def test_of_the_server_are_problems(self, port):
        found = problem_in(
            talk(
                port,
                b"GET /api/v1/datasets?"
                + b"a" * 5_000
                + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            )
        )
        assert (found["status"], found["code"]) == (414, "address_too_long")

    @pytest.mark.parametrize("status", [400, 408, 413, 414, 431, 503, 507])
    def test_have_a_code_each(self, status):
        scope = {"path": "/api/v1/datasets", "method": "GET"}
        found = json.loads(Application()._refuse(scope, Refused(status, DISK_FULL)).getvalue())
        assert (found["status"], found["detail"]) == (status, DISK_FULL)
