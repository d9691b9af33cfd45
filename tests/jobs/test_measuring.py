"""Measuring in two threads: it ends as one."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from clustering.jobs.fitting.description import Beside
from clustering.jobs.heartbeat import Stopped


def test_what_is_done_beside_goes_on_while_the_other_does() -> None:
    work: Future[int] = Future()
    progress = Beside(work).stage("Testing stability on other samples")
    progress(1, 20)
    work.set_result(1)
    progress(2, 20)


def test_what_is_done_beside_stops_with_the_other() -> None:
    work: Future[int] = Future()
    progress = Beside(work).stage("Testing stability on other samples")
    work.set_exception(Stopped())
    with pytest.raises(Stopped):
        progress(1, 20)
