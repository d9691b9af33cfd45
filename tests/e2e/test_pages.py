"""Every page in a real browser: it answers, its scripts run, and everybody can use it, in each width and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.concurrency import wait_until_others_are_idle
from tests.e2e.axe import WIDTHS, Walk
from tests.words import wrong_words
from tools.screenshots import CHARTS_DRAWN, Shot, begin_visit, fill, session_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.slow]


AT_ONCE = 8  # pages come to rest while others load


def test_every_page_works_and_everybody_can_use_it(
    transactional_db: None, browser: Browser, live_url: str, record_property: Callable[[str, object], None]
) -> None:
    user, shots = fill()
    session = {"name": "sessionid", "value": session_of(user), "url": live_url}
    problems: dict[str, list[str]] = {}
    walk = Walk()
    width = max(WIDTHS)
    for signed_in in (True, False):
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]})
        if signed_in:
            context.add_cookies([session])  # type: ignore[list-item]
        chosen = [shot for shot in shots if shot.signed_in == signed_in]
        for start in range(0, len(chosen), AT_ONCE):
            problems |= visit_together(context, live_url, chosen[start : start + AT_ONCE], walk)
        context.close()
    wait_until_others_are_idle()
    record_property("summary", str(walk))
    assert problems == {}
    assert walk.violations == {}
    assert len(shots) > 40


def visit_together(
    context: BrowserContext, address: str, shots: list[Shot], walk: Walk
) -> dict[str, list[str]]:
    """Open pages side by side and look at them; return what their scripts complain of."""
    pages = {shot.name: context.new_page() for shot in shots}
    found = {shot.name: begin_visit(pages[shot.name], address + shot.address) for shot in shots}
    for page in pages.values():
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(CHARTS_DRAWN)
    for name, page in pages.items():
        found[name] += wrong_words(page.inner_text("body"))
    walk.look_at(pages)
    for page in pages.values():
        page.close()
    return {name: problems for name, problems in found.items() if problems}
