"""How much a view takes: whoever sends more is refused before it is read, and who is unknown sends little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings

View = TypeVar("View", bound=Callable[..., Any])

SMALL_FORM = 16 * 1024
"""What every address takes, of anybody: names, passwords, choices."""
LARGE_FORM = 2_500_000
"""Two thousand columns or songs; Django itself takes as much for fields."""
AROUND_FILES = 64 * 1024
"""The other fields of a form with a file."""

_TAKES = "takes_bytes"


def takes(limit: Callable[[], int]) -> Callable[[View], View]:
    """Let people who are signed in, or have a token, send a view more than a small form."""

    def mark(view: View) -> View:
        setattr(view, _TAKES, limit)
        return view

    return mark


def song_file_limit() -> int:
    """Return how many bytes a file of songs may have, with the form around it."""
    return settings.UPLOAD_LIMIT_MB * 2**20 + AROUND_FILES


takes_large_forms = takes(lambda: LARGE_FORM)
takes_song_files = takes(song_file_limit)


def limit_of(view: Callable[..., Any]) -> int:
    """Return how many bytes a view takes of somebody who is known."""
    limit: Callable[[], int] = getattr(view, _TAKES, lambda: SMALL_FORM)
    return limit()
