"""Where a worker can be killed or held up: what the test asks for and the worker looks at."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

BEGINS, INSIDE, ENDS, DONE, STAYS = "begins", "inside", "ends", "done", "stays"

FILES = "files"
"""In the place of a kind of job: a stored file is about to be deleted."""


def folder() -> Path:
    """Return where the places lie that were asked for."""
    return Path(settings.DATA_DIR) / "places"


def place(kind: str, stage: str, moment: str) -> Path:
    """Return the file that asks for a death, or for staying, at a place."""
    return folder() / f"{kind} {stage} {moment}"


def held(kind: str, stage: str, pid: int | str) -> Path:
    """Return the file that says which process stays at a place; it goes on when the file is gone."""
    return folder() / f"{kind} {stage} held by {pid}"
