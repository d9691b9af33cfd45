"""The client: where everything begins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx

from musicclust_client.connection import Connection
from musicclust_client.datasets import Dataset, Upload
from musicclust_client.runs import Run
from musicclust_client.shapes import Playlist, PlaylistInfo, Song


class Client:
    """A site, asked with a token of yours.

    What has no method here is an address of the API all the same: `client.connection.get("genres/7")`.
    """

    def __init__(self, url: str, token: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self.connection = Connection(url, token, transport=transport)

    def __repr__(self) -> str:
        return f"Client({self.connection.url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open."""
        self.connection.close()

    def can_write(self) -> bool:
        """Tell whether the token may write."""
        return any(token["can_write"] for token in self.connection.all("tokens") if token["this"])

    def upload(self, path: str | Path, *, name: str | None = None, progress: bool = True) -> Upload:
        """Send the first file of a new dataset: CSV, TSV, XLSX or Parquet, also gzipped. `.wait()` imports it."""
        path = Path(path)
        asked = {"name": path.name, "dataset_name": name}
        return Upload(self.connection, self.connection.post_file("uploads", path, asked, progress=progress))

    def datasets(self) -> Iterator[Dataset]:
        """Read the datasets that you may see, the newest first."""
        for info in self.connection.all("datasets"):
            yield Dataset(self.connection, info)

    def dataset(self, number: int) -> Dataset:
        """Read a dataset."""
        return Dataset(self.connection, self.connection.get(f"datasets/{number}"))

    def run(self, number: int) -> Run:
        """Read a run."""
        return Run(self.connection, self.connection.get(f"runs/{number}"))

    def song(self, number: int) -> Song:
        """Read a song."""
        return cast("Song", self.connection.get(f"songs/{number}"))

    def playlists(self) -> Iterator[PlaylistInfo]:
        """Read your playlists, the newest first."""
        return self.connection.all("playlists")

    def make_playlist(self, dataset: int, name: str, **recipe: Any) -> Playlist:
        """Make a playlist: of chosen `songs`, of songs `like` some, or by `rules`, with the options of the API."""
        body = {"dataset": dataset, "name": name} | recipe
        return cast("Playlist", self.connection.post("playlists", body))

    def save_playlist(self, number: int, path: str | Path) -> Path:
        """Save a playlist as a file; the name's ending says as what: .m3u8, .xspf, .jspf or .csv."""
        path = Path(path)
        with self.connection.stream(f"playlists/{number}/file/{path.suffix.lower().lstrip('.')}") as response:
            path.write_bytes(response.read())
        return path
