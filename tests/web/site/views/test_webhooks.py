"""The page of a person's webhooks."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from clustering.models import Webhook, WebhookDelivery
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "https://example.org/hook"


@pytest.fixture
def client(client):
    client.force_login(make_user())
    return client


def make(client, url=URL, **fields):
    return client.post(reverse("webhooks"), {"url": url} | fields)


class TestMake:
    def test_shows_the_secret_once(self, client):
        page = make(client).content.decode()
        hook = Webhook.objects.get()
        assert hook.secret in page
        assert hook.secret not in client.get(reverse("webhooks")).content.decode()

    def test_sent_twice_makes_one_and_shows_its_secret(self, client):
        shown = client.get(reverse("webhooks")).content.decode()
        token = re.search(r'name="once" value="([^"]+)"', shown)[1]
        pages = [make(client, once=token).content.decode() for _ in range(2)]
        assert all(Webhook.objects.get().secret in page for page in pages)

    def test_says_what_is_wrong(self, client):
        answer = make(client, "http://example.org")
        assert answer.status_code == 422
        assert "must begin with https://" in answer.content.decode()
        make(client)
        assert "already have a webhook" in make(client).content.decode()


class TestOne:
    def test_shows_what_was_sent(self, client, django_assert_max_num_queries):
        make(client)
        hook = Webhook.objects.get()
        for number in range(7):
            WebhookDelivery.objects.create(
                webhook=hook, job_id=1, title=f"Import {number}", body="{}", attempts=number,
                next_at=None, status=500, words="<b>Oh no</b>", tried_at=hook.created_at,
            )  # fmt: skip
        with django_assert_max_num_queries(9):
            page = client.get(reverse("webhooks")).content.decode()
        assert page.count("Given up") == 5
        assert "&lt;b&gt;Oh no" in page

    def test_says_why_the_last_attempt_failed_also_where_newer_messages_wait(self, client):
        make(client)
        hook = Webhook.objects.get()
        first = WebhookDelivery.objects.create(webhook=hook, job_id=1, title="Import", body="{}")
        first = WebhookDelivery.take(hook.owner_id)
        first.fail(None, "Its certificate will not do: <expired>")
        for number in range(6):
            WebhookDelivery.objects.create(webhook=hook, job_id=2, title=f"Import {number}", body="{}")
        page = client.get(reverse("webhooks")).content.decode()
        assert re.search(
            r"The last attempt failed on [^:]*:\d\d: Its certificate will not do: &lt;expired&gt;", page
        )
        Webhook.objects.update(failures=0)
        assert "The last attempt failed" not in client.get(reverse("webhooks")).content.decode()

    def test_is_turned_off_and_on_and_deleted(self, client):
        make(client)
        hook = Webhook.objects.get()
        for on, word in (("false", "Turned off manually"), ("true", ">On<")):
            answer = client.post(reverse("webhook_turn", args=[hook.pk]), {"on": on}, follow=True)
            assert word in answer.content.decode()
        answer = client.post(reverse("webhook_delete", args=[hook.pk]), follow=True)
        assert "Webhook deleted" in answer.content.decode()
        assert not Webhook.objects.exists()

    def test_of_somebody_else_is_not_there(self, client):
        hook = Webhook.objects.create(owner=make_user("eve"), url=URL)
        for name in ("webhook_turn", "webhook_delete"):
            assert client.post(reverse(name, args=[hook.pk])).status_code == 404
