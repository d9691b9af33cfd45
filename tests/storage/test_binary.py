"""PostgreSQL's binary format, to it and from it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import cast

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from clustering.storage import binary

pytestmark = pytest.mark.django_db
MANY = 300_000


class TestCopyOut:
    def test_yields_all_rows_in_their_order(self) -> None:
        statement = (
            "COPY (SELECT i::int8, (i / 2.0)::float4 FROM generate_series(1, %s) i) TO STDOUT (FORMAT binary)"
        )
        parts = list(binary.copy_out(statement, {"i": ">i8", "half": ">f4"}, (MANY,)))
        assert len(parts) > 1
        rows = np.concatenate(parts)
        assert rows["i"].tolist() == list(range(1, MANY + 1))
        np.testing.assert_array_equal(rows["half"], (np.arange(1, MANY + 1) / 2).astype(np.float32))

    @pytest.mark.parametrize("rows", [0, 1, 2])
    def test_yields_few_rows(self, rows: int) -> None:
        statement = "COPY (SELECT i::int8 FROM generate_series(1, %s) AS i) TO STDOUT (FORMAT binary)"
        found = [row for part in binary.copy_out(statement, {"i": ">i8"}, (rows,)) for row in part["i"]]
        assert found == list(range(1, rows + 1))

    @pytest.mark.parametrize("row", [1, 1000, MANY])
    def test_says_what_the_server_says_in_the_middle(self, row: int) -> None:
        statement = "COPY (SELECT 1 / (i - %s) FROM generate_series(1, %s) AS i) TO STDOUT (FORMAT binary)"
        with pytest.raises(psycopg.errors.DivisionByZero, match="division by zero"), transaction.atomic():
            list(binary.copy_out(statement, {"i": ">i4"}, (row, MANY)))
        self._goes_on()

    def test_is_ended_from_another_thread(self) -> None:
        statement = "COPY (SELECT i::int8 FROM generate_series(1, %s) AS i) TO STDOUT (FORMAT binary)"
        connection.ensure_connection()
        cancel = threading.Timer(0.2, connection.connection.cancel_safe)
        cancel.start()
        with pytest.raises(psycopg.errors.QueryCanceled), transaction.atomic():
            for _ in binary.copy_out(statement, {"i": ">i8"}, (100 * MANY,)):
                pass
        cancel.join()
        self._goes_on()

    @pytest.mark.django_db(transaction=True)
    def test_is_lost_with_the_connection(self) -> None:
        statement = "COPY (SELECT i::int8 FROM generate_series(1, %s) AS i) TO STDOUT (FORMAT binary)"
        parts = binary.copy_out(statement, {"i": ">i8"}, (100 * MANY,))
        next(parts)
        with psycopg.connect(connection.connection.info.dsn) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            list(parts)
        connection.close()
        self._goes_on()

    def test_can_be_left_early(self) -> None:
        statement = "COPY (SELECT i::int8 FROM generate_series(1, %s) AS i) TO STDOUT (FORMAT binary)"
        parts = cast("Generator[np.ndarray]", binary.copy_out(statement, {"i": ">i8"}, (10 * MANY,)))
        with transaction.atomic():
            assert next(parts)["i"][0] == 1
            parts.close()
            transaction.set_rollback(True)
        self._goes_on()

    def _goes_on(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


class TestCopyIn:
    def test_takes_lists_of_integers(self) -> None:
        lists = [np.array([3, 1, 2]), np.arange(5000), np.array([2**31 - 1])]
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kept (id int8, rows int[]) ON COMMIT DROP")
        written = []
        for number, values in enumerate(lists):
            packed = binary.integer_list(values)
            row = binary.empty_rows({"id": ">i8", "rows": packed.dtype}, 1)
            row["id"], row["rows"] = number, packed
            written.append(row)
        binary.copy_in("COPY kept FROM STDIN (FORMAT binary)", iter(written))
        with connection.cursor() as cursor:
            cursor.execute("SELECT rows FROM kept ORDER BY id")
            assert [rows for (rows,) in cursor.fetchall()] == [values.tolist() for values in lists]
