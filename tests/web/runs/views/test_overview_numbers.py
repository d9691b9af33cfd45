"""Opening or starting a run with another number of groups."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from clustering.models import Run
from tests.factories import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    return make_run()


@pytest.fixture
def owner_client(run: Run) -> Client:
    client = Client()
    client.force_login(run.owner)
    return client


def choose(client: Client, run: Run, k: object) -> str:
    answer = client.post(reverse("run_with_k", args=[run.pk]), {"k": k})
    assert answer.status_code == 302
    return str(answer["Location"])


class TestRunWithK:
    def test_opens_the_run_that_is_there(self, owner_client: Client, run: Run) -> None:
        other = make_run(run.dataset, clusters=4)
        assert choose(owner_client, run, 4) == reverse("run_overview", args=[other.pk])
        assert Run.objects.count() == 2

    def test_starts_the_run_that_is_not_and_only_once(self, owner_client: Client, run: Run) -> None:
        first = choose(owner_client, run, 5)
        made = Run.objects.get(k_requested=5)
        assert made.features == run.features
        assert first == reverse("job", args=[made.jobs.get().pk])
        assert choose(owner_client, run, 5) == first

    @pytest.mark.parametrize("k", ["", "1", "51", "many"])
    def test_says_what_can_be_chosen(self, owner_client: Client, run: Run, k: str) -> None:
        assert choose(owner_client, run, k) == reverse("run_overview", args=[run.pk])
        text = owner_client.get(reverse("run_overview", args=[run.pk])).content.decode()
        assert "Choose from 2 to 50 groups." in text

    def test_is_offered_in_the_head_of_the_run(self, owner_client: Client, run: Run) -> None:
        other = make_run(run.dataset, clusters=4)
        text = owner_client.get(reverse("run_overview", args=[run.pk])).content.decode()
        assert f'class="number-chip" href="{reverse("run_overview", args=[other.pk])}"' in text
        assert 'name="k"' in text
        assert "recommended" in text


class TestOnlySomeFeatures:
    def test_begin_the_form_with_these_and_choose_the_number_anew(
        self, owner_client: Client, run: Run
    ) -> None:
        address = reverse("run_new", args=[run.dataset_id])
        page = owner_client.get(f"{address}?from={run.pk}&only=energy&only=nonsense").context["page"]
        assert page.begin_with.features == ("energy",)
        assert page.begin_with.n_clusters is None
        assert page.begin_with.weights == {}

    def test_are_all_where_none_is_known(self, owner_client: Client, run: Run) -> None:
        address = reverse("run_new", args=[run.dataset_id])
        page = owner_client.get(f"{address}?from={run.pk}&only=nonsense").context["page"]
        assert page.begin_with.features == tuple(run.features)

    def test_are_a_click_away_where_one_falls_into_parts(self, owner_client: Client, run: Run) -> None:
        assert run.sweep is not None
        parts = [{"low": 0.0, "high": 0.1, "share": 0.8}, {"low": 0.7, "high": 0.9, "share": 0.2}]
        run.sweep.feature_parts = {"energy": parts}
        run.sweep.save()
        for page in (reverse("run_overview", args=[run.pk]), reverse("sweep", args=[run.sweep.pk])):
            text = owner_client.get(page).content.decode()
            assert "Energy splits into two parts on its own: below 0.10" in text
            assert "only=energy" in text
