"""The quick way to tell what a column's cells are, beside the pattern that says it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clustering.exports import kinds
from clustering.exports.kinds import kind_of


@given(
    st.lists(
        st.from_regex(r"-?[0-9]{0,4}[.]?[0-9]{0,4}", fullmatch=True) | st.text("0123456789.-", max_size=17)
    ),
    st.sampled_from(["", "."]),
)
@example(["-0", "0.5", "-.5", "5."], "")
@example(["1234567890123456"], "")
def test_short_plain_cells_are_what_the_pattern_says(cells, mark):
    column = pa.chunked_array([pa.array(cells[:2], pa.string()), pa.array(cells[2:], pa.string())])
    quick = kind_of(column, mark)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds, "_bare_kind", lambda cells: None)
        assert quick == kind_of(column, mark)
