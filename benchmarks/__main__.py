"""Measure everything and write docs/benchmarks.md: `make bench`, `make bench-large`, or a small trial.

python -m benchmarks [--sizes 10000,100000,1000000] [--rounds 3] [--load-seconds 30] [--out docs/benchmarks.md]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from benchmarks import pages, report
from benchmarks.processes import ELSEWHERE, ROOT, Peak, Ran, run, tree_mb
from benchmarks.site import serving, web_workers
from benchmarks.songs import write_songs

GROUPS = 6
MAX_PLAIN_SONGS = 1_000_000
"""The scripts are not asked for more: they hold the file, its numbers and their distances in memory at once."""

STRONG = ROOT / ".venv" / "strong" / "bin" / "python"
"""The environment of the strong script, which `make bench` sets up; without it, that script is left out."""

AT_ONCE = (0.0, 0.0)
MAX_FILE_MB = 4096  # ten million songs are twice what the application takes by itself


def main() -> None:
    """Measure one size after the other, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--load-seconds", type=float, default=30)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument(
        "--results", type=Path, help="also keep the numbers as JSON; those there are kept too"
    )
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    visited = max((size for size in sizes if size <= MAX_PLAIN_SONGS), default=sizes[-1])
    results: dict[str, Any] = {"machine": report.machine(), "sizes": {}}
    if options.results and options.results.exists():
        results["sizes"] = json.loads(options.results.read_text())["sizes"]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="musicclust-bench-") as folder:
            bench = Bench(Path(folder), size)
            with bench:
                found = bench.compare(options.rounds if size <= MAX_PLAIN_SONGS else 1)
                if options.load_seconds and (size == sizes[-1] or size >= MAX_PLAIN_SONGS):
                    found["pages"] = bench.pages()
                if options.load_seconds and size == visited:
                    found["load"] = bench.under_load(options.load_seconds)
        results["sizes"][str(size)] = found
        if options.results:
            options.results.parent.mkdir(parents=True, exist_ok=True)
            options.results.write_text(json.dumps(results, indent=1))
    report.write(options.out, results)
    print(report.table(results))


