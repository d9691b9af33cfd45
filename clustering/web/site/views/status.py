"""The state of the site, for supervisors, load balancers, Prometheus and the administrator."""

from __future__ import annotations

import threading

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from clustering.jobs import tasks
from clustering.web.access import SignedInRequest, as_id
from clustering.web.site.pages.connections import Connections
from clustering.web.site.pages.status import StatusPage, run_checks


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer `ok` while this process is alive, whatever else is not: starting it again would not help."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Return which checks pass; nothing more, because anyone may ask."""
    works = _readiness.read()
    return JsonResponse(works, status=200 if set(works.values()) == {"ok"} else 503)


class Readiness:
    """Which checks pass. They are made once at a time: whoever asks meanwhile is told what came of the last ones.

    A server that does not answer so holds one thread of a process at most, however many ask.
    """

    def __init__(self) -> None:
        self._busy = threading.Lock()
        self._last: dict[str, str] = {"checks": "failing"}  # none has ended yet

    def read(self) -> dict[str, str]:
        """Make the checks, unless somebody does."""
        if self._busy.acquire(blocking=False):
            try:
                checks = run_checks(tasks.queue_lengths())
                self._last = {check.name: "ok" if check.fine else "failing" for check in checks}
            finally:
                self._busy.release()
        return self._last


_readiness = Readiness()


@login_required
@require_GET
@never_cache
def status(request: SignedInRequest) -> HttpResponse:
    """Show the administrator how the site is."""
    if not request.user.is_staff:
        raise Http404
    page = StatusPage.read(tasks.queue_lengths())
    port = as_id(request.META.get("SERVER_PORT")) or 0  # the server's own, whatever a proxy says
    connections = Connections.read(port)
    return render(request, "site/status.html", {"page": page, "connections": connections})


@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its numbers; it shows the token that METRICS_TOKEN says."""
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    return HttpResponse(
        _exposition(StatusPage.read(tasks.queue_lengths())), content_type="text/plain; version=0.0.4"
    )


def _exposition(page: StatusPage) -> bytes:
    """Write the numbers as Prometheus reads them. They come from the database, so any web process may answer."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, values: dict[str, float], label: str = "") -> None:
        gauge = Gauge(f"musicclust_{name}", meaning, [label] if label else [], registry=registry)
        for key, value in values.items():
            (gauge.labels(key) if label else gauge).set(value)

    gauge("check_ok", "Whether a part works", {check.name: check.fine for check in page.checks}, "check")
    gauge("queue_messages", "Messages that wait in the broker", dict(page.waiting), "queue")
    gauge("jobs", "Jobs by status", dict(page.jobs), "status")
    gauge("oldest_wait_seconds", "How long the oldest waiting job has waited", {"": page.oldest_wait})
    gauge("workers", "Workers seen within a minute", {"": len(page.workers)})
    gauge("datasets", "Datasets", {"": page.datasets})
    gauge("runs", "Finished runs", {"": page.runs})
    gauge("database_bytes", "Size of the database", {"": page.database_mb * 2**20})
    gauge("disk_free_bytes", "Free space where uploads are kept", {"": page.free_mb * 2**20})
    gauge("temporary_free_bytes", "Free space in the temporary folder", {"": page.temporary_mb * 2**20})
    kinds = {one.name: one for one in page.stored}
    gauge("stored", "What counts against limits", {name: one.total for name, one in kinds.items()}, "kind")
    gauge(
        "stored_most",
        "What one person has most of",
        {name: one.largest for name, one in kinds.items()},
        "kind",
    )
    gauge(
        "limit",
        "What one person may have; 0: no limit",
        {name: one.most for name, one in kinds.items()},
        "kind",
    )
    return generate_latest(registry)
