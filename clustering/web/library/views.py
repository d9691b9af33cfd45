"""The songs of a dataset: search, one song, songs like others, artists, genres and years."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from clustering.analysis import AnalysisError
from clustering.models import Artist, Dataset, Genre, Song, SongText
from clustering.storage.neighbors import SongFilter
from clustering.storage.similar_songs import MAX_SEEDS, Similar, find_similar_songs
from clustering.storage.song_search import SearchResults
from clustering.web.access import SignedInRequest, as_id, as_ids
from clustering.web.components.kept import keep, version_of_dataset
from clustering.web.library.forms import SimilarSongsForm
from clustering.web.library.pages.artists import ArtistPage, ArtistsPage
from clustering.web.library.pages.decades import DecadesPage
from clustering.web.library.pages.genres import GenrePage, GenresPage
from clustering.web.library.pages.song import SongPage

GENRES_OFFERED = 200
SEARCH_FRAGMENTS = {
    "search-results": "library/_search_results.html",
    "search-box": "library/_search_box.html",
}


@login_required
@require_GET
def search(request: SignedInRequest) -> HttpResponse:
    """Show what was found; as somebody types, only that."""
    dataset_id = as_id(request.GET.get("dataset"))
    page = SearchResults.read(request.user, request.GET.get("q", ""), dataset_id=dataset_id)
    template = SEARCH_FRAGMENTS.get(request.htmx.target or "", "library/search.html")
    return render(request, template, {"page": page})


@login_required
@require_GET
def song(request: SignedInRequest, song_id: int) -> HttpResponse:
    """Show a song, as it lies in the run that is asked for, or in the newest."""
    page = SongPage.read(_fetch_song(request, song_id), run_id=as_id(request.GET.get("run")))
    return render(request, "library/song.html", {"page": page, "dataset": page.dataset})


@login_required
@require_GET
def song_artist(request: SignedInRequest, song_id: int) -> HttpResponse:
    """Go to the artist of a song; where artists are not known yet, the song's page says so."""
    song = _fetch_song(request, song_id)
    artist = SongText.objects.filter(song=song).values_list("artist_id", flat=True).first()
    return redirect("artist", artist) if artist else redirect("artists", song.dataset_id)


@login_required
@require_GET
def similar_songs(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show songs like the chosen ones, with everything that can be asked for."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    catalog = getattr(dataset, "catalog", None)
    features = catalog.features if catalog else []
    run = dataset.runs.without_model().latest_finished()
    defaults = SimilarSongsForm.defaults(features)
    given = QueryDict(mutable=True)
    given.update({name: str(value) for name, value in defaults.items()})
    for name, values in request.GET.lists():
        given.setlist(name, values)
    form = SimilarSongsForm(features, given, has_run=run is not None)
    chosen = as_ids(request.GET.getlist("seed"))
    seeds = chosen[:MAX_SEEDS]
    context = {
        "dataset": dataset,
        "form": form,
        "seeds": _seeds(dataset, seeds),
        "too_many": len(chosen) if len(chosen) > MAX_SEEDS else 0,
        "found": None,
        "error": "",
        "with_playlist": True,
    }
    if form.is_valid():
        try:
            context["found"] = find_similar_songs(dataset, _asked(form, seeds, run.pk if run else None))
        except AnalysisError as error:
            context["error"] = str(error)
    if request.htmx:
        return render(request, "library/_similar_songs.html", context)
    genres = Genre.objects.filter(dataset=dataset).order_by("-songs_count", "id")
    context["genres"] = genres.values_list("name", flat=True)[:GENRES_OFFERED]
    return render(request, "library/similar_songs.html", context)


@login_required
@require_GET
def artists(request: SignedInRequest, dataset_id: int) -> HttpResponseBase:
    """List artists, those with the most songs first."""
    version = version_of_dataset(dataset_id)
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    after = request.GET.get("after", "")

    def make() -> HttpResponse:
        page = ArtistsPage.read(dataset, after=_after(after))
        return render(request, "library/artists.html", {"page": page, "dataset": dataset, "after": after})

    return keep(request, version, make)


@login_required
@require_GET
def artist(request: SignedInRequest, artist_id: int) -> HttpResponse:
    """Show an artist."""
    page = ArtistPage.read(
        get_object_or_404(
            Artist.objects.visible_to(request.user).select_related("dataset__catalog"), pk=artist_id
        )
    )
    return render(request, "library/artist.html", {"page": page, "dataset": page.dataset, "run": page.run})


@login_required
@require_GET
def genres(request: SignedInRequest, dataset_id: int) -> HttpResponseBase:
    """List genres, those with the most songs first."""
    version = version_of_dataset(dataset_id)
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)

    def make() -> HttpResponse:
        return render(request, "library/genres.html", {"page": GenresPage.read(dataset), "dataset": dataset})

    return keep(request, version, make)


@login_required
@require_GET
def genre(request: SignedInRequest, genre_id: int) -> HttpResponse:
    """Show a genre."""
    page = GenrePage.read(
        get_object_or_404(
            Genre.objects.visible_to(request.user).select_related("dataset__catalog"), pk=genre_id
        )
    )
    return render(request, "library/genre.html", {"page": page, "dataset": page.dataset, "run": page.run})


@login_required
@require_GET
def decades(request: SignedInRequest, dataset_id: int) -> HttpResponseBase:
    """Show how features moved over the years."""
    version = version_of_dataset(dataset_id)
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)

    def make() -> HttpResponse:
        return render(
            request, "library/decades.html", {"page": DecadesPage.read(dataset), "dataset": dataset}
        )

    return keep(request, version, make)


def _fetch_song(request: SignedInRequest, song_id: int) -> Song:
    return get_object_or_404(
        Song.objects.visible_to(request.user).select_related("dataset__owner"), pk=song_id
    )


def _seeds(dataset: Dataset, ids: list[int]) -> list[Song]:
    songs = Song.objects.filter(dataset=dataset).in_bulk(ids)
    return [songs[song] for song in ids if song in songs]


def _asked(form: SimilarSongsForm, seeds: list[int], run_id: int | None) -> Similar:
    data = form.cleaned_data
    return Similar(
        seeds=tuple(seeds),
        count=data["count"],
        weights=form.weights,
        max_per_artist=data["per_artist"],
        diversity=data["diversity"] / 100,
        only=SongFilter(
            genre=data["genre"],
            year_from=data["year_from"],
            year_to=data["year_to"],
            popularity_from=data["popularity_from"],
            popularity_to=data["popularity_to"],
            tempo_from=data["tempo_from"],
            tempo_to=data["tempo_to"],
            explicit={"yes": True, "no": False}.get(data["explicit"]),
            run_id=run_id,
            cluster=data.get("cluster", ""),
        ),
    )


def _after(text: str) -> tuple[int, int] | None:
    """Read where a page begins: just after the artist with so many songs and this id."""
    songs, _, last = text.partition("_")
    if not (songs.isdecimal() and last.isdecimal() and len(songs) < 10 and len(last) < 20):
        return None
    return int(songs), min(int(last), 2**63 - 1)
