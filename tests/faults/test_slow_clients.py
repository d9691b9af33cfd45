"""Clients that are slow or silent: everybody else is answered meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.slow_clients import Slow, Target, attack, attacks, by_compose, by_make_run, warm_up
from tests.faults.conftest import Fault

pytestmark = pytest.mark.faults

SECONDS = 8
SONGS = 60_000  # their export is several times what the kernel takes for a reader who takes nothing
GROWTH_MB = 150


@pytest.fixture(scope="module", params=[by_make_run, by_compose], ids=["make run", "docker compose"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Start a site of its own."""
    folder: Path = tmp_path_factory.mktemp("slow")
    with request.param(folder, SONGS) as target:
        warm_up(target)
        yield target


@pytest.mark.parametrize("chosen", [[0], [1], [2], [3], [0, 1, 2, 3]], ids=str)
def test_everybody_else_is_answered(
    target: Target, fault: Callable[[str, str], Fault], chosen: list[int]
) -> None:
    slow: list[Slow] = [attacks(target)[number] for number in chosen]
    line = fault("slow clients", ", ".join(one.name for one in slow))
    found = attack(target, slow, SECONDS)
    assert found.peak_mb < found.before_mb + GROWTH_MB
    line.recovered(found.slowest, expected=found.asked, found=found.in_time)
