"""A browser without a screen: cookies, links, and the forms of a page filled in as they stand there."""

from __future__ import annotations

import http.client
import json
import re
import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from django.urls import Resolver404, resolve

from benchmarks.ledger import Asked, Ledger
from benchmarks.pages import HOST

PATIENCE = 60.0
"""Seconds for an answer: a browser waits longer, a person does not."""

Value = str | Sequence[str]
VOID = frozenset(
    {"input", "link", "meta", "br", "hr", "img", "source", "wbr", "col", "area", "base", "embed"}
)


class Unexpected(Exception):  # noqa: N818 – what is unexpected need not be an error of the site
    """An answer that nobody meant to get; the message has everything that is known of it."""


@dataclass
class Form:
    """A form of a page: where it goes, what it would send, and what could be chosen instead."""

    action: str
    method: str
    sends: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, values: Mapping[str, Value]) -> list[tuple[str, str]]:
        """Return what it sends with some fields changed."""
        kept = [(name, value) for name, value in self.sends if name not in values]
        return kept + [
            (name, one)
            for name, value in values.items()
            for one in ([value] if isinstance(value, str) else value)
        ]


@dataclass(frozen=True)
class Page:
    """An answer."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        """The name of its address."""
        return name_of(self.path)

    @property
    def text(self) -> str:
        """The page's source."""
        return self.body.decode(errors="replace")

    @cached_property
    def _read(self) -> _Reader:
        reader = _Reader(self.path)
        if "html" in self.headers.get("Content-Type", ""):
            reader.feed(self.text)
        return reader

    @property
    def complaints(self) -> str:
        """What the page says is wrong."""
        return " ".join(" ".join(self._read.alerts).split())

    @property
    def token(self) -> str:
        """What proves to the site that a request comes from its own page."""
        return self._read.token

    def links(self, *names: str) -> list[str]:
        """Return the page's links to addresses of some names, each once; without names all."""
        return [href for href in dict.fromkeys(self._read.links) if not names or name_of(href) in names]

    def link(self, name: str) -> str:
        """Return the first link to an address of this name."""
        found = self.links(name)
        if not found:
            raise Unexpected(f"{self.path} has no link to {name}: {self.complaints or self.text[:300]}")
        return found[0]

    @property
    def files(self) -> list[str]:
        """The styles and scripts that a browser loads with the page."""
        return list(dict.fromkeys(self._read.files))

    def forms(self, name: str) -> list[Form]:
        """Return the forms that go to an address of this name."""
        return [form for form in self._read.forms if name_of(form.action) == name]

    def form(self, name: str) -> Form:
        """Return the first of them."""
        found = self.forms(name)
        if not found:
            raise Unexpected(f"{self.path} has no form for {name}: {self.complaints or self.text[:300]}")
        return found[0]


class Browser:
    """One person's cookies, and the requests made with them. Redirects are followed."""

    def __init__(self, port: int, ledger: Ledger) -> None:
        self.port, self.ledger = port, ledger
        self.cookies: dict[str, str] = {}

    def get(
        self,
        path: str,
        *,
        expect: Collection[int] = (200,),
        live: bool = False,
        headers: Mapping[str, str] | None = None,
        stop_after: int | None = None,
    ) -> Page:
        """Ask for a page; `live` as its scripts do, `stop_after` so many bytes hang up."""
        more = dict(headers or {}) | ({"HX-Request": "true"} if live else {})
        return self._follow(self._ask("GET", path, None, more, stop_after), expect)

    def submit(
        self,
        form: Form,
        values: Mapping[str, Value] | None = None,
        *,
        file: tuple[str, bytes] | None = None,
        expect: Collection[int] = (200,),
    ) -> Page:
        """Send a form, with some fields changed, and perhaps a file."""
        fields = form.filled(values or {})
        if form.method == "get":
            return self.get(f"{urlsplit(form.action).path}?{urlencode(fields)}", expect=expect)
        if file is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, file)
        return self._follow(self._ask("POST", form.action, body, {"Content-Type": kind}), expect)

    def post(
        self, page: Page, path: str, values: Mapping[str, str], *, expect: Collection[int] = (200,)
    ) -> Page:
        """Send what the scripts of a page send."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": page.token,
            "HX-Request": "true",
        }
        return self._follow(self._ask("POST", path, urlencode(values).encode(), headers), expect)

    def _follow(self, page: Page, expect: Collection[int]) -> Page:
        for _ in range(10):
            if page.status not in (301, 302, 303) or page.status in expect:
                break
            page = self._ask("GET", urljoin(page.path, page.headers["Location"]), None, {})
        if page.status not in expect:
            raise Unexpected(f"{page.status} from {page.path}: {page.complaints or page.text[:300]}")
        return page

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        stop_after: int | None = None,
    ) -> Page:
        where = urlsplit(path)
        asked = where.path + (f"?{where.query}" if where.query else "")
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        began = time.perf_counter()
        try:
            connection.request(method, asked, body, {**headers, "Cookie": cookies, "Connection": "close"})
            answer = connection.getresponse()
            content = answer.read(stop_after)
        except (OSError, http.client.HTTPException) as error:
            self._note(method, asked, 0, began)
            raise Unexpected(
                f"{method} {asked}: {error!r}, after {time.perf_counter() - began:.1f} s"
            ) from error
        finally:
            connection.close()
        self._note(method, asked, answer.status, began)
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Page(asked, answer.status, dict(answer.headers), content)

    def _note(self, method: str, path: str, status: int, began: float) -> None:
        self.ledger.asked.append(Asked(method, name_of(path), status, time.perf_counter() - began))


def name_of(path: str) -> str:
    """Return the name of an address; nothing where it is none of the site's."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


