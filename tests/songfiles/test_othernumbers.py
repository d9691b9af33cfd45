"""The account of numbers that are no audio features."""

import numpy as np
import pytest

from tests.songfiles.test_cleaning import cleaned, numbers


def others(columns, **options):
    _, _, report = cleaned({"energy": numbers("energy")} | columns, **options)
    return {column.field: column for column in report.others}


class TestOtherNumbers:
    def test_are_counted_as_numpy_does(self):
        sections = np.random.default_rng(0).integers(3, 12, 30).astype(float)
        found = others({"sections": [f"{value:g}" for value in sections]})["sections"]
        assert (found.minimum, found.maximum) == (sections.min(), sections.max())
        assert found.mean == pytest.approx(sections.mean())
        assert found.deviation == pytest.approx(sections.std())
        assert sum(found.histogram["counts"]) == 30
        assert (found.missing, found.constant) == (0, False)

    def test_of_popularity_and_years(self):
        found = others({"popularity": ["", "40", *["50"] * 28], "year": ["1999"] * 30})
        assert (found["popularity"].missing, found["popularity"].minimum) == (1, 40)
        assert found["release_year"].constant

    def test_of_songs_that_are_kept_alone(self):
        _, rejected, report = cleaned({"energy": ["", "0.2", "0.3"], "sections": ["99", "1", "2"]})
        assert len(rejected) == 1
        assert [column.maximum for column in report.others] == [2]

    def test_a_column_that_this_file_lacks_is_not_reported(self):
        assert list(others({"sections": ["4"] * 30}, extra_names=["hits", "sections"])) == ["sections"]

    def test_of_a_file_without_any(self):
        assert others({}) == {}
