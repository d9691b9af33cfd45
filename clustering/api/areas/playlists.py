"""Playlists: made of rules, of songs like others or of chosen songs; ordered, changed, and taken away as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from clustering.actions.playlist_edits import add_song, move_song, order_playlist, remove_song, undo_playlist
from clustering.actions.playlists import (
    delete_playlist,
    make_playlist,
    remake_playlist,
    rename_playlist,
)
from clustering.analysis import AnalysisError
from clustering.api.answers import given
from clustering.api.areas.playlist_recipes import OptionsBody, Order, PlaylistBody, Selection, Unit, recipe_of
from clustering.api.areas.songs import SongAnswer
from clustering.api.idempotency import once
from clustering.api.paging import Paging, page_of
from clustering.api.problems import ProblemError
from clustering.api.rows import editable
from clustering.api.schemas import Answer, ApiRequest, Body, Id, Name, Page, one_of
from clustering.exports.playlists import playlist_tracks
from clustering.models import Dataset, Playlist, Song
from clustering.models.playlist import MAX_PLAYLIST_LENGTH
from clustering.songfiles.playlists import FORMATS, file_name

router = Router()


class PlaylistChange(Body):
    """What to change."""

    name: Name


class OrderBody(Body):
    """Another order for the same songs."""

    order: Order


class EntryBody(Body):
    """A song, and where to put it."""

    song: Id
    position: Annotated[
        int | None, Field(ge=1, le=MAX_PLAYLIST_LENGTH, description="From 1. Null: at the end.")
    ] = None


class PlaylistAnswer(Answer):
    """A list of songs of one dataset."""

    id: Id
    dataset: Id
    name: str
    source: Literal["rules", "seeds", "area", "songs"]
    selection: Selection
    length: int
    unit: Unit
    max_per_artist: int | None
    order: Order
    by_hand: bool
    """Whether songs were moved since they were ordered."""
    note: str
    """Why it is not what was asked for."""
    songs: int
    created_at: datetime

    @classmethod
    def of(cls, playlist: Any) -> PlaylistAnswer:
        """Read a playlist; how many songs it has is annotated as `songs_count`."""
        alike = {
            name: getattr(playlist, name)
            for name in cls.model_fields
            if name not in {"id", "dataset", "songs"}
        }
        return cls(id=playlist.pk, dataset=playlist.dataset_id, songs=playlist.songs_count, **alike)


class EntryAnswer(Answer):
    """A song's place in a playlist."""

    position: int
    locked: bool
    song: SongAnswer


class PlaylistDetails(PlaylistAnswer):
    """A playlist with its songs."""

    entries: list[EntryAnswer]


@router.get("playlists", url_name="playlists", response=Page[PlaylistAnswer])
def list_playlists(request: ApiRequest, paging: Query[Paging]) -> Page[PlaylistAnswer]:
    """List your playlists, the newest first."""
    playlists = Playlist.objects.visible_to(request.user).annotate(songs_count=Count("entries"))
    return page_of(request, playlists, paging, PlaylistAnswer.of)


@router.post("playlists", response={201: PlaylistDetails})
def make(request: ApiRequest, body: PlaylistBody) -> HttpResponse:
    """Make a playlist of a dataset's songs."""
    datasets = Dataset.objects.visible_to(request.user).prefetch_related("uploads")
    dataset = get_object_or_404(datasets, pk=body.dataset)
    source, recipe = recipe_of(dataset, body)

    def make_it() -> HttpResponse:
        playlist = make_playlist(
            request.user, dataset, name=body.name, source=source, recipe=recipe, options=body.options()
        )
        location = reverse("api:playlist", args=[playlist.pk])
        return given(_details(request, playlist.pk), status=201, location=location)

    return once(request, make_it)


@router.get("playlists/{int:playlist_id}", url_name="playlist", response=PlaylistDetails)
def read_playlist(request: ApiRequest, playlist_id: int) -> PlaylistDetails:
    """Read a playlist with its songs."""
    return _details(request, playlist_id)


@router.patch("playlists/{int:playlist_id}", response=PlaylistDetails)
def change_playlist(request: ApiRequest, playlist_id: int, body: PlaylistChange) -> PlaylistDetails:
    """Give a playlist another name."""
    if not body.name.strip():
        raise AnalysisError("A playlist needs a name of at most 200 characters.")
    rename_playlist(request.user, _fetch(request, playlist_id), body.name)
    return _details(request, playlist_id)


