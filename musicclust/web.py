"""How the web server answers what never reaches the application."""

from __future__ import annotations

from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_error
from gunicorn.workers.gthread import ThreadWorker

TOO_LONG = (
    "The address of this page is too long: it names more songs or words than fit into one. Go back and choose fewer; "
    "similar songs are looked for around 20 songs at most."
)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker with threads; an address that is too long gets a sentence, and not two numbers."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read."""
        if isinstance(exc, LimitRequestLine):
            self.log.warning("Address too long: %s", exc)
            write_error(client, 414, "Address too long", TOO_LONG)
        else:
            super().handle_error(req, client, addr, exc)
