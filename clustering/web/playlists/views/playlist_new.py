"""How a new playlist begins: from rules, from songs like others, or from chosen songs."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from clustering.actions.playlists import PlaylistOptions, make_playlist
from clustering.actions.submissions import make_once
from clustering.analysis import AnalysisError
from clustering.models import Dataset, Playlist, Run
from clustering.models.ids import ROWS_PER_BLOCK
from clustering.models.playlist import MAX_PLAYLIST_LENGTH
from clustering.storage.playlist_rules import count_matches, matching
from clustering.web.access import SignedInRequest, as_id, as_ids
from clustering.web.charts import songs_in_words
from clustering.web.components.explore import Columns, read_state
from clustering.web.components.explore_words import filter_words
from clustering.web.components.submissions import submission
from clustering.web.playlists.forms.playlists import PlaylistNameForm, PlaylistOptionsForm
from clustering.web.playlists.forms.rules import changed_rows, rule_formset, typed_rows
from clustering.web.playlists.pages.playlist_new import PlaylistNewPage
from clustering.web.playlists.pages.playlists import datasets_for_playlists
from musicclust.body_limits import takes_large_forms


@takes_large_forms
@login_required
@require_http_methods(["GET", "POST"])
def playlist_new(request: SignedInRequest) -> HttpResponse:
    """Show what a new playlist can be made of, take the rules as they grow, and make it."""
    data = request.POST if request.method == "POST" else None
    query = data or request.GET
    page = _page(request, query)
    if page is None:
        return _choose_dataset(request, query)
    return _show(request, page, query) if data is None or "do" in data else _make(request, page, data)


def _show(request: SignedInRequest, page: PlaylistNewPage, query: QueryDict) -> HttpResponse:
    """Show the form as it was typed, with a rule more or less where that was asked for."""
    typed = request.method == "POST"
    rows = changed_rows(typed_rows(query), query.get("do", "")) if typed else _first_rows(page, query)
    source = _source(page, query)
    options = {name: query.get(name, "") for name in PlaylistOptionsForm(source).fields} if typed else None
    context = _context(page, query) | {
        "form": PlaylistOptionsForm(source, initial=options),
        "name_form": PlaylistNameForm(
            initial={"name": query.get("name", _first_name(page, _cluster(query)))}
        ),
        "formset": rule_formset(page.fields, page.clusters, rows=rows),
    }
    template = "playlists/_rules.html" if request.htmx else "playlists/playlist_new.html"
    return render(request, template, context)


def _make(request: SignedInRequest, page: PlaylistNewPage, data: QueryDict) -> HttpResponse:
    source = _source(page, data)
    seeds = source == Playlist.Source.SEEDS
    form, name_form = PlaylistOptionsForm(source, data), PlaylistNameForm(data)
    formset = rule_formset(page.fields, page.clusters, data)
    if all([form.is_valid(), name_form.is_valid(), seeds or formset.is_valid()]):
        songs = {"songs": [song.pk for song in page.seeds]}
        try:
            make = partial(
                make_playlist,
                request.user,
                page.dataset,
                name=name_form.cleaned_data["name"],
                source=source,
                recipe=songs if seeds else formset.rules(data.get("join", "")).to_dict(),
                options=form.options(),
            )
            made = make_once(submission(request), make)
        except AnalysisError as error:
            form.add_error(None, str(error))
        else:
            return redirect("playlist", made.pk)
    context = _context(page, data) | {"form": form, "name_form": name_form, "formset": formset}
    return render(request, "playlists/playlist_new.html", context, status=422)


@takes_large_forms
@login_required
@require_POST
def playlist_count(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Say how many songs match the rules as they stand."""
    datasets = Dataset.objects.visible_to(request.user).prefetch_related("uploads")
    page = PlaylistNewPage.read(get_object_or_404(datasets, pk=dataset_id))
    formset = rule_formset(page.fields, page.clusters, request.POST)
    count = None
    if formset.is_valid():
        count = count_matches(matching(page.dataset, formset.rules(request.POST.get("join", ""))))
    context = {"count": count, "dataset": page.dataset}
    return render(request, "playlists/_count.html", context)


