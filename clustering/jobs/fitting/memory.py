"""Whether a run fits into the memory of this worker, asked before it begins instead of by being killed."""

from __future__ import annotations

from pathlib import Path

import psutil

from clustering.analysis import AnalysisError
from clustering.analysis.sampling import NEEDS_SAMPLE, suggested_sample
from clustering.jobs.fitting.preparation import BATCH_SONGS

BYTES_PER_VALUE = 20
"""For each feature of each song: in real units, scaled, once more while K-Means runs, and what is computed of it."""

BYTES_PER_SONG = 160
"""For each song besides: its id, group, distances, place on the map, year, popularity, and the rows on their way."""

CGROUPS = Path("/sys/fs/cgroup")
GIGABYTE = 10**9


BYTES_PER_ROW = 8
"""For each row of the dataset while a random sample is chosen."""


def needed_bytes(songs: int, features: int, *, sample_size: int | None = None) -> int:
    """Return how much memory a run needs at its peak, besides what a worker always needs.

    On a sample, all songs are never there at once: the sample is, and a batch.
    """
    held = (
        songs if sample_size is None else sample_size + 2 * BATCH_SONGS
    )  # which is on its way to the database too
    sampling = 0 if sample_size is None else songs * BYTES_PER_ROW
    return held * (features * BYTES_PER_VALUE + BYTES_PER_SONG) + sampling


def available_bytes(cgroups: Path = CGROUPS) -> int:
    """Return how much memory there still is, on this machine and under the limit of its container."""
    found = [int(psutil.virtual_memory().available)]
    for limit, used, stat in (
        ("memory.max", "memory.current", "memory.stat"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
    ):
        try:
            left = int((cgroups / limit).read_text()) - int((cgroups / used).read_text())
            found.append(max(0, left + _given_back(cgroups / stat)))
        except (OSError, ValueError):  # no such limit
            continue
    return min(found)


def _given_back(stat: Path) -> int:
    """Return how much of what is used are copies of files, which the kernel drops when memory is wanted."""
    lines = (line.split() for line in stat.read_text().splitlines())
    return sum(int(size) for name, size in lines if name in {"inactive_file", "active_file"})


def require_memory(
    songs: int, features: int, *, sample_size: int | None = None, can_sample: bool = False
) -> None:
    """Refuse a run that would not fit, and say by how much; where it can be fitted on a sample that fits, offer that.

    Raises
    ------
    AnalysisError
    """
    available = available_bytes()
    needed = needed_bytes(songs, features, sample_size=sample_size)
    if needed <= available:
        return
    sample = suggested_sample(songs)
    smaller = code = ""
    if sample_size is not None:
        smaller = "take a smaller sample, "
    elif can_sample and needed_bytes(songs, features, sample_size=sample) <= available:
        smaller = f"run it on a sample of {sample:,} songs (all are placed by its groups), "
        code = NEEDS_SAMPLE
    what = f"{songs:,} songs" if sample_size is None else f"{songs:,} songs on a sample of {sample_size:,}"
    raise AnalysisError(
        f"Grouping {what} by {features} features needs about {needed / GIGABYTE:.1f} GB of memory, and "
        f"this worker has {available / GIGABYTE:.1f} GB left. Choose fewer features, {smaller}wait until other work "
        "is done, or run a worker on a larger machine.",
        code=code,
    )
