"""The account of numbers that are no audio features."""

import numpy as np
import pytest

from clustering.songfiles.extra_columns import MAX_CORRELATED
from tests.songfiles.cleaning import cleaned, numbers


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
        assert sum(found.histogram.counts) == 30
        assert (found.missing, found.constant) == (0, False)

    def test_of_popularity_and_years(self):
        found = others({"popularity": ["", "40", *["50"] * 28], "year": ["1999"] * 30})
        assert (found["popularity"].missing, found["popularity"].minimum) == (1, 40)
        assert found["release_year"].constant

    def test_say_what_goes_together_with_them(self):
        rng = np.random.default_rng(0)
        energy, beats = rng.random(300), rng.random(300) * 50
        bars = beats * 4 + rng.normal(size=300)
        tension = 9 - energy * 3 + rng.normal(size=300)
        texts = {"energy": energy, "beats": beats, "bars": bars, "tension": tension}
        gaps = {name: [f"{value:.6f}" for value in values] for name, values in texts.items()}
        gaps["bars"][:20] = [""] * 20
        _, _, report = cleaned(gaps)
        assert [pair[:2] for pair in report.others_alike] == [("beats", "bars"), ("energy", "tension")]
        assert [pair[2] for pair in report.others_alike] == [
            pytest.approx(np.corrcoef(beats[20:], bars[20:])[0, 1], abs=1e-4),
            pytest.approx(np.corrcoef(energy, tension)[0, 1], abs=1e-4),
        ]
        assert report.correlations.features == ["energy"]

    def test_so_many_are_compared_at_most(self):
        many = {f"number {index}": numbers("energy") for index in range(MAX_CORRELATED + 5)}
        _, _, report = cleaned({"energy": numbers("energy")} | many)
        assert len(report.others) == MAX_CORRELATED + 5
        assert len(report.others_alike) == (MAX_CORRELATED + 1) * MAX_CORRELATED / 2

    def test_of_songs_that_are_kept_alone(self):
        _, rejected, report = cleaned({"energy": ["", "0.2", "0.3"], "sections": ["99", "1", "2"]})
        assert len(rejected) == 1
        assert [column.maximum for column in report.others] == [2]

    def test_a_column_that_this_file_lacks_is_not_reported(self):
        assert list(others({"sections": ["4"] * 30}, extra_names=["hits", "sections"])) == ["sections"]

    def test_of_a_file_without_any(self):
        assert others({}) == {}
