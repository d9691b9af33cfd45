"""The advice on songs of which it is known what they hold; twenty seeds each are in docs/choosing_k.md."""

import pytest

from benchmarks.advice import SCENES, advice_on

SEEDS = {"uniform": 2, "blobs": 2, "nested": 2, "uniform-500": 5, "blobs-500": 5, "nested-500": 5}


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENES)
def test_is_right(name: str) -> None:
    given = [advice_on(SCENES[name], seed) for seed in range(SEEDS[name])]
    assert [one.verdict for one in given if not SCENES[name].is_right(one)] == []
