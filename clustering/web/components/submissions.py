"""Telling one sending of a form from another: a double click and the back button send the same again."""

from __future__ import annotations

from clustering.actions.submissions import submission_of
from clustering.actions.uploads import sha256_of
from clustering.models import Submission
from clustering.web.access import SignedInRequest

FIELD = "once"
OF_THE_FORM = {FIELD, "csrfmiddlewaretoken"}


def submission(request: SignedInRequest) -> Submission | None:
    """Return what to call `make_once` with; None where the form has no token."""
    typed = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in OF_THE_FORM)
    files = [
        (name, file.name, sha256_of(file))
        for name in sorted(request.FILES)
        for file in request.FILES.getlist(name)
    ]
    return submission_of(request.user, request.POST.get(FIELD, ""), repr((request.path, typed, files)))
