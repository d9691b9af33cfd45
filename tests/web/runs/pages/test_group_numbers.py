"""The other numbers of groups of a run."""

from __future__ import annotations

import pytest

from clustering.models import Run, Sweep
from clustering.web.runs.pages.group_numbers import GroupNumbers
from tests.factories import make_dataset, make_run, make_sweep

pytestmark = pytest.mark.django_db


def advised(run: Run, **advice: object) -> Run:
    """Give a run the advice that chose its number of groups."""
    run.follow(make_sweep(run.dataset, ks=(2, 3, 4), k_high=12, **advice))
    return run


def offered(run: Run, *, can_start: bool = True) -> list[int]:
    numbers = GroupNumbers.read(run, can_start=can_start)
    return [number.k for number in numbers.numbers] if numbers else []


class TestGroupNumbers:
    def test_are_four_to_eight_of_one_landscape(self) -> None:
        run = advised(make_run(), verdict=Sweep.Verdict.NONE, recommended_k=5, alternatives=[])
        assert offered(run) == [3, 4, 5, 6, 7, 8]  # the run itself has three

    def test_are_those_around_what_is_recommended(self) -> None:
        run = advised(make_run(), verdict=Sweep.Verdict.CLEAR, recommended_k=3, alternatives=[])
        assert offered(run) == [2, 3, 4, 5, 6]
        weak = advised(make_run(make_dataset()), recommended_k=5, alternatives=[3, 9])
        assert offered(weak) == [3, 4, 5, 6, 7, 9]

    def test_are_never_more_than_could_be_tried(self) -> None:
        run = make_run()
        run.follow(make_sweep(run.dataset, ks=(2, 3, 4), verdict=Sweep.Verdict.NONE))
        assert offered(run) == [3, 4]

    def test_say_which_is_shown_and_which_is_recommended(self) -> None:
        run = advised(make_run(), verdict=Sweep.Verdict.NONE, recommended_k=5, alternatives=[])
        numbers = GroupNumbers.read(run, can_start=True)
        assert numbers is not None
        assert [number.k for number in numbers.numbers if number.is_current] == [3]
        assert [number.k for number in numbers.numbers if number.is_recommended] == [5]

    def test_lead_to_the_newest_run_with_the_same_settings(self) -> None:
        run = advised(make_run(), verdict=Sweep.Verdict.NONE, recommended_k=5, alternatives=[])
        make_run(run.dataset, clusters=4)
        same = make_run(run.dataset, clusters=4)
        make_run(run.dataset, clusters=5, scaler="robust")
        numbers = GroupNumbers.read(run, can_start=True)
        assert numbers is not None
        assert {number.k: number.run_id for number in numbers.numbers if number.run_id} == {
            3: run.pk,
            4: same.pk,
        }

    def test_are_only_those_that_are_there_for_who_may_start_none(self) -> None:
        run = advised(make_run(), verdict=Sweep.Verdict.NONE, recommended_k=5, alternatives=[])
        assert offered(run, can_start=False) == []
        make_run(run.dataset, clusters=6)
        assert offered(run, can_start=False) == [3, 6]

    def test_know_the_advice_on_the_same_settings(self) -> None:
        run = advised(make_run(), verdict=Sweep.Verdict.NONE, recommended_k=5, alternatives=[])
        by_hand = make_run(run.dataset, clusters=7)
        newest = by_hand.sweep
        by_hand.follow(None)
        assert newest is not None
        newest.delete()
        assert offered(Run.objects.get(pk=by_hand.pk)) == [4, 5, 6, 7, 8]

    def test_are_not_there_where_the_algorithm_finds_the_number(self) -> None:
        assert offered(make_run(algorithm="hdbscan", min_cluster_size=5)) == []
