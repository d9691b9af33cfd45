"""A real Celery worker in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parent.parent


class WorkerProcess:
    """A real Celery worker, to be killed and started again."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self.env = env
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Give the number of the worker's main process."""
        assert self.process is not None
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def start(self, *options: str) -> None:
        """Start it and wait until it takes messages."""
        mark = self.log.stat().st_size if self.log.exists() else 0
        command = [sys.executable, "-m", "celery", "-A", "musicclust", "worker", "--loglevel", "INFO"]
        command += [
            "--hostname",
            f"test{os.getpid()}@localhost",
            "--without-mingle",
            "--without-gossip",
            *options,
        ]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=output, stderr=output, start_new_session=True
            )
        end = time.monotonic() + 60
        while b" ready." not in self.log.read_bytes()[mark:]:
            if not self.alive or time.monotonic() > end:
                pytest.fail("The worker does not start:\n" + self.log.read_text()[-3000:])
            time.sleep(0.1)

    def freeze(self) -> None:
        """Let it and its children do nothing until they are thawed or killed."""
        for one in self._tree():
            one.suspend()

    def thaw(self) -> None:
        """Let them go on."""
        for one in self._tree():
            one.resume()

    def _tree(self) -> list[psutil.Process]:
        main = psutil.Process(self.pid)
        return [main, *main.children(recursive=True)]

    def kill(self) -> None:
        """Kill it and its children at once, as a machine that runs out of memory does."""
        if self.alive and self.process is not None:
            for child in self._tree():
                child.kill()
            self.process.wait(10)

    def stop(self) -> None:
        """Ask it to stop."""
        if self.alive and self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
