"""The four tabs of a run, over HTTP."""

import pytest
from django.urls import reverse

from clustering.models import Job, Sweep
from tests.factories import make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db

TABS = ("run_overview", "run_metrics", "run_visualizations", "run_insights")
SIGNED_IN = 2  # the session and the user
FIND_RUN = 1
CHANGED = 1  # whether the page was kept, and still is as it was


@pytest.mark.parametrize("tab", TABS)
class TestEveryTab:
    def test_works(self, client, tab, django_assert_num_queries):
        run = make_run()
        client.force_login(run.owner)

        more = {"run_metrics": 3, "run_overview": 4}.get(tab, 2)
        with django_assert_num_queries(SIGNED_IN + FIND_RUN + CHANGED + more):
            response = client.get(reverse(tab, args=[run.pk]))

        text = response.content.decode()
        assert response.status_code == 200
        assert "Energetic and danceable" in text
        assert 'aria-current="page"' in text
        assert "style=" not in text
        assert "<script>" not in text

    def test_asks_to_sign_in(self, client, tab):
        response = client.get(reverse(tab, args=[make_run().pk]))

        assert response.status_code == 302
        assert reverse("login") in response["Location"]

    def test_is_not_there_for_others(self, client, tab):
        run = make_run()
        client.force_login(make_user("bob"))

        assert client.get(reverse(tab, args=[run.pk])).status_code == 404

    def test_offers_no_changes_to_who_may_only_look(self, client, tab):
        run = make_run()
        run.dataset.share("shared")
        client.force_login(make_user("bob"))

        text = client.get(reverse(tab, args=[run.pk])).content.decode()

        assert "Edit and re-run" not in text
        assert "rename-form" not in text
        assert "Delete this run" not in text

    def test_takes_no_post(self, client, tab):
        run = make_run()
        client.force_login(run.owner)

        assert client.post(reverse(tab, args=[run.pk])).status_code == 405

    def test_sends_to_the_progress_of_a_run_that_is_being_made(self, client, tab):
        run = make_run(finished_at=None)
        job = make_job(run.owner, dataset=run.dataset, run=run, kind="cluster")
        client.force_login(run.owner)

        assert client.get(reverse(tab, args=[run.pk]))["Location"] == reverse("job", args=[job.pk])

    def test_escapes_titles(self, client, tab):
        run = make_run()
        run.clusters.update(own_name="</script><img src=x>", genres=[])
        client.force_login(run.owner)

        text = client.get(reverse(tab, args=[run.pk])).content.decode()

        assert "<img src=x>" not in text
        assert "Song <1>" not in text

    def test_stays_light_with_fifty_groups(self, client, tab):
        run = make_run(make_dataset(songs=200), clusters=50)
        client.force_login(run.owner)

        assert len(client.get(reverse(tab, args=[run.pk])).content) < 500_000


@pytest.mark.parametrize(
    ("verdict", "said", "headline"),
    [
        ("clear", "Few songs lie between any two", "Separate groups"),
        ("weak", "neighborhoods with blurred borders, not boxes", "Overlapping groups"),
        ("none", "districts of a city without walls", "One continuous landscape"),
    ],
)
def test_metrics_and_overview_agree_with_the_advice(client, verdict, said, headline):
    run = make_run()
    Sweep.objects.update(verdict=verdict)
    client.force_login(run.owner)

    overview, metrics = (
        client.get(reverse(tab, args=[run.pk])).content.decode() for tab in ("run_overview", "run_metrics")
    )

    assert headline in overview
    assert headline in metrics
    assert said in metrics
    assert ("How many there are is your choice." in overview) is (verdict == "none")


class TestUnfinishedRun:
    @pytest.fixture
    def own_unfinished_run(self, client):
        run = make_run(finished_at=None)
        client.force_login(run.owner)
        return run

    def test_says_what_went_wrong_and_offers_another_try(self, client, own_unfinished_run):
        job = make_job(
            own_unfinished_run.owner,
            dataset=own_unfinished_run.dataset,
            run=own_unfinished_run,
            kind="cluster",
            status=Job.Status.FAILED,
            error="4 songs can’t be divided into 9 groups.",
        )
        text = client.get(reverse("run_overview", args=[own_unfinished_run.pk])).content.decode()

        assert "4 songs can’t be divided into 9 groups." in text
        assert reverse("job_retry", args=[job.pk]) in text

    def test_says_that_it_was_cancelled(self, client, own_unfinished_run):
        make_job(
            own_unfinished_run.owner,
            dataset=own_unfinished_run.dataset,
            run=own_unfinished_run,
            kind="cluster",
            status=Job.Status.CANCELLED,
        )
        assert (
            "was cancelled"
            in client.get(reverse("run_metrics", args=[own_unfinished_run.pk])).content.decode()
        )

    def test_says_that_nothing_works_on_it(self, client, own_unfinished_run):
        assert (
            "has no results"
            in client.get(reverse("run_metrics", args=[own_unfinished_run.pk])).content.decode()
        )

    def test_offers_nothing_to_who_may_only_look(self, client, own_unfinished_run):
        own_unfinished_run.dataset.share("shared")
        client.force_login(make_user("bob"))
        text = client.get(reverse("run_metrics", args=[own_unfinished_run.pk])).content.decode()

        assert "Change its settings" not in text
        assert "Back to" in text


class TestRunPictures:
    def test_answers_htmx_with_one_distribution(self, client, django_assert_num_queries):
        run = make_run()
        client.force_login(run.owner)

        with django_assert_num_queries(SIGNED_IN + FIND_RUN + CHANGED + 1):
            response = client.get(
                reverse("run_visualizations", args=[run.pk]),
                {"feature": "tempo"},
                headers={"HX-Request": "true"},
            )
        text = response.content.decode()
        assert "Distribution of tempo" in text
        assert "<html" not in text

    def test_shows_the_feature_asked_for_without_htmx(self, client):
        run = make_run()
        client.force_login(run.owner)
        response = client.get(reverse("run_visualizations", args=[run.pk]), {"feature": "tempo"})

        assert "Distribution of tempo" in response.content.decode()


class TestRunMetrics:
    def test_says_of_how_many_songs_it_is(self, client):
        run = make_run(silhouette_songs=12)
        client.force_login(run.owner)
        text = client.get(reverse("run_metrics", args=[run.pk])).content.decode()

        assert "0.23" in text
        assert "a random sample of 12 songs" in text
        assert "0.21 to 0.24" in text


class TestRunInsights:
    @pytest.mark.parametrize(("asked", "shown"), [("5", 5), ("25", 10), ("7", 5), ("x", 5)])
    def test_shows_as_many_songs_as_asked_for(self, client, asked, shown):
        run = make_run()
        client.force_login(run.owner)
        response = client.get(reverse("run_insights", args=[run.pk]), {"top": asked})

        assert len(response.context["page"].insights[0].songs) == shown

    def test_orders_by_popularity(self, client):
        run = make_run()
        client.force_login(run.owner)
        text = client.get(reverse("run_insights", args=[run.pk]), {"order": "popular"}).content.decode()

        assert "Most popular songs" in text
        assert "popularity 28" in text

    def test_says_when_it_shows_fewer(self, client):
        run = make_run(clusters=15)
        client.force_login(run.owner)
        text = client.get(reverse("run_insights", args=[run.pk]), {"top": "100"}).content.decode()

        assert "shows 26 songs of each" in text
