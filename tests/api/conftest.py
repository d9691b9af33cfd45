"""What tests of the API ask with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponseBase
from django.test import Client

from clustering.models import ApiToken
from tests.factories import make_user


class Script:
    """A script with a token; addresses are those below /api/v1/."""

    def __init__(self, text: str, token: ApiToken | None = None) -> None:
        self.text = text
        self.token = token
        self.client = Client(raise_request_exception=False)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> HttpResponseBase:
        """Send a request, with a body as JSON."""
        address = address if address.startswith("/") else f"/api/v1/{address}"
        sent = {"Authorization": f"Bearer {self.text}"} if self.text else {}
        data = b"" if body is None else json.dumps(body).encode()
        kind = "application/json" if data else ""
        return self.client.generic(
            method,
            address,
            data,
            content_type=kind,
            headers=sent | {k.replace("_", "-"): v for k, v in headers.items()},
        )

    def get(self, address: str, **headers: str) -> Any:
        """Read something that is there."""
        answer = self.send("GET", address, **headers)
        assert answer.status_code == 200, answer.getvalue()
        return json.loads(answer.getvalue())

    def problem(self, method: str, address: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """Ask for what cannot be, and return the problem."""
        answer = self.send(method, address, body, **headers)
        assert answer.headers["Content-Type"] == "application/problem+json", answer.getvalue()
        found = json.loads(answer.getvalue())
        assert found["status"] == answer.status_code
        assert found["title"]
        assert found["detail"]
        return found

    def all(self, address: str) -> list[Any]:
        """Read a list to its end."""
        items: list[Any] = []
        page = self.get(address)
        while True:
            items += page["items"]
            if page["next"] is None:
                return items
            page = self.get(f"{address}{'&' if '?' in address else '?'}cursor={page['next']}")


def script_of(user: User, *, can_write: bool = True, **fields: Any) -> Script:
    """Make a token of a person's."""
    values = {"two_factor": False, "expires_at": None} | fields
    token, text = ApiToken.issue(user, "notebook", can_write=can_write, **values)
    return Script(text, token)


@pytest.fixture
def script(db: None) -> Script:
    """Give the script of the person whose the usual rows are."""
    return script_of(make_user())


@pytest.fixture
def stranger(db: None) -> Script:
    """Give the script of somebody else."""
    return script_of(make_user("eve"))


@pytest.fixture
def make_script() -> Callable[..., Script]:
    """Make further scripts."""
    return script_of
