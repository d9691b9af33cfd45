"""Datasets, and files on their way to being one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from musicclust_client.connection import Connection
from musicclust_client.pending import Pending
from musicclust_client.runs import Run, pending_run
from musicclust_client.shapes import DatasetInfo, Match, SimilarSongs, Song, UploadedFile

Columns = Mapping[str, str | None]


class Dataset:
    """A collection of songs."""

    def __init__(self, connection: Connection, info: DatasetInfo) -> None:
        self._connection = connection
        self.info = info

    def __repr__(self) -> str:
        return f"<Dataset {self.id}: {self.info['name']}, {self.info['songs']:,} songs>"

    @property
    def id(self) -> int:
        """Its number."""
        return self.info["id"]

    def run(self, k: int | Literal["auto"] = "auto", **settings: Any) -> Pending[Run]:
        """Find groups: so many, or as many as the songs suggest.

        `settings` are those of the API: features, weights, scaler, missing, seed, sample_size, algorithm,
        min_cluster_size.
        """
        body = settings | {"n_clusters": None if k == "auto" else k}
        return pending_run(self._connection, self._connection.post(f"datasets/{self.id}/runs", body))

    def runs(self) -> Iterator[Run]:
        """Read its runs, the newest first."""
        for info in self._connection.all(f"datasets/{self.id}/runs"):
            yield Run(self._connection, info)

    def songs(self, **filters: Any) -> Iterator[Song]:
        """Read its songs, by filters of the API such as `energy_from=0.8`, `genre="rock"` and `sort="-tempo"`."""
        return self._connection.all(f"datasets/{self.id}/songs", {"limit": 200} | filters)

    def similar(self, songs: Sequence[int], **filters: Any) -> SimilarSongs:
        """Find songs like others, by what they sound like."""
        asked = {"song": list(songs)} | filters
        return cast("SimilarSongs", self._connection.get(f"datasets/{self.id}/similar", asked))

    def quality(self) -> dict[str, Any]:
        """Read what became of its first file's rows, and what its columns are like."""
        return cast("dict[str, Any]", self._connection.get(f"datasets/{self.id}/quality"))

    def upload(self, path: str | Path, *, progress: bool = True) -> Upload:
        """Send a further file, whose songs are to be added."""
        path = Path(path)
        address, asked = f"datasets/{self.id}/uploads", {"name": path.name}
        return Upload(self._connection, self._connection.post_file(address, path, asked, progress=progress))

    def delete(self) -> Pending[None]:
        """Delete it with its files, songs and runs."""
        return Pending(self._connection, self._connection.delete(f"datasets/{self.id}"), lambda job: None)


class Upload:
    """A file that was sent. Nothing is imported yet: look at `columns` first, where you do not know the file."""

    def __init__(self, connection: Connection, info: UploadedFile) -> None:
        self._connection = connection
        self.info = info

    def __repr__(self) -> str:
        return f"<Upload {self.info['id']}: {self.info['file_name']}>"

    @property
    def columns(self) -> list[Match]:
        """Which column is taken for what, and how sure that is."""
        return self.info["columns"]

    def start(self, columns: Columns | None = None) -> Pending[Dataset]:
        """Import the songs. `columns` changes what is wrong: a column's field, or field:unit, or None for none."""
        address = f"datasets/{self.info['dataset']}/uploads/{self.info['id']}/import"
        job = self._connection.post(address, {"columns": dict(columns or {}), "then_run": False})
        return Pending(self._connection, job, lambda job: self._dataset())

    def wait(
        self, columns: Columns | None = None, *, timeout: float | None = None, progress: bool = True
    ) -> Dataset:
        """Import the songs, and wait until they are in."""
        return self.start(columns).wait(timeout, progress=progress)

    def _dataset(self) -> Dataset:
        return Dataset(self._connection, self._connection.get(f"datasets/{self.info['dataset']}"))
