"""Workers on several hosts: how much sooner two finish a sweep than one, and what if one is cut off. Needs root.

    python -m benchmarks.hosts [--songs 1000000] [--cores 0.5] [--write]

One host runs PostgreSQL, Redis, web and beat; two others a worker each. The hosts are network namespaces of this
machine, with quotas on its cores, so that a second one adds processor time as a second machine would. ``--write``
puts the table into docs/scaling.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.testhosts import Host, Network, end
from clustering.analysis.run_settings import RunSettings

if TYPE_CHECKING:
    from clustering.models import Dataset, Sweep

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "scaling.md"
SERVER = "10.231.0.1"
PATIENCE = 1800.0
K_HIGH = 12


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    seconds: float
    seen: str


class Site:
    """The servers and the web on one host, and the worker that any host can run."""

    def __init__(self, folder: Path, server: Host) -> None:
        self.folder, self.server = folder, server
        self.env = os.environ | {
            "DATABASE_URL": f"postgresql://musicclust:secret@{SERVER}:5432/musicclust",
            "REDIS_URL": f"redis://{SERVER}:6379/0",
            "SECRET_KEY": "only-for-this-benchmark-0123456789-0123456789",
            "DATA_DIR": str(folder / "data"),
            "ALLOWED_HOSTS": SERVER,
            "HTTPS": "false",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Start PostgreSQL, Redis, the tables, web and beat."""
        self._start_postgres()
        self._start_redis()
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=self.env, check=True
        )
        self._run(
            self.server,
            "web",
            "musicclust.web",
            SERVER,
            "8000",
        )
        beat = ("beat", "--pidfile", "", "--schedule", self.folder / "beat")
        self._run(self.server, "beat", "celery", "-A", "musicclust", *beat)

    def worker(self, host: Host) -> subprocess.Popen[bytes]:
        """Start a worker on a host, with one place, and wait until it takes messages."""
        log = self.folder / f"{host.name}.log"
        mark = log.stat().st_size if log.exists() else 0
        options = ("--concurrency", "1", "--hostname", f"{host.name}@%h", "--loglevel", "INFO")
        process = self._run(host, host.name, "celery", "-A", "musicclust", "worker", *options)
        until(lambda: b" ready." in log.read_bytes()[mark:], f"{host.name} is ready", alive=process)
        return process

    def _run(self, host: Host, name: str, program: str, *words: str | Path) -> subprocess.Popen[bytes]:
        env = self.env | {"REMAP_SIGTERM": "SIGQUIT"}
        return host.start([sys.executable, "-m", program, *words], log=self.folder / f"{name}.log", env=env)

    def _start_postgres(self) -> None:
        from musicclust.local import machine
        from musicclust.local.postgres import SETTINGS, find_binaries

        account, binaries = machine.Account.for_postgres(self.folder / "postgres"), find_binaries()
        machine.let_through(account, self.folder, binaries)
        data = machine.private_folder(self.folder / "postgres", account)
        make: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "musicclust", "-A", "trust"]
        make += ["-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, cwd=data, **account.start_as)
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.231.0.0/24 trust\n")
        settings = SETTINGS | {"listen_addresses": SERVER, "unix_socket_directories": ""}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = self.server.start(
            [binaries / "postgres", "-D", data, *options],
            log=self.folder / "postgres.log", env=self.env, account=(account.user, account.group),
        )  # fmt: skip
        until(self._database_answers, "PostgreSQL answers", alive=process)

    def _database_answers(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError):
            url = f"postgresql://musicclust@{SERVER}:5432/postgres"
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as link:
                link.execute("CREATE DATABASE musicclust")
                return True
        return False

    def _start_redis(self) -> None:
        import redis

        from musicclust.local.redis import find_binary

        options = [
            "--bind",
            SERVER,
            "--protected-mode",
            "no",
            "--dir",
            str(self.folder),
            "--appendonly",
            "yes",
        ]
        process = self.server.start([find_binary(), *options], log=self.folder / "redis.log", env=self.env)

        def answers() -> bool:
            with suppress(redis.RedisError), redis.Redis(host=SERVER, socket_timeout=5) as link:
                return bool(link.ping())
            return False

        until(answers, "Redis answers", alive=process)


def until(
    true: Callable[[], bool],
    what: str,
    *,
    alive: subprocess.Popen[bytes] | None = None,
    patience: float = PATIENCE,
) -> float:
    """Wait until something is true, and return the seconds it took."""
    begun = time.monotonic()
    while not true():
        if alive is not None and alive.poll() is not None:
            raise SystemExit(f"A process ended before {what}: {shlex.join(map(str, alive.args))}")  # type: ignore[arg-type]
        if time.monotonic() - begun > patience:
            raise SystemExit(f"Not so after {patience:.0f} seconds: {what}")
        time.sleep(0.1)
    return time.monotonic() - begun


class Bench:
    """The experiments, one after the other, on one dataset."""

    def __init__(self, site: Site, one: Host, two: Host, songs: int) -> None:
        self.site, self.one, self.two = site, one, two
        self.dataset = make_songs(songs)

    def rows(self) -> Iterable[Row]:
        """Do them."""
        yield self.one_worker()
        yield self.two_workers()
        yield self.coming_and_going()
        yield self.cut_off()

    def one_worker(self) -> Row:
        """Measure a sweep with one worker."""
        first = self.site.worker(self.one)
        self._wait(self._begin(k_high=3))  # libraries are loaded before anything is measured
        self.alone = self._wait(sweep := self._begin())
        end(first)
        return Row("one worker", self.alone, self._seen(sweep))

    def two_workers(self) -> Row:
        """Measure it with two."""
        workers = [self.site.worker(self.one), self.site.worker(self.two)]
        self._wait(self._begin(k_high=7))
        seconds = self._wait(sweep := self._begin())
        for worker in workers:
            end(worker)
        return Row("two workers", seconds, f"{self.alone / seconds:.2f} times as fast; {self._seen(sweep)}")

    def coming_and_going(self) -> Row:
        """One begins; the other joins in the middle; then the first is asked to stop."""
        first = self.site.worker(self.one)
        begun = time.monotonic()
        sweep = self._begin()
        until(lambda: self._tried(sweep) >= 2, "two numbers are tried")
        second = self.site.worker(self.two)
        until(lambda: self._tried(sweep) >= 6, "six numbers are tried")
        end(first)
        self._wait(sweep)
        seconds = time.monotonic() - begun
        end(second)
        return Row("one joins in the middle, then the first leaves", seconds, self._seen(sweep))

    def cut_off(self) -> Row:
        """Two work; the cable of one is pulled in the middle of its job, and put back when all is done."""
        workers = [self.site.worker(self.one), self.site.worker(self.two)]
        begun = time.monotonic()
        sweep = self._begin()
        # each has one place, so of two jobs that run one is on either
        until(lambda: self._tried(sweep) >= 3 and self._running(sweep) == 2, "both work on a number")
        self.two.cut_off()
        self._wait(sweep)
        seconds = time.monotonic() - begun
        seen = self._seen(sweep)
        self.two.join_again()
        back = self._wait(following := self._begin())
        for worker in workers:
            end(worker)
        seen += f"; with the cable back the next sweep took {back:.0f} s, {self._seen(following)}"
        return Row("one is cut off in the middle", seconds, seen)

    def _begin(self, k_high: int = K_HIGH) -> Sweep:
        from clustering.actions.sweeps import start_sweep

        return start_sweep(self.dataset.owner, self.dataset, RunSettings(), ks=range(2, k_high + 1))

    def _tried(self, sweep: Sweep) -> int:
        from clustering.models import Job

        if bad := sweep.jobs.filter(status__in=[Job.Status.FAILED, Job.Status.CANCELLED]).first():
            raise SystemExit(f"{bad} ended as {bad.status}: {bad.error}")
        return sweep.candidates.count()

    def _running(self, sweep: Sweep) -> int:
        from clustering.models import Job

        return sweep.jobs.filter(status=Job.Status.RUNNING).count()

    def _wait(self, sweep: Sweep) -> float:
        def finished() -> bool:
            self._tried(sweep)
            sweep.refresh_from_db()
            return sweep.is_finished

        return until(finished, "the sweep is finished")

    def _seen(self, sweep: Sweep) -> str:
        """Check that every number was tried once, and say how."""
        tried = list(sweep.candidates.values_list("k", flat=True))
        if tried != list(sweep.ks):
            raise SystemExit(f"tried {tried} where {list(sweep.ks)} belong")
        again = sweep.jobs.filter(attempt__gt=1).count()
        return f"{len(tried)} numbers tried, each once" + (
            f", {again} job on its second attempt" if again else ""
        )


def make_songs(count: int) -> Dataset:
    """Store songs of five kinds."""
    import numpy as np
    import pyarrow as pa
    from django.contrib.auth.models import User

    from clustering.analysis.features import DEFAULT_FEATURES
    from clustering.models import Dataset, Upload
    from clustering.storage.songs import copy_songs, encode_songs

    rng = np.random.default_rng(0)
    dataset = Dataset.objects.create(owner=User.objects.create_user("bench"), name="bench")
    centers = rng.random((5, len(DEFAULT_FEATURES)))
    for start in range(0, count, 100_000):
        numbers = np.arange(start + 1, min(start + 100_000, count) + 1)
        values = centers[numbers % 5] + rng.normal(0, 0.2, (len(numbers), len(DEFAULT_FEATURES)))
        columns = {"row_number": pa.array(numbers, pa.int64())}
        columns |= {name: pa.array(values[:, i], pa.float32()) for i, name in enumerate(DEFAULT_FEATURES)}
        copy_songs(encode_songs(dataset, pa.table(columns)))
    Upload.objects.create(dataset=dataset, bytes=0, rows_read=count, rows_kept=count)
    dataset.record_import(songs=count, features=list(DEFAULT_FEATURES), extra_columns=[], report={})
    return dataset


def table(rows: Iterable[Row]) -> Iterable[str]:
    """Write the lines of the table as they come."""
    yield "| what | seconds | seen |"
    yield "|---|---:|---|"
    for row in rows:
        yield f"| {row.what} | {row.seconds:.1f} | {row.seen} |"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description="Workers on several hosts.")
    parser.add_argument("--songs", type=int, default=100_000)
    parser.add_argument("--cores", type=float, default=0.25, help="of this machine, for each worker's host")
    parser.add_argument("--write", action="store_true", help=f"put the table into {DOCUMENT.name}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that hosts are taken away
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise SystemExit(
            "Network namespaces need root and the ip command (Debian: apt-get install iproute2)."
        )
    hosts = [
        Host("server", SERVER, cores=2.0),
        Host("one", "10.231.0.2", options.cores),
        Host("two", "10.231.0.3", options.cores),
    ]
    with tempfile.TemporaryDirectory(prefix="mc-hosts-") as folder, Network(*hosts):
        site = Site(Path(folder), hosts[0])
        try:
            site.start()
            os.environ |= site.env | {"DJANGO_SETTINGS_MODULE": "musicclust.settings"}
            import django

            django.setup()
            urllib.request.urlopen(f"http://{SERVER}:8000/healthz", timeout=60).close()
            lines = []
            for line in table(Bench(site, hosts[1], hosts[2], options.songs).rows()):
                print(line, flush=True)
                lines.append(line)
        except SystemExit:
            for log in sorted(Path(folder).glob("*.log")):
                print(f"--- {log.name}\n{log.read_text()[-1500:]}", file=sys.stderr)
            raise
    if options.write:
        write(lines, options)


def write(lines: list[str], options: argparse.Namespace) -> None:
    """Put the table between its marks in the document."""
    head = (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, {options.songs:,} songs, "
        f"{options.cores:g} of a core for each worker's host:"
    )
    text = DOCUMENT.read_text()
    new = re.sub(
        r"(?s)(<!-- measured -->\n).*?(<!-- end -->)",
        lambda found: "\n".join([found[1] + head, "", *lines, found[2]]),
        text,
    )
    DOCUMENT.write_text(new)


if __name__ == "__main__":
    main()
