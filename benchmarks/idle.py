"""What the application holds when nobody does anything: its processes and their memory.

    python -m benchmarks.idle [--minutes 10] [--runs 0] [--results idle.json]

A site of its own with the bundled sample starts, does the given number of runs, and is then left alone. The memory of
a process is what it has for itself and its part of what it shares (PSS), so that the sum is what the machine would get
back.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.processes import ELSEWHERE, pss_mb, run
from benchmarks.site import Site, processes, serving

LOOKS = 3
"""How often it looks at the end, a few seconds apart: the median counts, as a regular check may be under way."""


def main() -> None:
    """Start a site, wait, and print what is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--runs", type=int, default=0, help="of the sample, before it is left alone")
    parser.add_argument("--results", type=Path, help="also keep the numbers as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="musicclust-idle-") as folder:
        data = Path(folder) / "data"
        env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        env |= {"DATA_DIR": str(data), "LOG_LEVEL": "WARNING"}
        with serving(env, Path(folder) / "site.log") as site:
            if options.runs:
                command = [sys.executable, "manage.py", "shell", "-v0", "-c", RUNS.format(count=options.runs)]
                run(command, env=env)
            time.sleep(60 * options.minutes)
            found = sorted((_look(site, data) for _ in range(LOOKS)), key=_megabytes)[LOOKS // 2]
    print("\n".join(table(found)))
    if options.results:
        options.results.write_text(json.dumps(found, indent=1))


RUNS = """
from benchmarks.app import wait
from clustering.actions.runs import start_run
from clustering.analysis.run_settings import RunSettings
from clustering.models import Dataset
dataset = Dataset.objects.select_related("owner").earliest("created_at")
for number in range({count}):
    start_run(dataset.owner, dataset, RunSettings(n_clusters=2 + number % 8))
    wait()
"""


def _look(site: Site, data: Path) -> dict[str, list[float]]:
    """Return the megabytes of each process, by kind."""
    time.sleep(4)
    found: dict[str, list[float]] = {}
    for kind, of_kind in processes(site, data).items():
        for one in of_kind:
            with suppress(psutil.Error):
                found.setdefault(kind, []).append(round(pss_mb(one), 1))
    return found


def _megabytes(found: Mapping[str, list[float]]) -> float:
    return sum(sum(sizes) for sizes in found.values())


def table(found: Mapping[str, list[float]]) -> list[str]:
    """Say what is there."""
    lines = ["| what | processes | MB (PSS) |", "|---|---:|---:|"]
    lines += [f"| {kind} | {len(sizes)} | {sum(sizes):.0f} |" for kind, sizes in found.items() if sizes]
    count = sum(len(sizes) for sizes in found.values())
    return [*lines, f"| **all** | **{count}** | **{_megabytes(found):.0f}** |"]


if __name__ == "__main__":
    main()
