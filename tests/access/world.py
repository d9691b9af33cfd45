"""The people and things that the access matrix is tried on, and how an address gets to name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver

from clustering.actions.sharing import make_share_link
from clustering.models import (
    ApiToken,
    Dataset,
    ExploreView,
    Fill,
    Job,
    Playlist,
    Run,
    RunComparison,
    ShareLink,
    Upload,
    Webhook,
    WebhookDelivery,
)
from clustering.web.site.views.sign_in import sign_in_path
from tests.factories import (
    make_catalog,
    make_comparison,
    make_dataset,
    make_fill,
    make_job,
    make_playlist,
    make_run,
    make_user,
)


@dataclass(frozen=True)
class Things:
    """One of each kind of thing, all of one person."""

    owner: User
    run: Run
    job: Job
    playlist: Playlist
    link: ShareLink
    comparison: RunComparison
    token: ApiToken
    webhook: Webhook
    fill: Fill
    view: ExploreView

    @property
    def dataset(self) -> Dataset:
        """The dataset that the run is of."""
        return self.run.dataset

    @property
    def upload(self) -> Upload:
        """The dataset's file."""
        return self.dataset.uploads.get()


# What a name in an address stands for: names of objects on the left, the rest below.
OBJECTS: dict[str, Callable[[Things], object]] = {
    "dataset_id": lambda things: things.dataset.pk,
    "upload_id": lambda things: things.upload.pk,
    "sweep_id": lambda things: things.run.sweep_id,
    "run_id": lambda things: things.run.pk,
    "link_id": lambda things: things.link.pk,
    "job_id": lambda things: things.job.pk,
    "song_id": lambda things: things.dataset.first_song_id + 1,
    "artist_id": lambda things: things.dataset.artists.earliest("pk").pk,
    "genre_id": lambda things: things.dataset.genres.earliest("pk").pk,
    "playlist_id": lambda things: things.playlist.pk,
    "comparison_id": lambda things: things.comparison.pk,
    "fill_id": lambda things: things.fill.pk,
    "token_id": lambda things: things.token.pk,
    "webhook_id": lambda things: things.webhook.pk,
    "view_id": lambda things: things.view.pk,
}
VALUES: dict[str, Callable[[Things], object]] = {
    "index": lambda things: 0,
    "source": lambda things: 0,
    "target": lambda things: 0,
    "ending": lambda things: "csv",
    "link": lambda things: things.link.token,
    "token": lambda things: sign_in_path(things.owner).rsplit("/", 1)[1],
    "app_label": lambda things: "clustering",
    "content_type_id": lambda things: 1,
    "id": lambda things: things.owner.pk,
    "object_id": lambda things: things.owner.pk,
    "url": lambda things: "no/such/page",
}


def make_things(name: str, *, visibility: str = "private") -> Things:
    """Make a person with one of each."""
    owner = make_user(name)
    Group.objects.get_or_create(name="listeners")  # so that each table of the administration has a row
    run = make_run(make_catalog(make_dataset(owner, songs=6, visibility=visibility)), clusters=2)
    things = Things(
        owner=owner,
        run=run,
        job=make_job(owner, dataset=run.dataset, run=run),
        playlist=make_playlist(run.dataset, songs=3),
        link=make_share_link(owner, run, days=7),
        comparison=make_comparison(run, make_run(run.dataset, clusters=2)),
        token=ApiToken.issue(owner, "notebook", can_write=True, two_factor=False, expires_at=None)[0],
        webhook=Webhook.objects.create(owner=owner, url="https://example.org/hook"),
        fill=make_fill(run.dataset),
        view=ExploreView.objects.create(
            owner=owner, dataset=run.dataset, run=run, name="Calm", query="energy=..0.4"
        ),
    )
    WebhookDelivery.objects.create(webhook=things.webhook, job_id=things.job.pk, title="Import", body="{}")
    upload = things.upload
    upload.file.save("songs.csv", ContentFile(b"title,energy\n" + b"a,0.5\n" * 6))
    upload.rejected_file.save("rejected.csv", ContentFile(b"row,line,reason,text\n"))
    return things


@dataclass(frozen=True)
class Address:
    """One pattern of the URL configuration."""

    name: str
    route: str
    model: type[Any] | None = None

    @property
    def is_guarded(self) -> bool:
        """Whether it is asked for by tokens: all of the API but its description."""
        return self.name.startswith("api:") and self.name not in {"api:docs", "api:openapi"}

    @property
    def parameters(self) -> list[str]:
        """The names of what it leaves open."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    def url(self, things: Things, **values: object) -> str:
        """Fill it in."""
        known = OBJECTS | VALUES
        if self.model is not None:
            values.setdefault(
                "object_id", self.model._default_manager.values_list("pk", flat=True).first() or 0
            )

        def fill(found: re.Match[str]) -> str:
            name = found[1]
            return str(values[name] if name in values else known[name](things))

        plain = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", self.route).strip("^$")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", fill, plain)


def addresses() -> list[Address]:
    """Return every address of the site that is asked for by browsers."""
    return sorted(
        (one for one in _walk(get_resolver(), "", "") if not one.is_guarded), key=lambda one: one.name
    )


def api_addresses() -> list[Address]:
    """Return every address of the API that is asked for by tokens."""
    return sorted((one for one in _walk(get_resolver(), "", "") if one.is_guarded), key=lambda one: one.name)


def _walk(resolver: URLResolver, space: str, before: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, inner, route)
        else:
            assert isinstance(pattern, URLPattern)
            # the administration has a few without a name: an old form of an object's address, and "anything else"
            name = pattern.name or ("/" if "url" in route else f"{route.split('/')[-4]}/")
            yield Address(space + name, route, _model(pattern))


def _model(pattern: URLPattern) -> type[Any] | None:
    """Return the table that a page of the administration is about."""
    return getattr(getattr(pattern.callback, "model_admin", None), "model", None)
