"""Keep everything in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from musicclust.backup import BackupError, make_backup


class Command(BaseCommand):
    """``manage.py backup FILE``."""

    help = "Write all tables and uploads into one file, while the site runs. Restore it by `restore FILE`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where."""
        parser.add_argument("file", type=Path, help="such as backup.tar")

    def handle(self, **options: Any) -> None:
        """Do it, and say what is in it."""
        path: Path = options["file"]
        try:
            manifest = make_backup(path)
        except (BackupError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        rows = sum(manifest.tables.values())
        self.stdout.write(
            f"{path}: {rows:,} rows of {len(manifest.tables)} tables and {len(manifest.files):,} files, "
            f"{path.stat().st_size / 2**20:,.1f} MB"
        )
        for name in manifest.missing:
            self.stderr.write(f"{name} is not there any more, and so is not in the backup")
