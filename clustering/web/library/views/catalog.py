"""The artists, genres and years of a dataset."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clustering.models import Artist, Dataset, Genre
from clustering.web.access import SignedInRequest
from clustering.web.library.pages import artists as artist_queries
from clustering.web.library.pages import decades as decade_queries
from clustering.web.library.pages import genres as genre_queries


@login_required
@require_GET
def artists(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """List artists, those with the most songs first."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    after = request.GET.get("after", "")
    page = artist_queries.artists(dataset, after=_after(after))
    return render(request, "library/artists.html", {"page": page, "dataset": dataset, "after": after})


@login_required
@require_GET
def artist(request: SignedInRequest, artist_id: int) -> HttpResponse:
    """Show an artist."""
    page = artist_queries.artist(
        get_object_or_404(
            Artist.objects.visible_to(request.user).select_related("dataset__catalog"), pk=artist_id
        )
    )
    return render(request, "library/artist.html", {"page": page, "dataset": page.dataset, "run": page.run})


@login_required
@require_GET
def genres(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """List genres, those with the most songs first."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    return render(request, "library/genres.html", {"page": genre_queries.genres(dataset), "dataset": dataset})


@login_required
@require_GET
def genre(request: SignedInRequest, genre_id: int) -> HttpResponse:
    """Show a genre."""
    page = genre_queries.genre(
        get_object_or_404(
            Genre.objects.visible_to(request.user).select_related("dataset__catalog"), pk=genre_id
        )
    )
    return render(request, "library/genre.html", {"page": page, "dataset": page.dataset, "run": page.run})


@login_required
@require_GET
def decades(request: SignedInRequest, dataset_id: int) -> HttpResponse:
    """Show how features moved over the years."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), pk=dataset_id)
    return render(
        request, "library/decades.html", {"page": decade_queries.decades(dataset), "dataset": dataset}
    )


def _after(text: str) -> tuple[int, int] | None:
    """Read where a page begins: just after the artist with so many songs and this id."""
    songs, _, last = text.partition("_")
    if not (songs.isdecimal() and last.isdecimal() and len(songs) < 10 and len(last) < 20):
        return None
    return int(songs), min(int(last), 2**63 - 1)
