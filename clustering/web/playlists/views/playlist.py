"""One playlist: what is in it, its changes, and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from clustering.actions.playlist_edits import lock_song, move_song, order_playlist, remove_song, undo_playlist
from clustering.actions.playlists import delete_playlist, remake_playlist, rename_playlist
from clustering.analysis import AnalysisError
from clustering.exports.playlists import playlist_tracks
from clustering.models import Playlist
from clustering.songfiles.playlists import FORMATS, file_name
from clustering.web.access import SignedInRequest, as_id
from clustering.web.playlists.forms.playlists import OrderForm, PlaylistNameForm, PlaylistOptionsForm
from clustering.web.playlists.pages.playlist import PlaylistPage
from musicclust.body_limits import takes_large_forms


@login_required
@require_GET
def playlist(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Show a playlist."""
    return render(request, "playlists/playlist.html", _context(request, _fetch(request, playlist_id)))


@login_required
@require_GET
def playlist_file(request: SignedInRequest, playlist_id: int, ending: str) -> HttpResponse:
    """Send a playlist as a file."""
    playlist = _fetch(request, playlist_id)
    if ending not in FORMATS:
        raise Http404
    kind = FORMATS[ending]
    response = HttpResponse(
        kind.write(playlist.name, playlist_tracks(playlist)), content_type=kind.content_type
    )
    response["Content-Disposition"] = content_disposition_header(True, file_name(playlist.name, ending))
    return response


@takes_large_forms
@login_required
@require_POST
def playlist_edit(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Change one song, named by its row: `do` is "move:ROW:PLACE", "remove:ROW", "lock:ROW" or "unlock:ROW"."""
    playlist = _fetch(request, playlist_id)
    act, *numbers = request.POST.get("do", "").split(":")
    before = playlist.dataset.first_song_id
    match act, [as_id(text) for text in numbers]:
        case "move", [int(row), int(place)]:
            message = f"Moved to position {place}." if move_song(playlist, before + row, to=place) else ""
        case "remove", [int(row)]:
            message = "Removed. Undo brings it back." if remove_song(playlist, before + row) else ""
        case "lock" | "unlock", [int(row)]:
            lock_song(playlist, before + row, locked=act == "lock")
            message = "Locked: it stays where it is." if act == "lock" else "Unlocked."
        case _:
            return HttpResponseBadRequest("This change could not be read. Go back and reload the playlist.")
    return _answer(request, playlist, said=message, focus="undo" if act == "remove" else "")


@login_required
@require_POST
def playlist_undo(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Take back the last change."""
    playlist = _fetch(request, playlist_id)
    before = PlaylistOptionsForm.initial_of(playlist)
    what = undo_playlist(playlist)
    playlist.refresh_from_db()
    # only where it is another: what somebody is writing in the form stays
    restored = PlaylistOptionsForm.initial_of(playlist) != before
    return _answer(
        request, playlist, said=f"Undone: {what}." if what else "", focus="undo", wishes_restored=restored
    )


@takes_large_forms
@login_required
@require_POST
def playlist_order(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Put the songs in another order."""
    playlist, form = _fetch(request, playlist_id), OrderForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the orders.")
        return redirect("playlist", playlist.pk)
    try:
        order_playlist(playlist, form.cleaned_data["order"])
    except AnalysisError as error:
        messages.error(request, str(error))
    return redirect("playlist", playlist.pk)


@login_required
@require_POST
def playlist_remake(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Regenerate with other options; locked songs stay."""
    playlist = _fetch(request, playlist_id)
    form = PlaylistOptionsForm(playlist.source, request.POST)
    if form.is_valid():
        try:
            remake_playlist(playlist, form.options())
        except AnalysisError as error:
            form.add_error(None, str(error))
    if form.errors:
        return render(
            request,
            "playlists/playlist.html",
            _context(request, _fetch(request, playlist_id), form=form),
            status=422,
        )
    return redirect("playlist", playlist.pk)


@login_required
@require_POST
def playlist_rename(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Give a playlist another name."""
    playlist, form = _fetch(request, playlist_id), PlaylistNameForm(request.POST)
    if form.is_valid():
        rename_playlist(request.user, playlist, form.cleaned_data["name"])
    else:
        messages.error(request, str(form.errors["name"][0]))
    return redirect("playlist", playlist.pk)


@login_required
@require_POST
def playlist_delete(request: SignedInRequest, playlist_id: int) -> HttpResponse:
    """Delete a playlist."""
    playlist = _fetch(request, playlist_id)
    delete_playlist(request.user, playlist)
    messages.info(request, f"{playlist.name} was deleted. Its songs stay in {playlist.dataset.name}.")
    return redirect("playlists")


def _fetch(request: SignedInRequest, playlist_id: int) -> Playlist:
    playlists = Playlist.objects.editable_by(request.user).select_related("dataset", "owner")
    return get_object_or_404(playlists, pk=playlist_id)


def _context(
    request: SignedInRequest, playlist: Playlist, *, form: PlaylistOptionsForm | None = None, **more: Any
) -> dict[str, Any]:
    run = as_id(request.POST.get("run") or request.GET.get("run"))
    page = PlaylistPage.read(playlist, run_id=run)
    return {
        "page": page,
        "playlist": page.playlist,
        "dataset": page.playlist.dataset,
        "run": page.run,
        "form": form
        or PlaylistOptionsForm(page.playlist.source, initial=PlaylistOptionsForm.initial_of(page.playlist)),
        "orders": Playlist.Order.choices,
        "formats": FORMATS.items(),
        **more,
    }


def _answer(request: SignedInRequest, playlist: Playlist, **more: Any) -> HttpResponse:
    """Show the list as it is now: in its place where there is htmx, else the whole page."""
    if request.htmx:
        return render(
            request, "playlists/_list.html", _context(request, _fetch(request, playlist.pk), **more)
        )
    return redirect("playlist", playlist.pk)
