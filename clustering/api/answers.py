"""Answers that are more than a body: what was made and where it is, and files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header, quote_etag

from clustering.api.schemas import Answer


def given(answer: Answer, *, status: int = 200, location: str = "") -> HttpResponse:
    """Return an answer as JSON, with the address of what was made."""
    response = HttpResponse(answer.model_dump_json(), status=status, content_type="application/json")
    if location:
        response.headers["Location"] = location
    return response


def file_of(
    parts: Iterable[bytes], *, name: str, content_type: str, version: object
) -> StreamingHttpResponse:
    """Stream a file under a name; `version` changes when the file does."""
    response = StreamingHttpResponse(parts, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["ETag"] = quote_etag(hashlib.sha256(repr(version).encode()).hexdigest()[:32])
    return response
