"""Bring everything back from one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from musicclust.backup import BackupError, restore_backup


class Command(BaseCommand):
    """``manage.py restore FILE``."""

    help = "Fill an empty place (a new DATA_DIR, or an empty database) from a backup, and compare what came back."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare from where."""
        parser.add_argument("file", type=Path)

    def handle(self, **options: Any) -> None:
        """Do it, and say what came back."""
        try:
            manifest = restore_backup(options["file"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        rows = sum(manifest.tables.values())
        self.stdout.write(
            f"{rows:,} rows of {len(manifest.tables)} tables and {len(manifest.files):,} files are back and compared, "
            f"as they were on {manifest.made_at[:16]}"
        )
