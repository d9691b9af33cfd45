"""What templates ask of jobs."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone

from clustering.jobs import kinds
from clustering.models import Job

register = template.Library()

PACES = ((timedelta(seconds=10), "250ms"), (timedelta(minutes=1), "500ms"))
"""Up to which age of a job its page asks how often."""


@register.filter
def kind_label(job: Job) -> str:
    """Say what a job is."""
    return kinds.of(job).label


@register.filter
def pace(job: Job) -> str:
    """Say how often a page asks how far a job is: the younger, the sooner it may be over."""
    age = timezone.now() - job.queued_at
    return next((often for limit, often in PACES if age < limit), "1s")
