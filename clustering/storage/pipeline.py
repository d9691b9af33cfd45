"""Two things at a time: the next rows are made ready in a thread while PostgreSQL takes the last ones."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items; each is made in a thread while the one before it is being used.

    No more than two are there at a time. What making one raises is raised here. Nothing of it may
    use the database: connections belong to threads.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        coming = pool.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = pool.submit(next, items, end)
            yield item  # type: ignore[misc]
