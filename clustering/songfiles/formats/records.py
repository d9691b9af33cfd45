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
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}
WORKBOOKS = {"xlsx": "Excel workbook", "xlsb": "binary Excel workbook", "ods": "OpenDocument spreadsheet"}


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a file, which has several where it is a workbook: where its header is, and its columns.

    Attributes
    ----------
    sheet
        The sheet's name; empty where the file has none.
    header
        The row of the header, counted from 1 without empty ones; 0 where there is none.
    header_rows
        How many rows make up the header.
    names
        The names of the columns.
    """

    sheet: str = ""
    header: int = 1
    header_rows: int = 1
    names: tuple[str, ...] = ()

    @property
    def above(self) -> int:
        """How many rows are no songs: those above the header, and its own."""
        return self.header + self.header_rows - 1 if self.header else 0

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Part:
        """Read it from what JSON kept."""
        return cls(values["sheet"], values["header"], values["header_rows"], tuple(values["names"]))


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written: what the preview found out or a person said, and what the load must use again.

    Attributes
    ----------
    style
        How cells are quoted where that is not as everywhere: see `quoting_styles`.
    parts
        The tables that are read, in their order. Without any, the first row is the header of the only one.
    sheets
        The names of all sheets of a workbook.
    top
        The beginning of the first rows, for whoever looks where the header is.
    """

    format: str
    compression: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    style: str = ""
    parts: tuple[Part, ...] = ()
    sheets: tuple[str, ...] = ()
    top: tuple[tuple[str, ...], ...] = ()

    @property
    def is_workbook(self) -> bool:
        """Whether it is a workbook of a spreadsheet program."""
        return self.format in WORKBOOKS

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of all tables, those of the first as they stand in it."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.names))

    def to_dict(self) -> dict[str, Any]:
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
            style=str(values.get("style", "")),
            parts=tuple(map(Part.from_dict, values.get("parts", ()))),
            sheets=tuple(values.get("sheets", ())),
            top=tuple(map(tuple, values.get("top", ()))),
        )

    def __str__(self) -> str:
        words = {"csv": "CSV", "parquet": "Parquet"}.get(self.format) or WORKBOOKS[self.format]
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
