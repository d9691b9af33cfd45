"""Every page in a real browser, with hostile names: nothing breaks the content security policy, and no name runs."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Dialog, Error

from tests.access.hostile import make_hostile
from tests.access.matrix import ROOT, rule_for
from tests.access.world import Address, addresses, make_things
from tests.factories import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def pages() -> list[Address]:
    """Return the addresses of the application that answer with a page."""
    read = [a for a in addresses() if "GET" in (rule_for(a.name) or {}) and not a.name.startswith("admin:")]
    return [a for a in read if set(rule_for(a.name)["GET"]) & ROOT and a.name not in {"sign_in", "login"}]


def test_no_page_breaks_the_policy_or_runs_a_name(live_url, page, servers):
    things = make_things("owner")
    make_hostile()
    client = Client()
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    cookie = {
        "name": "sessionid",
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": live_url,
    }
    page.context.add_cookies([cookie])
    faults, where, opened = [], "", 0

    def refuse(dialog: Dialog) -> None:
        faults.append(f"{where}: a dialog")
        dialog.dismiss()

    page.on("dialog", refuse)
    page.on("pageerror", lambda error: faults.append(f"{where}: {error}"))
    page.on(
        "console",
        lambda said: (
            faults.append(f"{where}: {said.text}") if "Content Security Policy" in said.text else None
        ),
    )
    for address in pages():
        where = address.name
        try:
            page.goto(live_url + address.url(things), wait_until="load")
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            continue
        page.wait_for_function("document.readyState === 'complete'")
        opened += 1
    assert faults == []
    assert opened > 20
