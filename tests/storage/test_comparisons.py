"""Two runs beside each other."""

import numpy as np
import pytest

from clustering.models import Assignment
from clustering.storage.comparisons import count_songs_in_both, song_ids_in_both
from tests.factories import make_addition, make_dataset, make_run


@pytest.mark.django_db
class TestCountSongsInBoth:
    def test_counts_songs_by_both_groups(self, django_assert_num_queries):
        dataset = make_dataset(songs=12)
        first, second = make_run(dataset, clusters=2), make_run(dataset, clusters=3)
        with django_assert_num_queries(3):
            both = count_songs_in_both(first, second)

        assert both.table.tolist() == [[2, 2, 2], [2, 2, 2]]
        assert both.measured == 12

    def test_leaves_out_what_one_run_left_out(self):
        dataset = make_dataset(songs=6)
        first, second = make_run(dataset, clusters=2), make_run(dataset, clusters=2)
        Assignment.objects.filter(run=second, cluster=1).delete()

        both = count_songs_in_both(first, second)
        assert both.table.tolist() == [[3, 0], [0, 0]]
        assert both.measured == 3

    @pytest.mark.parametrize(("first", "second", "measured"), [(10, None, 10), (None, 7, 7), (10, 7, 7)])
    def test_measured_are_those_before_the_first_addition(self, first, second, measured):
        dataset = make_dataset(songs=12)
        runs = [
            make_run(dataset, additions=[make_addition(songs=2, left_out=0, after_row=row)] if row else [])
            for row in (first, second)
        ]

        both = count_songs_in_both(*runs)
        assert (both.table.sum(), both.measured) == (12, measured)


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
