"""The private PostgreSQL and Redis that serve where DATABASE_URL and REDIS_URL are not set. Knows no Django.

Any number of processes may use one data folder. Each holds a shared lock on `servers.users` while it needs
the servers. The kernel lets go of it when a process is killed, so whoever is last really is, and stops them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from musicclust.local.machine import LocalServerError, private

if TYPE_CHECKING:
    from musicclust.local.postgres import Postgres
    from musicclust.local.redis import Redis

__all__ = ["LocalServerError", "Servers", "database_url", "redis_url"]

# A Unix socket's address holds 108 bytes on Linux and 104 on macOS, one of them for the closing NUL.
SOCKET_PATH_LIMIT = 103
POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
DATABASE = "musicclust"


def socket_folder(data_dir: Path, server: str, socket: str) -> Path:
    """Find the folder of a server's socket: its own data folder, or a short one where that is too deep or too odd.

    A comma parts addresses for PostgreSQL's clients, and a quote ends a value in its settings.

    One data folder gives one answer in every process, whatever its environment: hence /tmp and not TMPDIR.
    """
    natural = data_dir / server
    if len(os.fsencode(natural / socket)) <= SOCKET_PATH_LIMIT and not set(",\"'\\") & set(str(natural)):
        return natural
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path("/tmp") / f"musicclust-{digest}-{server}"  # noqa: S108 – private_folder checks its owner


def unusable(data_dir: Path, error: OSError) -> str:
    """Say why a data folder cannot be used, and what to do."""
    if isinstance(error, PermissionError):
        return (
            f"{error.filename or data_dir} belongs to another user of this machine. "
            "Run as that user, or choose another folder with DATA_DIR=…"
        )
    return f"{error.filename or data_dir} cannot be used: {error.strerror}. Choose another folder with DATA_DIR=…"


def database_url(data_dir: Path, database: str = DATABASE) -> str:
    """Give the address of the private PostgreSQL, running or not."""
    return f"postgresql://postgres@/{database}?host={quote(str(_postgres_sockets(data_dir)))}"


def redis_url(data_dir: Path) -> str:
    """Give the address of the private Redis, running or not."""
    return f"redis+socket://{quote(str(_redis_sockets(data_dir) / REDIS_SOCKET))}"


def _postgres_sockets(data_dir: Path) -> Path:
    return socket_folder(data_dir, "postgres", POSTGRES_SOCKET)


def _redis_sockets(data_dir: Path) -> Path:
    return socket_folder(data_dir, "redis", REDIS_SOCKET)


@dataclass
class Servers:
    """The private servers of one data folder; `with Servers(folder):` starts them and lets go after.

    Attributes
    ----------
    postgres, redis
        Which of the two are wanted.
    durable
        Whether PostgreSQL waits for the disk. Only tests do without.
    """

    data_dir: Path
    postgres: bool = True
    redis: bool = True
    durable: bool = True
    _users: IO[str] | None = field(default=None, repr=False)

    def __enter__(self) -> Servers:
        try:
            self.start()
        except BaseException:  # one may run already
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make sure that the servers run, and hold on to them."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._turn():
                if self._users is None:
                    users = self.data_dir / "servers.users"
                    self._users = open(users, "a", opener=private)  # noqa: SIM115 – until `stop`
                fcntl.flock(self._users, fcntl.LOCK_SH)
                for server in self._servers():
                    server.start()
        except OSError as error:
            raise LocalServerError(unusable(self.data_dir, error)) from error

    def start_again(self) -> None:
        """Start what has ended by itself, or was killed, since."""
        if not all(server.process() for server in self._servers()):
            self.start()

    def stop(self) -> None:
        """Let go of the servers, and stop them where nobody else uses them."""
        if self._users is None:
            return
        with self._turn():
            fcntl.flock(self._users, fcntl.LOCK_UN)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for server in self._servers():
                    server.stop()
            self._users.close()
            self._users = None

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other process starts or stops these servers."""
        with open(self.data_dir / "servers.lock", "a", opener=private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def let_go_of_users(self) -> int:
        """Give the number of the file that holds on to the servers, for a process that takes their place."""
        if self._users is None:
            raise LocalServerError("Nobody holds on to the servers.")
        return self._users.fileno()

    def _servers(self) -> Iterator[Postgres | Redis]:
        # Loaded only now: the settings need addresses alone, and a web process runs no servers.
        from musicclust.local.postgres import Postgres
        from musicclust.local.redis import Redis

        if self.postgres:
            sockets = _postgres_sockets(self.data_dir)
            yield Postgres(self.data_dir / "postgres", sockets, DATABASE, self.durable)
        if self.redis:
            yield Redis(self.data_dir / "redis", _redis_sockets(self.data_dir))
