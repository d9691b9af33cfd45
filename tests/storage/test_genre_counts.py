"""Genres of clusters, counted from lists of genres."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from clustering.models import Dataset, Run
from clustering.storage.genre_counts import GenreTally
from clustering.storage.song_columns import save_song_columns
from tests.factories import genres_of

pytestmark = pytest.mark.django_db

COUNTED = """
    SELECT cluster, genre, count(*) FROM clustering_assignment JOIN clustering_song ON clustering_song.id = song_id,
    unnest(genres) AS genre WHERE run_id = %s GROUP BY cluster, genre
"""


class TestGenreTally:
    @pytest.mark.parametrize("kept", [False, True])
    def test_counts_what_sql_counts(self, run: Run, kept: bool) -> None:
        run.dataset.songs.filter(row_number=3).update(genres=None)
        run.dataset.songs.filter(row_number=4).update(genres=[])
        run.dataset.songs.filter(row_number=5).update(genres=["pop", "house"])
        if kept:
            save_song_columns(run.dataset)
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, [run.pk])
            expected = {(cluster, genre): count for cluster, genre, count in cursor.fetchall()}
        found = genres_of(run)
        counted = {
            (place, name): n for name, row in found.items() for place, n in enumerate(row.tolist()) if n
        }
        assert counted == expected

    def test_counts_in_parts(self, dataset: Dataset) -> None:
        whole, parts = GenreTally(dataset, 2), GenreTally(dataset, 2)
        ids, clusters = dataset.first_song_id + np.arange(1, 31), np.arange(30, dtype=np.int32) % 2
        whole.add(ids, clusters)
        for part in np.array_split(np.arange(30), 4):
            parts.add(ids[part], clusters[part])
        assert {name: row.tolist() for name, row in whole.genres().items()} == {
            name: row.tolist() for name, row in parts.genres().items()
        }
