"""Runs: what was found, how far it can be trusted, and the songs with their groups."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pyarrow as pa

from musicclust_client.connection import Connection
from musicclust_client.errors import MusicClustError
from musicclust_client.pending import Pending
from musicclust_client.shapes import Group, Job, RunDetails, RunInfo, Verdict

ENDINGS = (".csv", ".parquet", ".arrow")
PIECE = 1 << 20


class Run:
    """One way of grouping a dataset's songs."""

    def __init__(self, connection: Connection, info: RunInfo) -> None:
        self._connection = connection
        self.info = info
        """As it was listed."""

    def __repr__(self) -> str:
        return f"<Run {self.id}: {self.info['name']}>"

    @property
    def id(self) -> int:
        """Its number."""
        return self.info["id"]

    def details(self) -> RunDetails:
        """Read it with its verdict and scores as they are now."""
        found: RunDetails = self._connection.get(f"runs/{self.id}")
        self.info = found
        return found

    @property
    def verdict(self) -> Verdict | None:
        """How clear the groups are. Clustering always returns groups: quote it with them."""
        return self.details()["verdict"]

    def groups(self) -> list[Group]:
        """Read its groups, the largest first."""
        return cast("list[Group]", self._connection.get(f"runs/{self.id}/clusters"))

    def songs(self) -> pa.Table:
        """Fetch all songs with every column of their file and what was found; `.to_pandas()` makes a data frame."""
        with self._connection.stream(f"runs/{self.id}/songs.arrow") as response:
            body = io.BufferedReader(
                _Body(response.iter_bytes(PIECE)), PIECE
            )  # Arrow takes a short read for the end
            return pa.ipc.open_stream(body).read_all()

    def save(self, path: str | Path) -> Path:
        """Save the same as a file; the name's ending says whether as CSV, Parquet or an Arrow stream."""
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in ENDINGS:
            raise MusicClustError(f"A file's name ends in {', '.join(ENDINGS)}; “{path.name}” does not.")
        part = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            with (
                self._connection.stream(f"runs/{self.id}/songs{ending}") as response,
                part.open("xb") as file,
            ):
                for chunk in response.iter_bytes(PIECE):
                    file.write(chunk)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def delete(self) -> Pending[None]:
        """Delete it with all it found."""
        return Pending(self._connection, self._connection.delete(f"runs/{self.id}"), lambda job: None)


def pending_run(connection: Connection, job: Job) -> Pending[Run]:
    """Return a run that is being made; its number of groups may be looked for first, by a job before it."""

    def read(job: Job) -> RunDetails:
        details: RunDetails = connection.get(f"runs/{job['run'] or run}")
        return details

    def following(job: Job) -> Job | None:
        details = read(job)
        if details["finished"]:
            return None
        if details["job"] in (None, job["id"]):
            raise MusicClustError(f"“{details['name']}” was not finished by its job. Start the run again.")
        after: Job = connection.get(f"jobs/{details['job']}")
        return after

    run = job["run"]
    return Pending(connection, job, lambda job: Run(connection, read(job)), following)


class _Body(io.RawIOBase):
    """The body of an answer as a file, of which only what is needed next is held."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as one piece goes."""
        view = memoryview(buffer)
        if not self._left:
            self._left = next(self._chunks, b"")
        taken, self._left = self._left[: len(view)], self._left[len(view) :]
        view[: len(taken)] = taken
        return len(taken)
