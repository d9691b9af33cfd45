"""The measuring of Explore: its filters are counted by SQL as by the application, and its page says what was found."""

from __future__ import annotations

import json
import random

import pytest
from django.http import QueryDict

from benchmarks.app import counts
from benchmarks.explore import FILTERS, LIMITS, Measured, random_filter, written
from clustering.models import Run
from clustering.storage.song_filters import Songs
from clustering.web.components.explore import Columns, read_state


@pytest.mark.django_db
def test_sql_counts_the_same(run: Run) -> None:
    run.dataset.features = [*run.dataset.features, "loudness"]
    run.dataset.uploads.update(column_map={"matches": [{"field": "release_year", "column": "year"}]})
    columns = Columns.read(run.dataset, run)
    order = random.Random(3)
    filters = [[pair for pair in random_filter(order) if pair != ("group", "5")] for _ in range(FILTERS)]
    found = []
    for asked in filters:
        query = QueryDict(mutable=True)
        for name, value in asked:
            query.appendlist(name, value)
        songs = Songs(run.dataset, run)
        columns_of_all = Columns(columns.numbers, tuple(range(6)), columns.has_genres, columns.has_years)
        state, problems = read_state(query, columns_of_all)
        assert problems == ()
        found.append(int(songs.passing(state.filter).sum()))
    assert counts(str(run.pk), json.dumps(filters))["counts"] == found
    assert len(set(found)) > 3


def test_its_page_has_measures_limits_and_counts() -> None:
    text = written(
        1000, Measured({"first paint": 500.04, "megabytes": 9.5}, [("energy 0..1", 7, 7)], (1.0, 2.0, 3.0))
    )
    assert f"| first paint | 500.0 ms | {LIMITS['first paint']:,.0f} ms |" in text
    assert "| megabytes | 9.5 MB | 12 MB |" in text
    assert "| energy 0..1 | 7 | 7 |" in text
    assert "Load before: 1.00 2.00 3.00." in text
