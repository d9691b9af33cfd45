"""The charts of a sweep in a real browser: a click on a point leads to its groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from clustering.models import Run, Sweep
from tests.factories import make_run, make_sweep

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WHERE = """(canvas, place) => {
    const {left, top} = canvas.getBoundingClientRect();
    const {x, y} = Chart.getChart(canvas).getDatasetMeta(0).data[place].getCenterPoint();
    return [left + x, top + y];
}"""


def open_sweep(page: Page, address: str, sweep: Sweep) -> None:
    client = Client()
    client.force_login(sweep.owner)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    page.goto(address + reverse("sweep", args=[sweep.pk]))
    page.wait_for_function("Chart.getChart(document.querySelector('canvas[data-chart]')) !== undefined")


def click_point(page: Page, place: int) -> None:
    """Click the point of the first chart that stands for the number of groups at this place."""
    canvas = page.locator("canvas[data-chart]").first
    canvas.scroll_into_view_if_needed()
    page.mouse.click(*canvas.evaluate(WHERE, place))


class TestPoint:
    def test_without_a_run_starts_one(self, live_url: str, page: Page) -> None:
        sweep = make_sweep()
        open_sweep(page, live_url, sweep)
        click_point(page, 1)
        page.wait_for_url("**/jobs/**")
        run = Run.objects.get()
        assert (run.k_requested, run.features) == (sweep.k_low + 1, sweep.features)
        assert run.jobs.get().kind == "cluster"

    def test_with_a_run_opens_it(self, live_url: str, page: Page) -> None:
        sweep = make_sweep()
        run = make_run(sweep.dataset, clusters=3, seed=sweep.seed)
        open_sweep(page, live_url, sweep)
        click_point(page, 3 - sweep.k_low)
        page.wait_for_url(f"**{reverse('run_overview', args=[run.pk])}")
        assert Run.objects.count() == 1
