"""Whole tables as they are, out of the database and back: for backups.

Rows travel in COPY's text format, in the order of their key: it is the same for every version of PostgreSQL, and the
same rows give the same bytes, so that a checksum says whether two tables are equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.db import connection
from django.db.models import Model
from psycopg.sql import SQL, Identifier

# Who is signed in, who guessed passwords, and how far the tables are migrated is of one place alone.
OF_ONE_PLACE = frozenset({"sessions", "axes"})


@dataclass(frozen=True)
class Table:
    """A table's name, its columns, and the columns of its key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Digest:
    """How many rows a table has, and the checksum of its text."""

    rows: int
    sha256: str


def stored_tables() -> list[Table]:
    """Return all tables with something to keep, each after those that it refers to.

    Where some refer to each other in a circle, one of them comes first all the same: PostgreSQL looks at their
    keys when the transaction ends.
    """
    ordered: dict[type[Model], None] = {}
    begun: set[type[Model]] = set()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in OF_ONE_PLACE and model._meta.managed and not model._meta.proxy:
            _add_after_its_keys(model, ordered, begun)
    return [_table(model) for model in ordered]


def _add_after_its_keys(
    model: type[Model], ordered: dict[type[Model], None], begun: set[type[Model]]
) -> None:
    if model in begun:
        return
    begun.add(model)
    for field in model._meta.concrete_fields:
        if field.is_relation:
            _add_after_its_keys(cast("type[Model]", field.related_model), ordered, begun)
    ordered[model] = None


def _table(model: type[Model]) -> Table:
    fields = [field for field in model._meta.concrete_fields if field.column and not field.generated]
    columns = tuple(str(field.column) for field in fields)
    return Table(model._meta.db_table, columns, tuple(str(field.column) for field in model._meta.pk_fields))


def read_table(table: Table) -> Iterator[bytes]:
    """Yield a table's rows as text, in the order of its key."""
    columns, key = _names(table.columns), _names(table.key)
    statement = f"COPY (SELECT {columns} FROM {_names([table.name])} ORDER BY {key}) TO STDOUT"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def write_table(table: Table, blocks: Iterable[bytes]) -> None:
    """Add rows to a table."""
    statement = f"COPY {_names([table.name])} ({_names(table.columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)


def digest_table(table: Table) -> Digest:
    """Count a table's rows, and sum them up."""
    digest, rows = hashlib.sha256(), 0
    for block in read_table(table):
        digest.update(block)
        rows += block.count(b"\n")  # one in a text stands as \n
    return Digest(rows, digest.hexdigest())


def empty_tables(tables: Sequence[Table]) -> None:
    """Remove what migrations have put there."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {_names([table.name for table in tables])}")


def analyze_tables() -> None:
    """Tell the planner about everything."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def columns_here() -> dict[str, set[str]]:
    """Return the columns of each table that is in the database now, whichever version made it."""
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        for table, column in cursor.fetchall():
            found.setdefault(table, set()).add(column)
    return found


def _names(names: Iterable[str]) -> str:
    # not Django's quote_name, which takes a name that begins and ends with a quote as one that is quoted
    return SQL(", ").join(map(Identifier, names)).as_string(None)
