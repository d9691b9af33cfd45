"""Every address of the site, asked by everybody in every way. `matrix.py` says what has to come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.access.matrix import ADDRESSES, METHODS, PEOPLE, Rule, rule_for
from tests.access.world import OBJECTS, Address, Things, addresses, make_things
from tests.factories import make_user
from tests.shared_rows import kept_for_several_tests

pytestmark = pytest.mark.django_db  # each inside the transaction of `site`
WRITING = ("POST", "PUT", "PATCH", "DELETE")
REFUSED = {"sent to sign in", "not there", "forbidden", "no such method"}
ALL = addresses()
each_address = pytest.mark.parametrize("address", ALL, ids=[f"{a.name}-{a.route}" for a in ALL])


@dataclass(frozen=True)
class Site:
    """People with one of each thing, and what everybody's browser sends."""

    owners: Things
    strangers: Things
    shared: Things
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """Make it once: whatever is asked is undone."""
    with kept_for_several_tests(django_db_blocker):
        owners, strangers = make_things("owner"), make_things("stranger")
        shared = make_things("generous", visibility="shared")
        yield Site(owners, strangers, shared, sign_in_everybody())


def sign_in_everybody() -> dict[str, str]:
    """Return the cookie of each."""
    users = {
        "owner": make_user("owner"),
        "other": make_user("other"),
        "staff": make_user("staff", is_staff=True),
        "root": make_user("root", is_staff=True, is_superuser=True),
    }
    found = {"anonymous": ""}
    for name, user in users.items():
        client = Client()
        client.force_login(user)
        found[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


HANDLERS = {checks: ClientHandler(enforce_csrf_checks=checks) for checks in (False, True)}
"""Kept, as each would load the middleware for itself."""


def ask(method: str, url: str, cookie: str, *, enforce_csrf_checks: bool = False) -> str:
    """Ask as a browser with this cookie does, undo what came of it, and say in words what the answer was."""
    client = Client()
    client.handler = HANDLERS[enforce_csrf_checks]
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with transaction.atomic():
        answer = client.generic(method, url, content_type="application/x-www-form-urlencoded")
        if isinstance(answer, StreamingHttpResponse):
            list(answer)  # to its end, or its file stays open
        transaction.set_rollback(True)
    if method == "OPTIONS" and answer.status_code == 200 and not answer.content:
        return "no such method"  # told which methods there are, and nothing else
    return in_words(answer)


def in_words(answer: HttpResponseBase) -> str:
    sign_in = (reverse("login") + "?", reverse("admin:login") + "?")
    if answer.status_code == 302 and answer["Location"].startswith(sign_in):
        return "sent to sign in"
    return {403: "forbidden", 404: "not there", 405: "no such method"}.get(answer.status_code, "let in")


def expected(address: Address, rule: Rule, person: str, method: str, *, shared: bool = False) -> set[str]:
    """Return the answers that are right."""
    if method not in rule:
        usual = {"no such method", "sent to sign in" if person == "anonymous" else "not there"}
        if method in {"HEAD", "OPTIONS"} and "GET" in rule:  # they never tell more than GET
            usual |= expected(address, rule, person, "GET", shared=shared)
        return usual | ({"forbidden", "sent to sign in"} if address.name.startswith("admin:") else set())
    if person in rule[method] or (shared and person == "other" and "shared" in rule[method]):
        return {"let in"}
    if address.name.startswith("admin:"):
        return {"sent to sign in"} if person in {"anonymous", "owner", "other"} else REFUSED
    # what opens for nobody is not said to open for who signs in
    return {"sent to sign in"} if person == "anonymous" and rule[method] else {"not there"}


def line(address: Address) -> Rule:
    rule = rule_for(address.name)
    assert rule is not None, f"Who may ask for {address.name}? Add a line to tests/access/matrix.py"
    return rule


@each_address
class TestEveryAddress:
    def test_lets_in_whom_it_should_and_nobody_else(self, address, site):
        rule = line(address)
        wrong = []
        for person in PEOPLE:
            for method in METHODS:
                found = ask(method, address.url(site.owners), site.cookies[person])
                if found not in (right := expected(address, rule, person, method)):
                    wrong.append(f"{method} as {person}: {found}, and should be {' or '.join(sorted(right))}")
        assert not wrong, "\n".join(wrong)

    def test_shows_what_is_shared_and_lets_nobody_change_it(self, address, site):
        if not set(address.parameters) & set(OBJECTS):
            return
        rule = line(address)
        found = {method: ask(method, address.url(site.shared), site.cookies["other"]) for method in METHODS}
        assert {
            m: w for m, w in found.items() if w not in expected(address, rule, "other", m, shared=True)
        } == {}

    def test_finds_nothing_of_somebody_elses_inside_ones_own(self, address, site):
        objects = [name for name in address.parameters if name in OBJECTS]
        if len(objects) < 2:
            return
        for name in objects:
            url = address.url(site.owners, **{name: OBJECTS[name](site.strangers)})
            for method in line(address):
                assert ask(method, url, site.cookies["owner"]) in REFUSED, (method, name)

    def test_finds_nothing_under_a_number_that_is_none(self, address, site):
        for name in set(address.parameters) & set(OBJECTS):
            for number in ("0", str(2**53), "9" * 30):
                for method in line(address):
                    assert (
                        ask(method, address.url(site.owners, **{name: number}), site.cookies["owner"])
                        == "not there"
                    )

    def test_takes_nothing_that_another_site_sends(self, address, site):
        for method in WRITING:
            answer = ask(method, address.url(site.owners), site.cookies["root"], enforce_csrf_checks=True)
            assert answer in {"forbidden", "no such method", "not there"}, method


def test_every_line_is_of_some_address():
    names = {address.name for address in ALL}
    lost = [pattern for pattern in ADDRESSES if not any(fnmatchcase(name, pattern) for name in names)]
    assert lost == []


def test_is_counted(capsys):
    unknown = sorted({address.name for address in ALL if rule_for(address.name) is None})
    with capsys.disabled():
        print(  # noqa: T201
            f"\naccess matrix: {len(ALL)} addresses x {len(PEOPLE)} people x {len(METHODS)} methods"
            f" = {len(ALL) * len(PEOPLE) * len(METHODS):,} answers, {len(unknown)} addresses without a line"
        )
    assert unknown == []
