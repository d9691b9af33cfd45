"""Progress bars: on a terminal, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from musicclust_client.shapes import Job

CHUNK = 1 << 20


def _bar(shown: bool, **options: Any) -> Any:
    """Return a bar that is drawn only where somebody looks, if at all."""
    return tqdm(disable=None if shown else True, leave=False, **options)


def reading(file: Path, *, shown: bool) -> Iterator[bytes]:
    """Yield a file's bytes, with a bar."""
    size = file.stat().st_size
    with file.open("rb") as opened, _bar(shown, total=size, unit="B", unit_scale=True, desc=file.name) as bar:
        while chunk := opened.read(CHUNK):
            yield chunk
            bar.update(len(chunk))


class JobBar:
    """How far a job is: one bar, whose words and length change with the stage."""

    def __init__(self, *, shown: bool) -> None:
        self._bar = _bar(shown, bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed}")
        self._stage = ""

    def __enter__(self) -> JobBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, job: Job) -> None:
        """Draw it as a job stands."""
        stage = job["stage"] or job["title"]
        if stage != self._stage:
            self._stage = stage
            self._bar.reset(total=job["total"] or 1)
            self._bar.set_description_str(stage, refresh=False)
        self._bar.total = job["total"] or 1
        self._bar.n = min(job["done"], self._bar.total) if job["total"] else 0
        self._bar.refresh()
