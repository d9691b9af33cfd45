"""The process that unpacks one file: a request comes in as JSON, frames go out."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from clustering.songfiles import SongFileError
from clustering.songfiles.confined import frames
from clustering.songfiles.confined.frames import Kind
from clustering.songfiles.formats import parquet, workbooks, xlsx
from clustering.songfiles.formats.records import Batch, Part
from clustering.songfiles.limits import limited

MEGABYTE = 2**20


def main(source: BinaryIO, out: BinaryIO) -> None:
    """Do what is asked, and say how it ended."""
    request = json.loads(source.read())
    _limit_memory(request.pop("memory_mb") * MEGABYTE)
    task, path = TASKS[request.pop("task")], Path(request.pop("path"))
    try:
        for kind, content in task(path, **request):
            frames.write(out, kind, content)
        frames.write(out, Kind.DONE)
    except SongFileError as error:
        frames.write(out, Kind.REFUSED, str(error).encode(errors="replace"))
    except MemoryError:  # Arrow's is one too
        frames.write(out, Kind.MEMORY)
    except pa.ArrowException as error:
        frames.write(out, Kind.DAMAGED, str(error).encode(errors="replace"))


def _limit_memory(most: int) -> None:
    """Have the system refuse more; a system that cannot goes on without."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


Answer = Iterator[tuple[Kind, bytes | pa.Buffer]]


def _parquet(path: Path, *, batch_rows: int, step: int, after: int) -> Answer:
    yield from _sent(parquet.read_parquet(path, batch_rows, step=step, after=after))


def _workbook(path: Path, *, chunk_bytes: int, parts: list[dict[str, Any]]) -> Answer:
    for batch in workbooks.read_workbook(path, chunk_bytes, list(map(Part.from_dict, parts))):
        yield from _sent(limited(batch, len(batch.table) or 1))


def _sent(batches: Iterator[Batch]) -> Answer:
    for batch in batches:
        yield Kind.BATCH, frames.content_of(batch)


def _find(path: Path, *, after: int, rows: int) -> Answer:
    def announce(column: str) -> None:
        frames.write(sys.stdout.buffer, Kind.COLUMN, column.encode(errors="replace"))

    parquet.find_large(path, after, rows, announce)
    yield from ()


def _look(path: Path, *, filename: str, rows: int) -> Answer:
    kind = xlsx.check_workbook(path, filename)
    found = {"format": kind, "sheets": workbooks.first_rows(path, rows)}
    yield Kind.SHEETS, json.dumps(found).encode()


def _largest(path: Path) -> Answer:
    xlsx.find_large(path)
    yield from ()


def _count_parquet(path: Path) -> Answer:
    yield Kind.COUNT, str(parquet.count_parquet_rows(path)).encode()


def _count_workbook(path: Path, *, all_sheets: bool) -> Answer:
    yield Kind.COUNT, str(xlsx.count_workbook_rows(path, all_sheets=all_sheets)).encode()


TASKS: dict[str, Callable[..., Answer]] = {
    "parquet": _parquet,
    "workbook": _workbook,
    "find": _find,
    "look": _look,
    "largest": _largest,
    "count parquet": _count_parquet,
    "count workbook": _count_workbook,
}

if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