@takes_large_forms
@login_required
@require_POST
def playlist_from_songs(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Make a playlist of the songs that pass a filter of Explore, or of songs by id, and open it."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    songs = as_ids(text for part in request.POST.getlist("song") for text in part.split(","))
    words = f"{songs_in_words(len(songs))} of {dataset.name}" if songs else ""
    recipe: dict[str, Any]
    if songs:
        source, recipe = Playlist.Source.SONGS, {"songs": songs[:MAX_PLAYLIST_LENGTH]}
    elif "filter" in request.POST:
        run = _filtered_run(request, dataset)
        state, _ = read_state(QueryDict(request.POST["filter"]), Columns.read(dataset, run))
        recipe = {"run": run.pk if run else None, "filter": state.filter.to_dict()}
        source, words = Playlist.Source.AREA, filter_words(dataset, run, state.filter)
    else:
        messages.error(request, "Choose some songs first.")
        return redirect("dataset", dataset.pk)
    if len(songs) > MAX_PLAYLIST_LENGTH:
        first = f"The first {MAX_PLAYLIST_LENGTH:,} of the {len(songs):,} songs that you chose are in it"
        messages.warning(request, f"{first}: no playlist is longer.")
    chosen = source == Playlist.Source.SONGS
    options = PlaylistOptions(
        length=len(recipe["songs"]) if chosen else 50,
        max_per_artist=None if chosen else 2,
        order=Playlist.Order.PICKED if chosen else Playlist.Order.SIMILARITY,
    )
    typed = request.POST.get("name", "").strip() or words or f"All songs of {dataset.name}"
    named = PlaylistNameForm({"name": typed[:200]})
    try:
        if not named.is_valid():
            raise AnalysisError(str(named.errors["name"][0]))
        name = named.cleaned_data["name"]
        what = {"name": name, "source": source, "recipe": recipe, "options": options}
        made = make_once(submission(request), partial(make_playlist, request.user, dataset, **what))
    except AnalysisError as error:
        messages.error(request, str(error))
        return redirect(_explore_address(request, dataset))
    return redirect("playlist", made.pk)


def _explore_address(request: SignedInRequest, dataset: Dataset) -> str:
    """Return the address of what somebody looks at in Explore, from the form that was sent there."""
    query = QueryDict(request.POST.get("filter", ""), mutable=True)
    if number := as_id(request.POST.get("run")):
        query["run"] = str(number)
    return f"{reverse('explore', args=[dataset.pk])}?{query.urlencode()}"


def _filtered_run(request: SignedInRequest, dataset: Dataset) -> Run | None:
    """Return the run whose groups and map a filter is about; none where it is about all songs."""
    number = as_id(request.POST.get("run"))
    return get_object_or_404(dataset.runs.finished(), pk=number) if number else None


def _page(request: SignedInRequest, query: QueryDict) -> PlaylistNewPage | None:
    """Read the page for the dataset that is named, or that a run or songs are of; None where there is none."""
    run, seeds = as_id(query.get("run")), as_ids(query.getlist("seed"))
    datasets = Dataset.objects.visible_to(request.user).prefetch_related("uploads")
    if seeds:
        datasets = datasets.filter(song_block=seeds[0] // ROWS_PER_BLOCK)
    elif run is not None:
        datasets = datasets.filter(runs=run)
    else:
        datasets = datasets.filter(pk=as_id(query.get("dataset")) or 0)
    dataset = datasets.first()
    return None if dataset is None else PlaylistNewPage.read(dataset, run=run, seeds=seeds)


def _choose_dataset(request: SignedInRequest, query: QueryDict) -> HttpResponse:
    """Ask which dataset, where none is named; one that is named and not there is not there."""
    if any(name in query for name in ("dataset", "run", "seed")):
        raise Http404
    datasets = datasets_for_playlists(request.user)
    if len(datasets) == 1:
        return redirect(f"{request.path}?dataset={datasets[0].pk}")
    return render(request, "playlists/playlist_dataset.html", {"datasets": datasets})


def _context(page: PlaylistNewPage, query: QueryDict) -> dict[str, Any]:
    join = query.get("join", "all")
    return {
        "page": page,
        "dataset": page.dataset,
        "source": _source(page, query),
        "join": join,
        "within": "and" if join == "all" else "or",
        "between": "or" if join == "all" else "and",
        "did": query.get("do", "").partition(":")[0],
    }


def _source(page: PlaylistNewPage, query: QueryDict) -> str:
    by_seeds = page.seeds or query.get("source") == Playlist.Source.SEEDS  # also where all were taken away
    return Playlist.Source.SEEDS if by_seeds else Playlist.Source.RULES


def _first_rows(page: PlaylistNewPage, query: QueryDict) -> list[dict[str, Any]]:
    """Begin with the group that was named, or with one open rule."""
    cluster = _cluster(query)
    if any(choice.value == cluster for choice in page.clusters):
        return [{"group": 1, "field": "cluster", "cluster": cluster}]
    first = next((field.name for field in page.fields if field.name == "energy"), "")
    return [{"group": 1, "field": first}] if page.fields else []


def _cluster(query: QueryDict) -> str:
    """Return the group that the address names, as the form names it."""
    return f"{query.get('run', '')}:{query.get('cluster', '')}"


def _first_name(page: PlaylistNewPage, cluster: str) -> str:
    if page.seeds:
        return f"Like {page.seeds[0].label}"
    return next((choice.cluster.name for choice in page.clusters if choice.value == cluster), "")
