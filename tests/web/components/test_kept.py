"""Pages that are kept: they are quick, and never older than what they show."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clustering.models import Cluster, Dataset, Run
from clustering.models.settings_columns import SettingsColumns
from clustering.web.components import kept
from tests.factories import make_run, make_sweep, make_user

pytestmark = pytest.mark.django_db

RUN_PAGES = ("run_overview", "run_metrics", "run_visualizations", "run_insights")
DATASET_PAGES = ("explore", "artists", "genres", "decades")


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    """Begin with nothing kept."""
    shelf = kept.Shelf()
    monkeypatch.setattr(kept, "_shelf", shelf)
    return shelf


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def without_what_is_new(text):
    """Leave out what the kept pages are known to have anew in each answer."""
    return kept._ONCE.sub(rb"\1", text.encode())


def addresses(run):
    cluster = [reverse("cluster_songs", args=[run.pk, 0])]
    of_run = [reverse(name, args=[run.pk]) for name in RUN_PAGES]
    return of_run + cluster + [reverse(name, args=[run.dataset_id]) for name in DATASET_PAGES]


def test_nothing_else_in_them_is_new_each_time(client, own_run, monkeypatch):
    monkeypatch.setattr(kept.Shelf, "put", lambda *_: None)
    for address in addresses(own_run):
        first, second = (without_what_is_new(text_of(client, address)) for _ in range(2))
        assert first == second, address


def test_they_are_not_read_again(client, own_run, django_assert_max_num_queries):
    for address in addresses(own_run)[:5]:
        for _ in range(2):  # the first answer gives a browser what the second is kept by
            made = text_of(client, address)
        with django_assert_max_num_queries(5):  # who asks, whether they may, and whether anything has changed
            again = text_of(client, address)
        assert without_what_is_new(again) == without_what_is_new(made)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("run_overview", r'"X-CSRFToken": "(\w{64})"'), ("explore", r'name="once" value="([^"]+)"')],
)
def test_each_answer_has_tokens_of_its_own(client, own_run, name, pattern):
    address = reverse(name, args=[own_run.dataset_id if name == "explore" else own_run.pk])
    found = [re.findall(pattern, text_of(client, address)) for _ in range(4)]
    assert len({len(one) for one in found}) == 1
    together = [token for one in found for token in one]
    assert len(set(together)) == len(together) > 0


def test_a_nonce_is_that_of_its_own_head(client, own_run):
    address = reverse("run_visualizations", args=[own_run.pk])
    for _ in range(3):
        answer = client.get(address)
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', answer.content.decode()))
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]


def test_a_form_of_a_kept_page_is_taken(own_run):
    client = Client(enforce_csrf_checks=True)
    client.force_login(own_run.owner)
    address = reverse("run_overview", args=[own_run.pk])
    text_of(client, address)
    token = re.search(r'"X-CSRFToken": "(\w{64})"', text_of(client, address))[1]
    rename = reverse("run_rename", args=[own_run.pk])
    assert client.post(rename, {"name": "Mine", "csrfmiddlewaretoken": token}).status_code in (200, 302)
    assert "Mine" in text_of(client, address)


@pytest.mark.parametrize(
    "change",
    [
        lambda run: Cluster.objects.filter(run=run, index=1).update(own_name="Brand new name"),
        lambda run: Run.objects.filter(pk=run.pk).update(own_name="Brand new name"),
        lambda run: Dataset.objects.filter(pk=run.dataset_id).update(name="Brand new name"),
    ],
)
def test_what_changes_is_shown_at_once(client, own_run, change):
    address = reverse("run_overview", args=[own_run.pk])
    for _ in range(3):
        assert "Brand new name" not in text_of(client, address)
    change(own_run)
    assert "Brand new name" in text_of(client, address)


@pytest.mark.parametrize("name", ["run_overview", "run_metrics", "explore", "artists"])
def test_what_changes_while_a_page_is_made_is_shown_the_next_time(client, own_run, monkeypatch, name):
    address = reverse(name, args=[own_run.pk if name.startswith("run") else own_run.dataset_id])
    version = kept._version

    def then_renamed(*asked):
        found = version(*asked)
        Dataset.objects.filter(pk=own_run.dataset_id).update(name="Brand new name")  # committed just after
        return found

    text_of(client, address)
    monkeypatch.setattr(kept, "_version", then_renamed)
    text_of(client, address)
    monkeypatch.setattr(kept, "_version", version)
    for _ in range(3):
        assert "Brand new name" in text_of(client, address)


@pytest.mark.parametrize("name", RUN_PAGES + DATASET_PAGES)
def test_the_version_is_asked_for_before_anything_is_read(client, own_run, monkeypatch, name):
    address = reverse(name, args=[own_run.pk if name.startswith("run") else own_run.dataset_id])
    text_of(client, address)
    with CaptureQueriesContext(connection) as queries:
        text_of(client, address)
    read = [query["sql"] for query in queries if "clustering_" in query["sql"]]
    assert "md5(concat_ws(" in read[0]


def test_advice_that_comes_later_is_shown_at_once(client, own_run):
    own_run.dataset.sweeps.all().delete()
    address = reverse("run_overview", args=[own_run.pk])
    for _ in range(3):
        text_of(client, address)
    sweep = make_sweep(own_run.dataset, **SettingsColumns.columns_of(own_run.settings))
    why = reverse("sweep", args=[sweep.pk])
    assert why in text_of(client, address)
    sweep.delete()
    assert why not in text_of(client, address)


def test_a_group_of_another_run_is_shown_at_once(client, own_run):
    newer = make_run(own_run.dataset)
    source = own_run.clusters.get(index=1)
    newer.clusters.filter(index=1).update(inherited_from=source)
    address = reverse("cluster", args=[newer.pk, 1])
    for _ in range(3):
        assert "Brand new name" not in text_of(client, address)
    Cluster.objects.filter(pk=source.pk).update(own_name="Brand new name")
    assert "Brand new name" in text_of(client, address)


def test_another_run_is_shown_at_once(client, own_run):
    address = reverse("explore", args=[own_run.dataset_id])
    for _ in range(3):
        text_of(client, address)
    newer = make_run(own_run.dataset, clusters=2)
    assert str(newer.pk) in text_of(client, address)


def test_nobody_gets_the_page_of_another(client, own_run):
    Dataset.objects.filter(pk=own_run.dataset_id).update(visibility=Dataset.Visibility.SHARED)
    address = reverse("run_overview", args=[own_run.pk])
    own = [text_of(client, address) for _ in range(2)]
    other = Client()
    other.force_login(make_user("bob"))
    rename = reverse("run_rename", args=[own_run.pk])
    assert all(rename in text for text in own)
    for _ in range(3):
        text = text_of(other, address)
        assert rename not in text
        assert "bob" in text


def test_who_may_not_see_it_any_more_does_not(client, own_run):
    Dataset.objects.filter(pk=own_run.dataset_id).update(visibility=Dataset.Visibility.SHARED)
    address = reverse("run_overview", args=[own_run.pk])
    other = Client()
    other.force_login(make_user("bob"))
    for _ in range(3):
        text_of(other, address)
    Dataset.objects.filter(pk=own_run.dataset_id).update(visibility=Dataset.Visibility.PRIVATE)
    assert other.get(address).status_code == 404
    client.post(reverse("logout"))
    assert client.get(address).status_code == 302


def test_a_message_is_shown_once(client, own_run):
    address = reverse("run_overview", args=[own_run.pk])
    for _ in range(3):
        text_of(client, address)
    client.post(reverse("run_rename", args=[own_run.pk]), {"name": "Mine"})
    assert "Saved: the run is called" in text_of(client, address)
    for _ in range(3):
        assert "Saved: the run is called" not in text_of(client, address)


def test_what_reads_another_table_is_not_kept(client, own_run, shelf, monkeypatch):
    monkeypatch.setattr(kept, "COVERED", kept.COVERED - {"clustering_cluster"})
    text_of(client, reverse("run_overview", args=[own_run.pk]))
    assert not shelf._pages


def test_there_is_an_end_to_what_is_kept():
    shelf = kept.Shelf(most=250)
    for name in "abc":
        shelf.put(name, kept.Kept.of("1", b"x" * 100))
    assert shelf.get("a") is None
    assert shelf.get("b") is not None
    shelf.put("d", kept.Kept.of("1", b"x" * 100))
    assert shelf.get("c") is None
    shelf.put("b", kept.Kept.of("2", b"y" * 10))
    assert shelf._size == 110
