"""On what scale the features of 0 to 1 are: told by all of them together, and said where that is in doubt."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from clustering.songfiles.columns import ColumnMap, propose_columns
from tests.songfiles.cleaning import cleaned

PERCENT = {
    "title": list("abcde"),
    "artist": ["x"] * 5,
    "energy": ["80.5", "60.25", "33.1", "71.2", "20.2"],
    "valence": ["12.25", "44.5", "90.4", "33.3", "65.2"],
}


def songs(count: int, top: float, seed: int) -> dict[str, list[str]]:
    """Return songs whose features go up to `top`; most of them have hardly any instrumentalness."""
    draw = random.Random(seed)
    shares = {
        name: [f"{draw.uniform(0.1, 0.95) * top:.2f}" for _ in range(count)] for name in ("energy", "valence")
    }
    quiet = [draw.random() ** 12 * top for _ in range(count)]
    return {
        "title": [f"t{seed}-{n}" for n in range(count)],
        **shares,
        "instrumentalness": [f"{value:.3f}" for value in quiet],
    }


class TestOneScale:
    def test_a_mostly_small_feature_is_percent_where_the_others_are(self):
        table, _, _ = cleaned({**PERCENT, "instrumentalness": ["0.6", "0.02", "0.3", "64.9", "0.01"]})
        stored = table["instrumentalness"].to_pylist()
        assert stored == pytest.approx([0.006, 0.0002, 0.003, 0.649, 0.0001])

    def test_also_beside_a_single_other(self):
        found = propose_columns(
            pa.table(
                {"energy": PERCENT["energy"], "instrumentalness": ["0.6", "0.02", "0.3", "64.9", "0.01"]}
            )
        )
        assert found.by_field["instrumentalness"].unit == "percent"

    @pytest.mark.parametrize("seed", range(5))
    def test_of_many_songs_none_is_lost_or_too_large(self, seed):
        columns = songs(300, 100, seed)
        table, _, report = cleaned(columns)
        truth = [float(cell) / 100 for cell in columns["instrumentalness"]]
        assert table["instrumentalness"].to_pylist() == pytest.approx(truth)
        assert not any(column.implausible for column in report.columns)

    def test_fractions_stay_fractions(self):
        table, _, _ = cleaned({**songs(300, 1, 1)})
        assert max(table["instrumentalness"].to_pylist()) > 0.3

    @pytest.mark.parametrize("name", ["acousticness", "valence"])
    def test_a_file_sorted_by_a_feature_is_looked_at_as_a_whole(self, name):
        columns = songs(3_000, 100, 2)
        columns[name] = [f"{100 * (n / 3_000) ** 3:.2f}" for n in range(3_000)]
        table, _, _ = cleaned(columns)
        assert table[name].to_pylist() == pytest.approx([float(cell) / 100 for cell in columns[name]])

    def test_a_sorted_beginning_without_large_values_follows_the_others(self):
        columns = songs(3_000, 100, 2)
        columns["acousticness"] = [f"{n / 2_000:.3f}" for n in range(1_500)]
        head = {name: cells[:1_500] for name, cells in columns.items()}
        assert propose_columns(pa.table(head)).by_field["acousticness"].unit == "percent"


class TestTwoScales:
    @pytest.mark.parametrize("counts", [(20, 300), (300, 20)])
    def test_are_said_on_the_page_and_in_the_report(self, counts):
        first, second = songs(counts[0], 1, 3), songs(counts[1], 100, 4)
        columns = {name: [*first[name], *second[name]] for name in first}
        column_map = propose_columns(pa.table(columns))
        for notes in (column_map.notes, cleaned(columns)[2].warnings):
            (said,) = [note for note in notes if "two scales" in note]
            assert f"{counts[0]} rows" in said
            assert f"{counts[1]} rows" in said
        assert ColumnMap.from_dict(column_map.to_dict()) == column_map

    def test_are_not_said_of_one_scale(self):
        for top in (1, 10, 100):
            assert not any("two scales" in said for said in cleaned(songs(300, top, 5))[2].warnings)
