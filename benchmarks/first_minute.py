"""From pressing *Import* to the groups on the page, as a person in a browser waits for them.

    python -m benchmarks.first_minute [--sizes 2000,33000,1000000] [--rounds 5] [--results minute.json]

Each file goes through a site of its own in the system's Chromium: uploaded, its columns as they were recognized, and
then the clock runs until the page of the first run is there. The largest is measured once. Afterwards the jobs' own
times say where the time went.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.processes import ELSEWHERE, run
from benchmarks.site import Site, serving
from benchmarks.songs import write_songs
from tests.chromium import CHROMIUM, CHROMIUM_OPTIONS

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 180_000  # milliseconds
MANY = 500_000
"""From this many songs on, a file is measured only once."""

JOBS = """
import json
from benchmarks.app import wait
from clustering.models import Dataset, Job
dataset = Dataset.objects.latest("created_at")
wait()
first = dataset.jobs.earliest("created_at").created_at
print(json.dumps([
    [job.kind, job.k, *((at - first).total_seconds() for at in (job.created_at, job.started_at, job.finished_at))]
    for job in dataset.jobs.order_by("started_at")
]))
"""


def main() -> None:
    """Measure one size after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_minute")
    parser.add_argument("--sizes", default="2000,33000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, help="also keep the numbers as JSON")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="musicclust-minute-") as folder:
        env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        env |= {"DATA_DIR": str(Path(folder) / "data"), "LOG_LEVEL": "WARNING"}
        with serving(env, Path(folder) / "site.log") as site:
            for size in sorted(int(size) for size in options.sizes.split(",")):
                file = Path(folder) / f"{size}.csv"
                write_songs(file, size)
                rounds = [_import(site, file, env) for _ in range(1 if size >= MANY else options.rounds)]
                found[str(size)] = rounds
                print(
                    f"{size:,} songs: {statistics.median(one['seconds'] for one in rounds):.1f} s", flush=True
                )
                print(*_lines(rounds[-1]), sep="\n", flush=True)
    if options.results:
        options.results.write_text(json.dumps(found, indent=1))


def _import(site: Site, file: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Import a file in a browser; return the seconds until its groups were there, and its jobs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        page = browser.new_page()
        _sign_in(page, site, env)
        page.locator("input[type=file]").first.set_input_files(file)
        page.get_by_role("button", name="Upload", exact=True).click()
        page.wait_for_url("**/columns/", timeout=PATIENCE)
        button = page.get_by_role("button", name="Import songs")
        began = time.perf_counter()
        button.click()
        page.locator("#group-0").wait_for(timeout=PATIENCE)
        seconds = time.perf_counter() - began
        browser.close()
    jobs = run([sys.executable, "manage.py", "shell", "-v0", "-c", JOBS], env=env).output
    return {"seconds": seconds, "jobs": json.loads(jobs.splitlines()[-1])}


def _sign_in(page: Page, site: Site, env: Mapping[str, str]) -> None:
    password = (Path(env["DATA_DIR"]) / "password").read_text().strip()
    page.goto(f"http://127.0.0.1:{site.port}/accounts/login/?next=/upload/")
    page.get_by_label("Name").fill("local")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/upload/")


def _lines(found: Mapping[str, Any]) -> list[str]:
    """Say when each job was asked for, began and ended."""
    return [
        f"  {kind:16} {k or '':>2} asked for {asked:6.2f}, began {began:6.2f}, ended {ended:6.2f}"
        for kind, k, asked, began, ended in found["jobs"]
    ]


if __name__ == "__main__":
    main()
