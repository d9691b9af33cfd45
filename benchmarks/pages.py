"""Twenty people at once: pages asked for over HTTP from this machine while a run goes on beside them."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from clustering.models import Run

HOST = "127.0.0.1"
PEOPLE = 20
SEED = 5


def addresses(run: Run) -> dict[str, str]:
    """Return the pages of a run and its dataset that there are, by name."""
    from django.urls import NoReverseMatch, reverse

    first = run.clusters.order_by("index").first()
    song = first.exemplars[0] if first and first.exemplars else 0
    wanted: dict[str, tuple[list[int], str]] = {
        "datasets": ([], ""),
        "dataset": ([run.dataset_id], ""),
        "run_overview": ([run.pk], ""),
        "run_metrics": ([run.pk], ""),
        "run_visualizations": ([run.pk], ""),
        "run_insights": ([run.pk], ""),
        "cluster_songs": ([run.pk, 0], ""),
        "run_new": ([run.dataset_id], ""),
        "explore": ([run.dataset_id], f"?run={run.pk}"),
        "explore_rows": ([run.dataset_id], f"?run={run.pk}&sort=-energy"),
        "jobs": ([], ""),
        "search": ([], "?q=lantern"),
        "song": ([song], ""),
        "artists": ([run.dataset_id], ""),
        "genres": ([run.dataset_id], ""),
        "decades": ([run.dataset_id], ""),
        "playlists": ([], ""),
    }
    found = {}
    for name, (args, query) in wanted.items():
        try:
            found[name] = reverse(name, args=args) + query
        except NoReverseMatch:
            continue
    return found


@dataclass(frozen=True)
class Load:
    """What twenty people met with."""

    requests: int
    errors: int
    per_second: float
    p50_ms: float
    p95_ms: float
    worst_ms: float


READING = (1.0, 3.0)
"""Seconds that a person looks at a page before the next."""


def load(
    port: int, cookie: str, paths: Sequence[str], *, seconds: float, reading: tuple[float, float] = READING
) -> Load:
    """Let twenty people ask for pages for some seconds, each looking at one for a while before the next."""
    end = time.perf_counter() + seconds
    times: list[float] = []
    errors: list[str] = []

    def person(number: int) -> None:
        order = random.Random(SEED + number)
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        time.sleep(order.uniform(0, reading[1]))  # they do not all come at once
        while time.perf_counter() < end:
            path = order.choice(paths)
            began = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Cookie": cookie, "Connection": "keep-alive"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    errors.append(f"{answer.status} {path}")
            except (OSError, http.client.HTTPException) as error:
                errors.append(f"{error!r} {path}")
                connection.close()
            times.append(1000 * (time.perf_counter() - began))
            if pause := order.uniform(*reading):
                connection.close()  # the server would, for nothing comes for a while; the next page opens another
                time.sleep(pause)

    people = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    for text in sorted(set(errors)):
        print(f"  {errors.count(text)} x {text}")
    return Load(
        requests=len(times),
        errors=len(errors),
        per_second=len(times) / seconds,
        p50_ms=float(np.percentile(times, 50)),
        p95_ms=float(np.percentile(times, 95)),
        worst_ms=max(times),
    )


@dataclass(frozen=True)
class Download:
    """An export over HTTP."""

    first_byte: float
    seconds: float
    megabytes: float


def download(port: int, cookie: str, path: str, *, stop_after: int | None = None) -> Download:
    """Download a file, or hang up after so many bytes."""
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while piece := answer.read(2**18):
        size += len(piece)
        if stop_after is not None and size > stop_after:
            break
    connection.close()
    return Download(first, time.perf_counter() - began, size / 2**20)
