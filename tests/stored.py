"""What lies in the folder of uploads."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from clustering.models import Upload


def stored_files() -> set[Path]:
    """Return all stored files."""
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def stored_files_of(upload: Upload) -> list[str]:
    """Return the names of a dataset's stored files."""
    folder = Path(settings.MEDIA_ROOT) / "uploads" / str(upload.dataset_id)
    return sorted(str(path.relative_to(settings.MEDIA_ROOT)) for path in folder.iterdir())
