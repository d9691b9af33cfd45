"""Adding a song to a playlist by hand, from its page or from search results."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clustering.actions.playlist_edits import add_song
from clustering.actions.playlists import PlaylistOptions, make_playlist
from clustering.actions.submissions import make_once
from clustering.analysis import AnalysisError
from clustering.models import Playlist, Song
from clustering.web.access import SignedInRequest, as_id
from clustering.web.components.submissions import submission
from clustering.web.playlists.pages.song_playlists import SongPlaylistsPage


@login_required
@require_http_methods(["GET", "POST"])
def song_playlists(request: SignedInRequest, song_id: int) -> HttpResponse:
    """Show which playlists a song can be added to, and add it; in its place where there is htmx."""
    songs = Song.objects.visible_to(request.user).select_related("dataset__owner")
    song = get_object_or_404(songs, pk=song_id)
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            more["added"] = _add(request, song)
        except AnalysisError as error:
            more["error"] = str(error)
        else:
            if not request.htmx:
                return redirect("playlist", more["added"].pk)
    context = {"page": SongPlaylistsPage.read(song, request.user), "dataset": song.dataset, **more}
    template = "playlists/_song_playlists.html" if request.htmx else "playlists/song_playlists.html"
    return render(request, template, context, status=422 if "error" in more else 200)


def _add(request: SignedInRequest, song: Song) -> Playlist:
    """Add the song to the playlist that is named, or to a new one where none is."""
    chosen = request.POST.get("playlist", "")
    if not chosen:
        make = partial(
            make_playlist,
            request.user,
            song.dataset,
            name=f"Songs from {song.dataset.name}",
            source=Playlist.Source.SONGS,
            recipe={"songs": [song.pk]},
            options=PlaylistOptions(length=1, max_per_artist=None, order=Playlist.Order.PICKED),
        )
        return make_once(submission(request), make)
    mine = Playlist.objects.editable_by(request.user)
    playlist = get_object_or_404(mine, pk=as_id(chosen), dataset=song.dataset_id)
    if not add_song(playlist, song):
        raise AnalysisError(f"{playlist.name} has this song already.")
    return playlist
