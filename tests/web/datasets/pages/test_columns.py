"""What the column page shows of a proposal."""

from dataclasses import dataclass

from clustering.songfiles.columns import ColumnMap, ColumnMatch
from clustering.songfiles.unit_choices import UNITS
from clustering.songfiles.units import CELL_READERS, FACTORS
from clustering.web.datasets.pages.columns import MAX_CHOICES, ColumnsPage


@dataclass(frozen=True)
class Proposal:
    column_map: ColumnMap
    columns: list[str]
    rows: list[list[str]]


def page(*matches: ColumnMatch):
    column_map = ColumnMap(dialect_name="Kaggle", matches=matches)
    return ColumnsPage.read("songs.csv", Proposal(column_map, [m.column for m in matches], []))


def match(column: str, field: str | None, confidence: float = 1.0, unit: str = "") -> ColumnMatch:
    return ColumnMatch(column=column, field=field, unit=unit, confidence=confidence, examples=("1", "", "2"))


class TestColumns:
    def test_says_how_sure_it_is_in_words(self):
        found = page(
            match("a", "energy"), match("b", "valence", 0.7), match("c", "tempo", 0.3), match("d", None, 0.0)
        )
        words = [row.confidence for row in found.rows]
        assert words == ["high", "medium: please check", "low: please check", "not recognized"]

    def test_says_when_the_cells_do_not_fit_the_name(self):
        (row,) = page(match("energy", None, 0.0)).rows
        assert row.confidence == "named like Energy, but its values are not: it will not be used"
        assert row.level == "guess"

    def test_begins_with_what_is_matched_and_keeps_each_place(self):
        found = page(match("x", None, 0.0), match("energy", "energy"))
        assert [(row.place, row.column, row.proposed) for row in found.rows] == [
            (1, "energy", "energy"),
            (0, "x", ""),
        ]

    def test_offers_the_units_of_a_field_and_leaves_empty_examples_out(self):
        row = page(match("energy_%", "energy", unit="percent")).rows[0]
        assert row.unit == "percent"
        assert dict(row.units)["percent"] == "percent (0–100)"
        assert [(example.cell, example.stored) for example in row.examples] == [("1", "0.01"), ("2", "0.02")]

    def test_every_unit_that_is_found_is_offered(self):
        found = {*FACTORS, *CELL_READERS} - {"fraction", "mode of key", "mode of short key"}
        assert found <= {unit for units in UNITS.values() for unit, _ in units}

    def test_offers_another_mark_where_numbers_can_be_read_in_two_ways(self):
        cells = ("1,281", "95")
        plays = ColumnMatch("plays", None, decimal=".", examples=cells, sample=cells)
        row = page(plays, match("energy", "energy")).rows[1]
        assert (row.mark, [mark for mark, _ in row.marks]) == (".", [".", ","])
        assert row.examples[0].stored == "1281"

    def test_says_what_else_is_read_from_a_column(self):
        keys = ColumnMatch("key", "key", "letter", examples=("Fm",), sample=("Fm", "C"))
        assert page(keys).rows[0].note == "Mode is read from it, too."

    def test_names_the_columns_beyond_what_a_page_can_hold(self):
        found = page(match("energy", "energy"), *(match(f"x{n}", None, 0.0) for n in range(MAX_CHOICES)))
        assert len(found.rows) == MAX_CHOICES
        assert found.others == (f"x{MAX_CHOICES - 1}",)

    def test_offers_every_field(self):
        (empty, sound, about) = page(match("energy", "energy")).choices
        assert empty[0] == ""
        assert ("energy", "Energy") in sound[1]
        assert any(name == "title" for name, _ in about[1])
