"""The meter beside a new password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_meter_says_how_strong_a_password_is(transactional_db: None, page: Page, live_url: str) -> None:
    client = Client()
    client.force_login(make_user("ada"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_url}
    page.context.add_cookies([session])  # type: ignore[list-item]
    page.goto(live_url + reverse("password_change"))
    meter = page.locator(".strength")
    assert not meter.is_visible()
    for password, words in (
        ("abcdefghijklmnopqrst", "Weak"),
        ("aaaaaaaaaaaabbbbbbbb", "Weak"),
        ("sunshine", "Weak"),
        ("ilovemusicalot", "Strong"),
        ("sunshine-42", "Fair"),
        ("evening lantern", "Strong"),
        ("ilovemusic", "Fair"),
    ):
        page.locator("#id_new_password1").fill(password)
        assert meter.inner_text().strip().startswith(words), password
    page.locator("#id_new_password1").fill("")
    assert not meter.is_visible()
