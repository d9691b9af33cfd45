"""Bodies of requests: refused by what they say of themselves and while they come, and kept out of the memory."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from django.core.exceptions import RequestAborted
from django.utils.http import parse_header_parameters

from clustering.web.site.views.errors import is_full
from musicclust.web import limits

Receive = Callable[[], Awaitable[Any]]

IN_MEMORY = 512 * 1024

TOO_LARGE = "This address takes at most {limit}, and more was sent. Nothing was saved."
TOO_SLOW = "The rest of what was sent did not come for {seconds:.0f} seconds. Nothing was saved; try again."
TWO_LENGTHS = "The request says in two ways how long it is, which nobody can mean."
OTHER_CHARSET = "Forms are read as UTF-8 here, and this request says that it is written otherwise."
DISK_FULL = (
    "The server has no space left for what was sent, and nothing was saved. Tell your administrator that "
    "the folder for temporary files is full."
)


class Refused(Exception):  # noqa: N818 – the sender's error
    """A request is not taken: the status and the sentence that its sender gets."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def check_lengths(headers: Mapping[bytes, bytes]) -> int | None:
    """Return the length that a request says it has; 0 without a body, None where it is open."""
    open_end = b"transfer-encoding" in headers
    if open_end and b"content-length" in headers:  # a proxy may have believed the other one
        raise Refused(400, TWO_LENGTHS)
    return None if open_end else int(headers.get(b"content-length", b"0"))


def check_charset(headers: Mapping[bytes, bytes]) -> None:
    """Refuse what is not written in UTF-8: Django fails at it while it looks for the form's token."""
    try:
        _kind, words = parse_header_parameters(headers.get(b"content-type", b"").decode("latin-1"))
    except (ValueError, LookupError) as error:
        raise Refused(415, OTHER_CHARSET) from error
    if words.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refused(415, OTHER_CHARSET)


def too_large(limit: int) -> Refused:
    """Return the refusal of a body above a limit."""
    words = f"{limit / 2**20:,.0f} MB" if limit >= 2**20 else f"{limit // 1024:,} kB"
    return Refused(413, TOO_LARGE.format(limit=words))


async def read_body(receive: Receive, limit: int) -> IO[bytes]:
    """Read a body of at most so many bytes, however slowly it comes.

    Raises
    ------
    Refused
        It is too large, it stopped, or there is no room for it.
    RequestAborted
        Its sender is gone.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 – closed with the request
    try:
        size, more = 0, True
        while more:
            message = await _next(receive)
            piece, more = message.get("body", b""), message.get("more_body", False)
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            if size > IN_MEMORY:
                await asyncio.to_thread(file.write, piece)  # a busy disk keeps nobody else waiting
            else:
                file.write(piece)
        file.seek(0)
    except BaseException as error:
        file.close()
        if is_full(error):
            raise Refused(507, DISK_FULL) from error
        raise
    return file


async def _next(receive: Receive) -> Any:
    try:
        async with asyncio.timeout(limits.SILENCE_SECONDS):
            message = await receive()
    except TimeoutError:
        raise Refused(408, TOO_SLOW.format(seconds=limits.SILENCE_SECONDS)) from None
    if message["type"] == "http.disconnect":
        raise RequestAborted
    return message
