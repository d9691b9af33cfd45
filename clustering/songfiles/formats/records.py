"""What the readers hand on: how a file is written, its rows in batches, and the rows that are no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MAX_COLUMNS = 2_000
MAX_REJECTED_TEXT = 2_000
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written: what the preview found out, and what the load must use again."""

    format: str
    compression: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","

    def to_dict(self) -> dict[str, str]:
        """Return it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Dialect:
        """Read it from what JSON kept."""
        return cls(
            format=str(values["format"]),
            compression=str(values.get("compression", "")),
            encoding=str(values.get("encoding", "utf-8")),
            delimiter=str(values.get("delimiter", ",")),
        )

    def __str__(self) -> str:
        words = {"csv": "CSV", "xlsx": "Excel workbook", "parquet": "Parquet"}[self.format]
        if self.format == "csv":
            words += f", {DELIMITER_NAMES.get(self.delimiter, self.delimiter)}-separated, {self.encoding}"
        return words + (", gzipped" if self.compression else "")


class Rejection(StrEnum):
    """Why a row could not become a song."""

    TOO_LONG = "too_long"
    UNCLOSED_QUOTE = "unclosed_quote"
    CELL_COUNT = "cell_count"
    NO_FEATURE = "no_feature"
    NO_NAME = "no_name"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not become a song: where it is, why not, as code and as sentence, and what it says."""

    row: int
    line: int
    code: Rejection
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some well-formed records in the order of the file.

    The text of a cell is exactly what the file has. `row_numbers` counts the records below the header from 1,
    malformed ones too, so that an export can find each row of the file again; `lines` are where they begin.
    """

    table: pa.Table
    row_numbers: npt.NDArray[np.int32]
    lines: npt.NDArray[np.int64]
    bad_rows: tuple[RejectedRow, ...] = ()


def unique_names(header: list[str]) -> list[str]:
    """Return the names of a header, a repeated one with a number behind it: each names one column."""
    taken: set[str] = set(header)
    seen: set[str] = set()
    names = []
    for name in header:
        candidate, number = name, 2
        while candidate in seen or (candidate != name and candidate in taken):
            candidate, number = f"{name} ({number})", number + 1
        seen.add(candidate)
        names.append(candidate)
    return names
