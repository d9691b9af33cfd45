"""Which songs an address of Explore is about, and who may look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from clustering.models import Dataset, Run
from clustering.storage.song_filters import Songs
from clustering.web.access import PageRequest, as_id, run_by_link
from clustering.web.components.explore import ALL_SONGS, Columns, ExploreState, Problem, read_state


@dataclass(frozen=True)
class Explored:
    """The songs that are looked at, what the address asks of them, and by whom."""

    request: PageRequest
    songs: Songs
    run_is_gone: bool = False
    visitor: bool = False
    """Whether only a link lets them look."""

    @property
    def dataset(self) -> Dataset:
        """The songs' dataset."""
        return self.songs.dataset

    @property
    def run(self) -> Run | None:
        """The run that placed them, if they are seen so."""
        return self.songs.run

    @cached_property
    def columns(self) -> Columns:
        """What they can be filtered, sorted and shown by."""
        return Columns.read(self.dataset, self.run)

    @cached_property
    def asked(self) -> tuple[ExploreState, tuple[Problem, ...]]:
        """What the address asks for, and what of it means nothing."""
        query = self.request.GET.copy()
        if self.visitor:  # a link is to one run: nothing is told of the groups of another
            query.pop("also", None)
        return read_state(query, self.columns)

    @property
    def state(self) -> ExploreState:
        """What the address asks for."""
        return self.asked[0]


ExploreView = Callable[[PageRequest, Explored], HttpResponseBase]


def of_songs(view: ExploreView, *, visitors: bool = True) -> Callable[..., HttpResponseBase]:
    """Give a view the songs that it asks for: of a dataset, as the run in ?run= placed them."""
    signed_in = login_required(_signed_in(view))

    @require_GET
    @wraps(view)
    def wrapper(request: PageRequest, dataset_id: int) -> HttpResponseBase:
        run = run_by_link(request, as_id(request.GET.get("run")) or 0) if visitors else None
        if run is None or run.dataset_id != dataset_id:
            return signed_in(request, dataset_id)
        return view(request, Explored(request, Songs(run.dataset, run), visitor=True))

    return wrapper


def of_songs_for_members(view: ExploreView) -> Callable[..., HttpResponseBase]:
    """Give a view the songs that it asks for, but not to who came by a link."""
    return of_songs(view, visitors=False)


def _signed_in(view: ExploreView) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def wrapper(request: PageRequest, dataset_id: int) -> HttpResponseBase:
        datasets = Dataset.objects.visible_to(request.user).select_related("pinned_run")
        dataset = get_object_or_404(datasets, pk=dataset_id)
        run, gone = chosen_run(dataset, request.GET.get("run"))
        return view(request, Explored(request, Songs(dataset, run), run_is_gone=gone))

    return wrapper


def chosen_run(dataset: Dataset, asked: str | None) -> tuple[Run | None, bool]:
    """Return the run that is asked for, and whether it is gone; where none is named, the one that stands for all."""
    runs = dataset.runs.finished().without_model()
    if asked == ALL_SONGS:
        return None, False
    if asked:
        run = runs.filter(pk=as_id(asked) or 0).first()
        return (None, True) if run is None else (_with_dataset(run, dataset), False)
    pinned = dataset.pinned_run
    run = pinned if pinned is not None and pinned.is_finished else runs.order_by("-created_at").first()
    return (None if run is None else _with_dataset(run, dataset)), False


def _with_dataset(run: Run, dataset: Dataset) -> Run:
    run.dataset = dataset
    return run
