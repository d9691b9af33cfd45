"""Emptying all tables after a test that commits."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import connection, transaction

MANY_BYTES = 16_000_000
KEPT = {"django_content_type", "auth_permission"}
"""Filled by `migrate`: Django's flush empties them too and fills them again."""


def clear_tables() -> None:
    """Empty every table, as Django's flush does, which truncates them.

    That makes some two hundred files anew, however few rows there are: deleting those takes a twentieth of the time.
    The lock is for what truncating gives besides: it waits for those who have not committed yet.
    """
    names = ", ".join(tables())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        cursor.execute("SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relname = ANY(%s)", [tables()])
        (size,) = cursor.fetchone()
        if size > MANY_BYTES:
            cursor.execute(f"TRUNCATE {names}")
            return
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # no triggers: nothing is left to check
        for name in tables():
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 – a name of the application's


@cache
def tables() -> list[str]:
    """Return the tables to empty."""
    models = [model._meta for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted({model.db_table for model in models} - KEPT)
