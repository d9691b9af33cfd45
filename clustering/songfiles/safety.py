"""Text that a spreadsheet must not take for a formula."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

DANGEROUS = r"^[=+\-@\t\r]"
NUMBER = r"^[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?$"
_dangerous = re.compile(DANGEROUS)
_number = re.compile(NUMBER)


def plain_text(text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet would run it.

    Examples
    --------
    >>> plain_text("=1+1")
    "'=1+1"
    >>> plain_text("-7.2")
    '-7.2'
    """
    return f"'{text}" if _dangerous.match(text) and not _number.match(text) else text


def without_apostrophe(text: str) -> str:
    """Return the text that :func:`plain_text` was given.

    Examples
    --------
    >>> without_apostrophe("'=1+1"), without_apostrophe("'Til Tuesday")
    ('=1+1', "'Til Tuesday")
    """
    return text[1:] if text.startswith("'") and plain_text(text[1:]) == text else text


def plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Do the same for a column of text; columns of numbers are returned as they are."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    risky = pc.match_substring_regex(column, DANGEROUS)
    if not pc.any(risky).as_py():
        return column
    risky = pc.and_(risky, pc.invert(pc.match_substring_regex(column, NUMBER)))
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
