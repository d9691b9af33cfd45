"""What the column page shows of a proposal."""

from dataclasses import dataclass

from clustering.songfiles.columns import ColumnMap, ColumnMatch
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
        assert words == ["sure", "likely", "a guess: please check", "not recognised"]

    def test_says_when_the_cells_do_not_fit_the_name(self):
        (row,) = page(match("energy", None, 0.0)).rows
        assert row.confidence == "named like Energy, but its values are not: it will not be used"
        assert row.level == "guess"

    def test_begins_with_what_is_matched_and_keeps_each_place(self):
        found = page(match("x", None, 0.0), match("energy", "energy"))
        assert found.choosable == [(1, "energy", "energy"), (0, "x", "")]

    def test_says_units_in_words_and_leaves_empty_examples_out(self):
        row = page(match("energy_%", "energy", unit="percent")).rows[0]
        assert row.unit == "0 to 100 percent"
        assert row.examples == ("1", "2")

    def test_names_the_columns_beyond_what_a_page_can_hold(self):
        found = page(match("energy", "energy"), *(match(f"x{n}", None, 0.0) for n in range(MAX_CHOICES)))
        assert len(found.rows) == MAX_CHOICES
        assert found.others == (f"x{MAX_CHOICES - 1}",)

    def test_offers_every_field(self):
        (empty, sound, about) = page(match("energy", "energy")).choices
        assert empty[0] == ""
        assert ("energy", "Energy") in sound[1]
        assert any(name == "title" for name, _ in about[1])
