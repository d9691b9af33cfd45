"""What the areas' descriptions of bodies and answers are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

from django.contrib.auth.models import User
from django.http import HttpRequest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from clustering.models import ApiToken

Item = TypeVar("Item")


class ApiRequest(HttpRequest):
    """A request whose token was looked at."""

    user: User
    auth: ApiToken
    _cached_user: User
    """Where the line in the log looks who asks, as Django's own middleware keeps it there."""


class Body(BaseModel):
    """What somebody sends as JSON: only what is named, of the very types that are named."""

    model_config = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, frozen=True, use_attribute_docstrings=True
    )


class Answer(BaseModel):
    """What they get."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Page(Answer, Generic[Item]):
    """A part of a list. `next` is the cursor of the part that follows, null on the last."""

    items: list[Item]
    next: str | None


def _storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds a character that no text has")
    return text


Text = Annotated[str, AfterValidator(_storable), Field(json_schema_extra={"pattern": r"^[^\u0000]*$"})]
"""Text that PostgreSQL can hold."""
Name = Annotated[Text, Field(min_length=1, max_length=200)]
Id = Annotated[int, Field(ge=0, lt=2**63, json_schema_extra={"format": "int64"})]
Json = dict[str, Any]


def one_of(names: Iterable[str]) -> AfterValidator:
    """Take one of the names that a registry has."""
    known = list(names)

    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"can be: {', '.join(known)}")
        return name

    return AfterValidator(check)
