"""Web and workers as one: started, started again, stopped together, and found again after an unclean end.

What prepares the site (`manage.py serve`) becomes a process that knows neither Django nor a song, and lasts as long as
the site: :mod:`musicclust.local.keeping`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
import socket
import sys
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, NoReturn

import psutil

from musicclust.local import Servers
from musicclust.local.machine import Account, private, private_folder

WAIT_FOR_PREDECESSOR = 10.0
STOP_SECONDS = 10
MARK = "MUSICCLUST_SERVES"
"""The variable that tells whose process one is: it holds the data folder."""

PROGRAM = {
    "autorestart": "true",
    # One that ends sooner has not started: it is tried again after 1, 2, … 5 seconds, and then given up.
    "startsecs": "20",
    "startretries": "5",
    "stopwaitsecs": str(STOP_SECONDS),
    "killasgroup": "true",
    "redirect_stderr": "true",
    "stdout_logfile": "NONE",  # what it writes is passed on
    "stdout_events_enabled": "true",
}
GIVEN_UP = "One of the processes ended by itself; its last lines are above."


class SupervisorError(RuntimeError):
    """The processes cannot be started here: the message says why and what to do."""


def commands(port: int, places: int) -> dict[str, list[str]]:
    """Give the command line of each process; `places` is how many jobs run at a time.

    Worker processes are there while there is work, and the worker itself looks after lost jobs. docker-compose.yml,
    whose services may be on many machines, has a fixed number of them, and beat.
    """
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "musicclust"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    return {
        "web": [sys.executable, "-m", "musicclust.web", "127.0.0.1", str(port)],
        "worker": [*worker, "--hostname", "worker@%h", "--autoscale", f"{places},0", "--with-checks"],
    }


@dataclass(frozen=True)
class Handover:
    """What the process that prepares the site leaves to the one that keeps it; the files are open, and locked."""

    data_dir: str
    port: int
    places: int
    postgres: bool
    redis: bool
    users: int
    lock: int
    farewell: str
    parent: int | None


class Supervisor:
    """The processes of one data folder, and the private servers that they need."""

    def __init__(self, servers: Servers, port: int, places: int = 1) -> None:
        self.servers = servers
        self.data_dir = servers.data_dir
        self.port = port
        self.places = places
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """Give the address of the site."""
        return f"http://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def claim(self) -> Iterator[None]:
        """Be the only one in this folder; what an unclean end left behind is stopped.

        Raises
        ------
        SupervisorError
            The site already runs from this folder, or another program has the port.
        """
        with open(self.data_dir / "supervisor.lock", "a+", opener=private) as lock:
            self._wait_for_predecessor(lock)
            lock.truncate(0)
            lock.write(f"at {self.url} (process {os.getpid()})")
            lock.flush()
            _end_all(self._processes())
            self._check_port()
            self._lock = lock
            yield

    def hand_over(self, farewell: str, parent: int | None) -> NoReturn:
        """Become the process that keeps the site, with the locks that this one holds.

        It needs 20 MB. What preparing has loaded, Django and NumPy, would stay in memory for as long as the site runs.
        """
        if self._lock is None:
            raise SupervisorError("The folder was not claimed.")
        left = Handover(
            data_dir=str(self.data_dir),
            port=self.port,
            places=self.places,
            postgres=self.servers.postgres,
            redis=self.servers.redis,
            users=self.servers.let_go_of_users(),
            lock=self._lock.fileno(),
            farewell=farewell,
            parent=parent,
        )
        reading, writing = os.pipe()  # a command line is for everybody to read, and this has a password in it
        os.write(writing, json.dumps(asdict(left)).encode())
        os.close(writing)
        for number in (reading, left.users, left.lock):
            os.set_inheritable(number, True)
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", __name__, str(reading)])  # noqa: S606 – no shell is wanted

    @classmethod
    def take_over(cls, left: Handover) -> Supervisor:
        """Return what another process has prepared and claimed."""
        users = open(left.users, "a")  # noqa: SIM115, PTH123 – until the servers are stopped
        servers = Servers(Path(left.data_dir), postgres=left.postgres, redis=left.redis, _users=users)
        supervisor = cls(servers, left.port, left.places)
        supervisor._lock = open(left.lock, "a")  # noqa: SIM115, PTH123 – until the end
        for number in (left.users, left.lock):
            os.set_inheritable(number, False)
        return supervisor

    def run(self, farewell: str = "", parent: int | None = None) -> int:
        """Run the processes until Ctrl-C, or one that will not stay; say farewell when the site answers."""
        from musicclust.local.keeping import Keeper, Options, Told, Watch

        os.umask(0o077)
        options = Options(self._environment())
        options.realize(["--configuration", str(self._configure())], doc="")
        options.first, options.test = True, False
        watch = Watch(self.servers, Told(self.url, farewell, parent))
        keeper = Keeper(options, watch)
        try:
            keeper.keep()
        finally:
            watch.stop()
            options.close_logger()
            _end_all(self._processes())
        return 1 if keeper.has_given_up else 0

    def _environment(self) -> dict[str, str]:
        """Give what the processes find in theirs, besides what this one has."""
        return {
            MARK: str(self.data_dir),
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            "REMAP_SIGTERM": "SIGQUIT",  # Celery: stop within seconds, and give the jobs' messages back
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser:UserWarning",
        }

    def _wait_for_predecessor(self, lock: IO[str]) -> None:
        end = time.monotonic() + WAIT_FOR_PREDECESSOR
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if time.monotonic() > end:  # until then it may just be ending
                lock.seek(0)
                raise SupervisorError(
                    f"musicclust already runs from this folder, {lock.read()}. "
                    "Stop it first with Ctrl-C, or choose another folder and port: make run DATA_DIR=… PORT=…"
                )
            time.sleep(0.1)

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise SupervisorError(
                    f"Port {self.port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
                ) from None

    def _processes(self) -> list[psutil.Process]:
        """Find what a supervisor of this folder has started, by what all of it inherits."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == str(self.data_dir):
                    found.append(process)
        return found

    def _configure(self) -> Path:
        """Write what supervisord reads."""
        folder = private_folder(self.data_dir / "supervisor", Account.own())
        programs = commands(self.port, self.places)
        sections: dict[str, dict[str, str]] = {
            "supervisord": {
                "nodaemon": "true",
                "silent": "true",
                "pidfile": _quoted(folder / "supervisord.pid"),
                "logfile": _quoted(folder / "supervisord.log"),
                "logfile_maxbytes": "1MB",
                "logfile_backups": "1",
            },
            "group:site": {"programs": ",".join(programs)},  # a group stops together
        }
        for name, command in programs.items():
            sections[f"program:{name}"] = {"command": _quoted(shlex.join(command))} | PROGRAM
        parser = RawConfigParser()
        parser.read_dict(sections)
        with open(folder / "supervisord.conf", "w", opener=private) as file:
            parser.write(file)
        return folder / "supervisord.conf"


def _quoted(value: object) -> str:
    """Write a value so that supervisord does not expand what is in it."""
    return str(value).replace("%", "%%")


def _end_all(processes: list[psutil.Process]) -> None:
    """Ask processes to end, and kill those that do not."""
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                end(process)
        _gone, processes = psutil.wait_procs(processes, timeout=STOP_SECONDS)


def main() -> None:
    """Keep the site that another process has prepared, until Ctrl-C."""
    with open(int(sys.argv[1])) as told:  # noqa: PTH123 – the reading end of a pipe
        left = Handover(**json.load(told))
    supervisor = Supervisor.take_over(left)
    try:
        status = supervisor.run(left.farewell, left.parent)
    finally:
        supervisor.servers.stop()
    if status:
        sys.stderr.write(f"{GIVEN_UP}\n")
    sys.exit(status)


if __name__ == "__main__":
    main()
