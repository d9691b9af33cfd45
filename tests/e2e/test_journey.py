"""The main job as a person does it, in a real browser with a real worker and Redis: from a file to a file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from clustering.models import Dataset, Run
from tests.songtables import RESULT_NAMES
from tests.worker_process import WorkerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Page


pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADER = [
    *("artist", "song", "duration_ms", "explicit", "year", "popularity", "danceability", "energy", "key"),
    *("loudness", "mode", "speechiness", "acousticness", "instrumentalness", "liveness", "valence", "tempo"),
    "genre",
]
SONGS = 300
REPEATS = 5
OWN_NAME = "Музыка для “дороги”"
PATIENCE = 120_000  # milliseconds, for a machine that does other things too


def write_songs(path: Path) -> list[list[str]]:
    """Write a file as lists of top hits are: CRLF, genres in one cell, some rows twice; return its rows."""
    rng = np.random.default_rng(5)
    rows = []
    for i in range(SONGS):
        calm = i % 3 == 0
        mood = np.clip(rng.normal(0, 0.06, 5), -0.14, 0.14)
        rows.append(
            [
                f"Singer {i % 40}, Ñandú & Co",
                f'Song "{i}" – дорога',
                str(int(rng.integers(120_000, 320_000))),
                str(bool(i % 7 == 0)),
                str(2000 + i % 20),
                str(int(rng.integers(0, 90))),
                f"{0.45 + 0.25 * (i % 3 == 1) + mood[0]:.3f}",
                f"{(0.25 if calm else 0.75) + mood[1]:.3f}",
                str(int(rng.integers(0, 12))),
                f"{(-14 if calm else -5.5) + 10 * mood[2]:.3f}",
                str(i % 2),
                f"{rng.uniform(0.03, 0.3):.4f}",
                f"{(0.7 if calm else 0.15) + mood[3]:.4f}",
                "1.77e-05" if i % 4 else "0.0",
                f"{rng.uniform(0.05, 0.4):.3f}",
                f"{0.5 + 3 * mood[4]:.3f}",
                f"{rng.uniform(70, 180):.3f}",
                "set()" if i % 60 == 0 else "rock, pop" if i % 2 else "pop",
            ]
        )
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(rows + rows[10 : 10 + REPEATS])
    return rows


def sign_in(page: Page, address: str) -> None:
    """Go in by the form."""
    page.goto(address)
    page.get_by_label("Name").fill("mara")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")


def wait_for_run(page: Page, *, other_than: int | None = None) -> Run:
    """Watch the progress until the page of a finished run opens by itself."""
    page.wait_for_url(
        lambda url: bool(found := re.search(r"/runs/(\d+)/$", url)) and int(found[1]) != other_than,
        timeout=PATIENCE,
    )
    match = re.search(r"/runs/(\d+)/$", page.url)
    assert match
    return Run.objects.get(pk=int(match[1]))


def open_tabs(page: Page) -> None:
    """Open each tab of a run and see that it is there, with charts that are drawn."""
    from playwright.sync_api import expect

    tabs = page.get_by_role("navigation", name="Pages of this run")
    for name in ("Metrics", "Visualizations", "Insights", "Overview"):
        tabs.get_by_role("link", name=name).click()
        expect(tabs.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
        for chart in page.locator("canvas").all():
            chart.scroll_into_view_if_needed()
            expect(chart).to_be_visible()
            page.wait_for_function(
                "canvas => Chart.getChart(canvas) !== undefined", arg=chart.element_handle()
            )


def upload_without_year(page: Page, path: Path) -> None:
    """Upload the file; the columns are taken for what they are, but the year is not to be used."""
    from playwright.sync_api import expect

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Upload").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.wait_for_url(re.compile("/columns/"))
    expect(page.get_by_label("What the column song is")).to_have_value("title")
    year = page.get_by_label("What the column year is")
    expect(year).to_have_value("release_year")
    year.select_option("")
    page.get_by_role("button", name="Import songs").click()


def rename_largest_group(page: Page) -> None:
    """Give the largest group a name of one's own, in its place."""
    from playwright.sync_api import expect

    card = page.locator("#group-0")
    card.locator("details.rename summary").click()
    card.get_by_label("Name").fill(OWN_NAME)
    card.get_by_role("button", name="Save").click()
    expect(page.locator("#group-0 .name-of-0").first).to_have_text(OWN_NAME)


def read_export(page: Page, path: Path) -> list[list[str]]:
    """Download all songs of the run that is open."""
    with page.expect_download() as download:
        page.get_by_text("Export", exact=True).click()
        page.get_by_role("link", name="All songs, CSV").click()
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_from_a_file_to_its_groups_and_back(
    page: Page, live_url: str, worker: WorkerProcess, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    User.objects.create_user("mara", password="a long password")
    rows = write_songs(tmp_path / "top_hits.csv")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on(
        "console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None
    )

    sign_in(page, live_url)
    upload_without_year(page, tmp_path / "top_hits.csv")
    first = wait_for_run(page)
    dataset = Dataset.objects.get()
    assert (dataset.songs_count, dataset.report["duplicates"]) == (SONGS, REPEATS)
    assert not dataset.songs.filter(release_year__isnull=False).exists(), "the year is used"
    open_tabs(page)
    rename_largest_group(page)

    page.get_by_role("link", name="Edit and re-run").click()
    page.get_by_text("More settings").click()
    page.get_by_role("checkbox", name=re.compile("^Tempo")).uncheck()
    page.get_by_label("Number of groups").fill("6")
    page.get_by_role("button", name="Find groups").first.click()
    second = wait_for_run(page, other_than=first.pk)
    assert second.k == 6
    assert [name for name in first.features if name not in second.features] == ["tempo"]
    expect(page.locator("[id^=group-]")).to_have_count(6)

    page.goto(live_url + reverse("dataset", args=[dataset.pk]))
    for run in (first, second):
        expect(page.locator(f"a[href='{reverse('run_overview', args=[run.pk])}']").first).to_be_visible()

    page.goto(live_url + reverse("run_insights", args=[first.pk]))
    header, *songs = read_export(page, tmp_path / "out.csv")
    assert header == [*HEADER, *RESULT_NAMES]
    width = len(HEADER)
    assert [song[:width] for song in songs] == rows, "every cell as it was"
    assert {song[width] for song in songs} == {str(index) for index in range(first.k or 0)}
    assert {song[width + 1] for song in songs if song[width] == "0"} == {OWN_NAME}
    assert all(float(song[width + 2]) >= 0 for song in songs)
    assert not faults
