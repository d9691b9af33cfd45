"""What the page of a run's links shows."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.models import Run, ShareLink


@dataclass(frozen=True, slots=True)
class RunShare:
    """The links of a run that still open it, newest first."""

    valid: tuple[ShareLink, ...]


def run_share(run: Run) -> RunShare:
    """Return a run's links."""
    links = ShareLink.objects.valid().filter(run=run).select_related("owner")
    return RunShare(tuple(links.order_by("-created_at")))
