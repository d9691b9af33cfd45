"""The map in a real browser: all songs by WebGL under the strict policy, a lasso, and a picture without WebGL."""

from __future__ import annotations

import json
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

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WITH_WEBGL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture
def indexed_run(browser: Browser) -> Run:
    run = make_run()
    jobs.run(make_job(dataset=run.dataset, kind="index").pk)  # so that its songs can be found
    return run


@pytest.fixture
def drawing_page(browser: Browser) -> Iterator[Page]:
    """Open a page of a browser that has WebGL by software."""
    options = [option for option in CHROMIUM_OPTIONS if option != "--disable-gpu"]
    drawing = browser.browser_type.launch(executable_path=CHROMIUM, args=[*options, *WITH_WEBGL])
    yield drawing.new_page(viewport={"width": 1280, "height": 900})
    drawing.close()


def open_map(page: Page, address: str, run: Run) -> list[str]:
    """Sign in, open the map, and return the list to which faults are added."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    client = Client()
    client.force_login(run.owner)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    page.goto(address + reverse("run_map", args=[run.pk]))
    return faults


def goes_around(x: float, y: float, polygon: np.ndarray) -> bool:
    """Tell whether an outline goes around a point, by the sum of the angles under which it is seen."""
    angles = np.arctan2(polygon[:, 1] - y, polygon[:, 0] - x)
    turns = np.diff([*angles, angles[0]])
    return round(float(((turns + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi))) % 2 == 1


def test_a_lasso_counts_the_songs_within(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_map(page, live_url, indexed_run)
    expect(page.locator("[data-map][data-drawn=all]")).to_be_visible()
    page.get_by_role("button", name="Draw a lasso").click()
    box = page.locator("[data-map-canvas]").bounding_box()
    assert box
    corners = [(0.2, 0.1), (0.62, 0.15), (0.7, 0.7), (0.35, 0.9)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()

    heading = page.locator("[data-map-selection] h2")
    expect(heading).to_be_visible()
    outline = np.array(json.loads(page.locator("[name=polygon]").first.input_value()))
    expected = sum(goes_around(x, y, outline) for x, y in indexed_run.assignments.values_list("x", "y"))
    assert 3 < expected < 27
    expect(heading).to_have_text(f"{expected} songs within the outline")
    assert page.locator("[data-map]").get_attribute("data-selected") == str(expected)
    assert not faults


def test_everything_by_keyboard(drawing_page: Page, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    page = drawing_page
    faults = open_map(page, live_url, indexed_run)
    expect(page.locator("[data-map][data-drawn=all]")).to_be_visible()
    page.get_by_label("Find a song").fill("song <7>")
    found = page.locator("#map-found [data-row]")
    expect(found).to_have_count(1)
    page.keyboard.press("Tab")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-map-card]")).to_contain_text("Song <7>")
    page.keyboard.press("Escape")
    expect(page.locator("[data-map-card]")).to_be_hidden()
    page.keyboard.press("Enter")  # the search flew there, so it is the song in the middle
    expect(page.locator("[data-map-card]")).to_contain_text("Song <7>")
    found.press("Enter")  # off to it once more, and home again while it is on its way
    page.locator("[data-map-canvas]").press("0")
    page.wait_for_timeout(700)  # longer than a flight
    page.get_by_role("button", name="Select visible songs").press("Enter")
    expect(page.locator("[data-map-selection] h2")).to_have_text("30 songs within the outline")
    page.get_by_label("Colour by").select_option("tempo")
    expect(page.locator("[data-map-legend]")).to_contain_text("91 BPM")
    assert not faults


def test_without_webgl_some_songs_are_a_chart(browser: Browser, live_url: str, indexed_run: Run) -> None:
    from playwright.sync_api import expect

    plain = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*CHROMIUM_OPTIONS, "--disable-3d-apis"]
    )
    page = plain.new_page()
    open_map(page, live_url, indexed_run)
    expect(page.get_by_text("This browser cannot draw all the songs")).to_be_visible()
    expect(page.locator("canvas[data-chart=map][data-drawn=true]")).to_be_visible()
    plain.close()
