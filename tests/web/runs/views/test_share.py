"""Links by which people without an account look at a run."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clustering.actions.sharing import end_share_link, make_share_link
from clustering.models import AuditEntry, ShareLink, Sweep
from tests.factories import make_run, make_user

pytestmark = pytest.mark.django_db
TABS = ("run_overview", "run_metrics", "run_visualizations", "run_insights")


@pytest.fixture
def link(run) -> ShareLink:
    return make_share_link(run.owner, run, days=7)


@pytest.fixture
def visitor(link) -> Client:
    client = Client()
    answer = client.get(reverse("shared_run", args=[link.token]))
    assert f'content="0; url={reverse("run_overview", args=[link.run_id])}"' in answer.content.decode()
    return client


class TestVisitor:
    @pytest.mark.parametrize("tab", TABS)
    def test_sees_the_tabs(self, visitor, run, tab):
        answer = visitor.get(reverse(tab, args=[run.pk]))
        assert answer.status_code == 200
        assert "Energetic and danceable" in answer.content.decode()

    @pytest.mark.parametrize("tab", TABS)
    def test_does_not_read_the_note(self, visitor, run, tab):
        type(run).objects.update(note="ask Ann")
        assert "ask Ann" not in visitor.get(reverse(tab, args=[run.pk])).content.decode()

    @pytest.mark.parametrize("tab", TABS)
    @pytest.mark.parametrize("as_somebody", [False, True])
    @pytest.mark.parametrize("verdict", ["clear", "none"])
    def test_is_offered_nothing_that_is_closed(self, visitor, run, tab, as_somebody, verdict):
        Sweep.objects.update(verdict=verdict)
        if as_somebody:
            visitor.force_login(make_user("bob"))
        text = visitor.get(reverse(tab, args=[run.pk])).content.decode()
        links = set(re.findall(r'(?:href|action|hx-get|hx-post)="(/[^"#]*)', text))
        inner = {unescape(url) for url in links if not url.startswith(("/static/", reverse("login")))}
        inner.discard(reverse("logout"))  # asks for POST
        assert {url: visitor.get(url).status_code for url in inner} == dict.fromkeys(inner, 200)

    def test_sees_the_map_with_its_songs(self, visitor, run):
        parts = ("explore", "explore_points", "explore_column", "explore_song", "explore_rows")
        query = f"?run={run.pk}&name=energy&row=1"
        found = {part: visitor.get(reverse(part, args=[run.dataset_id]) + query) for part in parts}
        assert {part: answer.status_code for part, answer in found.items()} == dict.fromkeys(parts, 200)
        assert "href" not in found["explore_song"].content.decode()
        assert visitor.get(reverse("run_map", args=[run.pk]))["Location"].endswith(f"?run={run.pk}")

    def test_a_link_that_is_pasted_has_a_preview(self, link, run):
        page = Client().get(reverse("shared_run", args=[link.token])).content.decode()
        assert re.search(r'property="og:title"\s+content="Evening songs: 3 groups"', page)
        assert "Energetic and danceable" in page

    def test_sees_nothing_else(self, visitor, run):
        closed = [
            reverse("dataset", args=[run.dataset_id]),
            reverse("cluster_songs", args=[run.pk, 0]),
            reverse("run_csv", args=[run.pk]),
            reverse("explore_csv", args=[run.dataset_id]) + f"?run={run.pk}",
            reverse("run_share", args=[run.pk]),
            reverse("run_overview", args=[make_run(run.dataset).pk]),
            reverse("datasets"),
        ]
        assert [visitor.get(url).status_code for url in closed] == [302] * len(closed)

    def test_sees_it_signed_in_as_somebody_else_too(self, visitor, run):
        visitor.force_login(make_user("bob"))
        assert visitor.get(reverse("run_overview", args=[run.pk])).status_code == 200
        assert visitor.get(reverse("run_csv", args=[run.pk])).status_code == 404

    def test_owner_keeps_everything_after_opening_the_own_link(self, client, run, link):
        client.force_login(run.owner)
        client.get(reverse("shared_run", args=[link.token]))
        assert "Edit and re-run" in client.get(reverse("run_overview", args=[run.pk])).content.decode()


class TestEnd:
    def test_closes_the_run_at_once(self, visitor, run, link):
        assert end_share_link(run.owner, link)
        assert visitor.get(reverse("run_overview", args=[run.pk])).status_code == 302
        assert visitor.get(reverse("shared_run", args=[link.token])).status_code == 404
        assert not end_share_link(run.owner, link)

    def test_comes_by_itself(self, visitor, run, link):
        ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert visitor.get(reverse("run_overview", args=[run.pk])).status_code == 302
        assert visitor.get(reverse("shared_run", args=[link.token])).status_code == 404

    def test_lasts_as_long_as_the_account_is_closed(self, visitor, run, link):
        pages = [reverse("run_overview", args=[run.pk]), reverse("shared_run", args=[link.token])]
        User.objects.filter(pk=link.owner_id).update(is_active=False)
        assert [visitor.get(page).status_code for page in pages] == [302, 404]
        User.objects.filter(pk=link.owner_id).update(is_active=True)
        assert [visitor.get(page).status_code for page in pages] == [200, 200]

    @pytest.mark.parametrize("token", ["x", "1", "WyJ4Il0:1:abc"])
    def test_is_what_a_guess_finds(self, client, link, token):
        for guess in (token, link.token[:-1] + "-", str(link.pk)):
            assert client.get(reverse("shared_run", args=[guess])).status_code == 404


class TestPage:
    def test_makes_a_link_and_ends_it(self, client, run):
        client.force_login(run.owner)
        url = reverse("run_share", args=[run.pk])
        assert "No active links" in client.get(url).content.decode()
        assert client.post(url, {"days": "30"}).url == url
        link = ShareLink.objects.get()
        assert timedelta(days=29) < link.expires_at - timezone.now() < timedelta(days=31)
        assert reverse("shared_run", args=[link.token]) in client.get(url).content.decode()
        client.post(reverse("run_share_end", args=[run.pk, link.pk]))
        assert "No active links" in client.get(url).content.decode()
        assert [e.action for e in AuditEntry.objects.order_by("at")] == ["link_created", "link_revoked"]

    def test_refuses_another_time(self, client, run):
        client.force_login(run.owner)
        assert client.post(reverse("run_share", args=[run.pk]), {"days": "9999"}).status_code == 422

    def test_asks_little(self, client, run, link, django_assert_num_queries):
        client.force_login(run.owner)
        with django_assert_num_queries(4):
            client.get(reverse("run_share", args=[run.pk]))
