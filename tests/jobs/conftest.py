"""What the tests of jobs share: no worker, as they run the jobs themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clustering.jobs.queue import collect_jobs


@pytest.fixture(autouse=True)
def _run_here() -> Iterator[None]:
    with collect_jobs():
        yield
