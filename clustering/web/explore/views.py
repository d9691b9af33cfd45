"""Explore: its page, the columns that the browser counts by, the table, the CSV, and the views that people keep."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST

from clustering.actions.explore_views import delete_view, keep_view
from clustering.analysis import AnalysisError
from clustering.exports.csv import export_csv, export_songs
from clustering.exports.names import chosen_songs_name
from clustering.models import Dataset, ExploreView, Run
from clustering.storage.kept_columns import columns_version
from clustering.web.access import PageRequest, SignedInRequest, run_by_link
from clustering.web.components.explore import Columns, explore_address, read_state
from clustering.web.components.kept import keep, version_of_dataset
from clustering.web.explore.access import Explored, chosen_run, of_songs, of_songs_for_members
from clustering.web.explore.files import ColumnFile, column_file, marks, points
from clustering.web.explore.page import ExplorePage, song_card
from clustering.web.explore.rows import RowsPage

MAX_ROW_DIGITS = 11
MAX_CUTS = 20


@require_GET
def explore(request: PageRequest, dataset_id: int) -> HttpResponseBase:
    """Show the page."""
    version = version_of_dataset(dataset_id)  # before anything of it is read

    @of_songs
    def show(request: PageRequest, explored: Explored) -> HttpResponseBase:
        def make() -> HttpResponse:
            return render(
                request, "explore/explore.html", _context(explored, page=ExplorePage.read(explored))
            )

        return make() if explored.visitor else keep(request, version, make)

    return show(request, dataset_id)


@of_songs
def explore_points(request: PageRequest, explored: Explored) -> HttpResponseBase:
    """Send which songs there are, and where they lie."""
    return _file(explored, "points", lambda: points(explored.songs))


@of_songs
def explore_column(request: PageRequest, explored: Explored) -> HttpResponseBase:
    """Send a byte for each song (?name=, and ?cut= where a filter begins or ends)."""
    name = request.GET.get("name", "")
    if name not in {"first_genre", "decade", *explored.columns.numbers}:
        return HttpResponseBadRequest("These songs have no such column.")
    try:
        cuts = sorted({float(cut) for cut in request.GET.getlist("cut")[:MAX_CUTS]})
    except ValueError:
        return HttpResponseBadRequest("A cut is a number.")
    return _file(explored, f"{name} {cuts}", lambda: column_file(explored.songs, name, cuts))


@of_songs
def explore_marks(request: PageRequest, explored: Explored) -> HttpResponseBase:
    """Send a bit for each song: whether it has the words (?q=) and genres (?genre=)."""
    file = marks(explored.songs, explored.state.filter)
    return StreamingHttpResponse(
        iter(file), content_type="application/octet-stream", headers={"Content-Length": str(len(file))}
    )


@of_songs
def explore_rows(request: PageRequest, explored: Explored) -> HttpResponseBase:
    """Show a page of the table."""
    if explored.run_is_gone:
        raise Http404
    return render(request, "explore/_rows.html", _context(explored, page=RowsPage.read(explored)))


@of_songs
def explore_song(request: PageRequest, explored: Explored) -> HttpResponseBase:
    """Show the song in a row (?row=), as the map's card."""
    row = request.GET.get("row", "")
    if not (row.isascii() and row.isdigit() and len(row) < MAX_ROW_DIGITS):
        return HttpResponseBadRequest("Ask for a song by the number of its row.")
    song = song_card(explored.run, int(row)) if explored.run else None
    if song is None:
        raise Http404
    return render(request, "explore/_song.html", _context(explored, song=song))


@of_songs_for_members
def explore_csv(request: PageRequest, explored: Explored) -> HttpResponseBase:
    """Send exactly the songs that pass the filter, as CSV."""
    if explored.run_is_gone:
        raise Http404
    chosen = explored.songs.select(explored.state.filter).song_ids
    name = chosen_songs_name(explored.dataset, explored.run, "csv")
    return StreamingHttpResponse(
        export_csv(explored.run, only=chosen)
        if explored.run
        else export_songs(explored.dataset, only=chosen),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@require_POST
def explore_keep(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Keep a view under a name."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    run, gone = chosen_run(dataset, request.POST.get("run", ""))
    if gone:
        raise Http404
    state, _ = read_state(QueryDict(request.POST.get("query", "")), Columns.read(dataset, run))
    pairs = QueryDict(mutable=True)
    for name, value in state.query():
        pairs.appendlist(name, value)
    try:
        view = keep_view(
            request.user, dataset, run, name=request.POST.get("name", ""), query=pairs.urlencode()
        )
    except AnalysisError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Kept the view “{view.name}”.")
    address = explore_address(dataset.pk)
    return redirect(f"{address}?run={run.pk if run else 'none'}&{pairs.urlencode()}")


@login_required
@require_POST
def explore_view_delete(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Delete a view."""
    view = get_object_or_404(ExploreView.objects.visible_to(request.user).select_related("run"), pk=view_id)
    address = explore_address(view.dataset_id, view.run_id)
    delete_view(view)
    messages.success(request, f"Deleted the view “{view.name}”.")
    return redirect(address)


@require_GET
def explore_old_map(request: PageRequest, run_id: int) -> HttpResponseBase:
    """Lead from where a run's map was; also who came by a link."""
    linked = run_by_link(request, run_id)
    return _to_run(linked) if linked else _old_map(request, run_id)


@login_required
def _old_map(request: PageRequest, run_id: int) -> HttpResponse:
    return _to_run(get_object_or_404(Run.objects.visible_to(request.user), pk=run_id))


def _to_run(run: Run) -> HttpResponse:
    if not run.is_finished:
        return redirect("run_overview", run.pk)
    return redirect(explore_address(run.dataset_id, run.pk), permanent=True)


def _file(explored: Explored, what: str, read: Callable[[], ColumnFile]) -> HttpResponseBase:
    """Send columns that a browser has not got yet: they stay the same as long as the songs do."""
    if explored.run_is_gone:
        raise Http404
    dataset, run = explored.dataset, explored.run
    songs = (
        f"{columns_version(dataset)}-{dataset.songs_count}-{run.songs_count + run.added_songs if run else 0}"
    )
    # the name is in the ETag's digest only, so that it can be of any script
    etag = f'"{dataset.pk}-{run.pk if run else 0}-{songs}-{what.encode().hex()}"'
    answer: HttpResponseBase | None = get_conditional_response(explored.request, etag=etag)
    if answer is None:
        file = read()
        answer = StreamingHttpResponse(iter(file), content_type="application/octet-stream")
        answer["Content-Length"] = str(len(file))
    answer["ETag"], answer["Cache-Control"] = etag, "private, no-cache"
    return answer


def _context(explored: Explored, **more: object) -> dict[str, object]:
    shared = {
        "dataset": explored.dataset,
        "run": explored.run,
        "visitor": explored.visitor,
        "explored": explored,
    }
    return shared | more
