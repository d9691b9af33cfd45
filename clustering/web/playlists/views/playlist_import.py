"""A playlist file from elsewhere: where its songs lie in a dataset, and which are not there."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from clustering.models import Dataset
from clustering.songfiles import SongFileError
from clustering.songfiles.playlist_reading import MAX_BYTES, read_playlist
from clustering.web.access import SignedInRequest, as_id
from clustering.web.playlists.forms.playlists import PlaylistFileForm
from clustering.web.playlists.pages.playlist_import import PlaylistImportPage
from musicclust.body_limits import AROUND_FILES, takes


@takes(lambda: MAX_BYTES + AROUND_FILES)
@login_required
@require_http_methods(["GET", "POST"])
def playlist_import(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Take a playlist file and show where its songs lie; nothing is stored."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    sent = request.method == "POST"
    form = PlaylistFileForm(request.POST, request.FILES) if sent else PlaylistFileForm()
    tracks = None
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            tracks = read_playlist(file.read(MAX_BYTES + 1), file.name)
        except SongFileError as error:
            form.add_error("file", str(error))
    run = as_id(request.POST.get("run"))
    page = PlaylistImportPage.read(dataset, tracks, run_id=run)
    name = form.cleaned_data["file"].name.rpartition(".")[0] if tracks else ""
    context = {"page": page, "dataset": dataset, "run": page.run, "form": form, "name": name[:200]}
    return render(
        request, "playlists/playlist_import.html", context, status=422 if sent and tracks is None else 200
    )
