"""Webhooks by the API: made, turned off and on, what was sent, and deleted."""

from __future__ import annotations

import json

import pytest

from clustering.models import AuditEntry, KeptAnswer, Webhook, WebhookDelivery
from clustering.models.webhook import MAX_WEBHOOKS

pytestmark = pytest.mark.django_db
URL = "https://example.org/hook"


def make(script, url=URL, **headers):
    return script.send("POST", "webhooks", {"url": url}, **headers)


class TestMake:
    def test_gives_the_secret_and_where_it_is(self, script):
        answer = make(script)
        said = json.loads(answer.content)
        hook = Webhook.objects.get()
        assert (answer.status_code, said["secret"], hook.owner) == (201, hook.secret, script.token.owner)
        del said["secret"]
        assert script.get(answer["Location"]) == said
        assert script.all("webhooks") == [said]
        entry = AuditEntry.objects.get(action=AuditEntry.Action.WEBHOOK_CREATED)
        assert (entry.subject, entry.token) == (URL, str(script.token))

    def test_happens_once_and_keeps_no_secret(self, script):
        first, again = (make(script, Idempotency_Key="mine") for _ in range(2))
        assert first.content == again.content
        assert again["Idempotent-Replayed"] == "true"
        assert Webhook.objects.get().secret not in KeptAnswer.objects.get().body

    def test_sent_again_after_it_was_deleted_has_no_secret(self, script):
        make(script, Idempotency_Key="mine")
        Webhook.objects.all().delete()
        assert json.loads(make(script, Idempotency_Key="mine").content)["secret"] == ""

    @pytest.mark.parametrize(
        "url", ["http://example.org/", "https://10.0.0.1/", "https://localhost:99999/", "x"]
    )
    def test_refuses_what_is_no_public_address(self, script, url):
        assert script.problem("POST", "webhooks", {"url": url})["code"] == "refused"
        assert not Webhook.objects.exists()

    def test_refuses_a_second_one_and_more_than_some(self, script):
        make(script)
        assert "already have a webhook" in script.problem("POST", "webhooks", {"url": URL})["detail"]
        for number in range(MAX_WEBHOOKS - 1):
            assert make(script, f"{URL}/{number}").status_code == 201
        assert "which is the limit" in script.problem("POST", "webhooks", {"url": f"{URL}/x"})["detail"]


class TestOne:
    def test_is_turned_off_and_on(self, script):
        hook = json.loads(make(script).content)["id"]
        for on, why in ((False, "by_hand"), (False, "by_hand"), (True, "")):
            said = json.loads(script.send("PATCH", f"webhooks/{hook}", {"on": on}).content)
            assert (said["on"], said["off_because"]) == (on, why)
        actions = AuditEntry.objects.filter(action__startswith="webhook_turned").values_list(
            "action", flat=True
        )
        assert sorted(actions) == ["webhook_turned_off", "webhook_turned_on"]

    def test_shows_what_was_sent(self, script):
        hook = Webhook.objects.get(pk=json.loads(make(script).content)["id"])
        delivery = WebhookDelivery.objects.create(webhook=hook, job_id=17, title="Import: done", body="{}")
        delivery.attempts = 1
        delivery.fail(500, "Oh no")
        (said,) = script.all(f"webhooks/{hook.pk}/deliveries")
        assert (said["id"], said["job"], said["state"]) == (str(delivery.pk), 17, "waiting")
        assert (said["status"], said["words"]) == (500, "Oh no")
        delivery.arrive(204, "")
        (said,) = script.all(f"webhooks/{hook.pk}/deliveries")
        assert (said["state"], said["next_at"]) == ("arrived", None)

    def test_is_deleted(self, script):
        hook = json.loads(make(script).content)["id"]
        assert script.send("DELETE", f"webhooks/{hook}").status_code == 204
        assert script.all("webhooks") == []

    def test_is_its_owners_alone(self, script, make_script, stranger):
        hook = json.loads(make(script).content)["id"]
        staff = make_script(stranger.token.owner.__class__.objects.create_user("staff", is_staff=True))
        for other in (stranger, staff):
            assert other.all("webhooks") == []
            for method, address in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries")):
                assert other.problem(method, f"webhooks/{hook}{address}")["code"] == "not_found"
