"""Pages of datasets and finished runs, kept for the person they were made for until their dataset changes.

A view asks for the version of a dataset before it reads anything: what is written after that belongs to another one.
Then it finds out whether somebody may see the page, as any view does, and only then does `keep` look for it. A version
is made of PostgreSQL's own columns of all rows that such pages show: which transaction wrote a row (`xmin`), and where
it lies (`ctid`). A page that reads another table is not kept.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token

from clustering.actions.submissions import new_token
from clustering.web.components.submissions import FIELD

BYTES = 8 * 2**20
"""How much of them one web process keeps; those that nobody asked for longest go first."""

_OF_DATASET = "SELECT id FROM clustering_dataset WHERE id = %s"
_OF_RUN = "SELECT dataset_id AS id FROM clustering_run WHERE id = %s"
_VERSION = """
WITH asked AS ({asked}),
runs AS (SELECT id, concat(run.xmin, run.ctid) AS written FROM clustering_run run WHERE dataset_id = (TABLE asked)),
sweeps AS (SELECT id, concat(sweep.xmin, sweep.ctid) AS written FROM clustering_sweep sweep
           WHERE dataset_id = (TABLE asked))
SELECT md5(concat_ws('/',
    (SELECT concat(xmin, ctid) FROM clustering_dataset WHERE id = (TABLE asked)),
    (SELECT string_agg(concat(xmin, ctid), ',' ORDER BY id) FROM clustering_upload WHERE dataset_id = (TABLE asked)),
    (SELECT concat(xmin, ctid) FROM clustering_catalog WHERE dataset_id = (TABLE asked)),
    (SELECT string_agg(concat(xmin, ctid), ',' ORDER BY id) FROM clustering_exploreview
     WHERE dataset_id = (TABLE asked)),
    (SELECT string_agg(written, ',' ORDER BY id) FROM runs),
    (SELECT string_agg(concat(xmin, ctid), ',' ORDER BY id) FROM clustering_cluster
     WHERE run_id IN (SELECT id FROM runs)),
    (SELECT string_agg(written, ',' ORDER BY id) FROM sweeps),
    (SELECT string_agg(concat(xmin, ctid), ',' ORDER BY id) FROM clustering_sweepcandidate
     WHERE sweep_id IN (SELECT id FROM sweeps))))
"""
COVERED = frozenset(
    f"clustering_{name}"
    for name in (
        *("dataset", "upload", "run", "catalog", "exploreview", "cluster", "sweep", "sweepcandidate"),
        # these change together with the row of their dataset, run or catalog
        *("song", "assignment", "memberlist", "songcolumn", "artist", "genre"),
    )
)
_TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)

_FRESH: dict[bytes, Callable[[HttpRequest], str]] = {
    b'"X-CSRFToken": "': get_token,
    b'name="csrfmiddlewaretoken" value="': get_token,
    f'name="{FIELD}" value="'.encode(): lambda _request: new_token(),
    b'nonce="': lambda request: str(request.csp_nonce),  # type: ignore[attr-defined]  # of the middleware
}
"""What no two answers have in common, by what stands before it."""
_ONCE = re.compile(b"(" + b"|".join(map(re.escape, _FRESH)) + b')([^"]*)')


@dataclass(frozen=True)
class Kept:
    """A page as it was made: pieces, between which stands what is made anew for each answer."""

    version: str
    pieces: tuple[bytes, ...]
    size: int

    @classmethod
    def of(cls, version: str, content: bytes) -> Kept:
        """Take a page apart."""
        found = _ONCE.split(content)  # text, what stands before, what is new, text, …
        return cls(version, tuple(piece for place, piece in enumerate(found) if place % 3 != 2), len(content))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Make it anew."""
        made = [self.pieces[0]]
        for before, text in zip(self.pieces[1::2], self.pieces[2::2], strict=True):
            made += [before, _FRESH[before](request).encode(), text]
        return HttpResponse(b"".join(made))


class Shelf:
    """The kept pages of one process."""

    def __init__(self, most: int = BYTES) -> None:
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._most, self._size = most, 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        """Return a page, which was then the last to be asked for."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def put(self, key: Hashable, page: Kept) -> None:
        """Keep a page, and forget others where there is no room."""
        with self._lock:
            if old := self._pages.pop(key, None):
                self._size -= old.size
            self._pages[key] = page
            self._size += page.size
            while self._size > self._most:
                self._size -= self._pages.popitem(last=False)[1].size


_shelf = Shelf()


def version_of_dataset(dataset_id: int) -> str:
    """Return what is another one as soon as anything of a dataset that kept pages show was written."""
    return _version(_OF_DATASET, dataset_id)


def version_of_run(run_id: int) -> str:
    """Return the version of the dataset of a run."""
    return _version(_OF_RUN, run_id)


def _version(asked: str, number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION.format(asked=asked), [number])
        return str(cursor.fetchone()[0])


def keep(request: HttpRequest, version: str, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Answer with the page that was kept of a version, or make it; `version` is of before anything was read."""
    if not request.user.is_authenticated or "HX-Request" in request.headers or len(get_messages(request)):
        return make()
    key = _who(request), request.get_full_path()
    page = _shelf.get(key)
    if page is not None and page.version == version:
        return page.answer(request)
    tables: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        tables.update(_TABLE.findall(sql))
        return execute(sql, *others)

    with connection.execute_wrapper(note):
        response = make()
    if tables <= COVERED and isinstance(response, HttpResponse) and _is_plain(response):
        _shelf.put(key, Kept.of(version, response.content))
    return response


def _who(request: HttpRequest) -> Hashable:
    """Say for whom a page is made; who shares an account has another secret."""
    user: Any = request.user
    return user.pk, user.get_username(), user.is_staff, request.META.get("CSRF_COOKIE")


def _is_plain(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and response.headers.get("Content-Type", "").startswith("text/html")
        and len(response.headers) == 1
        and not response.cookies
    )
