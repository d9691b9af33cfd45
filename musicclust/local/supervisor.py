"""Web, workers and beat as one: started, started again, stopped together, and found again after an unclean end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from configparser import RawConfigParser
from pathlib import Path
from typing import IO, Any
from xmlrpc.client import ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from musicclust.local import LocalServerError, Servers, socket_folder
from musicclust.local.machine import Account, private, private_folder

WAIT_FOR_PREDECESSOR = 10.0
WAIT_FOR_WEB = 120.0
WAIT_FOR_ROOM = 30.0
STOP_SECONDS = 10
LOOK_SECONDS = 2.0
SOCKET = "supervisor.sock"
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
    "stdout_logfile": "/dev/fd/1",
    "stdout_logfile_maxbytes": "0",
}


class SupervisorError(RuntimeError):
    """The processes cannot be started here: the message says why and what to do."""


def commands(port: int) -> dict[str, list[str]]:
    """Give the command line of each process; docker-compose.yml gives its services the same."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "musicclust"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    return {
        "web": [sys.executable, "-m", "musicclust.web", "127.0.0.1", str(port)],
        "worker": [*worker, "--hostname", "worker@%h"],
        "quick": [*worker, "--hostname", "quick@%h", "--queues", "short", "--concurrency", "1"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }


class Supervisor:
    """The processes of one data folder, under supervisord, and the private servers that they need."""

    def __init__(self, servers: Servers, port: int) -> None:
        self.servers = servers
        self.data_dir = servers.data_dir
        self.port = port
        self._servers_due = 0.0

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
            yield

    def run(self, ready: Callable[[], None]) -> int:
        """Run the processes until Ctrl-C, or one that will not stay, and call `ready` once when the site answers."""
        environment = os.environ | {
            MARK: str(self.data_dir),
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            "REMAP_SIGTERM": "SIGQUIT",  # Celery: stop within seconds, and give the jobs' messages back
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser:UserWarning",
        }
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(self._configure())]
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what it puts behind
        with subprocess.Popen(  # noqa: S603 – a session of its own: Ctrl-C must reach it through us
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        ) as supervisord:
            threading.Thread(target=_pass_on, args=[supervisord.stdout], daemon=True).start()
            try:
                return self._watch(supervisord, ready)
            except (KeyboardInterrupt, SystemExit):  # Ctrl-C, or SIGTERM as manage.py has it
                return 0
            finally:
                self._stop(supervisord)

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

    @property
    def _socket(self) -> Path:
        return socket_folder(self.data_dir, "supervisor", SOCKET) / SOCKET

    def _configure(self) -> Path:
        """Write what supervisord reads."""
        folder = private_folder(self.data_dir / "supervisor", Account.own())
        private_folder(self._socket.parent, Account.own())
        sections: dict[str, dict[str, str]] = {
            "supervisord": {
                "nodaemon": "true",
                "silent": "true",
                "pidfile": _quoted(folder / "supervisord.pid"),
                "logfile": _quoted(folder / "supervisord.log"),
                "logfile_maxbytes": "1MB",
                "logfile_backups": "1",
            },
            "unix_http_server": {"file": _quoted(self._socket)},
            "rpcinterface:supervisor": {
                "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
            },
            "group:site": {"programs": ",".join(commands(self.port))},  # a group stops together
        }
        for name, command in commands(self.port).items():
            sections[f"program:{name}"] = {"command": _quoted(shlex.join(command))} | PROGRAM
        parser = RawConfigParser()
        parser.read_dict(sections)
        with open(folder / "supervisord.conf", "w", opener=private) as file:
            parser.write(file)
        return folder / "supervisord.conf"

    def _watch(self, supervisord: subprocess.Popen[bytes], ready: Callable[[], None]) -> int:
        """Look after supervisord and the servers until one of the processes will not stay."""
        end = time.monotonic() + WAIT_FOR_WEB
        waiting = True
        while supervisord.poll() is None:
            self._keep_servers()
            if self._has_given_up():
                return 1
            if waiting and (_answers(f"{self.url}/healthz") or time.monotonic() > end):
                waiting = False
                ready()
            time.sleep(0.2 if waiting else LOOK_SECONDS)
        return supervisord.returncode or 1

    def _keep_servers(self) -> None:
        """Start killed servers again; one that cannot start just now, as on a full disk, is tried later."""
        if time.monotonic() < self._servers_due:
            return
        try:
            self.servers.start_again()
        except LocalServerError as error:
            sys.stderr.write(f"{error}\n")
            self._servers_due = time.monotonic() + WAIT_FOR_ROOM

    def _has_given_up(self) -> bool:
        """Tell whether supervisord has tried a process often enough."""
        transport = SupervisorTransport(serverurl=f"unix://{self._socket}")
        try:
            with ServerProxy("http://localhost", transport) as proxy:
                processes: Any = proxy.supervisor.getAllProcessInfo()
                return any(process["statename"] == "FATAL" for process in processes)
        except OSError:  # it has only just begun
            return False

    def _stop(self, supervisord: subprocess.Popen[bytes]) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, signal.SIG_IGN)  # a second Ctrl-C asks for what is being done
        supervisord.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            supervisord.wait(STOP_SECONDS + 5)
        _end_all(self._processes())


def stop_with_parent() -> None:
    """End this process in order when its parent is gone: `make` killed must not leave the site running."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _quoted(value: object) -> str:
    """Write a value so that supervisord does not expand what is in it."""
    return str(value).replace("%", "%%")


def _pass_on(lines: IO[bytes]) -> None:
    """Print what the processes write; as one line each, and not over what we write ourselves."""
    with contextlib.suppress(ValueError):  # closed
        for line in lines:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()


def _end_all(processes: list[psutil.Process]) -> None:
    """Ask processes to end, and kill those that do not."""
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                end(process)
        _gone, processes = psutil.wait_procs(processes, timeout=STOP_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 – our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
