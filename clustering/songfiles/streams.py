"""Bytes out of a file: packing undone under a limit, any encoding turned into UTF-8."""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from clustering.songfiles import SongFileError
from clustering.songfiles.encodings import decode_cp1252, to_utf8
from clustering.songfiles.formats.records import Dialect

# Real song files shrink three to twenty times; what grows far more than that was made to fill a disk.
MAX_EXPANSION = 250
ALWAYS_EXPANDED = 64 * 2**20
MAX_EXPANDED = 8 * 2**30


def most_unpacked(size: int) -> int:
    """Return how many bytes a file of this size may unpack to."""
    return min(MAX_EXPANDED, max(ALWAYS_EXPANDED, MAX_EXPANSION * size))


def size_text(count: int) -> str:
    """Return a number of bytes for people, e.g. 64 MB."""
    return f"{count / 2**30:.3g} GB" if count >= 2**30 else f"{count / 2**20:.3g} MB"


class LimitedStream:
    """A file's bytes, gunzipped where it is gzipped, that refuses to grow beyond all measure."""

    def __init__(self, path: Path, compression: str) -> None:
        self._gzipped = compression == "gzip"
        raw = gzip.open(path, "rb") if self._gzipped else path.open("rb")  # noqa: SIM115
        self._file: BinaryIO = cast("BinaryIO", raw)
        self._limit = most_unpacked(path.stat().st_size)
        self._given = 0

    def read(self, size: int) -> bytes:
        """Return up to so many bytes, fewer at the end only."""
        try:
            data = self._file.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SongFileError(
                "The compressed file is damaged or was cut off after "
                f"{self._given:,} bytes. Compress or download it again."
            ) from error
        self._given += len(data)
        if self._gzipped and self._given > self._limit:
            raise SongFileError(
                f"The compressed file unpacks to more than {size_text(self._limit)}, over the limit of "
                f"{MAX_EXPANSION} times its own size and {size_text(MAX_EXPANDED)} in all. "
                "Unpack it yourself, see what is in it, and upload the table."
            )
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> LimitedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def unpacked(path: Path, dialect: Dialect) -> Iterator[Path]:
    """Give a file that must be read from its end, unpacked beside nothing that stays."""
    if not dialect.compression:
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="songs-") as copy:
        with LimitedStream(path, dialect.compression) as stream:
            while data := stream.read(2**20):
                copy.write(data)
        copy.flush()
        yield Path(copy.name)


def utf8_chunks(path: Path, dialect: Dialect, size: int) -> Iterator[bytes]:
    """Yield the text of a delimited file as UTF-8 without byte order mark, in chunks."""
    with LimitedStream(path, dialect.compression) as stream:
        chunks = to_utf8(iter(lambda: stream.read(size), b""), dialect.encoding)
        yield next(chunks, b"").removeprefix(codecs.BOM_UTF8)
        yield from filter(None, chunks)


def mend_utf8(block: bytes) -> bytes:
    """Return a block as UTF-8 in which the lines that are not are read as Windows' Western text.

    A long file may look like ASCII as far as it was sniffed and have its first accent later; and some are two
    files put together.
    """
    lines = block.split(b"\n")
    for index, line in enumerate(lines):
        try:
            line.decode()
        except UnicodeDecodeError:
            lines[index] = decode_cp1252(line).encode()
    return b"\n".join(lines)
