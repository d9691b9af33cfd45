"""What a person sees first, in a real browser: one screen that answers, names, saved pictures, dropped files."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from clustering.models import Dataset, Run
from tests.factories import make_dataset, make_run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

DROP = """
() => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["title,energy,tempo\\na,0.5,100\\nb,0.6,110\\n"], "dropped.csv"));
  const box = document.querySelector("[data-drop]");
  box.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
}
"""


@pytest.fixture
def run(servers: object) -> Run:
    return make_run(make_dataset(songs=60), clusters=5)


@pytest.fixture
def faults(page: Page, live_url: str, run: Run) -> list[str]:
    """Sign the run's owner in; return what the browser complains of."""
    client = Client()
    client.force_login(run.owner)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_url}])
    page.set_viewport_size({"width": 1280, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return complaints


def test_an_overview_answers_on_one_screen_and_its_head_stays(
    page: Page, live_url: str, run: Run, faults: list[str]
) -> None:
    page.goto(live_url + reverse("run_overview", args=[run.pk]))
    box = page.locator(".answer").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    head, tabs = page.locator(".run-head").bounding_box(), page.locator(".tabs").bounding_box()
    assert head is not None
    assert tabs is not None
    assert (head["y"], head["height"]) == (0, 64)
    assert tabs["y"] == 64
    assert faults == []


def test_names_are_typed_at_once_cancelled_and_taken_back(
    page: Page, live_url: str, run: Run, faults: list[str]
) -> None:
    page.goto(live_url + reverse("run_overview", args=[run.pk]))
    group = page.locator("#group-0")
    name = group.locator("h3").inner_text()
    group.locator(".rename summary").click()
    page.keyboard.type("Loud")
    page.keyboard.press("Escape")
    expect(group.locator(".rename-form")).to_be_hidden()
    expect(group.locator(".rename summary")).to_be_focused()

    group.locator(".rename summary").click()
    page.keyboard.type("Loud")
    page.keyboard.press("Enter")
    expect(group.locator("h3")).to_have_text("Loud")
    expect(page.locator("#announcer")).to_have_text("Renamed.")
    group.get_by_role("button", name="Undo").click()
    expect(group.locator("h3")).to_have_text(name)

    page.goto(live_url + reverse("run_metrics", args=[run.pk]))
    page.locator("#run-name .rename summary").click()
    page.keyboard.type("For the bar · $&")
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"Metrics · For the bar · $& · {run.dataset.name} · MusicClust")
    page.locator("#run-name").get_by_role("button", name="Undo").click()
    expect(page).to_have_title(f"Metrics · {run} · {run.dataset.name} · MusicClust")
    assert faults == []


def test_pictures_are_named_after_the_run(page: Page, live_url: str, run: Run, faults: list[str]) -> None:
    page.goto(live_url + reverse("run_visualizations", args=[run.pk]))
    for kind in ("png", "svg"):
        page.locator("#figure-heatmap .chart-menu summary").click()
        with page.expect_download() as download:
            page.locator(f"#figure-heatmap [data-kind={kind}]").click()
        assert download.value.suggested_filename == f"evening-songs-5-groups-heatmap.{kind}"
    assert faults == []


def test_a_dropped_file_is_uploaded_and_its_import_bar_in_view(
    page: Page, live_url: str, run: Run, faults: list[str]
) -> None:
    page.goto(live_url + reverse("datasets"))
    page.evaluate(DROP)
    page.wait_for_url("**/columns/")
    assert Dataset.objects.filter(name__icontains="dropped").exists()
    expect(page.get_by_text("3 columns recognized")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Import songs")).to_be_in_viewport()
    assert faults == []


def test_what_is_second_is_folded_on_a_phone_and_open_beside_it(
    page: Page, live_url: str, run: Run, faults: list[str]
) -> None:
    address = live_url + reverse("run_insights", args=[run.pk])
    page.goto(address)
    group = page.locator("#group-0")
    expect(group.get_by_role("heading", name="What stands out")).to_be_visible()
    expect(group.locator(".fold > summary").first).to_be_hidden()
    expect(group.locator(".traits, .fold p").first).to_be_visible()
    expect(page.locator(".cluster-nav a").first).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    expect(group.locator("ol.songs a").first).to_be_visible()
    expect(group.locator(".traits, .fold p").first).to_be_hidden()
    group.get_by_text("What stands out").locator("visible=true").click()
    expect(group.locator(".traits, .fold p").first).to_be_visible()
    page.get_by_text("Go to a group").click()
    expect(page.locator(".cluster-nav a").first).to_be_visible()
    assert faults == []
