"""What artists and genres have in common: songs that belong together, and whose places others can be compared with."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from pgvector.django import L2Distance

from clustering.models import Artist, Dataset, Genre, Run

SongSet = TypeVar("SongSet", Artist, Genre)


def visible_to(user: User | AnonymousUser, kind: type[SongSet]) -> QuerySet[SongSet]:
    """Return the artists, or the genres, of datasets that this person may see."""
    found = kind.objects.filter(dataset__in=Dataset.objects.visible_to(user))
    return found.select_related("dataset__catalog")


def similar(found: SongSet, count: int) -> tuple[SongSet, ...]:
    """Return those of the same dataset whose songs are spread most alike, by energy distance."""
    if found.vector is None:
        return ()
    others = type(found).objects.filter(dataset_id=found.dataset_id, vector__isnull=False)
    nearest = others.exclude(pk=found.pk).order_by(L2Distance("vector", found.vector), "id")
    return tuple(nearest.only("name", "songs_count")[:count])


def latest_run(dataset: Dataset) -> Run | None:
    """Return the newest run with results, without its large parts."""
    finished = dataset.runs.filter(finished_at__isnull=False)
    return finished.defer("model", "overall").order_by("-created_at").first()
