"""How the client asks: what it sends again and what not, and what becomes of refusals."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast, get_type_hints, is_typeddict

import httpx
import pyarrow as pa
import pytest
from musicclust_client import (
    ApiError,
    Client,
    JobError,
    NoAnswerError,
    Run,
    StillRunningError,
    shapes,
)
from musicclust_client.connection import ATTEMPTS
from musicclust_client.pending import Pending
from musicclust_client.shapes import RunInfo

OPENAPI = json.loads((Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text())


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"code": code, "title": "No", "detail": "It cannot be. Do something else.", "status": status}
    return httpx.Response(
        status, content=json.dumps(body), headers={"content-type": "application/problem+json"} | headers
    )


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """Do not wait, and keep for how long it would have been."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


class Site:
    """Answers one after the other, and the last one for ever; errors are raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.got: list[httpx.Request] = []
        self.client = Client("http://site.example/", "mct_x", transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.got.append(request)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(found, Exception):
            raise found
        return found


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


LOST = httpx.ReadError("reset")


class TestAgain:
    @pytest.mark.parametrize("failure", [LOST, httpx.ConnectError("refused"), problem(503, "unavailable")])
    def test_reading_and_making_are_sent_again(self, failure):
        for act in (lambda one: one.get("datasets"), lambda one: one.post("playlists", {"name": "a"})):
            site = Site(failure, failure, ok({"id": 1}))
            assert act(site.client.connection) == {"id": 1}
            assert len(site.got) == 3
            keys = {request.headers.get("idempotency-key") for request in site.got}
            assert len(keys) == 1
            assert len({request.content for request in site.got}) == 1

    def test_each_making_has_a_key_of_its_own(self):
        site = Site(ok({}))
        for _ in range(2):
            site.client.connection.post("playlists", {})
        first, second = (request.headers["idempotency-key"] for request in site.got)
        assert first != second

    @pytest.mark.parametrize("failure", [LOST, problem(503, "unavailable"), problem(408, "too_slow")])
    def test_deleting_and_changing_are_not(self, failure):
        for act in (lambda one: one.delete("runs/1"), lambda one: one.patch("runs/1", {"pinned": True})):
            site = Site(failure, ok({}))
            with pytest.raises((ApiError, NoAnswerError)):
                act(site.client.connection)
            assert len(site.got) == 1

    @pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), problem(429, "too_many_requests")])
    def test_deleting_is_where_it_never_arrived(self, failure):
        site = Site(failure, httpx.Response(204))
        assert site.client.connection.delete("runs/1") is None

    @pytest.mark.parametrize(
        "code", [(401, "token_ended"), (404, "not_found"), (422, "refused"), (500, "internal")]
    )
    def test_what_is_refused_is_not(self, code):
        site = Site(problem(*code))
        with pytest.raises(ApiError, match="Do something else") as caught:
            site.client.connection.get("datasets")
        assert (caught.value.status, caught.value.code) == code
        assert len(site.got) == 1

    def test_ends_after_some_attempts(self):
        site = Site(LOST)
        with pytest.raises(NoAnswerError, match=r"site\.example"):
            site.client.connection.get("datasets")
        assert len(site.got) == ATTEMPTS

    def test_waits_as_long_as_it_is_asked_to(self, waits):
        Site(problem(429, "too_many_requests", **{"Retry-After": "7"}), ok({})).client.connection.get(
            "datasets"
        )
        assert waits == [7.0]
        site = Site(problem(429, "too_many_requests", **{"Retry-After": "3600"}))
        with pytest.raises(ApiError):
            site.client.connection.get("datasets")
        assert len(site.got) == 1

    def test_a_file_is_sent_from_its_beginning(self, tmp_path):
        file = tmp_path / "songs.csv"
        file.write_bytes(b"title,energy\n" * 200_000)
        site = Site(LOST, ok({"id": 1}))
        site.client.upload(file)
        assert [request.content for request in site.got] == [file.read_bytes()] * 2
        assert all(request.headers["content-length"] == str(file.stat().st_size) for request in site.got)


class TestAnswer:
    def test_that_leads_elsewhere_is_not_followed(self):
        site = Site(httpx.Response(301, headers={"Location": "https://site.example/"}))
        with pytest.raises(ApiError, match="use that address"):
            site.client.connection.get("datasets")

    def test_of_something_else_is_an_error(self):
        with pytest.raises(ApiError, match="not as MusicClust does"):
            Site(httpx.Response(404, text="<h1>nginx</h1>")).client.connection.get("datasets")

    def test_in_parts_is_read_to_its_end(self):
        site = Site(ok({"items": [1, 2], "next": "c"}), ok({"items": [3], "next": None}))
        assert list(site.client.connection.all("datasets", {"limit": 2})) == [1, 2, 3]
        assert [dict(request.url.params) for request in site.got] == [
            {"limit": "2"},
            {"limit": "2", "cursor": "c"},
        ]

    def test_shows_no_token(self):
        assert "mct_x" not in repr(Site(ok({})).client)


class TestTable:
    TABLE = pa.table(
        {"title": [f"song {n}" for n in range(200_000)], "energy": [n / 200_000 for n in range(200_000)]}
    )

    def body(self) -> bytes:
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, self.TABLE.schema) as stream:
            stream.write_table(self.TABLE, max_chunksize=70_000)
        return sink.getvalue()

    def in_drops(self, body: bytes, *, broken: bool = False) -> Iterator[bytes]:
        for start in range(0, len(body), 65_537):
            yield body[start : start + 65_537]
        if broken:
            raise httpx.RemoteProtocolError("peer closed connection")

    def run(self, content: Iterator[bytes]) -> Run:
        site = Site(httpx.Response(200, content=content))
        return Run(site.client.connection, cast("RunInfo", {"id": 1}))

    def test_is_whole_in_whatever_pieces_it_comes(self):
        assert self.run(self.in_drops(self.body())).songs().equals(self.TABLE)

    def test_that_breaks_off_is_an_error_and_leaves_no_file(self, tmp_path):
        half = self.body()[:3_000_000]
        with pytest.raises(NoAnswerError, match="broke off"):
            self.run(self.in_drops(half, broken=True)).songs()
        (tmp_path / "groups.csv").write_text("before")
        with pytest.raises(NoAnswerError, match="broke off"):
            self.run(self.in_drops(half, broken=True)).save(tmp_path / "groups.csv")
        assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def job(**fields: Any) -> Any:
    usual = {"id": 7, "title": "Find groups: songs", "status": "running", "stage": "", "done": 0, "total": 0}
    return usual | {"error": "", "error_code": ""} | fields


class TestWaiting:
    def wait(self, *answers: Any, **options: Any) -> Any:
        site = Site(*[ok(one) for one in answers])
        return Pending(site.client.connection, job(), lambda job: "made").wait(**options)

    def test_ends_with_what_came_of_it(self, capsys):
        stages = [job(stage="Reading", done=done, total=3) for done in range(3)]
        assert self.wait(*stages, job(status="succeeded")) == "made"
        assert capsys.readouterr().err == ""  # no terminal

    @pytest.mark.parametrize(
        ("status", "error"), [("failed", "No songs. Upload another file."), ("cancelled", "")]
    )
    def test_tells_of_failures(self, status, error):
        with pytest.raises(JobError, match=error or "cancelled") as caught:
            self.wait(job(status=status, error=error, error_code="none"))
        assert (caught.value.code, caught.value.job["status"]) == ("none", status)

    def test_is_shown_on_a_terminal(self, monkeypatch):
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        stages = [job(stage="Reading songs", done=1, total=4), job(stage="Grouping", done=1, total=2)]
        drawn = []
        for progress in (True, False):
            terminal = Terminal()
            monkeypatch.setattr(sys, "stderr", terminal)
            self.wait(*stages, job(status="succeeded"), progress=progress)
            drawn.append(terminal.getvalue())
        assert "Reading songs  25%" in drawn[0]
        assert "Grouping  50%" in drawn[0]
        assert drawn[1] == ""

    def test_ends_in_time(self):
        with pytest.raises(StillRunningError, match="It goes on"):
            self.wait(job(), timeout=0)


NAMES = {
    "DatasetInfo": "DatasetAnswer",
    "GenreShare": "GenreShare",
    "Group": "ClusterAnswer",
    "InvalidField": "InvalidField",
    "Playlist": "PlaylistDetails",
    "PlaylistEntry": "EntryAnswer",
    "PlaylistInfo": "PlaylistAnswer",
    "RunDetails": "RunDetails",
    "RunInfo": "RunAnswer",
    "Score": "Score",
    "SimilarSong": "SimilarAnswer",
    "SimilarSongs": "SimilarSongsAnswer",
    "UploadedFile": "UploadAnswer",
}
"""What the description calls the others than it does with “Answer” behind."""
SHAPES = [one for one in vars(shapes).values() if is_typeddict(one)]


@pytest.mark.parametrize("shape", SHAPES, ids=[one.__name__ for one in SHAPES])
def test_shapes_are_those_of_the_description(shape):
    described = NAMES.get(shape.__name__, f"{shape.__name__}Answer")
    assert set(get_type_hints(shape)) == set(OPENAPI["components"]["schemas"][described]["properties"])
