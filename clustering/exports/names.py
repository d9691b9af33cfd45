"""What the files that people take away are called."""

from __future__ import annotations

from django.utils.text import slugify

from clustering.models import Run


def file_name(run: Run, ending: str, *, part: str = "") -> str:
    """Return a name from the dataset's and the number of groups; a name in another script becomes "songs"."""
    return f"{slugify(run.dataset.name) or 'songs'}-{part or f'{run.k}-groups'}.{ending}"