class Bench:
    """One size of song file, and a data folder of its own."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self.songs = folder / "songs.csv"
        self.data = folder / "data"
        self.env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        self.env |= {
            "DATA_DIR": str(self.data),
            "LOG_LEVEL": "WARNING",
            "UPLOAD_LIMIT_MB": str(MAX_FILE_MB),
        }
        self.run_id = ""

    def __enter__(self) -> Bench:
        print(f"{self.size:,} songs: making the file", flush=True)
        write_songs(self.songs, self.size)
        # the servers run as long as somebody holds them, and not only while a command does
        self._holder = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", "print('up', flush=True); input()"],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout
        self._holder.stdout.readline()
        self._run("manage.py", "migrate", "--verbosity", "0")
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.communicate("\n")

    # The scripts and the application in turn

    def compare(self, rounds: int) -> dict[str, Any]:
        """Run all in turn, so that whatever slows the machine meets all, and take medians."""
        plain, strong, first, again, export = [], [], [], [], []
        for number in range(rounds):
            if self.size <= MAX_PLAIN_SONGS:
                plain.append(self._script("plain.py", sys.executable))
                if STRONG.exists():
                    strong.append(self._script("strong.py", STRONG))
            summary, found = self._cluster()
            first.append(found)
            again.append(self._again(summary["dataset"]["id"], str(GROUPS)))
            self.run_id = str(again[-1]["run"])
            export.append(self._step("export", self.run_id, self.folder / "app.csv"))
            print(
                f"  round {number + 1} of {rounds}: "
                + (f"plain {plain[-1]['seconds']['whole']:.1f} s, " if plain else "")
                + (f"strong {strong[-1]['seconds']['whole']:.1f} s, " if strong else "")
                + f"application {first[-1]['seconds']['whole']:.1f} s, again {again[-1]['seconds']['whole']:.1f} s, "
                f"export {export[-1]['seconds']:.1f} s",
                flush=True,
            )
        self._step("keep", summary["dataset"]["id"])
        auto = self._again(summary["dataset"]["id"], "auto") if plain else {"seconds": {}}
        return {
            "plain": _medians(plain),
            "strong": _medians(strong),
            "first": _medians(first),
            "again": _medians(again),
            "export": _medians(export),
            "auto": auto,
            "scores": {"silhouette": summary["run"]["silhouette"], "inertia": summary["run"]["inertia"]},
        }

    def _script(self, name: str, python: str | Path) -> dict[str, Any]:
        out = run([python, f"benchmarks/{name}", self.songs, self.folder, str(GROUPS)], env=self.env)
        found: dict[str, Any] = json.loads(out.output)
        return found | _whole(found["seconds"], out)

    def _cluster(self) -> tuple[dict[str, Any], dict[str, Any]]:
        told = self.folder / "summary.json"
        out = self._run("manage.py", "cluster", self.songs, "--k", str(GROUPS), "--json", told)
        summary = json.loads(told.read_text())
        return summary, _whole(summary["seconds"], out) | {"postgres_mb": out.postgres_mb}

    def _again(self, dataset: int, k: str) -> dict[str, Any]:
        out = self._run("-m", "benchmarks.app", "again", str(dataset), k)
        found: dict[str, Any] = json.loads(out.output.splitlines()[-1])
        return found | _whole(found["seconds"], out)

    def _step(self, *words: object) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._run("-m", "benchmarks.app", *words).output.splitlines()[-1])
        return answer

    def _run(self, *words: object) -> Ran:
        command = [sys.executable, *(str(word) for word in words)]
        return run(command, env=self.env, postgres=self.data / "postgres")

    # Pages

    def pages(self) -> dict[str, Any]:
        """Ask for each page, one at a time."""
        return self._step("pages", self.run_id)

    def under_load(self, seconds: float) -> dict[str, Any]:
        """Start the whole application, and let twenty people look at it while a run goes on."""
        print(f"  pages: {pages.PEOPLE} people for {seconds:.0f} s, with a run beside them", flush=True)
        with serving(self.env, self.folder / "site.log") as site:
            self._step("wait")  # search and similar songs are prepared by jobs of their own
            where = self._step("visit", self.run_id)
            paths = list(where["pages"].values())

            def people(*, run: bool, reading: tuple[float, float] = pages.READING) -> dict[str, Any]:
                if run:
                    self._step("begin", self.run_id)
                found = pages.load(site.port, where["cookie"], paths, seconds=seconds, reading=reading)
                if run:
                    self._step("wait")
                return asdict(found)

            pages.load(site.port, where["cookie"], paths, seconds=min(5, seconds), reading=AT_ONCE)  # warm
            web = web_workers(site.pid)
            return {
                "alone": people(run=False),
                "beside_a_run": people(run=True),
                "without_a_pause": people(run=False, reading=AT_ONCE),
                "without_a_pause_beside_a_run": people(run=True, reading=AT_ONCE),
                "web_workers": len(web),
                "export": self._exported(site.port, where["cookie"], where["csv"], web),
            }

    def _exported(self, port: int, cookie: str, path: str, web: list[int]) -> Mapping[str, float]:
        """Download all songs; watch the web process that sends them, and hang up on it once."""
        before = {pid: tree_mb(pid) for pid in web}
        peak = Peak(lambda: max(tree_mb(pid) - before[pid] for pid in web), 20)
        with peak:
            whole = pages.download(port, cookie, path)
        pages.download(port, cookie, path, stop_after=2**20)
        time.sleep(2)
        left = sum(1 for pid in web for file in psutil.Process(pid).open_files() if "uploads" in file.path)
        after = max(tree_mb(pid) - before[pid] for pid in web)
        return asdict(whole) | {"growth_mb": peak.value, "after_mb": after, "files_left_open": left}


def _whole(steps: Mapping[str, float], ran: Ran) -> dict[str, Any]:
    """Return the seconds of steps with those of the whole process, and its memory."""
    seconds = {**steps, "whole": ran.seconds, "processor": ran.user_seconds}
    return {"seconds": seconds, "peak_mb": ran.peak_mb}


def _medians(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of each number, also of those within."""
    if not rounds:
        return {}
    found: dict[str, Any] = {}
    for name, value in rounds[0].items():
        if isinstance(value, dict):
            found[name] = _medians([one[name] for one in rounds])
        elif isinstance(value, int | float):
            found[name] = statistics.median(one[name] for one in rounds)
    return found


if __name__ == "__main__":
    main()
