"""One group's songs and name, over HTTP."""

import json

import pytest
from django.urls import reverse

from clustering.web.runs.pages import cluster_songs as run_clusters
from tests.factories import make_run, make_user

pytestmark = pytest.mark.django_db


class TestCluster:
    def test_works(self, client, django_assert_num_queries):
        run = make_run()
        client.force_login(run.owner)

        with django_assert_num_queries(7):
            response = client.get(reverse("cluster", args=[run.pk, 2]))

        text = response.content.decode()
        assert response.status_code == 200
        assert "Unstable group" in text
        assert "Song &lt;1&gt;" in text or "Song &lt;3&gt;" in text

    def test_says_when_stability_was_not_measured(self, client):
        run = make_run()
        run.clusters.update(stability=None)
        client.force_login(run.owner)
        response = client.get(reverse("cluster_reliability", args=[run.pk, 2]))

        assert "before stability was measured" in response.content.decode()

    def test_is_split_into_pages(self, client):
        run = make_run()
        client.force_login(run.owner)
        for page, shown in (("cluster_features", "rest-energy"), ("cluster_reliability", "Silhouette")):
            text = client.get(reverse(page, args=[run.pk, 2])).content.decode()
            assert shown in text
            assert text.count('aria-label="Pages of this group"') == 1

    @pytest.mark.parametrize("page", ["cluster", "cluster_features", "cluster_reliability"])
    def test_is_not_there_for_an_unknown_group(self, client, page):
        run = make_run()
        client.force_login(run.owner)

        assert client.get(reverse(page, args=[run.pk, 9])).status_code == 404

    def test_is_not_there_for_others(self, client):
        run = make_run()
        client.force_login(make_user("bob"))

        assert client.get(reverse("cluster", args=[run.pk, 0])).status_code == 404


class TestClusterSongs:
    def test_works(self, client, django_assert_num_queries):
        run = make_run()
        client.force_login(run.owner)

        with django_assert_num_queries(7):
            response = client.get(reverse("cluster_songs", args=[run.pk, 0]))

        assert response.status_code == 200
        assert "Song &lt;1&gt;" in response.content.decode()

    def test_goes_on_where_the_page_before_ended(self, client, monkeypatch):
        monkeypatch.setattr(run_clusters, "SONGS_PER_PAGE", 6)
        run = make_run()
        client.force_login(run.owner)
        address = reverse("cluster_songs", args=[run.pk, 0])
        first = client.get(address)
        second = client.get(address, {"start": first.context["page"].next_start})

        assert "Next songs" in first.content.decode()
        assert "Next songs" not in second.content.decode()
        assert "First songs" in second.content.decode()
        assert "Songs 7 to 10" in second.content.decode()
        assert len(second.context["page"].songs) == 4

    @pytest.mark.parametrize("start", ["", "-1", "x", "1e3", "9" * 30, "\u0663"])
    def test_begins_at_the_first_where_the_address_names_no_place(self, client, start):
        run = make_run()
        client.force_login(run.owner)
        response = client.get(reverse("cluster_songs", args=[run.pk, 0]), {"start": start})

        assert response.context["page"].start == 0

    def test_says_when_there_are_no_more(self, client):
        run = make_run()
        client.force_login(run.owner)
        response = client.get(reverse("cluster_songs", args=[run.pk, 0]), {"start": "999"})

        assert "No more songs" in response.content.decode()

    def test_is_not_there_for_an_unknown_group(self, client):
        run = make_run()
        client.force_login(run.owner)

        assert client.get(reverse("cluster_songs", args=[run.pk, 9])).status_code == 404

    def test_is_not_there_for_others(self, client):
        run = make_run()
        client.force_login(make_user("bob"))

        assert client.get(reverse("cluster_songs", args=[run.pk, 0])).status_code == 404


class TestClusterRename:
    def rename(self, client, run, name, **more):
        headers = {"HX-Request": "true"} if more.pop("htmx", False) else {}
        return client.post(
            reverse("cluster_rename", args=[run.pk, 1]), {"name": name} | more, headers=headers
        )

    def name(self, run):
        return run.clusters.get(index=1).name

    def test_works_in_place(self, client, own_run):
        response = self.rename(client, own_run, "Night  drive", htmx=True, came_from="run_insights")
        text = response.content.decode()

        assert self.name(own_run) == "Night drive"
        assert 'hx-swap-oob="innerHTML:.name-of-1"' in text
        assert 'value="run_insights"' in text
        assert "<html" not in text
        told = json.loads(response["HX-Trigger-After-Settle"])
        assert told == {"renamed": {"was": "Calm and acoustic", "now": "Night drive"}}

    @pytest.mark.parametrize(
        ("page", "end"),
        [
            ("", "#group-1"),
            ("run_insights", "/insights/#group-1"),
            ("cluster", "/clusters/1/"),
            ("cluster_songs", "/clusters/1/songs/"),
        ],
    )
    def test_works_without_htmx(self, client, own_run, page, end):
        response = self.rename(client, own_run, "Night drive", came_from=page)

        assert response["Location"].endswith(end)
        assert self.name(own_run) == "Night drive"

    def test_brings_the_generated_name_back(self, client, own_run):
        self.rename(client, own_run, "Night drive")
        self.rename(client, own_run, " ")

        assert self.name(own_run) == "Calm and acoustic"

    @pytest.mark.parametrize("htmx", [True, False])
    def test_refuses_a_name_that_is_too_long_and_keeps_what_was_typed(self, client, own_run, htmx):
        response = self.rename(client, own_run, "n" * 101, htmx=htmx)
        text = response.content.decode()

        assert response.status_code == 422
        assert "At most 100 characters, and this has 101." in text
        assert "n" * 101 in text
        assert ("<html" in text) is not htmx
        assert self.name(own_run) == "Calm and acoustic"

    def test_refuses_a_page_to_return_to_that_is_none(self, client, own_run):
        assert self.rename(client, own_run, "x", came_from="//evil.example").status_code == 422

    def test_takes_only_posts(self, client, own_run):
        assert client.get(reverse("cluster_rename", args=[own_run.pk, 1])).status_code == 405

    def test_is_not_there_for_who_may_only_look(self, client, own_run):
        own_run.dataset.share("shared")
        client.force_login(make_user("bob"))

        assert self.rename(client, own_run, "x").status_code == 404
