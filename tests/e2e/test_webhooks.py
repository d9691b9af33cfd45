"""A webhook from end to end: a real worker tells a server of somebody's, which checks it as the documentation says."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from clustering.actions.datasets import delete_dataset
from clustering.actions.webhooks import make_webhook
from clustering.jobs import tasks
from clustering.models import WebhookDelivery
from musicclust.celery import app
from tests.e2e.conftest import make_noise
from tests.factories import make_user
from tests.jobs.webhooks.receiver import answer, receiver
from tests.worker_process import WorkerProcess

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
pytestmark = pytest.mark.slow


@pytest.fixture
def worker(transactional_db, process_env, tmp_path):
    app.control.purge()
    allowed = {"WEBHOOK_ALLOW_PRIVATE": "true", "WEBHOOK_ALLOW_HTTP": "true"}
    worker = WorkerProcess(process_env | allowed, tmp_path / "worker.log")
    worker.start()
    yield worker
    worker.kill()


def message_of(secret: str):
    """Return the function of the documentation."""
    (text,) = re.findall(
        r"^```python\n(import base64\n.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL
    )
    space: dict[str, Any] = {}
    exec(text.replace("whsec_…", secret), space)  # noqa: S102 – it is ours
    return space["message_of"]


def until(holds):
    end = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_tells_of_a_job_and_tries_again(worker, settings):
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    dataset = make_noise(100)
    with receiver() as server:
        server.answers = [answer(503, b"busy")]
        hook = make_webhook(dataset.owner, server.url)
        job = delete_dataset(dataset.owner, dataset)
        until(lambda: len(server.got) == 1)
        until(lambda: WebhookDelivery.objects.filter(status=503).exists())
        hook.refresh_from_db()
        assert hook.failures == 1
        WebhookDelivery.objects.update(next_at=hook.created_at)
        type(hook).objects.update(resting_until=None)
        tasks.announce.delay()
        until(lambda: len(server.got) == 2)
        until(lambda: WebhookDelivery.objects.get().state == "arrived")
        (first, body), (second, again) = server.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    check = message_of(hook.secret)
    said = check(second, again)
    assert (said["type"], said["data"]["id"], said["data"]["status"]) == ("job.ended", job.pk, "succeeded")
    for headers, data in (
        (second, again + b" "),
        (second | {"webhook-id": "1"}, again),
        (second | {"webhook-timestamp": "1"}, again),
    ):
        with pytest.raises(ValueError, match="not from"):
            check(headers, data)
    with pytest.raises(ValueError, match="not from"):
        message_of(make_webhook(make_user("eve"), server.url).secret)(second, again)
