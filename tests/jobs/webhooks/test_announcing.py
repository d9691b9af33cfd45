"""Which ends of jobs are told to whom, and that no job's end knows of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone

from clustering.api.areas.jobs import JobAnswer
from clustering.jobs import tasks
from clustering.jobs.webhooks import announcing
from clustering.jobs.webhooks.announcing import announce
from clustering.models import Job, Webhook, WebhookDelivery
from tests.factories import make_dataset, make_job, make_sweep, make_user

pytestmark = pytest.mark.django_db
URL = "https://example.org/hook"
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.fixture
def hook(db):
    return Webhook.objects.create(owner=make_user(), url=URL)


def ended(job, status=Job.Status.SUCCEEDED, **fields):
    Job.objects.filter(pk=job.pk).update(status=status, finished_at=timezone.now(), announced=False, **fields)
    return job


def told() -> list[tuple[int, str]]:
    announce()
    found = WebhookDelivery.objects.order_by("created_at")
    return [(one.job_id, json.loads(one.body)["data"]["status"]) for one in found]


class TestEnd:
    @pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
    def test_is_told_once_to_each_address(self, hook, status):
        Webhook.objects.create(owner=hook.owner, url=f"{URL}/2")
        job = ended(make_job(hook.owner), status)
        make_job(hook.owner, status="running")
        assert told() == [(job.pk, status)] * 2
        assert len(told()) == 2

    def test_is_not_told_of_others_or_to_what_is_off(self, hook):
        Webhook.objects.create(owner=hook.owner, url=f"{URL}/2").turn_off(Webhook.Off.BY_HAND)
        closed = make_user("closed", is_active=False)
        Webhook.objects.create(owner=closed, url=URL)
        for owner in (make_user("eve"), closed):
            ended(make_job(owner))
        assert told() == []
        assert not Job.objects.unannounced().exists()

    def test_from_before_the_address_is_not_told(self):
        ended(make_job(make_user()))
        announce()
        Webhook.objects.create(owner=make_user(), url=URL)
        assert told() == []

    def test_after_another_try_is_told_again(self, hook):
        job = ended(make_job(hook.owner), "failed", error="No songs.", error_code="none")
        announce()
        job.refresh_from_db()
        assert job.retry()
        assert job.claim()
        assert job.succeed()
        assert told() == [(job.pk, "failed"), (job.pk, "succeeded")]

    @pytest.mark.parametrize(
        "end",
        [
            lambda job: job.claim() and job.succeed(),
            lambda job: job.claim() and job.fail("No songs."),
            lambda job: job.claim() and job.cancel() and job.stop(),
            lambda job: job.cancel(),
            lambda job: job.fail_unsent("No broker."),
        ],
    )
    def test_of_each_kind_is_found(self, hook, end):
        assert end(make_job(hook.owner))
        assert len(told()) == 1

    def test_says_what_the_api_says(self, hook):
        dataset = make_dataset(hook.owner)
        job = ended(
            make_job(dataset=dataset, started_at=timezone.now()), "failed", error="No.", error_code="no"
        )
        announce()
        said = json.loads(WebhookDelivery.objects.get().body)
        answer = json.loads(JobAnswer.of(Job.objects.get(pk=job.pk)).model_dump_json())
        assert said["type"] == "job.ended"
        assert {name: answer[name] for name in said["data"] if not name.endswith("_at")} == {
            name: value for name, value in said["data"].items() if not name.endswith("_at")
        }
        (example,) = re.findall(r"^```json\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
        assert json.loads(example).keys() == said.keys()
        assert json.loads(example)["data"].keys() == said["data"].keys()
        assert set(answer) - set(said["data"]) == {"stage", "done", "total", "stopping", "attempt"}


class TestAdvice:
    def test_is_told_when_its_last_part_has_ended(self, hook):
        sweep = make_sweep(make_dataset(hook.owner))
        first = ended(make_job(dataset=sweep.dataset, kind="sweep", sweep=sweep))
        parts = [make_job(dataset=sweep.dataset, kind="candidate", sweep=sweep, k=k) for k in (2, 3)]
        assert told() == []
        ended(parts[0])
        assert told() == []
        ended(parts[1])
        assert told() == [(first.pk, "succeeded")]
        assert not Job.objects.unannounced().exists()

    def test_whose_parts_are_tried_again_is_told_again(self, hook):
        sweep = make_sweep(make_dataset(hook.owner))
        first = ended(make_job(dataset=sweep.dataset, kind="sweep", sweep=sweep))
        part = ended(make_job(dataset=sweep.dataset, kind="candidate", sweep=sweep, k=2), "failed")
        assert told() == [(first.pk, "failed")]
        ended(part)
        assert told() == [(first.pk, "failed"), (first.pk, "succeeded")]

    def test_is_told_of_apart_from_what_completes_it(self, hook):
        sweep = make_sweep(make_dataset(hook.owner))
        first = ended(make_job(dataset=sweep.dataset, kind="sweep", sweep=sweep))
        ended(make_job(dataset=sweep.dataset, kind="candidate", sweep=sweep, k=2))
        after = make_job(dataset=sweep.dataset, kind="complete_advice", sweep=sweep)
        assert told() == [(first.pk, "succeeded")]
        ended(after)
        assert told() == [(first.pk, "succeeded"), (after.pk, "succeeded")]
        assert not Job.objects.unannounced().exists()

    def test_that_was_deleted_leaves_nothing_to_tell(self, hook):
        ended(make_job(hook.owner, kind="candidate", k=2))
        assert told() == []
        assert not Job.objects.unannounced().exists()


class TestFault:
    def test_of_one_job_holds_up_no_other(self, hook, monkeypatch, caplog):
        wrong, right = ended(make_job(hook.owner, subject="wrong")), ended(make_job(hook.owner))
        described = announcing.described

        def fail(found, at):
            if found.job.pk == wrong.pk:
                raise ValueError
            return described(found, at)

        monkeypatch.setattr(announcing, "described", fail)
        assert told() == [(right.pk, "succeeded")]
        monkeypatch.setattr(announcing, "described", described)
        assert len(told()) == 2

    @pytest.mark.parametrize("where", ["on", "apply_async"])
    def test_is_none_of_the_jobs(self, hook, monkeypatch, where):
        def fail(*_, **__):
            raise DatabaseError

        job = make_job(hook.owner)
        monkeypatch.setattr("clustering.jobs.runner.run", lambda pk: Job.objects.get(pk=pk).claim() and [])
        if where == "on":
            monkeypatch.setattr(type(Webhook.objects.all()), "on", fail)
        else:
            monkeypatch.setattr(tasks.announce, "apply_async", fail)
        tasks.run_job(job.pk)
        assert Job.objects.get(pk=job.pk).status == "running"


def test_messages_are_forgotten_after_a_month(hook):
    for next_at in (None, timezone.now()):
        WebhookDelivery.objects.create(webhook=hook, job_id=1, title="x", body="{}", next_at=next_at)
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    tasks.clear_expired()
    assert WebhookDelivery.objects.get().state == "waiting"


def test_are_deleted_with_the_account(hook):
    WebhookDelivery.objects.create(webhook=hook, job_id=1, title="x", body="{}")
    hook.owner.delete()
    assert not Webhook.objects.exists()
    assert not WebhookDelivery.objects.exists()
