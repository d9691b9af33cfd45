"""What the API says of a file, and takes for how it is read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import Field

from clustering.api.schemas import Answer, Body, Id, Text
from clustering.models import Upload
from clustering.songfiles.columns import ColumnMap, ColumnMatch
from clustering.songfiles.encodings import ENCODINGS
from clustering.songfiles.headers import MAX_HEADER_ROW, MAX_HEADER_ROWS
from clustering.songfiles.parts import Reading
from clustering.songfiles.readers import Dialect


class MatchAnswer(Answer):
    """One column of a file, and the field it is taken for."""

    column: str
    field: str | None
    unit: str
    decimal: Literal["", ".", ","]
    """The mark before fractions; empty where it does not matter."""
    settled: bool
    """Whether a person chose the unit and the mark, so that no value can change them."""
    confidence: float
    examples: list[str]

    @classmethod
    def of(cls, match: ColumnMatch) -> MatchAnswer:
        """Read a match."""
        return cls(
            column=match.column,
            field=match.field,
            unit=match.unit,
            decimal=cast("Literal['', '.', ',']", match.decimal),
            settled=match.settled,
            confidence=match.confidence,
            examples=list(match.examples),
        )


class ReadingAnswer(Answer):
    """How a file was read."""

    format: str
    encoding: str
    delimiter: str
    sheets: list[str]
    """The sheets of a workbook that have something in them."""
    read_sheets: list[str]
    """Those whose songs are read, one below the other."""
    header: int | None
    """The row of the header, counted from 1 without empty rows; 0 where the file has none, null where its columns
    have their names elsewhere."""
    header_rows: int | None
    first_rows: list[list[str]]
    """The beginning of the first rows."""

    @classmethod
    def of(cls, dialect: Dialect) -> ReadingAnswer:
        """Read a dialect."""
        part = dialect.parts[0] if dialect.parts else None
        return cls(
            format=dialect.format,
            encoding=dialect.encoding,
            delimiter=dialect.delimiter,
            sheets=list(dialect.sheets),
            read_sheets=[part.sheet for part in dialect.parts if part.sheet],
            header=part.header if part else None,
            header_rows=part.header_rows if part else None,
            first_rows=[list(row) for row in dialect.top],
        )


class UploadAnswer(Answer):
    """One file of a dataset. Until it is imported its columns can be changed."""

    id: Id
    dataset: Id
    file_name: str
    bytes: int
    sha256: str
    imported: bool
    rows_read: int
    rows_kept: int
    rows_rejected: int
    duplicates: int
    has_rejected_rows: bool
    kind: str
    """The kind of file by its columns, empty where it is of no known one."""
    columns: list[MatchAnswer]
    reading: ReadingAnswer
    created_at: datetime

    @classmethod
    def of(cls, upload: Upload) -> UploadAnswer:
        """Read an upload."""
        column_map = ColumnMap.from_dict(upload.column_map) if upload.column_map else ColumnMap("")
        return cls(
            id=upload.pk,
            dataset=upload.dataset_id,
            file_name=upload.original_name,
            bytes=upload.bytes,
            sha256=upload.sha256,
            imported=upload.is_imported,
            rows_read=upload.rows_read,
            rows_kept=upload.rows_kept,
            rows_rejected=upload.rows_rejected,
            duplicates=upload.duplicates,
            has_rejected_rows=bool(upload.rejected_file),
            kind=column_map.dialect_name,
            columns=[MatchAnswer.of(match) for match in column_map.matches],
            reading=ReadingAnswer.of(Dialect.from_dict(upload.dialect)),
            created_at=upload.created_at,
        )


class ReadingBody(Body):
    """How a file is to be read; what is left out is found."""

    encoding: Annotated[
        Text | None, Field(description=f"How its text is encoded: one of {', '.join(ENCODINGS)}.")
    ] = None
    sheet: Annotated[Text | None, Field(description="The name of a sheet, or * for all of them.")] = None
    header: Annotated[
        int | None,
        Field(
            ge=0, le=MAX_HEADER_ROW, description="The row of the header, from 1 without empty rows; 0: none."
        ),
    ] = None
    header_rows: Annotated[
        int, Field(ge=1, le=MAX_HEADER_ROWS, description="How many rows the header is.")
    ] = 1

    def reading(self) -> Reading:
        """Return it as the reader takes it."""
        return Reading(self.encoding or "", self.sheet or "", self.header, self.header_rows)
