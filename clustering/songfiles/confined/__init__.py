"""Parquet files and workbooks are unpacked in a process of their own, which the system ends where it takes too much.

How large such a file becomes stands nowhere that could be believed: dictionaries, run lengths and shared prefixes
multiply, pages and strings claim what they like, and each is told of in another place by whoever wrote the file.
Arrow and calamine take the memory first, calamine ends the whole process where there is none, and neither can be
given a limit. The system can. What comes back is in batches of a few plain types (`limits`, `plain_types`).

The process gets no environment but the paths, and so no secrets.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from clustering.songfiles import SongFileError
from clustering.songfiles.confined import frames
from clustering.songfiles.confined.frames import Kind
from clustering.songfiles.formats.records import Batch, Dialect
from clustering.songfiles.limits import Expansion
from clustering.songfiles.streams import unpacked

ROOT = Path(__file__).resolve().parent.parent.parent.parent
MEMORY_MB = 560
"""What the process may take; with its libraries it stays below 600."""

STEPS = (16_384, 64)
"""So many rows of a Parquet file are unpacked at a time; fewer where these were too much."""

SEARCHED_ROWS = 1_024
"""So many are looked at for the column that was too much."""

ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve more than they need
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(2**20),  # what is large goes back to the system at once
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class _TooLarge(Exception):  # noqa: N818 – told of in other words
    """The process came to its limit; `column` is the one it was at, if it said so."""

    def __init__(self, column: str | None) -> None:
        self.column = column


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a workbook is: its kind, and the first rows of each of its sheets that has any, by its name."""

    format: str
    sheets: dict[str, list[list[str]]]


def look_into_workbook(path: Path, dialect: Dialect, filename: str, rows: int) -> Workbook:
    """Return what is in a workbook; refuse what is none, and one made to fill the memory."""
    with unpacked(path, dialect) as plain:
        try:
            for kind, content in _ask("look", plain, filename=filename, rows=rows):
                if kind is Kind.SHEETS:
                    return Workbook(**json.loads(content))
        except _TooLarge as error:
            _drain("largest", plain)  # it says which column
            raise _too_large(error.column) from error
    raise SongFileError(f"“{filename}” is a damaged workbook. Save it again.")


def read_parquet(path: Path, dialect: Dialect, batch_rows: int) -> Iterator[Batch]:
    """Yield the rows of a Parquet file."""
    with unpacked(path, dialect) as plain:
        last, expansion = 0, Expansion(path.stat().st_size)
        for step in STEPS:
            try:
                for batch in _batches("parquet", plain, batch_rows=batch_rows, step=step, after=last):
                    last = int(batch.row_numbers[-1])
                    expansion.add(batch.table)
                    yield batch
            except _TooLarge:
                continue
            return
        _drain("find", plain, after=last, rows=SEARCHED_ROWS)  # it says which column
        raise SongFileError(
            f"The rows after row {last:,} need more than {MEMORY_MB:,} MB of memory when unpacked, so the "
            "file can’t be read. Remove the columns that don’t describe the songs, and upload it again."
        )


def read_workbook(path: Path, dialect: Dialect, chunk_bytes: int) -> Iterator[Batch]:
    """Yield the rows of a workbook."""
    with unpacked(path, dialect) as plain:
        try:
            expansion = Expansion(path.stat().st_size)
            parts = [asdict(part) for part in dialect.parts]
            for batch in _batches("workbook", plain, chunk_bytes=chunk_bytes, parts=parts):
                expansion.add(batch.table)
                yield batch
        except _TooLarge as error:
            _drain("largest", plain)  # it says which column
            raise _too_large(None) from error


def count_parquet_rows(path: Path, dialect: Dialect) -> int:
    """Return how many rows a Parquet file says it has."""
    with unpacked(path, dialect) as plain:
        return _counted("count parquet", plain)


def count_workbook_rows(path: Path, dialect: Dialect) -> int:
    """Return about how many rows the largest sheet has, or all where all are read."""
    with unpacked(path, dialect) as plain:
        return _counted("count workbook", plain, all_sheets=len(dialect.parts) > 1)


def _counted(task: str, path: Path, **settings: Any) -> int:
    for kind, content in _ask(task, path, **settings):
        if kind is Kind.COUNT:
            return int(content)
    return 0


def _batches(task: str, path: Path, **settings: Any) -> Iterator[Batch]:
    for kind, content in _ask(task, path, **settings):
        if kind is Kind.BATCH:
            yield frames.batch_of(content)


def _drain(task: str, path: Path, **settings: Any) -> None:
    """Have something done that ends with a sentence, or with nothing to say."""
    try:
        for _ in _ask(task, path, **settings):
            pass
    except _TooLarge as error:
        raise _too_large(error.column) from error


def _too_large(column: str | None) -> SongFileError:
    what = f"The column “{column}” needs" if column else "The file needs"
    return SongFileError(
        f"{what} more than {MEMORY_MB:,} MB of memory when unpacked, so it can’t be read. "
        + ("Leave the column out" if column else "Save the songs as CSV")
        + ", and upload the file again."
    )


def _ask(task: str, path: Path, **settings: Any) -> Iterator[tuple[Kind, bytes]]:
    """Start the process, and yield what it answers until it has said that it is done."""
    request = json.dumps({"task": task, "path": str(path.resolve()), "memory_mb": MEMORY_MB} | settings)
    command = [sys.executable, "-m", "clustering.songfiles.confined"]
    process = subprocess.Popen(  # noqa: S603 – our own module
        command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    source, answer = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    column: str | None = None
    try:
        with contextlib.suppress(BrokenPipeError):  # it ended before: the answer is that there is none
            source.write(request.encode())
            source.close()
        while True:
            frame = frames.read(answer)
            if frame is None or frame[0] is Kind.MEMORY:
                raise _TooLarge(column)
            kind, content = frame
            if kind is Kind.DONE:
                return
            if kind is Kind.REFUSED:
                raise SongFileError(content.decode())
            if kind is Kind.DAMAGED:
                raise pa.ArrowInvalid(content.decode())
            if kind is Kind.COLUMN:
                column = content.decode()
            yield frame
    finally:
        process.kill()
        answer.close()
        process.wait()