@router.delete("playlists/{int:playlist_id}", response={204: None})
def remove_playlist(request: ApiRequest, playlist_id: int) -> HttpResponse:
    """Delete a playlist; its songs stay in the dataset."""
    delete_playlist(request.user, _fetch(request, playlist_id))
    return HttpResponse(status=204)


@router.post("playlists/{int:playlist_id}/order", url_name="playlist_order", response={200: PlaylistDetails})
def order(request: ApiRequest, playlist_id: int, body: OrderBody) -> HttpResponse:
    """Put the songs in another order; locked ones stay where they are."""
    return _change(request, playlist_id, lambda playlist: order_playlist(playlist, body.order))


@router.post(
    "playlists/{int:playlist_id}/remake", url_name="playlist_remake", response={200: PlaylistDetails}
)
def remake(request: ApiRequest, playlist_id: int, body: OptionsBody) -> HttpResponse:
    """Make a playlist again from what it was made of; locked songs stay."""
    return _change(request, playlist_id, lambda playlist: remake_playlist(playlist, body.options()))


@router.post("playlists/{int:playlist_id}/undo", url_name="playlist_undo", response={200: PlaylistDetails})
def undo(request: ApiRequest, playlist_id: int) -> HttpResponse:
    """Take back the last change."""

    def act(playlist: Playlist) -> None:
        if not undo_playlist(playlist):
            raise ProblemError("conflict", "There is nothing to take back.")

    return _change(request, playlist_id, act)


@router.post("playlists/{int:playlist_id}/songs", url_name="playlist_songs", response={200: PlaylistDetails})
def put_song(request: ApiRequest, playlist_id: int, body: EntryBody) -> HttpResponse:
    """Put a song into a playlist, or one that is there at another position."""

    def act(playlist: Playlist) -> None:
        song = get_object_or_404(Song.objects.filter(dataset=playlist.dataset_id), pk=body.song)
        add_song(playlist, song)
        if body.position is not None:
            move_song(playlist, song.pk, to=body.position)

    return _change(request, playlist_id, act)


@router.delete(
    "playlists/{int:playlist_id}/songs/{int:song_id}", url_name="playlist_song", response=PlaylistDetails
)
def take_song_out(request: ApiRequest, playlist_id: int, song_id: int) -> PlaylistDetails:
    """Take a song out of a playlist."""
    if not remove_song(_fetch(request, playlist_id), song_id):
        raise Http404
    return _details(request, playlist_id)


@router.get(
    "playlists/{int:playlist_id}/file/{ending}",
    url_name="playlist_file",
    openapi_extra={
        "responses": {
            200: {
                "content": {
                    kind.content_type.partition(";")[0]: {"schema": {"type": "string"}}
                    for kind in FORMATS.values()
                }
            }
        }
    },
)
def save_playlist(
    request: ApiRequest,
    playlist_id: int,
    ending: Annotated[str, one_of(FORMATS), Field(json_schema_extra={"enum": list(FORMATS)})],
) -> HttpResponse:
    """Save a playlist as a file."""
    playlist = _fetch(request, playlist_id)
    kind = FORMATS[ending]
    response = HttpResponse(
        kind.write(playlist.name, playlist_tracks(playlist)), content_type=kind.content_type
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name("playlist", ending)}"'
    return response


def _fetch(request: ApiRequest, playlist_id: int) -> Playlist:
    return editable(request, Playlist.objects.select_related("dataset", "owner"), playlist_id)


def _details(request: ApiRequest, playlist_id: int) -> PlaylistDetails:
    counted = Playlist.objects.editable_by(request.user).annotate(songs_count=Count("entries"))
    playlist = get_object_or_404(counted, pk=playlist_id)
    entries = playlist.entries.order_by("position").select_related("song")
    return PlaylistDetails(
        **dict(PlaylistAnswer.of(playlist)),
        entries=[
            EntryAnswer(position=one.position, locked=one.locked, song=SongAnswer.of(one.song))
            for one in entries
        ],
    )


def _change(request: ApiRequest, playlist_id: int, act: Callable[[Playlist], object]) -> HttpResponse:
    """Do something to a playlist, once where somebody sees to that, and answer with what it is then."""
    playlist = _fetch(request, playlist_id)

    def make_it() -> HttpResponse:
        act(playlist)
        return given(_details(request, playlist_id))

    return once(request, make_it)
