"""Which of the queues a worker takes a message from next."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from kombu.utils.scheduling import round_robin_cycle


class ShortAlways(round_robin_cycle):  # type: ignore[type-arg]  # no generic class when it runs
    """The order in which a worker asks the queues: only `short` where everything else has enough of its places.

    Work of seconds then never waits for work of minutes, or for other people's servers.
    """

    def consume(self, n: int) -> list[str]:  # type: ignore[override]  # a list, whatever its types say
        """Return the queues to wait for next; asked anew after each message, and each second."""
        from celery.worker import state  # whoever only sends has no use for it

        queues: list[str] = list(super().consume(n))
        busy = sum(1 for request in state.reserved_requests if _queue_of(request) != "short")
        return ["short"] if "short" in queues and busy >= settings.WORKER_CONCURRENCY else queues


def _queue_of(request: Any) -> str:
    return str(request.delivery_info.get("routing_key"))
