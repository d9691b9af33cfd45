"""Explore in a real browser under the strict policy: brush, bars, lasso, search, table, CSV, and all without WebGL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from clustering.jobs import runner as jobs
from clustering.models import Run
from tests.chromium import CHROMIUM, CHROMIUM_OPTIONS
from tests.factories import make_job, make_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WITH_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture
def indexed_run(browser: Browser) -> Run:
    run = make_run()
    run.dataset.uploads.update(
        column_map={"matches": [{"field": name, "column": name} for name in ("genres", "release_year")]}
    )
    jobs.run(make_job(dataset=run.dataset, kind="index").pk)  # so that its songs can be found
    return run


@pytest.fixture
def drawing_page(browser: Browser) -> Iterator[Page]:
    """Open a page of a browser that has WebGL by software."""
    options = [option for option in CHROMIUM_OPTIONS if option != "--disable-gpu"]
    drawing = browser.browser_type.launch(executable_path=CHROMIUM, args=[*options, *WITH_WEBGL])
    yield drawing.new_page(viewport={"width": 1280, "height": 900})
    drawing.close()


def open_page(page: Page, address: str, run: Run, query: str = "") -> list[str]:
    """Sign in, open Explore, and return the list to which faults are added."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    client = Client()
    client.force_login(run.owner)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    page.goto(f"{address}{reverse('explore', args=[run.dataset_id])}?run={run.pk}{query}")
    return faults


