"""Where a worker can be killed: what the test asks for and the worker looks at."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

BEGINS, INSIDE, ENDS, DONE = "begins", "inside", "ends", "done"


def place(kind: str, stage: str, moment: str) -> Path:
    """Return the file that asks for a death at a place."""
    return Path(settings.DATA_DIR) / "kill" / f"{kind} {stage} {moment}"
