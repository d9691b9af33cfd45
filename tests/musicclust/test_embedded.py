"""The private servers: started, shared, stopped, and found again after a crash."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection


@pytest.mark.django_db
class TestTestDatabase:
    def test_is_postgresql_with_pgvector(self):
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            cursor.execute("SELECT '[1,2]'::vector <-> '[1,3]'::vector")
            assert cursor.fetchone() == (1.0,)

    def test_has_users(self):
        assert not get_user_model().objects.exists()
