"""The description of the API, OpenAPI 3.1: what django-ninja knows, and what is the same of every address."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from http import HTTPStatus
from typing import Any

from clustering.api.auth import SCHEME
from clustering.api.problems import MEDIA_TYPE, STATUSES, Problem
from clustering.models.kept_answer import MAX_KEY_LENGTH

PREFIX = "/api/v1/"
ALWAYS = {400, 401, 403, 404, 405, 409, 414, 422, 429, 431, 500, 503, 507}
REF = "#/components/schemas/{model}"

KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[!-~]+$"},
    "description": "Your own name for this request, such as a UUID. Sent again within a day with the same body, the "
    "request is answered as before and nothing is done twice.",
}
KNOWN = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the answer that you have. Where that is still the same, you get 304 without a body.",
}


@cache
def document() -> dict[str, Any]:
    """Return the description of every address."""
    from clustering.api.app import api  # here, as the addresses ask for the description of themselves

    found: dict[str, Any] = deepcopy(dict(api.get_openapi_schema(path_prefix=PREFIX)))
    found.pop("servers")
    components = found["components"]
    problem = Problem.model_json_schema(ref_template=REF)
    components["schemas"] |= problem.pop("$defs") | {"Problem": problem}
    components["schemas"] = dict(sorted(components["schemas"].items()))
    components["securitySchemes"] = {"token": SCHEME}
    components["responses"] = {
        _name(status): _problem(status) for status in sorted({s for s, _ in STATUSES.values()})
    }
    found["security"] = [{"token": []}]
    for methods in found["paths"].values():
        for method, said in methods.items():
            _finish(said, method)
    return found


def _finish(said: dict[str, Any], method: str) -> None:
    responses = {str(status): answer for status, answer in said["responses"].items()}
    statuses = ALWAYS | ({408, 413, 415} if "requestBody" in said else set())
    if method == "get":
        responses["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase}
        said["parameters"].append(KNOWN)
    elif method == "post":
        said["parameters"].append(KEY)
    for status in statuses:
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})
    said["responses"] = dict(sorted(responses.items()))
    said["operationId"] = re.sub(r"^.*_areas_[a-z]+_", "", said["operationId"])


def _problem(status: int) -> dict[str, Any]:
    codes = [code for code, (of, _) in STATUSES.items() if of == status]
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _name(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")
