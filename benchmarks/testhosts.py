"""Hosts on one machine: a network namespace each, with a processor quota, on a bridge of their own. Needs root."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

BRIDGE = "mcbridge"
OUTSIDE = "10.231.0.254"  # this script's own address among them
CGROUPS = Path("/sys/fs/cgroup")
PERIOD = 100_000  # microseconds


def ip(*words: str, check: bool = True) -> None:
    """Say something to the kernel's network."""
    subprocess.run(["ip", *words], check=check, capture_output=not check)


@dataclass
class Host:
    """One host: its name, its address, and how many of the machine's cores it may use."""

    name: str
    address: str
    cores: float
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def wire(self) -> str:
        """The bridge's end of its cable."""
        return f"mc-{self.name}"

    def plug_in(self) -> None:
        """Make it, with one cable to the bridge."""
        ip("netns", "add", self.wire)
        ip("link", "add", self.wire, "type", "veth", "peer", "name", "eth0", "netns", self.wire)
        ip("link", "set", self.wire, "master", BRIDGE, "up")
        for words in (
            ["link", "set", "lo", "up"],
            ["addr", "add", f"{self.address}/24", "dev", "eth0"],
            ["link", "set", "eth0", "up"],
        ):
            ip("-n", self.wire, *words)
        self._limit()

    def cut_off(self) -> None:
        """Pull the cable: nothing comes through, and nobody is told."""
        ip("link", "set", self.wire, "down")

    def join_again(self) -> None:
        """Put the cable back."""
        ip("link", "set", self.wire, "up")

    def start(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: dict[str, str],
        account: tuple[int, int] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a process on it, under another account where one is given."""
        # before the namespace, in which the groups may be mounted nowhere
        join = f'echo $$ > {self._group / "cgroup.procs"} && exec "$@"'
        words: list[str | Path] = ["sh", "-c", join, "sh", "ip", "netns", "exec", self.wire]
        if account is not None:
            words += ["setpriv", f"--reuid={account[0]}", f"--regid={account[1]}", "--clear-groups"]
        with log.open("ab") as output:
            process = subprocess.Popen(
                [*words, *command], stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=env,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def remove(self) -> None:
        """End what runs on it and take it away."""
        for process in self.processes:
            end(process)
        # and what an earlier benchmark left that was killed
        left = subprocess.run(["ip", "netns", "pids", self.wire], check=False, capture_output=True, text=True)
        for number in left.stdout.split():
            os.kill(int(number), signal.SIGKILL)
        ip("netns", "del", self.wire, check=False)
        ip("link", "del", self.wire, check=False)
        with suppress(OSError):
            self._group.rmdir()

    @property
    def _group(self) -> Path:
        return (CGROUPS if _unified() else CGROUPS / "cpu") / f"musicclust-{self.name}"

    def _limit(self) -> None:
        if _unified():
            (CGROUPS / "cgroup.subtree_control").write_text("+cpu")
        self._group.mkdir(exist_ok=True)
        quota = str(round(self.cores * PERIOD))
        if _unified():
            (self._group / "cpu.max").write_text(f"{quota} {PERIOD}")
        else:
            (self._group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (self._group / "cpu.cfs_quota_us").write_text(quota)


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Stop a process and all that it started, in order where that works."""
    if process.poll() is not None:
        return
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    os.kill(process.pid, how)
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait(10)


class Network:
    """The bridge and its hosts, for the time of a ``with``."""

    def __init__(self, *hosts: Host) -> None:
        self.hosts = hosts

    def __enter__(self) -> Network:
        self._clear()
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("addr", "add", f"{OUTSIDE}/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for host in self.hosts:
            host.plug_in()
        return self

    def __exit__(self, *_error: object) -> None:
        self._clear()

    def _clear(self) -> None:
        for host in reversed(self.hosts):
            host.remove()
        ip("link", "del", BRIDGE, check=False)


def _unified() -> bool:
    return (CGROUPS / "cgroup.controllers").exists()
