"""The fixtures of all tests, and the order in which tests run."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

# how long an example takes is the machine's business
settings.register_profile(
    "unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.load_profile("unhurried")

pytest_plugins = ["tests.fixtures"]
collect_ignore = ["fuzz"]  # needs atheris, which is installed where somebody fuzzes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a browser, and order the tests by how long they take.

    One process runs the quick ones first, which answer first. Of several, none should be left with a long one at the
    end: they begin with those.
    """
    for item in items:
        if {"browser", "page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    items.sort(key=takes_long, reverse="PYTEST_XDIST_WORKER" in os.environ)


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what stays to the end: the modules and the thousands of tests."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests found out that a person should see also where they pass: their property "summary"."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == "summary" and report.when == "call":
                terminalreporter.write_line(str(value))


def takes_long(item: pytest.Item) -> bool:
    """Tell whether a test needs a browser or several seconds."""
    return any(item.get_closest_marker(name) for name in ("browser", "slow"))
