"""Two runs beside each other."""

import numpy as np
import pytest

from clustering.bulk.comparisons import contingency, song_ids_in_both
from clustering.models import Assignment
from tests.factories import make_dataset, make_run


@pytest.mark.django_db
class TestContingency:
    def test_counts_songs_by_both_groups(self, django_assert_num_queries):
        dataset = make_dataset(songs=12)
        first, second = make_run(dataset, clusters=2), make_run(dataset, clusters=3)
        with django_assert_num_queries(3):
            table = contingency(first, second)

        assert table.tolist() == [[2, 2, 2], [2, 2, 2]]

    def test_leaves_out_what_one_run_left_out(self):
        dataset = make_dataset(songs=6)
        first, second = make_run(dataset, clusters=2), make_run(dataset, clusters=2)
        Assignment.objects.filter(run=second, cluster=1).delete()

        assert contingency(first, second).tolist() == [[3, 0], [0, 0]]


@pytest.mark.django_db
class TestSongIdsInBoth:
    def test_returns_them_in_order(self):
        dataset = make_dataset(songs=12)
        first, second = make_run(dataset, clusters=2), make_run(dataset, clusters=3)
        found = song_ids_in_both(first, second, 1, 0) - dataset.first_song_id

        assert found.tolist() == [4, 10]
        assert found.dtype == np.int64

    def test_is_empty_where_there_are_none(self):
        dataset = make_dataset(songs=6)
        run = make_run(dataset, clusters=2)

        assert len(song_ids_in_both(run, make_run(dataset, clusters=2), 0, 1)) == 0
