"""Each form that makes something: sent ten times at the same moment, again by the back button, and changed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import reverse

from clustering.actions.uploads import upload_file
from clustering.models import Dataset, Fill, Job, Playlist, Run, ShareLink, Sweep, Upload
from tests.concurrency import call_at_once
from tests.factories import make_catalog, make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 10
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


def small_file() -> ContentFile[bytes]:
    return ContentFile(b"title,energy,tempo\na,0.5,100\nb,0.6,110\nc,0.7,120\n", name="songs.csv")


@dataclass(frozen=True)
class Form:
    """A form: its page, its address where that is another, what is typed, and what it makes."""

    makes: type[models.Model]
    page: Callable[[Run], str]
    action: Callable[[Run], str] | None = None
    typed: Callable[[Run], dict[str, Any]] = field(default=lambda run: {})
    ask: dict[str, str] = field(default_factory=dict)
    """What is posted to see the form, where it is an answer."""

    def address(self, run: Run) -> str:
        return (self.action or self.page)(run)


def of_dataset(name: str) -> Callable[[Run], str]:
    return lambda run: reverse(name, args=[run.dataset_id])


def of_run(name: str) -> Callable[[Run], str]:
    return lambda run: reverse(name, args=[run.pk])


def of_sweep(name: str) -> Callable[[Run], str]:
    return lambda run: reverse(name, args=[run.sweep_id])


def of_song(name: str) -> Callable[[Run], str]:
    return lambda run: reverse(name, args=[run.dataset.first_song_id + 1])


def source_of(run: Run) -> Dataset:
    return Dataset.objects.get(name="Source")


def settings_of(run: Run, **more: Any) -> dict[str, Any]:
    usual = {"features": ["energy", "tempo"], "scaler": "standard", "missing": "drop", "seed": "42"}
    return usual | {"weight-energy": "1", "weight-tempo": "1"} | more


FORMS = {
    "upload": Form(Dataset, lambda run: reverse("upload"), typed=lambda run: {"file": small_file()}),
    "try_sample": Form(Dataset, lambda run: reverse("datasets"), lambda run: reverse("try_sample")),
    "songs_add": Form(Upload, of_dataset("songs_add"), typed=lambda run: {"file": small_file()}),
    "fills": Form(Fill, of_dataset("fills"), typed=lambda run: {"source": str(source_of(run).pk)}),
    "fill_upload": Form(
        Dataset, of_dataset("fills"), of_dataset("fill_upload"), lambda run: {"file": small_file()}
    ),
    "run_new": Form(
        Run, of_dataset("run_new"), typed=lambda run: settings_of(run, algorithm="kmeans", k="3")
    ),
    "run_new, automatic": Form(
        Run, of_dataset("run_new"), typed=lambda run: settings_of(run, algorithm="kmeans", k="")
    ),
    "sweep_new": Form(
        Sweep, of_dataset("sweep_new"), typed=lambda run: settings_of(run, k_low="2", k_high="5")
    ),
    "sweep_run": Form(Run, of_sweep("sweep"), of_sweep("sweep_run"), lambda run: {"k": "2"}),
    "run_share": Form(ShareLink, of_run("run_share"), typed=lambda run: {"days": "7"}),
    "playlist_new": Form(
        Playlist,
        lambda run: f"{reverse('playlist_new')}?seed={run.dataset.first_song_id + 1}",
        lambda run: reverse("playlist_new"),
        lambda run: {
            "source": "seeds",
            "seed": [str(run.dataset.first_song_id + 1)],
            "dataset": str(run.dataset_id),
            "name": "Mine",
            "length": "5",
            "unit": "songs",
            "max_per_artist": "2",
            "order": "similarity",
        },
    ),
    "similar songs": Form(
        Playlist,
        lambda run: f"{reverse('similar_songs', args=[run.dataset_id])}?seed={run.dataset.first_song_id + 1}",
        of_dataset("playlist_from_songs"),
        lambda run: {"song": [str(run.dataset.first_song_id + row) for row in (1, 2)], "name": "Mine"},
    ),
    "explore": Form(
        Playlist,
        of_dataset("explore"),
        of_dataset("playlist_from_songs"),
        lambda run: {"run": str(run.pk), "filter": "outline=-9,-9,9,-9,9,9,-9,9"},
    ),
    "song": Form(Playlist, of_song("song_playlists"), typed=lambda run: {"playlist": ""}),
}


@pytest.fixture(params=list(FORMS))
def form(request) -> Form:
    return FORMS[request.param]


@pytest.fixture
def run() -> Run:
    run = make_run(make_catalog(make_dataset(make_user("ada"))))
    run.dataset.runs.filter(pk=run.pk).update(seed=7)  # so that advice does not lead to it
    other = upload_file(run.owner, file=small_file())
    run.dataset.uploads.update(column_map=other.column_map)
    other.dataset.delete()
    make_dataset(run.owner, name="Source")
    return run


@pytest.fixture
def client(run: Run) -> Client:
    client = Client()
    client.force_login(run.owner)
    return client


def token_of(client: Client, form: Form, run: Run) -> str:
    """Open the page and return the token of the form."""
    page = form.page(run)
    text = (client.post(page, form.ask) if form.ask else client.get(page)).content.decode()
    address = form.address(run)
    for found in FORM.findall(text):
        action = re.search(r'<form[^>]*\baction="([^"]*)"', found)
        if (html.unescape(action[1]) if action else page.partition("?")[0]) == address:
            token = re.search(r'name="once" value="([^"]+)"', found)
            assert token, f"no token in {found}"
            return token[1]
    raise AssertionError(f"no form for {address} in {text}")


def send(run: Run, form: Form, token: str, **changes: Any) -> Any:
    """Send it as a browser of its own, signed in as the same person."""
    client = Client()
    client.force_login(run.owner)
    answer = client.post(form.address(run), form.typed(run) | {"once": token} | changes)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


class TestForm:
    def test_sent_ten_times_at_once_makes_one(self, client, form, run, sent):
        before = form.makes.objects.count()
        token = token_of(client, form, run)
        led_to = call_at_once(*[lambda: send(run, form, token)] * CLICKS)
        assert form.makes.objects.count() == before + 1
        assert len(set(led_to)) == 1
        assert len(sent) == len(set(sent)) <= 1

    def test_sent_again_later_leads_to_the_same(self, client, form, run, sent):
        token = token_of(client, form, run)
        first = send(run, form, token)
        Job.objects.alive().update(status=Job.Status.SUCCEEDED)
        made = form.makes.objects.count()
        assert send(run, form, token) == first
        assert form.makes.objects.count() == made

    def test_shown_again_makes_another(self, client, form, run, sent):
        if form.makes in {Upload, Fill}:
            pytest.skip("a dataset has one draft, and one fill that was not applied: another replaces it")
        before = form.makes.objects.count()
        for _ in range(2):
            send(run, form, token_of(client, form, run))
            Job.objects.alive().update(status=Job.Status.SUCCEEDED)
        assert form.makes.objects.count() == before + 2


class TestChanged:
    def test_and_sent_again_makes_another(self, client, run, sent):
        form = FORMS["run_new"]
        token = token_of(client, form, run)
        assert send(run, form, token) != send(run, form, token, k="4")
        assert Run.objects.filter(k=None).count() == 2

    def test_file_of_the_same_name_and_size_is_another(self, client, run):
        form = FORMS["upload"]
        other = ContentFile(small_file().read().replace(b"120", b"121"), name="songs.csv")
        token = token_of(client, form, run)
        first = send(run, form, token)
        assert send(run, form, token, file=other) != first


MAKING_NOTHING = {
    # what is changed, ended, deleted, or opened where it is there; two at the same moment are one by that
    "columns", "compare_runs", "dataset_delete", "dataset_rename", "dataset_share", "fill_ambiguous", "fill_apply",
    "fill_discard", "fill_undo", "job_cancel", "job_retry",
    "logout", "cluster_rename", "playlist_delete", "playlist_edit", "playlist_import", "playlist_order",
    "playlist_remake", "playlist_rename", "playlist_undo", "run_delete", "run_rename", "explore_keep",
    "explore_view_delete", "run_pin", "run_place_added", "run_share_end", "run_with_k", "sweep_delete",
    "webhook_delete", "webhook_turn",
}  # fmt: skip
WITHOUT_ADDRESS = {
    "components/undo.html", "datasets/columns.html", "datasets/songs_add_columns.html", "registration/login.html",
    "registration/password_change_form.html", "site/two_factor.html", "site/two_factor_code.html",
    "site/two_factor_off.html",
    # a token's secret is shown once: a second sending could not show the first one's, and both stand in the list
    "site/tokens.html",
}  # fmt: skip


def test_each_form_of_a_template_is_made_once_or_makes_nothing():
    folder = Path(settings.BASE_DIR) / "templates"
    for path in sorted(folder.rglob("*.html")):
        for found in FORM.findall(path.read_text()):
            if 'method="post"' not in found or "{% once %}" in found:
                continue
            names = set(re.findall(r"(?:action|formaction)=\"\{% url '(\w+)'", found))
            name = str(path.relative_to(folder))
            assert (names and names <= MAKING_NOTHING) or name in WITHOUT_ADDRESS, (name, found)
