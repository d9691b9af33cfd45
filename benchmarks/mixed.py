"""An hour of mixed load: many people at everything at once, and what that does to the site. `make bench-mixed`.

    python -m benchmarks.mixed [--minutes 60] [--people 20] [--results mixed.json] [--write]

Each person signs in, uploads, groups, looks, compares, exports, cancels and deletes, by a seed of their own, and now
and then asks for what has to be refused. Ends with status 1 where anything else was refused, went wrong or got
stuck. ``--write`` puts the table into docs/operations.md.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import report
from benchmarks.processes import ELSEWHERE, MEGABYTE, ROOT
from benchmarks.site import Site, memory, processes, serving

if TYPE_CHECKING:
    from benchmarks.ledger import Ledger
    from benchmarks.people import Person, Town

DOCUMENT = ROOT / "docs" / "operations.md"
SAMPLE_SECONDS = 15.0
STUCK = timedelta(minutes=15)
"""A job that has been alive for longer than that is stuck: none of this size needs a tenth of it."""
SETTLING_SECONDS = 600.0
COMPLAINTS = re.compile(r"\b(ERROR|CRITICAL)\b|was silent for too long")
LASTING = ("web workers", "workers, main")
"""Processes that are to be the same at the end as at the beginning. Worker children are made anew now and then; where
one is lost, its parent logs an error."""
COUNTED = ("uploads", "runs", "exports", "downloads left in the middle", "cancels")


def main() -> None:
    """Let people at a site of their own, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mixed")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--results", type=Path, help="also keep the numbers as JSON")
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{DOCUMENT.name}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped
    with tempfile.TemporaryDirectory(prefix="musicclust-mixed-") as folder, _site(Path(folder)) as site:
        found = _hour(site, Path(folder), options.minutes, options.people)
    if options.results:
        options.results.write_text(json.dumps(found, indent=1))
    lines = list(table(found))
    print("\n".join(lines))
    if options.write:
        _write(lines)
    raise SystemExit(1 if found["faults"] or found["stuck"] else 0)


@contextmanager
def _site(folder: Path) -> Iterator[Site]:
    """Run a site on a data folder of its own, whose database this process may ask too."""
    from benchmarks.people import LIMITS

    for name in ELSEWHERE:
        os.environ.pop(name, None)
    os.environ |= LIMITS | {
        "DATA_DIR": str(folder / "data"),
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "musicclust.settings",
    }
    import django
    from django.conf import settings

    django.setup()
    with settings.SERVERS, serving(os.environ, folder / "site.log") as site:
        yield site


def _hour(site: Site, folder: Path, minutes: float, people: int) -> dict[str, Any]:
    from benchmarks.ledger import Ledger
    from benchmarks.people import Songs, Town

    town = Town(site.port, Songs(folder), Ledger(), threading.Event())
    residents = _residents(town, people)
    print(f"{people} people for {minutes:g} minutes at port {site.port}", flush=True)
    town.ledger.began = time.monotonic()
    watch = Watch(site, folder / "data", town.ledger)
    threads = [threading.Thread(target=person.live, name=person.name) for person in residents]
    for thread in threads:
        thread.start()
    try:
        while town.ledger.minute < minutes:
            watch.look()
            time.sleep(max(0, min(SAMPLE_SECONDS, 60 * (minutes - town.ledger.minute))))
        watch.look()
    finally:
        town.over.set()
        for thread in threads:
            thread.join()
    jobs = watch.settle()
    for line in _complaints(site.log):
        town.ledger.fault("the site", "its log", line)
    return {
        "machine": report.machine(),
        "minutes": minutes,
        "people": people,
        **town.ledger.numbers(),
        **jobs,
        "memory": watch.sizes(minutes),
        "samples": watch.samples,
    }


def _residents(town: Town, people: int) -> list[Person]:
    """Make everybody's account."""
    import secrets

    from django.contrib.auth.models import User

    from benchmarks.people import Person

    found = []
    for number in range(1, people + 1):
        password = secrets.token_urlsafe(16)
        user = User.objects.create_user(f"person{number}", password=password)
        found.append(Person(town, number, user.username, password))
    return found


