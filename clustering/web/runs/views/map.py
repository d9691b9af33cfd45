"""The map of a run with all its songs: the page, its binary columns, and what is asked for on it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST

from clustering.exports.csv import export_csv
from clustering.models import Run
from clustering.storage.assignments import select_in_polygon
from clustering.web.access import PageRequest, SignedInRequest
from clustering.web.components.polygon import NO_OUTLINE, PolygonForm
from clustering.web.runs.access import context, of_finished_run, of_shown_run
from clustering.web.runs.pages.map import MapSearch, MapSelection, MapSong, RunMapPage, map_sample
from clustering.web.runs.pages.map_columns import Columns, map_colors, map_points
from clustering.web.runs.views.files import saved_as
from musicclust.body_limits import takes_large_forms

MAX_ROW_DIGITS = 11


@of_shown_run
def run_map(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show the map."""
    return render(request, "runs/map.html", context(request, run, page=RunMapPage.read(run)))


@of_shown_run
def run_map_points(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send where all songs lie."""
    return _columns(request, run, "points", lambda: map_points(run))


@of_shown_run
def run_map_colors(request: PageRequest, run: Run) -> HttpResponseBase:
    """Send one attribute of all songs, to color them by (?by=genre, decade or a feature)."""
    by = request.GET.get("by", "")
    return _columns(request, run, by, lambda: map_colors(run, by))


def _columns(
    request: PageRequest, run: Run, what: str, read: Callable[[], Columns | None]
) -> HttpResponseBase:
    """Send columns that a browser has not got yet: they stay the same as long as the run does."""
    # the name is in the ETag's digest only, so that it can be of any script
    etag = f'"{run.pk}-{run.songs_count + run.added_songs}-{run.dataset.songs_count}-{what.encode().hex()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        columns = read()
        if columns is None:
            return HttpResponseBadRequest("These songs cannot be coloured by this.")
        headers["Content-Length"] = str(len(columns))
        answer = StreamingHttpResponse(iter(columns), content_type="application/octet-stream")
    for name, value in headers.items():
        answer[name] = value
    return answer


@of_shown_run
def run_map_song(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show the song in a row (?row=)."""
    row = request.GET.get("row", "")
    if not (row.isascii() and row.isdigit() and len(row) < MAX_ROW_DIGITS):
        return HttpResponseBadRequest("Ask for a song by the number of its row.")
    song = MapSong.read(run, int(row))
    if song is None:
        raise Http404
    return render(request, "runs/_map_song.html", context(request, run, song=song))


@of_finished_run
def run_map_search(request: PageRequest, run: Run) -> HttpResponseBase:
    """List songs by a part of their title or artist (?q=)."""
    search = MapSearch.read(run, request.user, request.GET.get("q", ""))
    return render(request, "runs/_map_search.html", context(request, run, found=search))


@of_shown_run
def run_map_sample(request: PageRequest, run: Run) -> HttpResponseBase:
    """Show some of the songs as a plain chart, where the browser cannot draw all."""
    return render(request, "runs/_map_sample.html", context(request, run, chart=map_sample(run)))


@takes_large_forms
@login_required
@require_POST
def run_map_selection(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Show how many songs lie within an outline, and which."""
    run = _finished_run(request, run_id)
    form = PolygonForm(request.POST)
    page = MapSelection.read(run, form.cleaned_data["polygon"]) if form.is_valid() else None
    more = {"page": page, "form": form, "polygon": request.POST.get("polygon", "")}
    return render(
        request, "runs/_map_selection.html", context(request, run, **more), status=200 if page else 422
    )


@takes_large_forms
@login_required
@require_POST
def run_map_csv(request: SignedInRequest, run_id: int) -> HttpResponseBase:
    """Send the songs within an outline, as CSV."""
    run = _finished_run(request, run_id)
    form = PolygonForm(request.POST)
    if not form.is_valid():
        messages.error(request, NO_OUTLINE)
        return redirect("run_map", run.pk)
    chosen = select_in_polygon(run, form.cleaned_data["polygon"])
    return StreamingHttpResponse(
        export_csv(run, only=chosen.song_ids),
        content_type="text/csv; charset=utf-8",
        headers=saved_as(run, "csv", part="from-the-map"),
    )


def _finished_run(request: SignedInRequest, run_id: int) -> Run:
    runs = Run.objects.visible_to(request.user).finished()
    return get_object_or_404(runs.select_related("dataset"), pk=run_id)
