"""Measure Explore in Chromium, by software rendering, and write docs/benchmarks-explore.md.

python -m benchmarks.explore [--songs 1000000] [--folder FOLDER] [--out docs/benchmarks-explore.md]

A folder that is named keeps its songs, and is measured again without importing them anew.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import report
from benchmarks.pages import HOST
from benchmarks.processes import ELSEWHERE, ROOT, run
from benchmarks.site import serving
from benchmarks.songs import write_songs

if TYPE_CHECKING:
    from playwright.sync_api import Page

GROUPS = 6
MOVES = 50
FILTERS = 20
BRUSHED = "energy"
COLUMNS = {
    "energy": (0, 1),
    "tempo": (50, 200),
    "loudness": (-30, 0),
    "valence": (0, 1),
    "release_year": (1960, 2024),
}
LIMITS = {
    "brush to painted, 95th percentile": 50.0,
    "table rows, 95th percentile": 300.0,
    "first paint": 1500.0,
    "everything": 4000.0,
    "megabytes": 12.0,
}
CHROMIUM = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PATIENCE = 120_000

# A move, and when its frame was handed over for painting; the next one waits for the frame after it.
MOVE = """async ([name, share]) => {
  const canvas = document.querySelector(`[data-filter=${name}] canvas`);
  const box = canvas.getBoundingClientRect();
  const began = performance.now();
  canvas.dispatchEvent(new PointerEvent("pointermove", {
    clientX: box.left + share * box.width, clientY: box.top + box.height / 2, bubbles: true, pointerId: 1 }));
  const painted = await new Promise((resolve) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(performance.now() - began);
    channel.port2.postMessage(0);
  }));
  await new Promise(requestAnimationFrame);
  return [painted, performance.now() - began];
}"""
ROWS = """async (query) => {
  const began = performance.now();
  const answer = await fetch(`${document.querySelector("[data-explore]").dataset.rows}?${query}`);
  await answer.text();
  return [answer.status, performance.now() - began];
}"""
LOADED = """() => {
  const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return {
    bytes: loaded.reduce((sum, one) => sum + one.transferSize, 0),
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  };
}"""


@dataclass(frozen=True)
class Measured:
    """What was found: milliseconds and megabytes by name, each filter with both counts, and the load before."""

    numbers: dict[str, float]
    counts: list[tuple[str, int, int]]
    load: tuple[float, float, float]


def main() -> None:
    """Import and group the songs, measure the page, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explore")
    parser.add_argument("--songs", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks-explore.md")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="musicclust-"))
        )
        env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        env |= {"DATA_DIR": str(folder / "data"), "LOG_LEVEL": "WARNING"}
        stack.enter_context(_servers(env))
        number = _prepare(folder, env, options.songs)
        with serving(env, folder / "site.log") as site:
            _step(env, "wait")
            where = _step(env, "visit", number)
            found = measure(f"http://{HOST}:{site.port}", where["cookie"], where["pages"]["explore"], env)
    options.out.write_text(written(options.songs, found))
    print(options.out.read_text())
    if any(by_page != by_sql for _, by_page, by_sql in found.counts):
        raise SystemExit("The page does not count what SQL counts.")


@contextlib.contextmanager
def _servers(env: dict[str, str]) -> Iterator[None]:
    """Hold the private servers while the block runs."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", "print('up', flush=True); input()"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        if holder.stdout:
            holder.stdout.readline()
        yield
        holder.communicate("\n")


def _prepare(folder: Path, env: dict[str, str], songs: int) -> str:
    """Return the id of a finished run on `songs` songs, reusing the one an earlier benchmark left in the folder."""
    told = folder / "summary.json"
    if not told.exists():
        write_songs(folder / "songs.csv", songs)
        run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=env)
        command = ["manage.py", "cluster", str(folder / "songs.csv"), "--k", str(GROUPS), "--json", str(told)]
        run([sys.executable, *command], env=env)
    return str(json.loads(told.read_text())["run"]["id"])


def _step(env: dict[str, str], *words: str) -> dict[str, Any]:
    answer = run([sys.executable, "-m", "benchmarks.app", *words], env=env).output
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found


def measure(site: str, cookie: str, address: str, env: dict[str, str]) -> Measured:
    """Open the page as somebody who never was there, brush, ask for rows, and compare counts with SQL's."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    load = os.getloadavg()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        name, _, value = cookie.partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": site}])
        page.goto("about:blank")
        numbers = _opened(page, site + address) | _brushed(page) | _rows(page, address)
        counts = _counted(page, site, address, env)
        browser.close()
    return Measured(numbers, counts, load)


