"""Fixtures that tests of several areas share: servers, a real worker, a real browser, and the usual rows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import psutil
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import TransactionTestCase

from clustering.models import Dataset, Run
from musicclust import local
from tests.chromium import CHROMIUM, CHROMIUM_OPTIONS
from tests.clearing import clear_tables
from tests.concurrency import wait_until_others_are_idle
from tests.factories import make_dataset, make_run, make_user
from tests.made_once import MadeOnce
from tests.worker_process import WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def servers() -> Iterator[local.Servers]:
    """Run the private PostgreSQL and Redis of the tests."""
    with settings.SERVERS as running:
        _drop_what_dead_sessions_left()
        yield running
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def _drop_what_dead_sessions_left() -> None:
    """Drop the databases of processes that were killed; another worker may do so at the same time."""
    url = local.database_url(settings.DATA_DIR, "postgres")
    with psycopg.connect(url, autocommit=True) as link:
        for (name,) in link.execute(
            r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'"
        ).fetchall():
            if name[5:].isdigit() and not psutil.pid_exists(int(name[5:])):
                link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_modify_db_settings(servers: local.Servers) -> None:
    """Have the servers run before the test database is made."""


@pytest.fixture(scope="session", autouse=True)
def _quick_clearing() -> Iterator[None]:
    """Have tests that commit clear away their rows in a quicker way than Django's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: clear_tables())
        yield


@pytest.fixture(scope="session")
def process_env(django_db_setup: None) -> dict[str, str]:
    """Give the environment in which another process meets the same database and broker as the test."""
    name = str(settings.DATABASES["default"]["NAME"])
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


@pytest.fixture(scope="module")
def _kept() -> dict[Any, Any]:
    return {}


@pytest.fixture
def made_once(transactional_db: None, _kept: dict[Any, Any]) -> MadeOnce:
    """Have rows and files made for the first test of a module that needs them, and put back for the others."""
    return MadeOnce(_kept)


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


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Collect the ids of the jobs that would be sent to a worker."""
    ids: list[int] = []
    monkeypatch.setattr("clustering.jobs.tasks.send", ids.extend)
    return ids


@pytest.fixture
def owner(db: None) -> User:
    """Make somebody who has nothing yet."""
    return make_user("ada")


@pytest.fixture
def dataset(db: None) -> Dataset:
    """Make a dataset of thirty songs, whose import is done."""
    return make_dataset()


@pytest.fixture
def forty_songs(db: None) -> Dataset:
    """Make a dataset of forty songs, whose import is done."""
    return make_dataset(songs=40)


@pytest.fixture
def run(db: None) -> Run:
    """Make a finished run of thirty songs in three groups."""
    return make_run()
