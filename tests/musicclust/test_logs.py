"""Lines that belong together, and that nobody can forge."""

import json
import logging

import pytest
from django.urls import get_resolver

from musicclust.logs import JsonFormatter, LineFormatter, belonging_to, mask, mask_event
from tests.factories import make_user

TOKEN = "bm90IGEgc2VjcmV0"


def record(message, *args, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("clustering.jobs.runner", logging.INFO, __file__, 1, message, args, info)


class TestJsonFormatter:
    def test_names_request_and_job(self):
        with belonging_to(request="r1", job="7"):
            line = json.loads(JsonFormatter().format(record("job %s begins", 7)))
        assert (line["request_id"], line["job_id"], line["message"]) == ("r1", "7", "job 7 begins")
        assert "request_id" not in json.loads(JsonFormatter().format(record("later")))

    def test_is_one_line_whatever_is_in_it(self):
        text = JsonFormatter().format(record('a\nb\r\u2028{"level": "ERROR"}'))
        assert len(text.splitlines()) == 1
        assert json.loads(text)["level"] == "INFO"

    def test_keeps_the_traceback(self):
        try:
            raise ValueError("no")
        except ValueError as error:
            line = json.loads(JsonFormatter().format(record("failed", error=error)))
        assert "ValueError: no" in line["exception"]

    def test_tells_no_token(self):
        try:
            raise ValueError(f"/sign-in/{TOKEN}")
        except ValueError as error:
            text = JsonFormatter().format(record("Not Found: /shared/%s/songs/", TOKEN, error=error))
        assert TOKEN not in text
        assert "Not Found: /shared/***/songs/" in text


class TestAddressInAnother:
    @pytest.mark.parametrize(
        "text",
        [
            "/shared//{}/",
            "https://songs.example/accounts/code/?next=%2Fshared%2F{}%2F&a=1",
            "next=%2fsign-in%2f{}%3A1a",
            "next=%2Faccounts%2Fcode%2F%3Fnext%3D%252Fsign-in%252F{}",
        ],
    )
    def test_is_masked_too(self, text):
        masked = mask(text.format(TOKEN))
        assert TOKEN not in masked
        assert masked.startswith(text.split("{}")[0] + "***")
        assert "1a" not in masked

    def test_keeps_what_follows(self):
        assert mask("?next=%2Fshared%2Fx%2Fsongs&a=1") == "?next=%2Fshared%2F***%2Fsongs&a=1"


class TestLineFormatter:
    def test_is_one_line_whatever_is_in_it(self):
        forged = "/a\n2026-01-01 00:00:00,000 INFO musicclust: all is well\r\x1b[2K\x85\u2028\u202e/b"
        text = LineFormatter().format(record("GET %s 404", forged))
        assert len(text.splitlines()) == 1
        assert text.endswith(
            r"GET /a\n2026-01-01 00:00:00,000 INFO musicclust: all is well\r\x1b[2K\x85\u2028\u202e/b 404"
        )

    def test_leaves_words_as_they_are(self):
        assert (
            LineFormatter()
            .format(record("Ночь & <day> ☾"))
            .endswith("clustering.jobs.runner: Ночь & <day> ☾")
        )

    def test_indents_the_traceback(self):
        try:
            raise ValueError("no\n2026-01-01 INFO musicclust: all is well")
        except ValueError as error:
            first, *rest = LineFormatter().format(record("failed", error=error)).splitlines()
        assert first.endswith("clustering.jobs.runner: failed")
        assert any("ValueError: no" in line for line in rest)
        assert all(line.startswith("    ") for line in rest)

    def test_tells_no_token(self):
        assert TOKEN not in LineFormatter().format(record("GET /sign-in/%s 200", TOKEN))


class TestMask:
    def test_knows_every_address_that_lets_somebody_in(self):
        routes = [
            route.replace("<str:link>", TOKEN).replace("<str:token>", TOKEN).replace("<int:index>", "1")
            for route in _routes(get_resolver())
            if ":link>" in route or ":token>" in route
        ]
        assert len(routes) >= 2
        assert not [route for route in routes if "<" in route or TOKEN in mask(f"/{route}")]

    def test_leaves_other_addresses(self):
        assert mask("/datasets/12/songs/?q=shared") == "/datasets/12/songs/?q=shared"

    def test_reaches_all_that_is_sent_to_sentry(self):
        address = f"http://localhost/shared/{TOKEN}/"
        event = {
            "request": {"url": address, "headers": {"Referer": address}},
            "breadcrumbs": {"values": [{"message": f"GET /sign-in/{TOKEN} 302"}]},
            "level": "error",
            "count": 3,
        }
        sent = mask_event(event)
        assert TOKEN not in json.dumps(sent)
        assert (sent["level"], sent["count"]) == ("error", 3)
        assert sent["request"]["url"] == "http://localhost/shared/***/"


def _routes(resolver, before=""):
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern, route)
        else:
            yield route


@pytest.mark.parametrize("path", [f"/shared/{TOKEN}/", f"/sign-in/{TOKEN}"])
@pytest.mark.django_db
def test_no_line_about_a_request_tells_its_token(client, caplog, path):
    with caplog.at_level(logging.DEBUG):
        client.get(path)
    handler = logging.getLogger("django").handlers[0]
    lines = [
        handler.format(line) for line in caplog.records if line.name.startswith(("django.r", "musicclust"))
    ]
    assert any("***" in line for line in lines)
    assert TOKEN not in "".join(lines)


def test_a_line_about_a_request_asks_no_database(client, caplog):
    # no django_db here: whatever asks fails
    client.cookies["sessionid"] = "somebodys"
    with caplog.at_level(logging.INFO, logger="musicclust.requests"):
        assert client.get("/healthz").status_code == 200
    assert caplog.records[-1].fields["user"] is None


@pytest.mark.django_db
def test_a_line_about_a_page_says_whose(client, caplog):
    ada = make_user("ada")
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    with caplog.at_level(logging.INFO, logger="musicclust.requests"):
        client.get("/")
    assert caplog.records[-1].fields["user"] == ada.pk
