"""Text that a spreadsheet would run."""

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.songfiles import formula_injection
from clustering.songfiles.formula_injection import escape, plain_column, without_apostrophe

FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"
CELLS = st.lists(
    st.none() | st.text(alphabet=f"=+-@,;|\t\r\n \"'a1.ü\u200b\u00a0\u3000{FULL_WIDTH}", max_size=8),
    max_size=12,
)


@pytest.mark.parametrize(
    "text", ["=1+1", "-", "@here", "\tx", "\rx", "\nx", "-2+3", "=HYPERLINK(1)", " =1", '"=1', *FULL_WIDTH]
)
def test_formulas_are_disarmed(text: str) -> None:
    assert escape(text) == f"'{text}"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "\n", "\r"])
@pytest.mark.parametrize("begin", ["=1+1", " @x", '"=1', f"{FULL_WIDTH[0]}1", "-1+1"])
def test_formulas_behind_another_separator_are_disarmed(separator: str, begin: str) -> None:
    assert escape(f"rock{separator}{begin}") == f"rock{separator}'{begin}"


@pytest.mark.parametrize(
    "text",
    ["", "-7.2", "+44", "+1e5", ".5", "*NSYNC", "A = B", "-1E-05", "a - b, c", "-7,5", "1;-7", "[1, -2]"],
)
def test_numbers_and_other_text_stay(text: str) -> None:
    assert escape(text) == text


@given(st.text(alphabet=f"=+-@,;|\t\r\n \"'a1.{FULL_WIDTH}"))
def test_no_part_of_a_text_begins_like_a_formula(text: str) -> None:
    for part in re.split(r"[,;\t|\r\n]", escape(text)):
        bare = part.strip(' "\u200b')
        if bare[:1] and bare[0] in f"=+-@{FULL_WIDTH}":
            float(re.sub(r"[\])}\s\"]+$", "", bare))


@given(st.text(alphabet=f"=+-@;\n 'a1\"{FULL_WIDTH}").filter(lambda text: "'" not in text))
def test_what_was_escaped_comes_back(text: str) -> None:
    assert without_apostrophe(escape(text)) == text


@given(CELLS)
def test_a_column_is_treated_like_its_cells(cells: list[str | None]) -> None:
    expected = [None if c is None else escape(c) for c in cells]
    column = pa.chunked_array([pa.array(cells, pa.string())])
    assert plain_column(column).to_pylist() == expected
    part = pa.chunked_array([pa.array(["=0", *cells, "=9"]).slice(1, len(cells)), pa.array([], pa.string())])
    assert plain_column(part).to_pylist() == expected


def test_what_a_cell_says_counts_and_not_how_arrow_keeps_it() -> None:
    cells = ["=1", None, "x;=1", "-7.5"]
    plain = pa.array(cells, pa.string())
    for column in (plain, plain.dictionary_encode(), plain.cast(pa.binary()), plain.cast(pa.large_string())):
        assert plain_column(pa.chunked_array([column])).to_pylist() == ["'=1", None, "x;'=1", "-7.5"]


def test_columns_of_numbers_are_left_alone() -> None:
    for numbers in ([-1.0, 2.0, None], [-1, 2], [True, False], [-1.0, np.nan]):
        column = pa.chunked_array([pa.array(numbers)])
        assert plain_column(column) is column


def test_a_number_without_end_is_no_formula() -> None:
    column = pa.chunked_array([pa.array([-np.inf, -7.5])])
    assert formula_injection.plain_column(column).to_pylist() == ["'-inf", "-7.5"]


def test_formulas_among_many_negative_numbers_are_disarmed() -> None:
    numbers = [f"-{row / 7:.3f}" for row in range(3 * formula_injection.FEW)]
    odd = ["-1+1", "-2.5 dB", "-3\n", "-1e5", "+.5", None, "-", "=1"]
    cells = [*numbers, *odd, *numbers]
    expected = [None if cell is None else escape(cell) for cell in cells]
    assert plain_column(pa.chunked_array([cells[:100], cells[100:]])).to_pylist() == expected
    assert "'-1+1" in expected