def _opened(page: Page, address: str) -> dict[str, float]:
    page.goto(address)
    for done in ("[data-ready]", "[data-drawn=all]"):
        page.wait_for_selector(done, state="attached")
    ready = page.evaluate("performance.now()")
    loaded = page.evaluate(LOADED)
    return {"first paint": loaded["paint"], "everything": ready, "megabytes": loaded["bytes"] / 1e6}


def _brushed(page: Page) -> dict[str, float]:
    """Brush one histogram with the bytes of all that are in view loaded, as after a first brush."""
    canvas = page.locator(f"[data-filter={BRUSHED}] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    if box is None:
        raise SystemExit("Explore shows no histogram, so there is nothing to brush.")
    y = box["y"] + box["height"] / 2

    def press(share: float) -> None:
        page.mouse.move(box["x"] + share * box["width"], y)
        page.mouse.down()
        page.wait_for_timeout(300)

    press(0.5)
    page.mouse.move(box["x"] + 0.6 * box["width"], y)
    page.mouse.up()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    press(0.1)
    order = random.Random(5)
    shares = [min(0.98, max(0.02, 0.5 + 0.4 * order.uniform(-1, 1))) for _ in range(MOVES)]
    times = [page.evaluate(MOVE, [BRUSHED, share]) for share in shares]
    page.mouse.up()
    painted, following = ([one[place] for one in times] for place in (0, 1))
    return {
        "brush to painted, median": statistics.median(painted),
        "brush to painted, 95th percentile": _percentile(painted),
        "brush to the frame after, 95th percentile": _percentile(following),
    }


def _rows(page: Page, address: str) -> dict[str, float]:
    order, times = random.Random(6), []
    base = address.partition("?")[2]
    for _ in range(30):
        low = order.uniform(0, 0.7)
        sort = order.choice(
            ["title", "-artist", "tempo", "-energy", "group", "-release_year", "genres", "-distance"]
        )
        asked = f"{base}&energy={low:.3f}..{low + 0.3:.3f}&tempo=90..{order.randint(120, 180)}&sort={sort}"
        status, milliseconds = page.evaluate(ROWS, asked)
        if status != 200:
            raise SystemExit(f"The table answers {status} to {asked}")
        times.append(milliseconds)
    return {"table rows, median": statistics.median(times), "table rows, 95th percentile": _percentile(times)}


def _counted(page: Page, site: str, address: str, env: dict[str, str]) -> list[tuple[str, int, int]]:
    """Open twenty random filters, and compare the page's counts with SQL's."""
    order = random.Random(7)
    filters = [random_filter(order) for _ in range(FILTERS)]
    by_page = []
    for asked in filters:
        query = "&".join(f"{name}={value}" for name, value in asked)
        page.goto(f"{site}{address}&{query}")
        page.wait_for_selector("[data-ready]")
        by_page.append(int(page.locator("[data-explore]").get_attribute("data-passing") or -1))
    number = address.partition("run=")[2].partition("&")[0]
    by_sql = _step(env, "counts", number, json.dumps(filters))["counts"]
    words = [", ".join(f"{name} {value}" for name, value in asked) for asked in filters]
    return list(zip(words, by_page, by_sql, strict=True))


def random_filter(order: random.Random) -> list[tuple[str, str]]:
    """Return some ranges and groups, as an address has them."""
    asked = []
    for name in order.sample(list(COLUMNS), order.randint(1, 3)):
        low, high = COLUMNS[name]
        ends = sorted(round(order.uniform(low, high), order.choice([0, 1, 2, 4])) for _ in range(2))
        asked.append((name, f"{ends[0]}..{ends[1]}"))
    if order.random() < 0.5:
        asked += [("group", str(index)) for index in order.sample(range(GROUPS), 2)]
    return asked


def _percentile(times: list[float]) -> float:
    return sorted(times)[round(0.95 * (len(times) - 1))]


def written(songs: int, found: Measured) -> str:
    """Return what was found as a page of the documentation."""
    machine = report.machine()
    load = " ".join(f"{one:.2f}" for one in found.load)
    lines = [
        "# Explore, measured",
        "",
        f"`python -m benchmarks.explore` with {songs:,} songs; Chromium draws by software, beside the server.",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['date']}. Load before: {load}.",
        "",
        "| | measured | limit |",
        "|---|---|---|",
    ]
    for name, value in found.numbers.items():
        unit = "MB" if name == "megabytes" else "ms"
        limit = f"{LIMITS[name]:,.0f} {unit}" if name in LIMITS else ""
        lines.append(f"| {name} | {value:,.1f} {unit} | {limit} |")
    lines += ["", "Songs that pass random filters, counted by the page from one byte a song, and by SQL:", ""]
    lines += ["| filter | page | SQL |", "|---|---|---|"]
    lines += [f"| {words} | {by_page:,} | {by_sql:,} |" for words, by_page, by_sql in found.counts]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
