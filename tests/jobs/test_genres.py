"""Genres and decades of groups."""

import numpy as np
import pytest
from scipy.stats.contingency import association

from clustering.analysis.describing import labels as label_counts
from clustering.analysis.describing.labels import GenreFrequency, Labels, compare_labels, count_decades
from clustering.models import Run, Song
from tests.factories import genres_of, make_dataset, make_run


def labels_of(run: Run, labels: np.ndarray, years: np.ndarray) -> Labels:
    """Compare the genres and decades of three clusters."""
    sizes = np.bincount(labels, minlength=3)
    return compare_labels(genres_of(run), count_decades(labels, years, 3), sizes)


@pytest.mark.django_db
class TestCompareLabels:
    @pytest.fixture
    def run_and_genres(self):
        run = make_run(make_dataset(songs=60))
        labels = np.arange(60, dtype=np.int32) % 3
        years = np.array([1990 + row % 30 for row in range(1, 61)], dtype=np.float32)
        years[0] = np.nan
        return run, labels_of(run, labels, years)

    def test_counts_genres_with_share_and_lift(self, run_and_genres):
        run, labels = run_and_genres
        own = Song.objects.filter(assignments__run=run, assignments__cluster=0, genres__contains=["jazz"])
        jazz = next(row for row in labels.genres[0] if row.genre == "jazz")

        assert jazz == GenreFrequency(genre="jazz", count=own.count(), share=own.count() / 20, lift=1.0)

    def test_association_agrees_with_scipy(self, run_and_genres):
        _, labels = run_and_genres
        table = [[row.count for row in labels.decades[cluster]] for cluster in range(3)]

        assert labels.associations["decade"].cramers_v == pytest.approx(
            association(np.array(table), method="cramer"), abs=1e-6
        )
        assert labels.associations["decade"].total == 59

    def test_leaves_out_what_is_rare(self, monkeypatch):
        monkeypatch.setattr(label_counts, "MIN_GENRE_SONGS", 1_000)
        nothing = np.full(30, np.nan, np.float32)
        labels = labels_of(make_run(), np.zeros(30, np.int32), nothing)

        assert labels.genres == ((), (), ())
        assert labels.associations == {}


class TestCountDecades:
    def test_counts_by_cluster(self):
        labels = np.array([0, 0, 1, 1, 1], dtype=np.int32)
        years = np.array([1969, 1970, 1979, np.nan, 2000], dtype=np.float32)
        found = count_decades(labels, years, 2)

        assert {decade: counts.tolist() for decade, counts in found.items()} == {
            1960: [1, 0],
            1970: [1, 1],
            2000: [0, 1],
        }

    def test_songs_of_no_group_do_not_count(self):
        found = count_decades(np.array([-1, 0], np.int32), np.array([1980, 1980], np.float32), 1)
        assert {decade: counts.tolist() for decade, counts in found.items()} == {1980: [1]}

    def test_is_empty_without_years(self):
        assert count_decades(np.zeros(3, np.int32), np.full(3, np.nan, np.float32), 1) == {}
