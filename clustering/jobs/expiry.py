"""Rows that nobody can use any more, and that nothing else removes."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.core.management import call_command
from django.db.models.functions import Now

from clustering.models import KeptAnswer, Submission, WebhookDelivery

SIGN_INS_KEPT = timedelta(days=90)
"""For as long it can be looked up who signed in from where."""


def clear_expired() -> None:
    """Remove sessions, sign-ins, notes of sent forms, kept answers and sent messages that have had their time."""
    call_command("clearsessions")
    AccessAttempt.objects.filter(attempt_time__lt=Now() - settings.AXES_COOLOFF_TIME).delete()
    AccessLog.objects.filter(attempt_time__lt=Now() - SIGN_INS_KEPT).delete()
    Submission.forget_old()
    KeptAnswer.delete_old()
    WebhookDelivery.delete_old()
