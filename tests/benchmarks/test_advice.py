"""The verdict on songs of which it is known what they hold; twenty seeds each are in docs/choosing_k.md."""

import numpy as np
import pytest

from benchmarks.advice import advice_on, is_right, score_for_verdict
from benchmarks.families import CLOUDS, FAMILIES, GROUPS, Family
from clustering.analysis.choosing.advice import advise
from clustering.analysis.choosing.candidates import score_k

CLEAR = ("five", "five-500", "twelve", "95-5", "elongated", "unequal-widths", "on-a-cloud")


def test_there_are_fifteen_of_each_and_ten_were_kept_back() -> None:
    assert min(len(CLOUDS), len(GROUPS)) >= 15
    assert sum(family.fresh for family in FAMILIES.values()) >= 10


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_songs_are_standardized_and_the_same_again(family: Family) -> None:
    songs = family.draw(3)
    assert songs.mean(axis=0) == pytest.approx(np.zeros(songs.shape[1]), abs=1e-4)
    assert songs.std(axis=0) == pytest.approx(np.ones(songs.shape[1]), abs=1e-3)
    assert (songs == family.draw(3)).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", CLOUDS)
def test_one_cloud_is_none(name: str) -> None:
    assert advice_on(CLOUDS[name], 1).verdict == "none"


@pytest.mark.slow
@pytest.mark.parametrize("name", CLEAR)
def test_groups_are_clear(name: str) -> None:
    advice = advice_on(GROUPS[name], 1)
    assert (advice.verdict, advice.recommended_k) == ("clear", *GROUPS[name].groups)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nested", "nested-500"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_levels_are_named(name: str, seed: int) -> None:
    advice = advice_on(GROUPS[name], seed)
    assert advice.verdict == "weak"
    assert set(advice.alternatives) >= {3, 9}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["80-10-5-3-2", "one-feature", "moons", "fifteen"])
def test_the_true_number_is_named(name: str) -> None:
    assert is_right(advice_on(GROUPS[name], 1), GROUPS[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["five-500", "hundred"])
def test_what_is_left_out_changes_no_verdict(name: str) -> None:
    songs = FAMILIES[name].draw(1)
    short, whole = (
        advise([score(songs, k) for k in range(2, 8)])
        for score in (
            lambda songs, k: score_for_verdict(songs, k, 1),
            lambda songs, k: score_k(songs, k, seed=1),
        )
    )
    assert (short.verdict, short.groups_apart) == (whole.verdict, whole.groups_apart)
