"""What a run keeps of the borders between its groups, and a sweep of features that fall into parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User

from clustering.models import Dataset
from tests.factories import make_user
from tests.made_once import MadeOnce
from tests.pipeline import cluster_songs, import_dataset
from tests.songtables import song_rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def apart(made_once: MadeOnce, tmp_path: Path) -> Dataset:
    return made_once(lambda: import_dataset(make_user("ada"), tmp_path, rows_apart()))


def rows_apart() -> list[dict[str, str]]:
    """Three groups far apart, and a tempo that falls into two by itself."""
    rng = np.random.default_rng(5)
    rows = song_rows(600, groups=3, seed=2)
    for place, row in enumerate(rows):
        row["tempo"] = f"{(80 if place % 4 else 160) + rng.normal(0, 4):.2f}"
    return rows


class TestBorders:
    def test_are_kept_with_the_run(self, apart: Dataset) -> None:
        run = cluster_songs(apart, n_clusters=3)
        borders = run.found_borders
        assert borders is not None
        assert borders.parts_apart == 3
        assert {border.first for border in borders.between} <= {0, 1, 2}
        assert min(borders.sharpness) > 0.9

    def test_of_a_sample_are_those_of_its_songs(self, apart: Dataset) -> None:
        run = cluster_songs(apart, n_clusters=3, sample_size=500)
        assert run.found_borders is not None

    def test_are_judged_whatever_algorithm_found_the_groups(self, apart: Dataset) -> None:
        borders = cluster_songs(apart, n_clusters=3, algorithm="mixture").found_borders
        assert borders is not None
        assert borders.parts_apart == 3

    def test_are_not_judged_where_centers_do_not_decide(self, owner: User, tmp_path: Path) -> None:
        rng = np.random.default_rng(5)
        rows = song_rows(600, groups=1, seed=2)
        for place, row in enumerate(rows):  # a ring around a dense middle
            radius, angle = 0.4 * (place % 2), rng.uniform(0, 2 * np.pi)
            row["energy"] = f"{0.5 + radius * np.cos(angle) + rng.normal(0, 0.01):.5f}"
            row["valence"] = f"{0.5 + radius * np.sin(angle) + rng.normal(0, 0.01):.5f}"
        ringed = import_dataset(owner, tmp_path, rows)
        features = ("energy", "valence")
        run = cluster_songs(ringed, algorithm="hdbscan", min_cluster_size=50, features=features)
        assert run.k == 2
        assert run.found_borders is None


class TestSplitFeatures:
    def test_are_kept_with_the_advice_in_real_units(self, apart: Dataset) -> None:
        run = cluster_songs(apart, features=("tempo", "energy"))
        assert run.sweep is not None
        parts = run.sweep.split_features["tempo"]
        assert [round(part.share, 2) for part in parts] == [0.75, 0.25]
        assert 80 < parts[0].high < 90
        assert 150 < parts[1].low < 160
