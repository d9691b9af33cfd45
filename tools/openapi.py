"""Writes docs/openapi.json, the description of the API, from the code."""

from __future__ import annotations

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musicclust.settings")
django.setup()

from clustering.api.docs import text  # noqa: E402 – Django first

(Path(__file__).resolve().parent.parent / "docs" / "openapi.json").write_text(text(), encoding="utf-8")
