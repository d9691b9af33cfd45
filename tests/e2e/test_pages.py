"""Every page in a real browser, wide and narrow: it answers, its scripts run, and nothing is out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.concurrency import wait_until_others_are_idle
from tools.screenshots import CHARTS_DRAWN, WIDTHS, Shot, begin_visit, fill, session_of, width_problems

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.slow]


AT_ONCE = 8  # pages come to rest while others load


def test_no_page_is_wider_than_its_window_or_has_a_script_that_fails(
    transactional_db: None, browser: Browser, live_url: str
) -> None:
    user, shots = fill()
    session = {"name": "sessionid", "value": session_of(user), "url": live_url}
    problems: dict[str, list[str]] = {}
    for width, height in WIDTHS.items():
        for signed_in in (True, False):
            context = browser.new_context(viewport={"width": width, "height": height})
            if signed_in:
                context.add_cookies([session])  # type: ignore[list-item]
            chosen = [shot for shot in shots if shot.signed_in == signed_in]
            for start in range(0, len(chosen), AT_ONCE):
                found = visit_together(context, live_url, chosen[start : start + AT_ONCE])
                problems |= {f"{name} at {width}": faults for name, faults in found.items()}
            context.close()
    wait_until_others_are_idle()
    assert problems == {}
    assert len(shots) > 40


def visit_together(context: BrowserContext, address: str, shots: list[Shot]) -> dict[str, list[str]]:
    """Open pages side by side; return what is wrong with those that have something wrong."""
    pages = [context.new_page() for _ in shots]
    found = [begin_visit(page, address + shot.address) for page, shot in zip(pages, shots, strict=True)]
    for page in pages:
        page.wait_for_load_state("networkidle")
    pages[0].wait_for_timeout(CHARTS_DRAWN)
    for page, problems in zip(pages, found, strict=True):
        problems += width_problems(page)
        page.close()
    return {shot.name: problems for shot, problems in zip(shots, found, strict=True) if problems}
