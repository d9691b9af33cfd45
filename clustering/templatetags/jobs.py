"""What templates ask of jobs."""

from __future__ import annotations

from django import template

from clustering.jobs import kinds
from clustering.models import Job

register = template.Library()


@register.filter
def kind_label(job: Job) -> str:
    """Say what a job is."""
    return kinds.of(job).label
