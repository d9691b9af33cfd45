"""What the list of datasets reads."""

import pytest

from clustering.models import Cluster
from clustering.queries.datasets import datasets
from tests.factories import make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db


class TestDatasets:
    def test_draws_each_latest_run_in_the_colours_of_its_clusters(self):
        ada = make_user("ada")
        old, new = make_dataset(ada, name="Old"), make_dataset(ada, name="New")
        make_run(old, clusters=2)
        latest = make_run(old, clusters=3)
        make_run(new, clusters=2)
        Cluster.objects.filter(run=latest, index=1).update(color_index=9, own_name="Mine")
        first, second = datasets(ada).cards
        assert (first.dataset.name, second.dataset.name) == ("New", "Old")
        assert second.run == latest
        assert second.runs == 2
        assert second.clusters[1].name == "Mine"
        assert {dot.slot for dot in second.dots} == {0, 9, 2}

    def test_draws_inside_the_canvas(self):
        ada = make_user("ada")
        make_run(make_dataset(ada))
        (card,) = datasets(ada).cards
        assert len(card.dots) == 30
        assert all(0 < float(dot.x) < 100 and 0 < float(dot.y) < 50 for dot in card.dots)

    def test_draws_a_run_whose_songs_are_all_in_one_place(self):
        ada = make_user("ada")
        run = make_run(make_dataset(ada))
        run.assignments.update(x=1.0, y=1.0)
        (card,) = datasets(ada).cards
        assert {(dot.x, dot.y) for dot in card.dots} == {("3.0", "47.0")}

    def test_takes_no_unfinished_run(self):
        ada = make_user("ada")
        make_run(make_dataset(ada), finished_at=None)
        (card,) = datasets(ada).cards
        assert card.run is None
        assert card.runs == 0
