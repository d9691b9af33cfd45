"""Make the database ready: its tables, and somebody who can sign in."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

LOCAL_USER = "local"
MIGRATION_LOCK = 7_266_011  # any number, as long as nothing else takes it


def password_file() -> Path:
    """Give the file that holds the local user's password."""
    return Path(settings.DATA_DIR) / "password"


class Command(BaseCommand):
    """``manage.py prepare``."""

    help = (
        "Migrate, and make the user `local` where nobody can sign in yet. Does nothing that is done already."
    )

    def handle(self, **options: Any) -> None:
        """Do what is missing; two at a time wait for each other."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                call_command("migrate", interactive=False, verbosity=0)
                self._make_local_user()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])

    def _make_local_user(self) -> None:
        if any(user.has_usable_password() for user in User.objects.filter(is_active=True)):
            return
        # `manage.py cluster` makes the user when it comes first, without a password.
        user, _made = User.objects.get_or_create(
            username=LOCAL_USER, defaults={"is_staff": True, "is_superuser": True}
        )
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        user.set_password(password)
        user.save()
        path = password_file()
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")
