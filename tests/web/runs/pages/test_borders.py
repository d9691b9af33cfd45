"""The borders between groups in words."""

from __future__ import annotations

import pytest

from clustering.analysis.choosing.borders import Border, Borders
from clustering.models import Run, Sweep
from clustering.web.components.clusters import clusters_of
from clustering.web.runs.pages.borders import borders_by_cluster, read_borders
from tests.factories import make_run, make_sweep

pytestmark = pytest.mark.django_db

BORDERS = Borders(
    between=(Border(0, 1, 0.95, 0.0001), Border(1, 2, 0.4, 0.01), Border(0, 2, 0.1, 0.7)), parts=(0, 1, 1)
)


@pytest.fixture
def run() -> Run:
    return make_run(borders=BORDERS.to_dict())


class TestBorders:
    def test_are_in_words_the_softest_first(self, run: Run) -> None:
        lines = read_borders(run, clusters_of(run))
        assert [(line.first.index, line.second.index, line.words) for line in lines] == [
            (0, 2, "Clear gap"),
            (1, 2, "Fewer songs, but no gap"),
            (0, 1, "Clear gap"),
        ]
        assert [line.between.split()[0] for line in lines] == ["90", "60", "5"]

    def test_are_never_clear_in_one_landscape(self, run: Run) -> None:
        run.follow(make_sweep(run.dataset, verdict=Sweep.Verdict.NONE))
        run = Run.objects.get(pk=run.pk)
        assert [line.words for line in read_borders(run, clusters_of(run))] == [
            "No gap",
            "Fewer songs, but no gap",
            "Fewer songs, but no gap",
        ]

    def test_may_be_there_by_chance(self) -> None:
        few = Borders(between=(Border(0, 1, 0.78, 0.3), Border(1, 2, 0.2, 0.3)), parts=(0, 0, 0))
        run = make_run(borders=few.to_dict())
        assert [line.words for line in read_borders(run, clusters_of(run))] == [
            "No gap",
            "Fewer songs, maybe by chance",
        ]

    def test_tell_which_group_stands_apart(self, run: Run) -> None:
        found = borders_by_cluster(run, clusters_of(run))
        assert found[0].stands_apart
        assert not found[1].stands_apart
        assert [other.index for other in found[1].shades_into] == [2]

    def test_of_a_group_that_others_reach_only_beside_the_line_are_not_apart(self) -> None:
        bridged = Borders(between=(Border(0, 1, 0.9, 0.001), Border(0, 2, 0.9, 0.001)), parts=(0, 0, 1))
        run = make_run(borders=bridged.to_dict())
        found = borders_by_cluster(run, clusters_of(run))
        assert not found[0].stands_apart
        assert [other.index for other in found[0].shades_into] == [1]
        assert found[2].stands_apart

    def test_are_not_there_where_they_were_not_measured(self) -> None:
        run = make_run()
        assert read_borders(run, clusters_of(run)) == ()
