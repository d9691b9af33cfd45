"""The API as one: its areas, and how errors are answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from clustering.api.areas import (
    advice,
    artists,
    clusters,
    comparisons,
    datasets,
    exports,
    fills,
    finding,
    genres,
    jobs,
    playlists,
    runs,
    songs,
    tokens,
    uploads,
    webhooks,
)
from clustering.api.problems import handle_errors


class JsonRenderer(BaseRenderer):
    """JSON as pydantic writes it: what is read is the same, to the last digit, as what was made."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Write an answer."""
        return to_json(data)


DESCRIPTION = """Everything that the pages do, for scripts: with the same permissions, limits and audit entries.

Send a token in `Authorization: Bearer …`. What takes time answers 202 with a job; ask for the job until its `status` is
`succeeded`, `failed` or `cancelled`. Lists come in parts: send `next` as `cursor` for the one that follows. Errors are
`application/problem+json` with a sentence and a `code` that never changes its meaning."""

api = NinjaAPI(
    title="MusicClust",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    renderer=JsonRenderer(),
)
handle_errors(api)

AREAS = {
    "Datasets": datasets,
    "Uploads": uploads,
    "Fills": fills,
    "Runs": runs,
    "Groups": clusters,
    "Exports": exports,
    "Advice": advice,
    "Comparisons": comparisons,
    "Songs": songs,
    "Finding": finding,
    "Artists": artists,
    "Genres": genres,
    "Playlists": playlists,
    "Jobs": jobs,
    "Tokens": tokens,
    "Webhooks": webhooks,
}
for tag, area in AREAS.items():
    api.add_router("", area.router, tags=[tag])
