"""The application of the fault tests, and the table of what was tried."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection

from musicclust import local
from tests.faults.app import App, prepare

pytest.register_assert_rewrite("tests.faults.checks")

TRIED = pytest.StashKey["list[Fault]"]()


@dataclass
class Fault:
    """A line of the table."""

    name: str
    going_on: str
    seconds: float | None = None
    expected: str = ""
    found: str = ""

    def recovered(self, seconds: float, *, expected: object, found: object) -> None:
        """Note how it ended, and see that it ended well."""
        self.seconds, self.expected, self.found = seconds, str(expected), str(found)
        assert found == expected


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty table."""
    config.stash[TRIED] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the faults out unless they are asked for by name: `-m "not browser"` is not meant to kill servers."""
    if "faults" not in config.option.markexpr:
        faults = [item for item in items if item.get_closest_marker("faults")]
        items[:] = [item for item in items if item not in faults]
        config.hook.pytest_deselected(items=faults)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was tried."""
    tried = config.stash.get(TRIED, [])
    if not tried:
        return
    lines = [("fault", "what was going on", "seconds to recover", "rows expected", "rows found")]
    for fault in tried:
        seconds = "not at all" if fault.seconds is None else f"{fault.seconds:.1f}"
        lines.append((fault.name, fault.going_on, seconds, fault.expected, fault.found))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    terminalreporter.section("faults")
    for line in lines:
        terminalreporter.write_line(
            " | ".join(word.ljust(width) for word, width in zip(line, widths, strict=True))
        )


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Callable[[str, str], Fault]:
    """Add a line to the table."""

    def begin(name: str, going_on: str) -> Fault:
        line = Fault(name, going_on)
        request.config.stash[TRIED].append(line)
        return line

    return begin


@pytest.fixture(scope="session")
def own_servers(django_db_blocker: pytest.FixtureRequest) -> Iterator[local.Servers]:
    """Run servers that nobody else uses, for they are killed; the test's own connection leads to them."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "servers.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pytest.exit(f"{settings.DATA_DIR} is in use: make test-faults takes a folder of its own", 1)
    servers = local.Servers(settings.DATA_DIR)
    # a fixture of pytest-django's, whose type it keeps to itself
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        prepare(servers)
        yield servers
        connection.close()
    servers.stop()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


class Fleet:
    """The application that runs just now: one at a time."""

    def __init__(self, servers: local.Servers) -> None:
        self.servers = servers
        self.app: App | None = None

    def run(self, *, hurried: bool) -> App:
        """Have the application run, with nothing in it."""
        self.servers.start()
        if self.app is None or self.app.hurried != hurried:
            self.stop()
            self.app = App(self.servers, hurried=hurried)
        self.app.empty()
        self.app.start()
        return self.app

    def stop(self) -> None:
        """End it."""
        if self.app is not None:
            self.app.stop()
            self.app = None


@pytest.fixture(scope="session")
def _fleet(own_servers: local.Servers) -> Iterator[Fleet]:
    fleet = Fleet(own_servers)
    yield fleet
    with contextlib.suppress(Exception):
        fleet.stop()


@pytest.fixture
def app(_fleet: Fleet) -> App:
    """Run the application as it is in use: a job counts as lost after 30 seconds, and a check looks every 15."""
    return _fleet.run(hurried=False)


@pytest.fixture
def hurried(_fleet: Fleet) -> App:
    """Run the application with short limits: a job counts as lost after 6 seconds, and a check looks every 2."""
    return _fleet.run(hurried=True)
