"""What becomes of messages: sent once where they arrive, again where not, and given up in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from clustering.jobs import tasks
from clustering.jobs.webhooks import delivering
from clustering.jobs.webhooks.posting import Outcome
from clustering.models import Webhook, WebhookDelivery
from clustering.models.webhook import DELAYS, LEASE, MAX_ATTEMPTS, MAX_FAILURES
from tests.concurrency import call_at_once
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "https://example.org/hook"


@pytest.fixture
def hook(db):
    return Webhook.objects.create(owner=make_user(), url=URL)


@pytest.fixture
def network(monkeypatch):
    """Stand for the internet: what is answered to each body, and what was sent."""

    class Network:
        answers: dict[str, int] = {}
        usual = 200
        sent: list[str] = []

        def post(self, url, key, message, body):
            self.sent.append(body.decode())
            return Outcome(self.answers.get(body.decode(), self.usual), "said")

    network = Network()
    network.sent = []
    monkeypatch.setattr(delivering, "post", network.post)
    return network


def message(hook, body="a", **fields):
    return WebhookDelivery.objects.create(webhook=hook, job_id=1, title=body, body=body, **fields)


def later(by=timedelta(days=2)):
    """Let time pass."""
    WebhookDelivery.objects.update(next_at=F("next_at") - by, taken_until=F("taken_until") - by)
    Webhook.objects.update(resting_until=F("resting_until") - by)


def deliver(hook):
    return delivering.deliver(hook.owner_id)


class TestMessage:
    def test_that_arrives_is_sent_once(self, hook, network):
        one = message(hook)
        deliver(hook)
        later()
        deliver(hook)
        one.refresh_from_db()
        assert network.sent == ["a"]
        assert (one.state, one.attempts, one.status, one.words) == ("arrived", 1, 200, "said")

    def test_that_does_not_is_sent_again_after_growing_delays(self, hook, network):
        network.usual = 500
        one = message(hook)
        waits = []
        for _ in range(MAX_ATTEMPTS):
            deliver(hook)
            deliver(hook)  # not yet
            one.refresh_from_db()
            waits.append(one.next_at and one.next_at - timezone.now())
            later()
        assert len(network.sent) == MAX_ATTEMPTS
        assert waits[-1] is None
        assert all(
            abs(found - asked) < timedelta(seconds=5) for found, asked in zip(waits, DELAYS, strict=False)
        )
        assert (one.state, one.attempts) == ("given_up", MAX_ATTEMPTS)

    def test_that_is_never_taken_holds_up_no_other(self, hook, network):
        network.answers = {"bad": 500}
        bad = message(hook, "bad")
        good = [message(hook, name) for name in "abc"]
        deliver(hook)
        assert network.sent == ["bad"]
        later()
        deliver(hook)
        assert network.sent == ["bad", "a", "b", "c", "bad"]
        bad.refresh_from_db()
        assert bad.state == "waiting"
        assert {WebhookDelivery.objects.get(pk=one.pk).state for one in good} == {"arrived"}

    def test_whose_worker_died_is_sent_again(self, hook, network):
        message(hook)
        assert WebhookDelivery.take(hook.owner_id) is not None  # and nothing more is heard
        assert not deliver(hook)
        later(LEASE)
        deliver(hook)
        assert network.sent == ["a"]

    def test_is_one_at_a_time_of_each_person(self, hook, network):
        other = Webhook.objects.create(owner=hook.owner, url=f"{URL}/2")
        message(hook)
        message(other)
        assert WebhookDelivery.take(hook.owner_id) is not None
        assert WebhookDelivery.take(hook.owner_id) is None
        stranger = Webhook.objects.create(owner=make_user("eve"), url=URL)
        message(stranger)
        assert WebhookDelivery.take(stranger.owner_id) is not None

    @pytest.mark.django_db(transaction=True)
    def test_is_taken_by_one_of_several_workers(self, hook):
        for name in "abcdef":
            message(hook, name)
        taken = call_at_once(*[lambda: WebhookDelivery.take(hook.owner_id)] * 4)
        assert len([one for one in taken if one is not None]) == 1

    def test_leaves_room_for_other_people_s(self, hook, network):
        for name in "abcdefg":
            message(hook, name)
        assert deliver(hook)
        assert len(network.sent) == delivering.AT_A_TIME
        assert not deliver(hook)


class TestAddress:
    def test_rests_after_a_failure(self, hook, network):
        network.usual = 500
        for name in "abc":
            message(hook, name)
        deliver(hook)
        assert network.sent == ["a"]
        hook.refresh_from_db()
        assert hook.failures == 1
        assert timedelta(seconds=5) < hook.resting_until - timezone.now() <= DELAYS[0]

    def test_that_works_again_has_no_failures(self, hook, network):
        Webhook.objects.update(failures=5)
        message(hook)
        deliver(hook)
        hook.refresh_from_db()
        assert (hook.failures, hook.resting_until) == (0, None)

    def test_is_switched_off_after_many_failures(self, hook, network):
        network.usual = 500
        for name in "ab":
            message(hook, name)
        for _ in range(MAX_FAILURES + 5):
            deliver(hook)
            later()
        hook.refresh_from_db()
        assert (hook.is_on, hook.off_because) == (False, "failures")
        assert len(network.sent) == MAX_FAILURES
        assert not WebhookDelivery.objects.waiting().exists()

    def test_that_says_it_is_gone_is_switched_off(self, hook, network):
        network.usual = 410
        message(hook)
        deliver(hook)
        hook.refresh_from_db()
        assert (hook.is_on, hook.off_because) == (False, "gone")

    def test_turned_on_again_begins_anew(self, hook, network):
        Webhook.objects.update(failures=9, resting_until=timezone.now() + DELAYS[-1])
        assert hook.turn_off(Webhook.Off.FAILURES)
        assert not hook.turn_off(Webhook.Off.BY_HAND)
        assert hook.turn_on()
        assert not hook.turn_on()
        message(hook)
        deliver(hook)
        assert network.sent == ["a"]

    def test_of_a_closed_account_is_sent_nothing(self, hook, network):
        message(hook)
        hook.owner.is_active = False
        hook.owner.save()
        deliver(hook)
        assert network.sent == []


def test_due_messages_are_handed_to_workers_by_person(hook, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(tasks.deliver, "delay", asked.append)
    for name in "ab":
        message(hook, name)
    message(hook, "c", next_at=None)
    tasks.announce()
    assert asked == [hook.owner_id]


def test_its_secret_is_its_own_and_nowhere_in_the_database(hook):
    other = Webhook.objects.create(owner=hook.owner, url=f"{URL}/2")
    assert hook.secret != other.secret
    assert hook.secret.startswith("whsec_")
    row = Webhook.objects.filter(pk=hook.pk).values().get()
    assert hook.secret not in str(row)
