"""Lists in parts: each part begins just after the last row of the one before, which an opaque cursor holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, TypeVar

from django.core import signing
from django.db.models import DateTimeField, F, Field, Model, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from clustering.api.problems import ProblemError
from clustering.api.schemas import Page

SALT = "api-cursor"
MAX_LIMIT = 200
WRONG = "This cursor belongs to another list, or to other filters. Begin without one."

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


class Paging(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Described(ge=1, le=MAX_LIMIT, description="How many at most.")] = 50
    cursor: Annotated[
        str | None,
        Described(max_length=1000, description="`next` of the part before, with the same filters."),
    ] = None


def position(request: HttpRequest, paging: Paging) -> list[Any] | None:
    """Return what a cursor of this very list holds; None at its beginning."""
    if paging.cursor is None:
        return None
    try:
        query, found = signing.loads(paging.cursor, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise ProblemError("cursor_invalid", WRONG) from error
    if query != _query(request) or not isinstance(found, list):
        raise ProblemError("cursor_invalid", WRONG)
    return found


def cursor_at(request: HttpRequest, found: Sequence[object]) -> str:
    """Return a cursor of this list: signed, and bound to the address and its filters."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in found]
    return signing.dumps([_query(request), values], salt=SALT)


def page_of(
    request: HttpRequest,
    rows: QuerySet[Row],
    paging: Paging,
    item: Callable[[Row], Item],
    *,
    order: Sequence[str] = ("-created_at", "-pk"),
) -> Page[Item]:
    """Return a part of a query's rows, in an order that is total; a row without a value comes last."""
    after = position(request, paging)
    if after is not None:
        rows = rows.filter(_after(rows.model, order, after))
    ordering = [
        F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in order
    ]
    found = list(rows.order_by(*ordering)[: paging.limit + 1])
    shown = found[: paging.limit]
    more = len(found) > len(shown)
    last = [getattr(shown[-1], name.lstrip("-")) for name in order] if more else []
    return Page(items=[item(row) for row in shown], next=cursor_at(request, last) if more else None)


def _after(model: type[Model], order: Sequence[str], values: Sequence[Any]) -> Q:
    """Say which rows come after one: later in the first column, or equal there and later in the second, and so on."""
    if len(values) != len(order):
        raise ProblemError("cursor_invalid", WRONG)
    equal, parts = Q(), []
    for name, value in zip(order, values, strict=True):
        column, descending = name.lstrip("-"), name.startswith("-")
        if value is None:  # among those without a value, which are last
            equal &= Q(**{f"{column}__isnull": True})
            continue
        field = model._meta.pk if column == "pk" else model._meta.get_field(column)
        bound = _bound(field, value)
        beyond = Q(**{f"{column}__{'lt' if descending else 'gt'}": bound})
        if getattr(field, "null", False):
            beyond |= Q(**{f"{column}__isnull": True})
        parts.append(equal & beyond)
        equal &= Q(**{column: bound})
    return reduce(or_, parts)


def _bound(field: Any, value: Any) -> Any:
    """Return a value as exact as its column: of eight bytes 0.8 would not be a song's 0.8."""
    if isinstance(field, DateTimeField):
        return datetime.fromisoformat(value)
    return (
        Cast(Value(value), field.clone()) if isinstance(field, Field) and isinstance(value, float) else value
    )


def _query(request: HttpRequest) -> str:
    asked = sorted((name, values) for name, values in request.GET.lists() if name not in {"cursor", "limit"})
    return hashlib.sha256(json.dumps([request.path, asked]).encode()).hexdigest()[:16]
