"""Making something once for each sending of a form, however often it is sent."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import TypeVar, cast

from django.contrib.auth.models import User
from django.db import models, transaction

from clustering.analysis import AnalysisError
from clustering.models import Submission
from clustering.songfiles import SongFileError

Made = TypeVar("Made", bound=models.Model)


TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)


class ReusedKeyError(AnalysisError, SongFileError):
    """The same key with something else: an error of whoever sends it."""

    def __init__(self) -> None:
        super().__init__("This key was already used for something else. Use a new key for each request.")


def new_token() -> str:
    """Return what a form holds by which it is known when it is sent again."""
    return secrets.token_urlsafe(16)


def submission_of(owner: User, token: str, what: str) -> Submission | None:
    """Return the submission of a form with its token and all that was typed; None where it has no token.

    Both make the key: who goes back in the browser, changes something and sends the form asks for something else.
    """
    if not TOKEN.fullmatch(token):
        return None
    digest = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
    return Submission(
        owner=owner, key=hashlib.sha256(f"{token} {digest}".encode()).hexdigest(), digest=digest
    )


def make_once(submission: Submission | None, make: Callable[[], Made]) -> Made:
    """Make something, or return what the same submission made before; without one, just make it.

    The row of the submission and what is made are one transaction: several at the same moment wait for each other,
    and where making it fails, the next may try. What was deleted since is made again.

    Raises
    ------
    ReusedKeyError
        Where the key was used for something else.
    """
    if submission is None:
        return make()
    with transaction.atomic():
        first = submission.claim()
        if first.digest != submission.digest:
            raise ReusedKeyError
        if (before := first.made) is not None:
            return cast("Made", before)
        made = make()
        first.record(made)
    return made
