"""Run everything on this machine: what `make run` starts after installing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from clustering.management.commands.prepare import LOCAL_USER, password_file
from clustering.models import Dataset
from clustering.web.site.views.sign_in import sign_in_path
from musicclust.local.supervisor import Supervisor, SupervisorError

SAMPLE = settings.BASE_DIR / "samples" / "songs.csv"


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65_536:
        return int(text)
    raise ArgumentTypeError(f"PORT is a number from 1 to 65535, and not “{text}”: make run PORT=8001")


def _stop_with(parent: int) -> None:
    """End this process in order when its parent is gone: `make` killed must not leave the site running."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


class Command(BaseCommand):
    """``manage.py serve``."""

    help = "Prepare the database and the sample, then run web, worker and beat until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where, and for how long."""
        parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")
        parser.add_argument("--with-parent", action="store_true", help="stop when the parent process ends")

    def handle(self, **options: Any) -> None:
        """Do it, step by step."""
        parent = os.getppid() if options["with_parent"] else None
        if parent is not None:
            _stop_with(parent)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # a closed terminal; not under nohup
            signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        # one place more than for long work: what takes seconds never waits for what takes minutes
        supervisor = Supervisor(settings.SERVERS, options["port"], settings.WORKER_CONCURRENCY + 1)
        try:
            with supervisor.claim():
                self._run(supervisor, parent)
        except SupervisorError as error:
            raise CommandError(str(error)) from None

    def _run(self, supervisor: Supervisor, parent: int | None) -> NoReturn:
        call_command("prepare")
        if not settings.WHITENOISE_USE_FINDERS:
            call_command("collectstatic", interactive=False, verbosity=0)
        self._load_sample()
        farewell = self._welcome(supervisor)
        connections.close_all()
        os.chdir(settings.BASE_DIR)
        supervisor.hand_over(farewell, parent)

    def _load_sample(self) -> None:
        """Import the bundled sample where there is nothing yet, in a process of its own, which frees its memory."""
        if not SAMPLE.exists() or Dataset.objects.exists():
            return
        self.stdout.write("Finding the groups in the sample songs …")
        self.stdout.flush()
        command = [sys.executable, "manage.py", "cluster", str(SAMPLE), "--name", "Sample songs"]
        done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            self.stderr.write(f"The sample could not be loaded; everything else works.\n{done.stderr}")

    def _welcome(self, supervisor: Supervisor) -> str:
        user = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if user is None:
            return f"musicclust runs at {supervisor.url}"
        line = f"musicclust runs. Sign in once by this link: {supervisor.url}{sign_in_path(user)}"
        path = password_file()
        if user.username == LOCAL_USER and path.exists() and user.check_password(path.read_text().strip()):
            line += f" – later at {supervisor.url} as {LOCAL_USER} with password {path.read_text().strip()}"
        return line
