"""What saved files are called."""

from __future__ import annotations

from django import template

from clustering.exports.names import name_stem, plain_name
from clustering.models import Dataset, Run

register = template.Library()


@register.filter
def file_stem(subject: Run | Dataset) -> str:
    """Return what the names of a page's saved pictures begin with: sample-songs-5-groups."""
    return name_stem(subject) if isinstance(subject, Run) else plain_name(subject.name) or "songs"
