"""Rows and files that work of seconds makes: it is done for one test of a module, and put back for the others.

For tests that commit. Those that do not share rows by `kept_for_several_tests`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model

from tests.clearing import clear_tables, tables
from tests.stored import stored_files

Made = TypeVar("Made")


@dataclass(frozen=True)
class Snapshot:
    """All rows, by table, as COPY writes them; and the files that were stored with them."""

    rows: dict[str, bytes]
    files: dict[Path, bytes]

    @classmethod
    def take(cls, before: set[Path]) -> Snapshot:
        """Read what is there; of files, what was not there `before`."""
        rows = {}
        with connection.cursor() as cursor:
            for table in tables():
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    rows[table] = b"".join(copy)
        return cls(
            {table: found for table, found in rows.items() if found},
            {path: path.read_bytes() for path in stored_files() - before},
        )

    def put_back(self) -> None:
        """Have these rows and no others, and beside these files no others; sequences go on where they are."""
        clear_tables()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # checked when they were made
            for table, rows in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
        for folder in {path.parent for path in self.files}:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        for path, content in self.files.items():
            path.write_bytes(content)


class MadeOnce:
    """What a module's tests have had made, for one of them.

    What it makes comes before all other rows of the test, or after something else that it made.
    """

    def __init__(self, kept: dict[Any, tuple[Any, Snapshot]]) -> None:
        self.kept = kept
        self.is_first = True

    def __call__(self, make: Callable[[], Made], *which: object) -> Made:
        """Return what `make` does, and have the rows and files that came with it.

        It is called for the first test that comes here with these values, so it may depend on nothing else.
        """
        assert not self.is_first or not User.objects.exists(), (
            "Ask for what is made once before you make anything"
        )
        self.is_first = False
        key = (make.__code__, which)
        if key not in self.kept:
            before = stored_files()
            self.kept[key] = make(), Snapshot.take(before)
            return self.kept[key][0]
        made, snapshot = self.kept[key]
        snapshot.put_back()
        if not isinstance(made, Model):
            return made
        current: Any = type(made)._default_manager.get(pk=made.pk)
        return current
