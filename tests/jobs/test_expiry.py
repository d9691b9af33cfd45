"""What nobody can use any more is removed once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clustering.jobs import tasks
from clustering.models import Submission
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_sign_ins_are_forgotten(client):
    make_user("ada")
    for name, password in (("ada", "a long password"), ("eve", "guessed"), ("mallory", "guessed")):
        Client().post(reverse("login"), {"username": name, "password": password})
    AccessAttempt.objects.filter(username="eve").update(attempt_time=timezone.now() - timedelta(minutes=16))
    AccessLog.objects.create(username="old", attempt_time=timezone.now())
    AccessLog.objects.filter(username="old").update(attempt_time=timezone.now() - timedelta(days=91))
    tasks.clear_expired()
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["mallory"]
    assert [entry.username for entry in AccessLog.objects.all()] == ["ada"]


def test_sessions_and_submissions_are_forgotten(client, owner):
    client.force_login(owner)
    Submission.objects.create(owner=owner, key="k", digest="d")
    tasks.clear_expired()
    assert (Session.objects.count(), Submission.objects.count()) == (1, 1)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    Submission.objects.update(created_at=timezone.now() - timedelta(days=8))
    tasks.clear_expired()
    assert (Session.objects.count(), Submission.objects.count()) == (0, 0)


def test_it_is_done_every_day():
    assert "clustering.jobs.tasks.clear_expired" in {
        entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }
