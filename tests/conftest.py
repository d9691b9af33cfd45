"""What many tests share: the private servers, a real worker, a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from musicclust import local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a browser, and run it last: the quick tests answer first."""
    for item in items:
        if {"browser", "page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def servers() -> Iterator[local.Servers]:
    """Run the private PostgreSQL and Redis of the tests."""
    with settings.SERVERS as running:
        _drop_what_dead_sessions_left()
        yield running
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def _drop_what_dead_sessions_left() -> None:
    url = local.database_url(settings.DATA_DIR, "postgres")
    with psycopg.connect(url, autocommit=True) as link:
        for (name,) in link.execute(
            r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'"
        ).fetchall():
            if name[5:].isdigit() and not psutil.pid_exists(int(name[5:])):
                link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: local.Servers) -> None:
    """Have the servers run before the test database is made."""


@pytest.fixture(scope="session")
def process_env(django_db_setup: None) -> dict[str, str]:
    """Give the environment in which another process meets the same database and broker as the test."""
    name = settings.DATABASES["default"]["NAME"]
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "musicclust.settings",
        "DATABASE_URL": local.database_url(settings.DATA_DIR, name),
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Keep uploads in an S3 on this machine, and give its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3.client("s3", endpoint_url=url).create_bucket(Bucket="songs")
    options = {"bucket_name": "songs", "endpoint_url": url, "file_overwrite": False}
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": backend}
    yield url
    server.stop()


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

    def kill(self) -> None:
        """Kill it and its children at once, as a machine that runs out of memory does."""
        if self.alive and self.process is not None:
            for child in [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]:
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


@pytest.fixture
def worker(transactional_db: None, process_env: dict[str, str], tmp_path: Path) -> Iterator[WorkerProcess]:
    """Run a real worker, with an empty queue, on the test's database."""
    from musicclust.celery import app

    app.control.purge()
    worker = WorkerProcess(process_env, tmp_path / "worker.log")
    worker.start()
    yield worker
    worker.kill()
    wait_until_others_are_idle()


def wait_until_others_are_idle() -> None:
    """Wait until nobody else is in a statement or a transaction in the database.

    A test ends with the clearing of all tables at once, and whoever is still in a statement that needs two of them can
    lock one while it waits for the other. A killed process leaves its session to end its statement first.
    """

    def at_work() -> list[Any]:
        with connection.cursor() as cursor:
            return cursor.execute(
                """SELECT query FROM pg_stat_activity WHERE datname = current_database()
                   AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"""
            ).fetchall()

    wait_until(lambda: not at_work(), seconds=30, seen=at_work)


def all_jobs() -> list[Any]:
    """Tell how each job stands."""
    from clustering.models import Job

    return list(Job.objects.values_list("kind", "k", "status", "stage", "error"))


def wait_until(
    condition: Callable[[], bool], *, seconds: float, seen: Callable[[], object] = all_jobs
) -> float:
    """Wait until something is so, and return how long that took; the test fails by what is seen instead."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            pytest.fail(f"not so after {seconds} s: {seen()}")
        time.sleep(0.05)
    return time.monotonic() - started


def wait_for_a_lock() -> None:
    """Wait until somebody else's statement waits for what is locked."""

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE NOT granted")
            return bool(cursor.rowcount)

    wait_until(waits, seconds=30)


@pytest.fixture
def live_url(live_server: Any) -> str:
    """Give the address of a web server that runs in this process."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def _chromium(django_db_setup: None) -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no Chromium here, and in CI the browser tests must run")
        pytest.skip("no Chromium on this machine: install it to run the browser tests")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread from here on, and Django takes every query for an asynchronous
    # one: hence the database is made before, and the variable outlives each test's clearing of its tables.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def browser(_chromium: Browser) -> Browser:
    """Run the system's Chromium."""
    return _chromium


@pytest.fixture
def page(browser: Browser, transactional_db: None) -> Iterator[Page]:
    """Open a fresh page, 1280 wide, with no cookies."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield context.new_page()
    context.close()
    wait_until_others_are_idle()
