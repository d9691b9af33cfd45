"""What the database says of a row that somebody else deleted at the same moment."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError
from psycopg.errors import ForeignKeyViolation


def is_gone(error: Exception) -> bool:
    """Tell whether an error says that somebody else has just deleted what was to be changed."""
    if isinstance(error, IntegrityError):  # a new row refers to one that is not there any more
        return isinstance(error.__cause__, ForeignKeyViolation)
    if (
        type(error) is DatabaseError
    ):  # Django's word for a row that was to be changed, and is not there any more
        return error.__cause__ is None
    return isinstance(error, ObjectDoesNotExist)
