"""Files as they come in: streamed to the disk, however large, and as a form or as the bare body."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import UnreadablePostError

from clustering.api.problems import ProblemError
from clustering.api.schemas import ApiRequest
from musicclust.body_limits import AROUND_FILES

CHUNK = 1 << 20
RAW = "application/octet-stream"
FORM = "multipart/form-data"
CUT_OFF = "The body ended before it was whole: {got:,} of {wanted:,} bytes came. Send it again."
NO_FILE = "Send the file as the body, as application/octet-stream, or as the part “file” of a form."

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            RAW: {"schema": {"type": "string", "format": "binary"}},
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            },
        },
    }
}
"""How an address that takes a file describes its body."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has come in whole, and the hash by which it is recognized when it comes again."""

    file: File[bytes]
    sha256: str


@contextmanager
def received(request: ApiRequest, name: str | None) -> Iterator[Received]:
    """Receive the file of a request; it is gone from the temporary folder afterwards.

    Raises
    ------
    ProblemError
        Where it is too large, is not there, or does not come whole.
    """
    limit = settings.UPLOAD_LIMIT_MB * 2**20
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + (
        AROUND_FILES if request.content_type == FORM else 0
    ):
        raise _too_large()
    if request.content_type == FORM:
        found = request.FILES.get("file")
        if found is None:
            raise ProblemError("malformed", NO_FILE)
        if (found.size or 0) > limit:
            raise _too_large()
        digest = hashlib.sha256()
        for chunk in found.chunks():
            digest.update(chunk)
        if name:
            found.name = name
        yield Received(found, digest.hexdigest())
        return
    with TemporaryUploadedFile(name or "songs", RAW, 0, None) as file:
        digest = hashlib.sha256()
        size = 0
        for chunk in _chunks(request):
            size += len(chunk)
            if size > limit:
                raise _too_large()
            digest.update(chunk)
            file.write(chunk)
        _check_whole(request, size)
        file.seek(0)
        file.size = size
        yield Received(file, digest.hexdigest())


def _chunks(request: ApiRequest) -> Iterator[bytes]:
    """Yield the body; one that comes in chunks has no length, and Django takes it for empty."""
    chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    bare = request.META.get("wsgi.input")  # an ASGI server has taken the body in already
    source: IO[bytes] | ApiRequest = bare if chunked and bare is not None else request
    try:
        while chunk := source.read(CHUNK):
            yield chunk
    except UnreadablePostError:
        raise
    except OSError as error:
        raise UnreadablePostError(*error.args) from error


def _check_whole(request: ApiRequest, size: int) -> None:
    wanted = request.META.get("CONTENT_LENGTH")
    if wanted and size != int(wanted):
        raise ProblemError("malformed", CUT_OFF.format(got=size, wanted=int(wanted)))


def _too_large() -> ProblemError:
    return ProblemError(
        "too_large",
        f"At most {settings.UPLOAD_LIMIT_MB:,} MB can be uploaded. Compress the file with gzip, or split it.",
    )
