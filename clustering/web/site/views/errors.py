"""What is shown when something went wrong on the server."""

from __future__ import annotations

import errno
import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from psycopg.errors import DiskFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the disk is full where that was it: the one fault of a server that people can be told the reason of."""
    if is_full(sys.exc_info()[1]):
        return render(request, "507.html", status=507)
    return defaults.server_error(request)


def is_full(error: BaseException | None) -> bool:
    """Tell whether there was no room, in a folder or in PostgreSQL."""
    while error is not None:
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in NO_ROOM):
            return True
        error = error.__cause__
    return False