def _multipart(fields: Sequence[tuple[str, str]], file: tuple[str, bytes]) -> tuple[bytes, str]:
    """Return the body of a form with a file, and its type."""
    border = uuid.uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\n'
    parts += [head.encode(), b"Content-Type: application/octet-stream\r\n\r\n", file[1]]
    return b"".join([*parts, f"\r\n--{border}--\r\n".encode()]), f"multipart/form-data; boundary={border}"


class _Reader(HTMLParser):
    """Gathers links, forms and complaints."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.files: list[str] = []
        self.forms: list[Form] = []
        self.alerts: list[str] = []
        self.token = ""
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: tuple[Form | None, str, bool] = (None, "", False)
        self._depth = 0  # within a complaint

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take what matters of a tag."""
        has = {name: value or "" for name, value in attributes}
        if (
            self._depth
            or has.get("role") == "alert"
            or {"field-error", "alert"} & {*has.get("class", "").split()}
        ):
            self._depth += tag not in VOID
        match tag:
            case "body":
                self.token = json.loads(has.get("hx-headers", "{}")).get("X-CSRFToken", "")
            case "a" if urlsplit(has.get("href", "")).scheme == "" and has.get("href", "#")[0] != "#":
                self.links.append(urljoin(self.path, has["href"]))
            case "script" | "link" if has.get("src") or has.get("rel") == "stylesheet":
                self.files.append(urljoin(self.path, has.get("src") or has["href"]))
            case "form":
                self._begin(has)
            case "input" | "button" | "textarea":
                self._field(tag, has)
            case "select":
                form = self._by_id.get(has["form"]) if "form" in has else self._form
                self._select = (form, has.get("name", ""), False)
            case "option":
                self._option(has)

    def handle_endtag(self, tag: str) -> None:
        """Leave what ends."""
        self._depth -= bool(self._depth)
        if tag == "form":
            self._form = None
        if tag == "select":
            form, name, chosen = self._select
            if form is not None and name and not chosen and form.choices.get(name):
                form.sends.append((name, form.choices[name][0]))
            self._select = (None, "", False)

    def handle_data(self, data: str) -> None:
        """Take the words of a complaint."""
        if self._depth:
            self.alerts.append(data)

    def _begin(self, has: Mapping[str, str]) -> None:
        to = urljoin(self.path, has.get("action") or has.get("hx-post") or self.path)
        method = "post" if "hx-post" in has else has.get("method", "get").lower()
        self._form = Form(to, method)
        self.forms.append(self._form)
        if "id" in has:
            self._by_id[has["id"]] = self._form

    def _field(self, tag: str, has: Mapping[str, str]) -> None:
        form = self._by_id.get(has["form"]) if "form" in has else self._form
        name, kind = has.get("name", ""), has.get("type", "text")
        if form is None or not name or kind == "file":
            return
        value = has.get("value", "on" if kind == "checkbox" else "")
        if tag == "button" or kind in ("checkbox", "radio", "submit"):
            form.choices.setdefault(name, []).append(value)
        if tag != "button" and kind != "submit" and (kind not in ("checkbox", "radio") or "checked" in has):
            form.sends.append((name, value))

    def _option(self, has: Mapping[str, str]) -> None:
        form, name, chosen = self._select
        if form is None or not name or "disabled" in has:
            return
        form.choices.setdefault(name, []).append(has.get("value", ""))
        if "selected" in has and not chosen:
            form.sends.append((name, has.get("value", "")))
            self._select = (form, name, True)


def state_of(page: Page) -> str:
    """Return how a job's page says that it is: queued, running, succeeded, failed or cancelled."""
    found = re.search(r'class="state state-(\w+)"', page.text)
    return found[1] if found else ""
