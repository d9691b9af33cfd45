"""An answer that a thread writes as quickly as it can, and that is sent as slowly as somebody takes it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable

PIECE = 64 * 1024


class Spool:
    """What is on its way, in a file without a name: no memory grows with it, and it is gone with the process."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._more = asyncio.Event()
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 – see `close`
        self._size = 0
        self._ended = self._abandoned = False
        self._error: BaseException | None = None

    def fill(self, pieces: Iterable[bytes]) -> None:
        """Write all pieces, in a thread, unless nobody wants them any more."""
        try:
            for piece in pieces:
                if self._abandoned:
                    break
                self._write(piece)
        except BaseException as error:
            self._error = error  # for whoever reads
        self._ended = True
        self._tell()

    def _write(self, piece: bytes) -> None:
        rest = memoryview(piece)
        while rest:
            written = self._file.write(rest)
            rest = rest[written:]
            self._size += written
        self._tell()

    def _tell(self) -> None:
        self._loop.call_soon_threadsafe(self._more.set)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield what is there, wait for the rest, and raise what ended it early."""
        at, ended = 0, False
        while not ended:
            self._more.clear()
            ended = self._ended  # asked before the size: nothing is written after it
            while at < self._size:
                piece = os.pread(self._file.fileno(), PIECE, at)
                at += len(piece)
                yield piece
            if not ended:
                await self._more.wait()
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Let nothing more be written."""
        self._abandoned = True

    def close(self) -> None:
        """Give the room back."""
        self._file.close()
