"""Every page in a real browser, wide and narrow: it answers, its scripts run, and nothing is out of sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.screenshots import WIDTHS, fill, session_of, visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_no_page_is_wider_than_its_window_or_has_a_script_that_fails(
    transactional_db: None, page: Page, live_url: str
) -> None:
    user, shots = fill()
    context = page.context
    session = {"name": "sessionid", "value": session_of(user), "url": live_url}
    problems: dict[str, list[str]] = {}
    for width, height in WIDTHS.items():
        for shot in shots:
            context.clear_cookies()
            if shot.signed_in:
                context.add_cookies([session])  # type: ignore[list-item]
            page = context.new_page()
            page.set_viewport_size({"width": width, "height": height})
            if found := visit(page, live_url + shot.address):
                problems[f"{shot.name} at {width}"] = found
            page.close()
    assert problems == {}
    assert len(shots) > 40
