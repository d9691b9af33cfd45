"""Every address of the API, asked by everybody with every kind of token: `matrix.py` says what has to come of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from clustering.models import ApiToken
from tests.access.matrix import API, METHODS, PEOPLE
from tests.access.world import OBJECTS, Address, Things, api_addresses, make_things
from tests.factories import make_user
from tests.shared_rows import kept_for_several_tests

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each inside the transaction of `world`
ALL = api_addresses()
KINDS = ("none", "session", "made up", "ended", "expired", "of somebody closed", "read", "write")
ASKING = PEOPLE[1:]
each_address = pytest.mark.parametrize("address", ALL, ids=[f"{a.name}-{a.route}" for a in ALL])


@dataclass(frozen=True)
class World:
    """People with one of each thing, and each one's tokens of each kind."""

    owners: Things
    strangers: Things
    shared: Things
    headers: dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Make it once: whatever is asked is undone."""
    with kept_for_several_tests(django_db_blocker):
        owners, strangers = make_things("owner"), make_things("stranger")
        shared = make_things("generous", visibility="shared")
        people = {
            "owner": owners.owner,
            "other": make_user("other"),
            "staff": make_user("staff", is_staff=True),
            "root": make_user("root", is_staff=True, is_superuser=True),
        }
        headers = {(name, kind): make_headers(user, kind) for name, user in people.items() for kind in KINDS}
        yield World(owners, strangers, shared, headers)


def make_headers(user: User, kind: str) -> dict[str, str]:
    """Return what is sent by somebody with such a token."""
    if kind == "none":
        return {}
    if kind == "session":
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        return {"Cookie": f"{name}={client.cookies[name].value}"}
    if kind == "made up":
        return {"Authorization": f"Bearer mct_{'a' * 12}.{'b' * 40}"}
    if kind == "of somebody closed":
        user = make_user(f"{user.username} before", is_active=False, is_staff=user.is_staff)
    expires = timezone.now() + timedelta(hours=-1 if kind == "expired" else 1)
    can_write = kind != "read"
    token, text = ApiToken.issue(user, kind, can_write=can_write, two_factor=False, expires_at=expires)
    if kind == "ended":
        token.end()
    token.see()  # else each request would write that it was used, and have that undone
    return {"Authorization": f"Bearer {text}"}


BODIES: dict[tuple[str, str], Callable[[Things], dict[str, object]]] = {
    ("api:dataset", "PATCH"): lambda things: {"name": "Mine"},
    ("api:run", "PATCH"): lambda things: {"pinned": True},
    ("api:cluster", "PATCH"): lambda things: {"name": "Mine"},
    ("api:playlist", "PATCH"): lambda things: {"name": "Mine"},
    ("api:dataset_fills", "POST"): lambda things: {"source": things.fill.source_id},
    ("api:fill", "PATCH"): lambda things: {"choices": [{"song": 1, "source_song": None}]},
    ("api:advice_runs", "POST"): lambda things: {"k": 3},
    ("api:comparisons", "POST"): lambda things: {
        "runs": [things.comparison.first_id, things.comparison.second_id]
    },
    ("api:playlists", "POST"): lambda things: {"dataset": things.dataset.pk, "name": "Mine", "songs": [1]},
    ("api:playlist_order", "POST"): lambda things: {"order": "tempo"},
    ("api:webhooks", "POST"): lambda things: {"url": "https://example.org/another"},
    ("api:webhook", "PATCH"): lambda things: {"on": False},
    ("api:playlist_songs", "POST"): lambda things: {"song": things.dataset.first_song_id + 5},
}
QUERIES: dict[str, Callable[[Things], str]] = {
    "api:comparison_songs": lambda things: "?first=0&second=0",
    "api:similar": lambda things: f"?song={things.dataset.first_song_id + 1}",
    "api:search": lambda things: "?q=song",
}


@contextmanager
def undone() -> Iterator[None]:
    """Undo what comes of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Asker:
    """Asks for something of somebody's in each way; its address is looked up once."""

    def __init__(self, address: Address, things: Things, **values: object) -> None:
        self._address = address
        self._things = things
        self._url = address.url(things, **values)
        self._query = QUERIES[address.name](things) if address.name in QUERIES else ""
        self._kind = "application/octet-stream" if address.route.endswith("uploads") else "application/json"
        self._client = Client(raise_request_exception=False)

    def ask(self, method: str, headers: dict[str, str]) -> str:
        """Ask, and say in words what the answer was."""
        url = self._url + (self._query if method in {"GET", "HEAD"} else "")
        body = json.dumps(BODIES.get((self._address.name, method), lambda _: {})(self._things)).encode()
        self._client.cookies.clear()
        answer: Any = self._client.generic(method, url, body, content_type=self._kind, headers=headers)
        if isinstance(answer, StreamingHttpResponse):
            list(answer)
        return in_words(self._address, method, answer)


