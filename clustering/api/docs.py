"""The description of the API, for programs and for people: open to everybody, as it tells nothing of anybody."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import etag, require_safe

from clustering.api.openapi import PREFIX, document
from clustering.api.problems import STATUSES

SAME_EVERYWHERE = frozenset({"Idempotency-Key", "If-None-Match"})


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body or an answer."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method of an address."""

    method: str
    path: str
    name: str
    words: str
    parameters: tuple[Field, ...]
    body: str
    """The name of what it takes, or its media types."""
    answers: tuple[tuple[str, str], ...]
    """Each status of success, and the name of what comes with it."""


@cache
def text() -> str:
    """Return the description as it is sent, and as it stands in docs/openapi.json."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _version(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(text().encode()).hexdigest()[:32]}"'


@require_safe
@etag(_version)
def openapi(request: HttpRequest) -> HttpResponse:
    """Send it as OpenAPI 3.1."""
    return HttpResponse(
        text(), content_type="application/json", headers={"Cache-Control": "private, no-cache"}
    )


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show it as a page of the site."""
    limit = settings.API_REQUESTS_PER_MINUTE
    return render(
        request, "api/docs.html", _page() | {"per_minute": limit, "origin": request.build_absolute_uri("/")}
    )


@cache
def _page() -> dict[str, Any]:
    found = document()
    areas: dict[str, list[Endpoint]] = defaultdict(list)
    for path, methods in found["paths"].items():
        for method, said in methods.items():
            areas[said["tags"][0]].append(_endpoint(path, method, said))
    return {
        "areas": dict(areas),
        "schemas": {name: _schema(schema) for name, schema in found["components"]["schemas"].items()},
        "codes": [(code, status, title) for code, (status, title) in STATUSES.items()],
        "prefix": PREFIX,
    }


def _endpoint(path: str, method: str, said: dict[str, Any]) -> Endpoint:
    body = said.get("requestBody", {}).get("content", {})
    return Endpoint(
        method=method.upper(),
        path=path,
        name=said["operationId"],
        words=said["description"],
        parameters=tuple(
            Field(one["name"], _kind(one["schema"]), one["required"], one.get("description", ""))
            for one in said["parameters"]
            if one["name"] not in SAME_EVERYWHERE and one["in"] != "path"
        ),
        body=_content(body),
        answers=tuple(
            (status, _content(answer.get("content", {})))
            for status, answer in said["responses"].items()
            if status.startswith("2")
        ),
    )


def _content(content: dict[str, Any]) -> str:
    return (
        _kind(content["application/json"]["schema"])
        if "application/json" in content
        else " or ".join(content)
    )


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", [])
    return {
        "words": schema.get("description", ""),
        "fields": [
            Field(name, _kind(one), name in required, one.get("description", ""))
            for name, one in schema.get("properties", {}).items()
        ],
    }


def _kind(schema: dict[str, Any]) -> str:
    """Write a type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    for key in ("anyOf", "allOf"):
        if key in schema:
            return " or ".join(_kind(one) for one in schema[key])
    if "enum" in schema:
        return " | ".join(str(one) or "“”" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_kind(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("const") or schema.get("type", "anything"))
