"""Keeping views of Explore. They change nothing for anybody else, so they leave no audit entry."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from clustering.analysis import AnalysisError
from clustering.models import Dataset, ExploreView, Run

MAX_VIEWS = 100
MAX_NAME_LENGTH = 200
MAX_QUERY_LENGTH = 4_000


def keep_view(user: User, dataset: Dataset, run: Run | None, *, name: str, query: str) -> ExploreView:
    """Keep a view under a name; one that has the name already is replaced.

    Raises
    ------
    AnalysisError
        Without a name, with too many views, or where the view is too long to keep.
    """
    name = " ".join(name.split())[:MAX_NAME_LENGTH]
    if not name:
        raise AnalysisError("Enter a name.")
    if len(query) > MAX_QUERY_LENGTH:
        raise AnalysisError(
            "This view is too long to keep. Draw a simpler outline, or filter by fewer values."
        )
    with transaction.atomic():
        if not dataset.lock():
            raise AnalysisError("The dataset was deleted.")
        own = ExploreView.objects.filter(owner=user, dataset=dataset)
        own.filter(run=run, name=name).delete()
        if own.count() >= MAX_VIEWS:
            raise AnalysisError(f"You keep {MAX_VIEWS} views of this dataset already. Delete one first.")
        return ExploreView.objects.create(owner=user, dataset=dataset, run=run, name=name, query=query)


def delete_view(view: ExploreView) -> None:
    """Delete a view; its songs stay."""
    view.delete()
