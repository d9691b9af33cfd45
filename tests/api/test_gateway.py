"""What holds at every address: who is let in, what is refused, and how that is told."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from clustering.models import ApiToken, Authenticator, Dataset
from tests.factories import make_dataset, make_user

pytestmark = pytest.mark.django_db


class TestTokens:
    def test_lets_nobody_in_without_one(self, script):
        script.text = ""
        found = script.problem("GET", "datasets")
        assert (found["status"], found["code"]) == (401, "token_missing")
        assert found["type"] == "/api/v1/docs#token_missing"
        assert script.send("GET", "datasets")["WWW-Authenticate"] == "Bearer"

    def test_takes_no_session_for_one(self, dataset):
        client = Client()
        client.force_login(dataset.owner)
        assert client.get("/api/v1/datasets").status_code == 401

    @pytest.mark.parametrize("text", ["mct_", "x", "mct_" + "a" * 12 + "." + "b" * 40, "\u00e9", "a" * 5000])
    def test_knows_no_made_up_one(self, script, text):
        script.text = text
        assert script.problem("GET", "datasets")["code"] in {"token_unknown", "token_missing"}

    def test_knows_the_secret_too(self, script):
        script.text = script.text[:-1] + ("a" if script.text[-1] != "a" else "b")
        assert script.problem("GET", "datasets")["code"] == "token_unknown"

    def test_ends(self, script):
        assert script.token.end()
        assert script.problem("GET", "datasets")["code"] == "token_ended"
        assert not script.token.end()

    def test_expires(self, script, make_script):
        late = make_script(make_user(), expires_at=timezone.now() - timedelta(seconds=1))
        assert late.problem("GET", "datasets")["code"] == "token_expired"
        assert make_script(make_user(), expires_at=timezone.now() + timedelta(days=1)).get("datasets")

    def test_rests_while_its_owner_is_closed(self, script):
        make_user().__class__.objects.update(is_active=False)
        assert script.problem("GET", "datasets")["code"] == "token_unknown"

    def test_may_read_only(self, dataset, make_script):
        reader = make_script(dataset.owner, can_write=False)
        assert reader.get(f"datasets/{dataset.pk}")["name"] == dataset.name
        found = reader.problem("PATCH", f"datasets/{dataset.pk}", {"name": "Mine"})
        assert (found["status"], found["code"]) == (403, "token_read_only")
        assert Dataset.objects.get().name == dataset.name

    def test_is_seen_once_a_minute(self, script, django_assert_num_queries):
        script.get("datasets")
        first = ApiToken.objects.get().used_at
        assert first is not None
        with django_assert_num_queries(2):  # the token with its owner, and the list
            script.get("datasets")
        assert ApiToken.objects.get().used_at == first

    def test_is_stored_as_what_means_nothing_alone(self, script, settings):
        assert script.text.split(".")[1] not in str(ApiToken.objects.values().get())
        settings.SECRET_KEY = "another"
        assert script.problem("GET", "datasets")["code"] == "token_unknown"


class TestStaff:
    def ask(self, make_script, **fields):
        staff = make_user("staff", is_staff=True)
        return make_script(staff, **fields).send("GET", "datasets").status_code

    def test_needs_no_second_factor_that_nobody_turned_on(self, make_script):
        assert self.ask(make_script) == 200

    def test_needs_it_once_it_is_on(self, make_script):
        staff = make_user("staff", is_staff=True)
        Authenticator.objects.create(user=staff, name="app", confirmed=True)
        assert self.ask(make_script) == 403
        assert self.ask(make_script, two_factor=True) == 200

    def test_needs_it_where_the_site_demands_it(self, make_script, settings):
        settings.STAFF_TWO_FACTOR = "required"
        assert self.ask(make_script) == 403
        assert self.ask(make_script, two_factor=True) == 403  # turned off since
        Authenticator.objects.create(user=make_user("staff"), name="app", confirmed=True)
        assert self.ask(make_script, two_factor=True) == 200

    def test_is_the_only_one_whom_it_is_asked_of(self, make_script, settings):
        settings.STAFF_TWO_FACTOR = "required"
        assert make_script(make_user("ada")).send("GET", "datasets").status_code == 200


class TestPace:
    def test_refuses_too_many(self, script, settings):
        settings.API_REQUESTS_PER_MINUTE = 3
        assert [script.send("GET", "datasets").status_code for _ in range(4)] == [200, 200, 200, 429]
        answer = script.send("GET", "datasets")
        assert json.loads(answer.content)["code"] == "too_many_requests"
        assert 1 <= int(answer["Retry-After"]) <= 20
        assert answer["Retry-After"] in json.loads(answer.content)["detail"]

    def test_lets_in_again_after_that_long(self, script, settings):
        settings.API_REQUESTS_PER_MINUTE = 3
        for _ in range(4):
            script.send("GET", "datasets")
        token = ApiToken.objects.get()
        token.paced_until -= timedelta(seconds=20)
        token.save()
        assert [script.send("GET", "datasets").status_code for _ in range(2)] == [200, 429]

    def test_is_of_each_token(self, script, make_script, settings):
        settings.API_REQUESTS_PER_MINUTE = 1
        other = make_script(make_user())
        assert [one.send("GET", "datasets").status_code for one in (script, other, script)] == [200, 200, 429]


class TestRequests:
    def test_refuses_methods_that_are_not_there(self, script):
        answer = script.send("PUT", "datasets")
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
        assert json.loads(answer.content)["code"] == "method_not_allowed"

    def test_knows_no_other_address(self, script):
        for address in ("nowhere", "datasets/", "datasets/x", "", "datasets/-1"):
            assert script.problem("GET", address)["code"] == "not_found", address

    @pytest.mark.parametrize("number", ["0", str(2**63), "9" * 30, "9" * 5000])
    def test_finds_nothing_under_a_number_that_is_none(self, script, number):
        assert script.problem("GET", f"datasets/{number}")["code"] == "not_found"

    def test_takes_no_unknown_parameter(self, script):
        found = script.problem("GET", "datasets?colour=red")
        assert (found["status"], found["code"]) == (422, "invalid")
        assert found["errors"][0]["field"] == "query.colour"
        assert "cursor, limit" in found["detail"]

    def test_takes_no_unknown_field(self, script, dataset):
        found = script.problem("PATCH", f"datasets/{dataset.pk}", {"name": "Mine", "owner": 3})
        assert found["errors"] == [{"field": "body.owner", "message": "Extra inputs are not permitted"}]
        assert Dataset.objects.get().name == dataset.name

    @pytest.mark.parametrize("name", [5, "", "a" * 201, "nul\0", "\ud800", None, [], {"a": 1}])
    def test_takes_no_value_of_another_type(self, script, dataset, name):
        if name is None:
            return
        assert script.problem("PATCH", f"datasets/{dataset.pk}", {"name": name})["status"] in {400, 422}

    def test_takes_json_only(self, script, dataset):
        headers = {"Authorization": f"Bearer {script.text}"}
        address = f"/api/v1/datasets/{dataset.pk}"
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
            answer = script.client.generic(
                "PATCH", address, b'{"name": "x"}', content_type=kind, headers=headers
            )
            assert (answer.status_code, json.loads(answer.content)["code"]) == (
                415,
                "unsupported_media_type",
            ), kind

    @pytest.mark.parametrize("text", [b"{", b"\xff", b"[" * 100_000, b"NaN", b'"x"', b"null", b"[]"])
    def test_says_what_cannot_be_read(self, script, dataset, text):
        answer = script.client.generic(
            "PATCH",
            f"/api/v1/datasets/{dataset.pk}",
            text,
            content_type="application/json",
            headers={"Authorization": f"Bearer {script.text}"},
        )
        assert answer.status_code in {400, 422}
        assert answer["Content-Type"] == "application/problem+json"

    def test_takes_no_endless_body(self, script, dataset):
        found = script.problem("PATCH", f"datasets/{dataset.pk}", {"name": "x" * 3_000_000})
        assert (found["status"], found["code"]) == (413, "too_large")

    def test_answers_head_as_get_without_a_body(self, script, run):
        for address in (f"runs/{run.pk}", f"runs/{run.pk}/songs.csv"):
            answer = script.send("HEAD", address)
            assert answer.status_code == 200
            assert answer.getvalue() == b""
            assert answer["ETag"]

    def test_tells_head_how_long_the_answer_to_get_is(self, script, run):
        for address in (f"runs/{run.pk}", "datasets", "no-such-thing"):
            length = len(script.send("GET", address).getvalue())
            assert script.send("HEAD", address)["Content-Length"] == str(length)

    def test_tells_nothing_of_faults(self, script, monkeypatch, caplog):
        def fail(*_):
            raise RuntimeError("the password is swordfish")

        monkeypatch.setattr("clustering.api.areas.datasets.page_of", fail)
        with caplog.at_level(logging.ERROR):
            found = script.problem("GET", "datasets")
        assert (found["status"], found["code"]) == (500, "internal")
        assert "swordfish" not in str(found)
        assert "swordfish" in caplog.text

    def test_lets_no_other_site_in(self, script):
        answer = script.send("GET", "datasets", Origin="https://elsewhere.example")
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


class TestVersions:
    def test_sends_nothing_that_is_known(self, script, run):
        for address in ("datasets", f"runs/{run.pk}", f"runs/{run.pk}/clusters", f"runs/{run.pk}/songs.csv"):
            answer = script.send("HEAD", address)
            known = script.send("GET", address, If_None_Match=f'"else", W/{answer["ETag"]}')
            assert (known.status_code, known.getvalue()) == (304, b"")
            assert known["ETag"] == answer["ETag"]
            assert known["Cache-Control"] == "private, no-cache"
            assert script.send("HEAD", address, If_None_Match='"else"').status_code == 200

    def test_change_with_what_they_are_of(self, script, run):
        before = {
            name: script.send("HEAD", f"runs/{run.pk}/{name}")["ETag"] for name in ("clusters", "songs.csv")
        }
        script.send("PATCH", f"runs/{run.pk}/clusters/0", {"name": "Loud"})
        for name, etag in before.items():
            assert script.send("HEAD", f"runs/{run.pk}/{name}", If_None_Match=etag).status_code == 200


class TestPages:
    def test_are_whole_and_in_order(self, script):
        owner = make_user()
        made = [make_dataset(owner, songs=0, name=f"Songs {n}").pk for n in range(7)]
        Dataset.objects.update(created_at=timezone.now())  # all at once: the id decides
        found = script.all("datasets?limit=2")
        assert [one["id"] for one in found] == sorted(made, reverse=True)

    def test_refuse_the_cursor_of_another_query(self, script, dataset):
        cursor = script.get(f"datasets/{dataset.pk}/songs?limit=2&sort=-energy")["next"]
        for address in (
            f"datasets/{dataset.pk}/songs?cursor={cursor}",
            f"datasets/{dataset.pk}/songs?sort=energy&cursor={cursor}",
            f"datasets/{dataset.pk}/songs?sort=-energy&genre=pop&cursor={cursor}",
            f"datasets?cursor={cursor}",
            f"datasets?cursor={cursor[:-1]}",
            "datasets?cursor=x",
        ):
            found = script.problem("GET", address)
            assert (found["status"], found["code"]) == (400, "cursor_invalid"), address
        assert script.get(f"datasets/{dataset.pk}/songs?limit=9&sort=-energy&cursor={cursor}")["items"]

    @pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "1e3", ""])
    def test_have_a_length(self, script, limit):
        assert script.problem("GET", f"datasets?limit={limit}")["code"] == "invalid"


class TestOtherSites:
    SITE = "https://app.example.org"

    @pytest.fixture
    def _named(self, settings):
        settings.MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *settings.MIDDLEWARE]
        settings.INSTALLED_APPS = ["corsheaders", *settings.INSTALLED_APPS]
        settings.CORS_ALLOWED_ORIGINS = [self.SITE]

    @pytest.mark.usefixtures("_named")
    def test_are_let_in_where_they_are_named(self, script):
        answer = script.send("GET", "datasets", Origin=self.SITE)
        assert answer["Access-Control-Allow-Origin"] == self.SITE
        assert "Access-Control-Allow-Credentials" not in answer
        preflight = script.client.options(
            "/api/v1/datasets", headers={"Origin": self.SITE, "Access-Control-Request-Method": "POST"}
        )
        assert preflight.status_code == 200
        assert "authorization" in preflight["Access-Control-Allow-Headers"]

    @pytest.mark.usefixtures("_named")
    def test_get_nothing_else(self, script):
        assert "Access-Control-Allow-Origin" not in script.send(
            "GET", "datasets", Origin="https://else.example"
        )
        assert "Access-Control-Allow-Origin" not in script.client.get(
            "/accounts/login/", headers={"Origin": self.SITE}
        )