class Watch:
    """Looks at the site's memory and jobs every few seconds."""

    def __init__(self, site: Site, data: Path, ledger: Ledger) -> None:
        self.site, self.data, self.ledger = site, data, ledger
        self.samples: list[dict[str, float]] = []
        self.stuck: dict[int, str] = {}
        self._alive = self._pids()

    def look(self) -> None:
        """Take one sample."""
        from django.db.models import Count
        from django.db.models.functions import Now

        from clustering.models import Job

        pids = self._pids()
        for pid in self._alive.keys() - pids.keys():
            self.ledger.fault("the site", self._alive[pid], f"process {pid} is gone")
        self._alive = pids
        for job in Job.objects.alive().filter(queued_at__lt=Now() - STUCK):
            self.stuck.setdefault(job.pk, f"{job} is {job.status} in {job.stage!r}, attempt {job.attempt}")
        waiting = Job.objects.alive().aggregate(jobs=Count("pk"))["jobs"]
        sizes = {name: round(size, 1) for name, size in memory(processes(self.site, self.data)).items()}
        sizes["Redis, used_memory"] = round(_redis_mb(), 2)
        sample = {"minute": round(self.ledger.minute, 2), "jobs alive": waiting, **sizes}
        self.samples.append(sample)
        if len(self.samples) % 20 == 0:
            print(
                f"  minute {sample['minute']:.0f}: {len(self.ledger.asked):,} requests, {waiting} jobs alive, "
                f"{len(self.ledger.faults)} errors, "
                + ", ".join(f"{name} {size:.0f} MB" for name, size in sizes.items()),
                flush=True,
            )

    def settle(self) -> dict[str, Any]:
        """Wait until no job is alive, and say what has become of all."""
        from clustering.models import Job

        end = time.monotonic() + SETTLING_SECONDS
        while time.monotonic() < end and Job.objects.alive().exists():
            time.sleep(1)
        from benchmarks.people import MEANT_TO_FAIL

        for job in Job.objects.alive():
            self.stuck.setdefault(job.pk, f"{job} is {job.status} in {job.stage!r}, attempt {job.attempt}")
        for job in Job.objects.filter(status=Job.Status.FAILED):
            if not any(words in job.error for words in MEANT_TO_FAIL):
                self.ledger.fault("the site", f"job {job.pk}, {job}", job.error)
        known = Job.objects.values_list("kind", "status")
        return {
            "jobs": dict(Counter(status for _, status in known)),
            "jobs_by_kind": dict(sorted(Counter(f"{kind} {status}" for kind, status in known).items())),
            "second_attempts": Job.objects.filter(attempt__gt=1).count(),
            "stuck": list(self.stuck.values()),
        }

    def sizes(self, minutes: float) -> dict[str, dict[str, float]]:
        """Return each kind's megabytes after a sixth, half and all of the time, and its growth in the second half."""
        found = {}
        late = [sample for sample in self.samples if sample["minute"] >= minutes / 2]
        for kind in (name for name in self.samples[0] if name not in ("minute", "jobs alive")):
            found[kind] = {
                **{f"{at:g}": self._around(kind, at, minutes / 30) for at in _moments(minutes)},
                "per_hour": _slope([(one["minute"], one[kind]) for one in late]),
            }
        return found

    def _around(self, kind: str, at: float, width: float) -> float:
        """Return the median of the samples just before a moment, or of the nearest one."""
        near = [one[kind] for one in self.samples if at - width <= one["minute"] <= at]
        nearest = min(self.samples, key=lambda one: abs(one["minute"] - at))[kind]
        return float(np.median(near or [nearest]))

    def _pids(self) -> dict[int, str]:
        found = processes(self.site, self.data)
        return {one.pid: kind for kind in LASTING for one in found[kind]}


def table(found: Mapping[str, Any]) -> Iterator[str]:
    """Say what came out."""
    where = found["machine"]
    yield (
        f"{where['date']}, {where['cores']} cores ({where['cpu']}), {where['memory_gb']} GB, Python {where['python']}: "
        f"{found['people']} people for {found['minutes']:g} minutes."
    )
    yield ""
    yield "| what | how many |"
    yield "|---|---:|"
    done = found["done"]
    for name in (*COUNTED, *sorted(done.keys() - set(COUNTED))):
        yield f"| {name} | {done.get(name, 0):,} |"
    yield f"| refusals that were asked for | {sum(found['refused'].values()):,} |"
    yield f"| **errors** | **{len(found['faults'])}** |"
    for state, count in sorted(found["jobs"].items()):
        yield f"| jobs {state} | {count:,} |"
    yield f"| jobs that needed a second worker | {found['second_attempts']} |"
    yield f"| **stuck jobs** | **{len(found['stuck'])}** |"
    yield ""
    yield "| requests | how many | median, ms | 95 %, ms |"
    yield "|---|---:|---:|---:|"
    for kind, one in found["requests"].items():
        yield f"| {kind} | {one['requests']:,} | {one['median_ms']:.0f} | {one['p95_ms']:.0f} |"
    yield ""
    moments = _moments(found["minutes"])
    yield f"| memory, MB | {' | '.join(f'{at:g} min' for at in moments)} | growth per hour, second half |"
    yield "|---|---:|---:|---:|---:|"
    for kind, sizes in found["memory"].items():
        digits = 1 if kind.startswith("Redis") else 0
        cells = " | ".join(f"{sizes[f'{at:g}']:.{digits}f}" for at in moments)
        yield f"| {kind} | {cells} | {sizes['per_hour']:+.{digits}f} |"


def _moments(minutes: float) -> tuple[float, ...]:
    return (round(minutes / 6, 2), round(minutes / 2, 2), minutes)


def _slope(points: list[tuple[float, float]]) -> float:
    """Return by how much something grew in an hour, by the straight line that fits best."""
    if len(points) < 2:
        return 0.0
    minutes, sizes = zip(*points, strict=True)
    return float(60 * np.polyfit(minutes, sizes, 1)[0])


def _redis_mb() -> float:
    """Return what Redis says that it uses."""
    from musicclust.celery import app

    with app.connection_for_read() as link:
        # only Redis' channels have a client, which the broker's types do not know
        used = link.default_channel.client.info("memory")["used_memory"]  # type: ignore[attr-defined]
    return float(used) / MEGABYTE


def _complaints(log: Path) -> list[str]:
    """Return what the site logged as an error, each with the lines that follow."""
    lines = log.read_text(errors="replace").splitlines()
    return [
        "\n".join(lines[place : place + 40]) for place, line in enumerate(lines) if COMPLAINTS.search(line)
    ]


def _write(lines: list[str]) -> None:
    """Put the table between its marks in the document."""
    text = DOCUMENT.read_text()
    new = re.sub(
        r"(?s)(<!-- measured -->\n).*?(<!-- end -->)",
        lambda found: "\n".join([found[1].rstrip(), *lines, found[2]]),
        text,
    )
    DOCUMENT.write_text(new)


if __name__ == "__main__":
    main()