def ask(address: Address, things: Things, method: str, headers: dict[str, str], **values: object) -> str:
    """Ask once, and undo what came of it."""
    with undone():
        return Asker(address, things, **values).ask(method, headers)


def in_words(address: Address, method: str, answer: Any) -> str:
    """Say what an answer was."""
    url = answer.request["PATH_INFO"]
    assert answer.status_code < 500, (method, url, answer.getvalue())
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.getvalue())["status"] == answer.status_code
        assert method not in API[address.name] or json.loads(answer.getvalue())["code"] != "invalid", (
            answer.getvalue()
        )
    known = {401: "no token", 403: "reads only", 404: "not there", 405: "no such method"}
    return known.get(answer.status_code, "let in")


def expected(address: Address, person: str, kind: str, method: str, *, shared: bool = False) -> set[str]:
    """Return the answer that is right."""
    rule = API[address.name]
    if address.name == "api:nothing":
        return {"not there"}
    asked = "GET" if method == "HEAD" else method
    if asked not in rule:
        return {"no such method"}
    if kind not in {"read", "write"}:
        return {"no token"}
    if kind == "read" and asked != "GET":
        return {"reads only"}
    inside = person in rule[asked] or (shared and person == "other" and "shared" in rule[asked])
    return {"let in"} if inside else {"not there"}


def faults(world: World, address: Address) -> list[str]:
    wrong = []
    asker = Asker(address, world.owners)
    for person, kind in product(ASKING, KINDS):
        with undone():
            for method in METHODS:
                right = expected(address, person, kind, method)
                # what should be refused changes nothing that the next question would have to be spared
                with undone() if "let in" in right else nullcontext():
                    found = asker.ask(method, world.headers[person, kind])
                if found not in right:
                    wrong.append(f"{method} as {person}, {kind}: {found}, and should be {right}")
    return wrong


@each_address
class TestEveryAddress:
    def test_lets_in_whom_it_should_and_nobody_else(self, address, world):
        assert address.name in API, f"Who may ask for {address.name}? Add a line to tests/access/matrix.py"
        assert faults(world, address) == []

    def test_shows_what_is_shared_and_lets_nobody_change_it(self, address, world):
        if {"token_id", "webhook_id"} & set(address.parameters) or not set(address.parameters) & set(OBJECTS):
            return
        headers = world.headers["other", "write"]
        found = {method: ask(address, world.shared, method, headers) for method in METHODS}
        right = {method: expected(address, "other", "write", method, shared=True) for method in METHODS}
        assert {method: word for method, word in found.items() if word not in right[method]} == {}

    def test_finds_nothing_of_somebody_elses_inside_ones_own(self, address, world):
        objects = [name for name in address.parameters if name in OBJECTS]
        if len(objects) < 2:
            return
        for name in objects:
            wrong = {name: OBJECTS[name](world.strangers)}
            for method in API[address.name]:
                found = ask(address, world.owners, method, world.headers["owner", "write"], **wrong)
                assert found == "not there", (method, name)

    def test_finds_nothing_under_a_number_that_is_none(self, address, world):
        for name in set(address.parameters) & set(OBJECTS):
            for number in ("0", str(2**53), "9" * 30):
                for method in API[address.name]:
                    found = ask(
                        address, world.owners, method, world.headers["owner", "write"], **{name: number}
                    )
                    assert found == "not there", (method, number)


def test_every_line_is_of_some_address():
    assert set(API) == {address.name for address in ALL}


def test_is_counted(capsys):
    methods = sum(len(API[address.name]) for address in ALL)
    with capsys.disabled():
        print(  # noqa: T201
            f"\naccess matrix of the API: {len(ALL)} addresses ({methods} things to ask for) x {len(ASKING)} people"
            f" x {len(KINDS)} kinds of tokens x {len(METHODS)} methods"
            f" = {len(ALL) * len(ASKING) * len(KINDS) * len(METHODS):,} answers"
        )
