"""A run's own name and note."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_run

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def own_run(client):
    run = make_run()
    client.force_login(run.owner)
    return run


def test_is_given_in_its_place_and_taken_back(client, own_run):
    address = reverse("run_rename", args=[own_run.pk])
    text = client.post(address, {"name": "For the bar", "note": "calmer"}, headers=HTMX).content.decode()
    assert "<h1>For the bar</h1>" in text
    overview = client.get(reverse("run_overview", args=[own_run.pk])).content.decode()
    assert re.search(r'<p class="[^"]*run-note"[^>]*>calmer</p>', overview)
    assert "innerHTML:#announcer" in text
    assert 'name="name" value=""' in text, "undo brings the generated name back"

    text = client.post(address, {"name": "", "note": ""}, headers=HTMX).content.decode()
    assert f"<h1>{own_run.generated_name}</h1>" in text


def test_works_without_scripts(client, own_run):
    answer = client.post(reverse("run_rename", args=[own_run.pk]), {"name": "Bar", "note": ""}, follow=True)
    assert "the run is called “Bar”" in answer.content.decode()


def test_says_why_a_name_cannot_be(client, own_run):
    other = make_run(own_run.dataset)
    client.post(reverse("run_rename", args=[other.pk]), {"name": "Bar"})
    for headers in (HTMX, {}):
        answer = client.post(reverse("run_rename", args=[own_run.pk]), {"name": "bar"}, headers=headers)
        assert answer.status_code == 422
        assert "Choose a different name." in answer.content.decode()


def test_is_in_crumbs_lists_and_files(client, own_run):
    client.post(reverse("run_rename", args=[own_run.pk]), {"name": "For the bar"})
    assert "For the bar" in client.get(reverse("dataset_runs", args=[own_run.dataset_id])).content.decode()
    answer = client.get(reverse("run_profiles", args=[own_run.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="evening-songs-for-the-bar.json"'


def test_two_runs_are_compared_from_the_page_of_one(client, own_run):
    other = make_run(own_run.dataset)
    text = client.get(reverse("run_compare", args=[own_run.pk])).content.decode()
    assert f'value="{other.pk}"' in text
    assert f'type="hidden" name="run" value="{own_run.pk}"' in text


def test_alone_says_how_to_get_another(client, own_run):
    assert "No other runs yet" in client.get(reverse("run_compare", args=[own_run.pk])).content.decode()
