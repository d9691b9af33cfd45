"""The application as on one machine: PostgreSQL, Redis and two workers, each a process that can be ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from redis import Redis as RedisClient

from clustering.models import Job
from musicclust import local
from musicclust.local.postgres import Postgres
from musicclust.local.redis import Redis
from musicclust.local.supervisor import commands
from tests.faults import places

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90
WORKERS = ("first", "second")


@dataclass
class Process:
    """A worker, started as the supervisor starts it."""

    command: Sequence[str]
    env: dict[str, str]
    log: Path
    ready: bytes
    """What it writes when it has begun."""
    _process: subprocess.Popen[bytes] | None = None
    _mark: int = 0

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Give its number."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it where it does not run."""
        if self.alive:
            return
        self._mark = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=output, stderr=output, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        """Wait until it has begun."""
        end = time.monotonic() + START_SECONDS
        while self.ready not in self.words:
            assert self.alive, self.words.decode()[-3000:]
            assert time.monotonic() < end, self.words.decode()[-3000:]
            time.sleep(0.1)

    @property
    def words(self) -> bytes:
        """Return what it has written since it was last started."""
        return self.log.read_bytes()[self._mark :] if self.log.exists() else b""

    def children(self) -> list[psutil.Process]:
        """Return the processes that do its work."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.pid).children(recursive=True)
        return []

    def kill(self) -> None:
        """`kill -9`, also of its children."""
        if self._process is not None:
            for one in [*self.children(), self._process]:
                with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                    one.kill()
            self._process.wait(10)

    def ask_to_stop(self) -> None:
        """`kill`, as a deploy does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait_until_gone(self, seconds: float) -> None:
        """Wait until it has ended."""
        assert self._process is not None
        self._process.wait(seconds)


class App:
    """Everything that serves one data folder, but for the web: that is the test itself.

    Parameters
    ----------
    hurried
        Whether a job counts as lost after seconds. Otherwise all is as it is in use, but that a test can ask the
        workers to die or to stay at a place (`tests.faults.worker`).
    """

    def __init__(self, servers: local.Servers, *, hurried: bool) -> None:
        self.servers = servers
        self.hurried = hurried
        self.logs = settings.DATA_DIR / "logs"
        self.logs.mkdir(exist_ok=True)
        self.workers = {name: self._worker(name) for name in WORKERS}

    def _worker(self, name: str) -> Process:
        command = [*commands(0, places=1)["worker"], "--hostname", f"{name}@localhost"]
        command[command.index("musicclust")] = "tests.faults.worker"
        return Process([*command, "--loglevel", "INFO"], self._env(), self.logs / f"{name}.log", b" ready.")

    def _env(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings" if self.hurried else "musicclust.settings",
            "DATA_DIR": str(settings.DATA_DIR),
            "DATABASE_URL": "",
            "REDIS_URL": settings.CELERY_BROKER_URL,
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "SECRET_KEY": settings.SECRET_KEY,
            "PYTHONUNBUFFERED": "1",
            "REMAP_SIGTERM": "SIGQUIT",  # as the supervisor has it
        }

    @property
    def processes(self) -> list[Process]:
        """Return the workers."""
        return [*self.workers.values()]

    def worker_of(self, job: Job) -> Process:
        """Return the worker that has a job, by its own words."""
        begins = f"job {job.pk} ({job.kind}) begins, attempt {job.attempt}".encode()
        (found,) = [worker for worker in self.workers.values() if begins in worker.words]
        return found

    def others(self, worker: Process) -> list[Process]:
        """Return the workers but for one."""
        return [other for other in self.workers.values() if other is not worker]

    @property
    def postgres(self) -> Postgres:
        """Return the private PostgreSQL."""
        return next(server for server in self.servers._servers() if isinstance(server, Postgres))

    @property
    def redis(self) -> Redis:
        """Return the private Redis."""
        return next(server for server in self.servers._servers() if isinstance(server, Redis))

    @contextlib.contextmanager
    def broker(self) -> Iterator[RedisClient]:
        """Connect to Redis."""
        path = settings.CELERY_BROKER_URL.removeprefix("redis+socket://").split("?")[0]
        with RedisClient(unix_socket_path=path, socket_timeout=5) as link:
            yield link

    def start(self) -> None:
        """Start what does not run, and wait until all of it does."""
        for process in self.processes:
            process.start()
        for process in self.processes:
            process.wait_until_ready()

    def keep_up(self) -> None:
        """Start again what was killed, as the supervisor does."""
        for process in self.processes:
            process.start()

    def stop(self) -> None:
        """End the workers at once."""
        for process in self.processes:
            process.kill()

    def empty(self) -> None:
        """Forget everything: people, datasets, jobs, files, messages."""
        for attempt in range(10):
            try:
                _empty_tables()
                break
            except OperationalError:  # of two that wait for each other: a worker is at its last job
                if attempt == 9:
                    raise
        with self.broker() as link:
            link.delete("short", "long", "webhooks", "unacked", "unacked_index")
        for folder in (settings.MEDIA_ROOT, places.folder()):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()

    def lose_power(self) -> None:
        """Kill every process at once: workers, Redis, PostgreSQL with all its own."""
        servers = [self.postgres.process(), self.redis.process()]
        ends = [
            process for server in servers if server for process in (server, *server.children(recursive=True))
        ]
        for process in self.processes:
            ends += [psutil.Process(process.pid), *process.children()]
        for one in ends:
            one.suspend()  # so that none outlives another long enough to notice
        for one in ends:
            one.kill()
        psutil.wait_procs(ends, timeout=10)
        connection.close()

    def start_servers(self) -> None:
        """Start PostgreSQL and Redis where they do not run."""
        self.servers.start()
        connection.close()


def _empty_tables() -> None:
    kept = {"contenttypes", "auth_permission"}
    models = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    tables = [model.db_table for model in models if not {model.app_label, model.db_table} & kept]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)}")


def prepare(servers: local.Servers) -> None:
    """Start the servers and make the tables."""
    servers.start()
    call_command("migrate", verbosity=0)
