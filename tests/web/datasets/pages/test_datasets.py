"""What the list of datasets reads."""

import re

import pytest

from clustering.models import Cluster
from clustering.web.datasets.pages.datasets import DatasetsPage
from tests.factories import make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db


def places(path: str) -> list[tuple[float, float]]:
    """Read the points of a path."""
    found = re.findall(r"M(\S+) (\S+?)h0", path)
    assert "".join(f"M{x} {y}h0" for x, y in found) == path
    return [(float(x), float(y)) for x, y in found]


class TestDatasets:
    def test_draws_each_latest_run_in_the_colors_of_its_clusters(self):
        ada = make_user("ada")
        old, new = make_dataset(ada, name="Old"), make_dataset(ada, name="New")
        make_run(old, clusters=2)
        latest = make_run(old, clusters=3)
        make_run(new, clusters=2)
        Cluster.objects.filter(run=latest, index=1).update(color_index=9, own_name="Mine")
        first, second = DatasetsPage.read(ada).cards
        assert (first.dataset.name, second.dataset.name) == ("New", "Old")
        assert second.run == latest
        assert second.runs == 2
        assert second.clusters[1].name == "Mine"
        assert [dots.slot for dots in second.dots] == [0, 2, 9]

    def test_draws_inside_the_canvas(self):
        ada = make_user("ada")
        make_run(make_dataset(ada))
        (card,) = DatasetsPage.read(ada).cards
        points = [point for dots in card.dots for point in places(dots.path)]
        assert len(points) == 30
        assert all(0 < x < 100 and 0 < y < 50 for x, y in points)

    def test_draws_a_run_whose_songs_are_all_in_one_place(self):
        ada = make_user("ada")
        run = make_run(make_dataset(ada))
        run.assignments.update(x=1.0, y=1.0)
        (card,) = DatasetsPage.read(ada).cards
        assert {point for dots in card.dots for point in places(dots.path)} == {(50.0, 25.0)}

    def test_takes_no_unfinished_run(self):
        ada = make_user("ada")
        make_run(make_dataset(ada), finished_at=None)
        (card,) = DatasetsPage.read(ada).cards
        assert card.run is None
        assert card.runs == 0
