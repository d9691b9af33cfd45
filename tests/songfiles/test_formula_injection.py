"""Text that a spreadsheet would run."""

import pyarrow as pa
import pytest

from clustering.songfiles import formula_injection


@pytest.mark.parametrize("text", ["=1+1", "+44", "-", "@here", "\tx", "\rx", "-2+3", "=HYPERLINK(1)"])
def test_formulas_are_disarmed(text: str) -> None:
    expected = text if text == "+44" else f"'{text}"
    assert formula_injection.escape(text) == expected


@pytest.mark.parametrize("text", ["", "-7.2", "+1e5", ".5", "*NSYNC", "A = B", "-1E-05"])
def test_numbers_and_other_text_stay(text: str) -> None:
    assert formula_injection.escape(text) == text


def test_a_column_is_treated_like_its_cells() -> None:
    cells = ["=1", "-7.2", None, "plain", "@x"]
    column = pa.chunked_array([cells])
    expected = [None if c is None else formula_injection.escape(c) for c in cells]
    assert formula_injection.plain_column(column).to_pylist() == expected


def test_a_part_of_a_column_is_treated_like_its_cells() -> None:
    cells = ["=0", "", "=1", None, "-7.2", "", "@x", "=9"]
    part = pa.chunked_array([pa.array(cells).slice(1, 6), pa.array(cells[:1]), pa.array([], pa.string())])
    assert formula_injection.plain_column(part).to_pylist() == ["", "'=1", None, "-7.2", "", "'@x", "'=0"]


def test_columns_of_numbers_are_left_alone() -> None:
    column = pa.chunked_array([[-1.0, 2.0]])
    assert formula_injection.plain_column(column) is column
