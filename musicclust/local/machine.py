"""What starting a server asks of the machine: an account, a private folder, a process that ends in order."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

START_SECONDS = 60.0
STOP_SECONDS = 30.0
given_up = threading.Event()
"""Set where nobody wants the server any more that another thread waits for."""
# Python complains about a child that still runs when its handle is thrown away.
_children: list[subprocess.Popen[bytes]] = []


class LocalServerError(RuntimeError):
    """A private server cannot run here: the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The account of the machine that a server runs under: PostgreSQL refuses to run as root."""

    user: int
    group: int

    @classmethod
    def own(cls) -> Account:
        """Return this process's own."""
        return cls(os.geteuid(), os.getegid())

    @classmethod
    def for_postgres(cls, folder: Path) -> Account:
        """Return this process's own; for root the folder's owner, or `nobody` where there is none yet."""
        if os.geteuid() != 0:
            return cls.own()
        if folder.exists() and folder.stat().st_uid != 0:
            return cls(folder.stat().st_uid, folder.stat().st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def is_another(self) -> bool:
        """Tell whether a server must change to it."""
        return self.user != os.geteuid()

    @property
    def start_as(self) -> dict[str, Any]:
        """Give what `subprocess` needs to change to it."""
        return {"user": self.user, "group": self.group, "extra_groups": []} if self.is_another else {}


def private_folder(folder: Path, account: Account) -> Path:
    """Make a folder that only its account may enter, and refuse one that somebody else has put there."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, account.user, account.group)
    if folder.is_symlink() or folder.stat().st_uid not in {account.user, os.geteuid()}:
        raise LocalServerError(
            f"{folder} belongs to another user of this machine: remove it, or choose another DATA_DIR"
        )
    return folder


def let_through(account: Account, *folders: Path) -> None:
    """Let another account pass (not list) the folders above these, and say so, for it is root's to decide."""
    for folder in sorted({above for start in folders for above in [start, *start.parents]}):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != account.user:
            print(f"Letting PostgreSQL's account pass through {folder} (chmod o+x)", file=sys.stderr)  # noqa: T201
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def launch(command: Sequence[str | Path], *, folder: Path, log: Path, account: Account) -> psutil.Process:
    """Start a server in a session of its own: Ctrl-C in a terminal must reach it last, through `end`."""
    _reap()  # PostgreSQL takes a killed one for alive while its status is not asked for
    with open(log, "ab", opener=private) as output:
        process = subprocess.Popen(  # noqa: S603 – the servers' own programs
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, umask=0o077, **account.start_as,
        )  # fmt: skip
    _children.append(process)
    return psutil.Process(process.pid)


def private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read, also one that was there before."""
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor


def running(pid_file: Path, folder: Path) -> psutil.Process | None:
    """Find the server that serves this very folder: after a crash its number may be another program's."""
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        return process if Path(process.cwd()) == folder and alive(process) else None
    except (OSError, ValueError, psutil.Error):
        return None


def alive(process: psutil.Process) -> bool:
    """Tell whether it still runs."""
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(answers: Callable[[], bool], process: psutil.Process) -> bool:
    """Wait until a server answers; False when it ends first, or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if given_up.is_set():
            raise LocalServerError("The site was stopped while a server was starting.")
        if answers():
            return True
        if not alive(process):
            return False
        time.sleep(0.05)
    return False


def end(process: psutil.Process | None, how: signal.Signals = signal.SIGTERM) -> None:
    """Stop a server in order, and not in order where it does not listen."""
    for word in (how, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            if process is not None and alive(process):
                process.send_signal(word)
                _wait_for_end(process)
    _reap()


def _reap() -> None:
    """Ask children that have ended for their status."""
    _children[:] = [child for child in _children if child.poll() is None]


def _wait_for_end(process: psutil.Process) -> None:
    """Wait; one whose parent does not ask for its last word (psutil waits for that) has ended all the same."""
    deadline = time.monotonic() + STOP_SECONDS
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.05)


def tail(log: Path, lines: int = 12) -> str:
    """Return the end of a log, for a message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"
