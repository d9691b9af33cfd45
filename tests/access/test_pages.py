"""Every page as a browser gets it: its headers, no script or style in it, and hostile words only as words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.hostile import make_hostile
from tests.access.matrix import rule_for
from tests.access.world import Things, addresses, make_things
from tests.factories import make_user
from tests.shared_rows import kept_for_several_tests

READ = [a for a in addresses() if "GET" in (rule_for(a.name) or {})]
pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """What a page would do by itself."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.data: list[str] = []
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look for what a policy would have to forbid."""
        found = dict(attrs)
        self.faults += [f"<{tag} {name}>" for name in found if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "img" and found.get("src") == "x"):
            self.faults.append(f"<{tag}>")
        if any(
            (found.get(name) or "").strip().lower().startswith("javascript:")
            for name in ("href", "src", "action")
        ):
            self.faults.append(f"<{tag}> with a script for an address")
        if tag == "script" and "src" not in found:
            self._in_data = found.get("type") in {"application/json", "importmap"}
            if not self._in_data:
                self.faults.append("<script> in the page")
            if found.get("type") == "importmap" and not found.get("nonce"):
                self.faults.append("an import map without a nonce")

    def handle_endtag(self, tag: str) -> None:
        """Leave the data."""
        if tag == "script":
            self._in_data = False

    def handle_data(self, data: str) -> None:
        """Keep what scripts read."""
        if self._in_data:
            self.data.append(data)


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Things]:
    """Make them once: what a page does is undone."""
    with kept_for_several_tests(django_db_blocker):
        things = make_things("owner")
        make_hostile()
        make_user("root", is_staff=True, is_superuser=True)
        yield things


@pytest.mark.parametrize("address", READ, ids=[f"{a.name}-{a.route}" for a in READ])
def test_is_safe_to_open(address, things, client):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    answer = client.get(address.url(things))
    body = answer.getvalue().decode(errors="replace")
    policy = answer.headers.get("Content-Security-Policy", "")
    assert answer.status_code < 500
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"] or "private" in answer["Cache-Control"]
    assert all("\r" not in value and "\n" not in value for _, value in answer.items())
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        page = Page(body)
        assert page.faults == []
        for data in page.data:
            json.loads(data)