def goes_around(x: float, y: float, polygon: np.ndarray) -> bool:
    """Tell whether an outline goes around a point, by the sum of the angles under which it is seen."""
    angles = np.arctan2(polygon[:, 1] - y, polygon[:, 0] - x)
    turns = np.diff([*angles, angles[0]])
    return round(float(((turns + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi))) % 2 == 1


def drag(page: Page, selector: str, start: float, end: float) -> None:
    """Press on a canvas at one share of its width, and let go at another."""
    canvas = page.locator(selector)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + start * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()


def test_a_brush_leaves_its_songs_in_counts_table_and_csv(
    drawing_page: Page, live_url: str, indexed_run: Run
) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_page(page, live_url, indexed_run)
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    expect(page.locator("[data-map][data-drawn=all]")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("30")
    drag(page, "[data-filter=tempo] canvas", 0.3, 0.72)
    expect(page.locator("[data-chips] li")).to_have_count(1)
    low, high = re.search(r"tempo=([\d.]+)\.\.([\d.]+)", page.url).groups()
    expected = indexed_run.dataset.songs.filter(tempo__gte=float(low), tempo__lt=float(high)).count()
    assert 0 < expected < 30
    expect(page.locator("[data-count]")).to_have_text(str(expected))
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", str(expected))
    expect(page.locator("[data-song-row]")).to_have_count(expected)
    by_group = page.locator("[data-filter=group] button[aria-pressed] .number").all_inner_texts()
    assert sum(map(int, by_group)) == expected
    expect(page.locator("[data-announce]")).to_have_text(f"{expected} of 30 songs")
    assert f"tempo={low}..{high}" in page.locator("[data-export]").get_attribute("href")

    page.locator("[data-filter=group] button[aria-pressed]").first.click()
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", by_group[0])
    page.get_by_role("link", name="Tempo").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Tempo")
    address = page.url
    page.goto(address)  # the address shows the same
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", by_group[0])
    expect(page.locator("[data-count]")).to_have_text(by_group[0])
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Tempo")
    page.locator(".explore-head [data-clear]").click()
    expect(page.locator("[data-count]")).to_have_text("30")
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", "30")
    assert not faults


def test_back_and_forward_go_through_the_filters(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_page(page, live_url, indexed_run)
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    drag(page, "[data-filter=tempo] canvas", 0.3, 0.72)
    expect(page.locator("[data-chips] li")).to_have_count(1)
    brushed = page.locator("[data-count]").inner_text()
    page.locator("[data-filter=group] button[aria-pressed]").first.click()
    expect(page.locator("[data-chips] li")).to_have_count(2)
    page.get_by_role("link", name="Tempo").click()  # sorting adds no entry to the history
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Tempo")
    page.go_back()
    expect(page.locator("[data-chips] li")).to_have_count(1)
    expect(page.locator("[data-count]")).to_have_text(brushed)
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", brushed)
    page.go_back()
    expect(page.locator("[data-chips] li")).to_have_count(0)
    expect(page.locator("[data-count]")).to_have_text("30")
    page.go_forward()
    expect(page.locator("[data-count]")).to_have_text(brushed)
    page.get_by_label("Find songs").press_sequentially("song", delay=300)
    expect(page.locator("[data-chips] li")).to_have_count(2)
    page.go_back()  # over all letters
    expect(page.get_by_label("Find songs")).to_have_value("")
    expect(page.locator("[data-chips] li")).to_have_count(1)
    assert not faults


def test_a_brush_outlasts_what_arrives_during_it(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    tempo = re.compile("/column.*name=tempo")
    waiting: list[Route] = []
    page.route(tempo, lambda route: waiting.append(route))
    faults = open_page(page, live_url, indexed_run)
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    canvas = page.locator("[data-filter=tempo] canvas")
    with page.expect_request(tempo):
        canvas.hover()
    box = canvas.bounding_box()
    assert box
    page.mouse.down()
    page.mouse.move(box["x"] + 0.72 * box["width"], box["y"] + box["height"] / 2, steps=6)
    with page.expect_response(tempo) as arriving:
        waiting.pop().continue_()
    arriving.value.finished()
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.mouse.up()
    expect(page.locator("[data-chips] li")).to_have_count(1)
    assert re.search(r"tempo=[\d.]+\.\.[\d.]+", page.url)
    assert not faults


def test_a_range_between_the_steps_is_counted_exactly(
    drawing_page: Page, live_url: str, indexed_run: Run
) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_page(page, live_url, indexed_run, "&tempo=95.5..104.2&energy=-3..2&decade=2000")
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    expected = indexed_run.dataset.songs.filter(
        tempo__gte=95.5, tempo__lt=104.2, release_year__range=(2000, 2009)
    ).count()
    assert expected > 0
    expect(page.locator("[data-count]")).to_have_text(str(expected))
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", str(expected))
    assert not faults


def test_a_lasso_is_a_filter(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_page(page, live_url, indexed_run)
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    page.get_by_role("button", name="Lasso").click()
    box = page.locator("[data-map-canvas]").bounding_box()
    assert box
    corners = [(0.2, 0.15), (0.62, 0.2), (0.7, 0.7), (0.35, 0.9)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    expect(page.locator("[data-chips] li")).to_have_text("Within the outline ×")
    numbers = [float(n) for n in re.search(r"outline=([^&]+)", page.url)[1].replace("%2C", ",").split(",")]
    outline = np.array(numbers).reshape(-1, 2)
    expected = sum(goes_around(x, y, outline) for x, y in indexed_run.assignments.values_list("x", "y"))
    assert 3 < expected < 27
    expect(page.locator("[data-count]")).to_have_text(str(expected))
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", str(expected))
    page.get_by_role("button", name="Make a playlist").click()
    expect(page).to_have_url(re.compile("/playlists/"))
    assert not faults


def test_everything_by_keyboard(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_page(page, live_url, indexed_run)
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    low = page.get_by_label("Tempo, from")
    low.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(low).to_have_attribute("aria-valuetext", "96 BPM")
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", "25")
    expect(page.locator("[data-count]")).to_have_text("25")
    page.get_by_label("Find songs").fill("no such song")
    expect(page.get_by_text("No songs match")).to_be_visible()
    page.locator("[data-table] [data-clear]").press("Enter")
    page.get_by_label("Find songs").fill("song <7>")
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", "1")
    page.get_by_role("button", name="Show Song <7> on the map").press("Enter")
    expect(page.locator("[data-map-card]")).to_contain_text("Song <7>")
    expect(page.locator("tr.chosen")).to_contain_text("Song <7>")
    page.keyboard.press("Escape")
    expect(page.locator("[data-map-card]")).to_be_hidden()
    page.keyboard.press("Enter")  # the song in the middle
    expect(page.locator("[data-map-card]")).to_contain_text("Song <7>")
    page.get_by_label("Color the dots by").select_option("tempo")
    expect(page.locator("[data-map-levels]")).to_contain_text("91 BPM")
    page.get_by_label("Select Song <7>").press("Space")
    page.get_by_role("button", name="Make a playlist of 1").press("Enter")
    expect(page).to_have_url(re.compile("/playlists/"))
    assert not faults


def test_without_webgl_the_map_is_a_sample_and_all_else_stays(
    browser: Browser, live_url: str, indexed_run: Run
) -> None:
    from playwright.sync_api import expect

    plain = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*CHROMIUM_OPTIONS, "--disable-3d-apis"]
    )
    page = plain.new_page()
    faults = open_page(page, live_url, indexed_run)
    expect(page.locator("[data-map][data-drawn=sample]")).to_be_visible()
    expect(page.get_by_text("This browser has no WebGL 2")).to_be_visible()
    expect(page.locator("[data-explore][data-ready]")).to_be_visible()
    drag(page, "[data-filter=tempo] canvas", 0.0, 0.5)
    expect(page.locator("[data-chips] li")).to_have_count(1)
    high = re.search(r"tempo=\.\.([\d.]+)", page.url)[1]
    expected = indexed_run.dataset.songs.filter(tempo__lt=float(high)).count()
    assert 0 < expected < 30
    expect(page.locator("[data-songs-page]")).to_have_attribute("data-total", str(expected))
    expect(page.locator("[data-count]")).to_have_text(str(expected))
    assert not faults
    plain.close()


def test_a_bar_of_a_chart_opens_its_songs(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_page(page, live_url, indexed_run)
    page.goto(f"{live_url}{reverse('dataset_features', args=[indexed_run.dataset_id])}")
    chart = page.locator("canvas[data-chart=distribution-tempo][data-drawn]")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.8 * box["height"])
    expect(page).to_have_url(re.compile("/explore/.*tempo="))
    expect(page.locator("[data-chips] li")).to_have_count(1)
    assert not faults
