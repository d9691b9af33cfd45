"""Runs side by side, over HTTP."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from clustering.jobs import runner as jobs
from clustering.models import Job, Run, RunComparison
from tests.factories import make_comparison, make_dataset, make_run, make_user


@pytest.fixture
def own_runs(ada):
    dataset = make_dataset(ada, songs=12)
    return make_run(dataset, clusters=2), make_run(dataset, clusters=3)


@pytest.fixture
def own_comparison(own_runs):
    return make_comparison(*own_runs)


def compare(client, dataset, *runs):
    return client.post(reverse("compare_runs", args=[dataset.pk]), {"run": [run.pk for run in runs]})


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


class TestCompareRuns:
    def test_works(self, client, own_runs, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            response = compare(client, own_runs[0].dataset, *own_runs)
        found = RunComparison.objects.get()

        assert response["Location"] == reverse("comparison", args=[found.pk])
        assert sent == [found.job_id]
        assert client.get(response["Location"])["Location"] == reverse("job", args=[found.job_id])

        jobs.run(found.job_id)
        job = client.get(reverse("job", args=[found.job_id]))
        assert reverse("comparison", args=[found.pk]) in job.content.decode()
        assert client.get(response["Location"]).status_code == 200

    @pytest.mark.parametrize("chosen", [0, 1])
    def test_asks_for_two(self, client, own_runs, chosen):
        response = compare(client, own_runs[0].dataset, *own_runs[:chosen])

        assert response["Location"] == reverse("dataset_runs", args=[own_runs[0].dataset_id])
        assert "Select two runs" in said(response)

    @pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-1", "\u0663", "x\0"])
    def test_asks_for_two_where_one_is_no_run(self, client, own_runs, number):
        url = reverse("compare_runs", args=[own_runs[0].dataset_id])
        answer = client.post(url, {"run": [own_runs[0].pk, number]})
        assert "Select two runs" in said(answer)

    def test_refuses_runs_of_two_datasets_in_a_sentence(self, client, own_runs, ada):
        other = make_run(make_dataset(ada, songs=3, name="Morning songs"), clusters=2)

        assert "Only runs of one dataset" in said(compare(client, own_runs[0].dataset, own_runs[0], other))

    def test_refuses_a_run_that_is_being_made(self, client, own_runs):
        own_runs[1].record_results(finished_at=None)

        assert "has no results yet" in said(compare(client, own_runs[0].dataset, *own_runs))

    def test_says_when_a_run_was_deleted_meanwhile(self, client, own_runs):
        gone = Run(pk=own_runs[1].pk)
        own_runs[1].delete()

        assert "deleted meanwhile" in said(compare(client, own_runs[0].dataset, own_runs[0], gone))

    def test_knows_nothing_of_somebody_elses_run(self, client, own_runs):
        hidden = make_run(make_dataset(make_user("bob"), songs=3), clusters=2)

        assert "not there any more" in said(compare(client, own_runs[0].dataset, own_runs[0], hidden))


class TestComparison:
    def test_works(self, client, own_comparison, django_assert_num_queries):
        with django_assert_num_queries(5):
            response = client.get(reverse("comparison", args=[own_comparison.pk]))

        text = response.content.decode()
        assert response.status_code == 200
        assert "adjusted Rand index" in text
        assert reverse("comparison_songs", args=[own_comparison.pk, 0, 0]) in text
        assert "style=" not in text

    def test_says_why_scores_cannot_be_compared(self, client, own_comparison):
        own_comparison.second.record_results(scaler="robust")
        text = client.get(reverse("comparison", args=[own_comparison.pk])).content.decode()

        assert "cannot be compared: their features were scaled differently" in text

    def test_offers_another_try_where_the_job_failed(self, client, own_runs):
        job = Job.objects.create(
            kind="compare", owner=own_runs[0].owner, dataset=own_runs[0].dataset, subject="x",
            status=Job.Status.FAILED, error="It broke.",
        )  # fmt: skip
        found = RunComparison.objects.create(first=own_runs[0], second=own_runs[1], job=job)
        text = client.get(reverse("comparison", args=[found.pk])).content.decode()

        assert "It broke." in text
        assert "Compare again" in text

    def test_is_not_there_once_a_run_is_deleted(self, client, own_comparison):
        own_comparison.second.delete()

        assert client.get(reverse("comparison", args=[own_comparison.pk])).status_code == 404

    def test_is_not_there_for_others(self, client, own_comparison):
        client.force_login(make_user("bob"))

        assert client.get(reverse("comparison", args=[own_comparison.pk])).status_code == 404

    def test_is_there_for_who_may_look(self, client, own_comparison):
        own_comparison.first.dataset.share("shared")
        client.force_login(make_user("bob"))

        assert client.get(reverse("comparison", args=[own_comparison.pk])).status_code == 200


class TestComparisonSongs:
    def test_works(self, client, own_comparison):
        text = client.get(reverse("comparison_songs", args=[own_comparison.pk, 1, 0])).content.decode()

        assert "Song &lt;4&gt;" in text
        assert "2 songs in" in text

    @pytest.mark.parametrize("after", ["x", "-1", "9" * 30])
    def test_takes_no_nonsense(self, client, own_comparison, after):
        response = client.get(reverse("comparison_songs", args=[own_comparison.pk, 1, 0]), {"after": after})
        assert response.status_code == 200

    @pytest.mark.parametrize("name", ["comparison_songs", "comparison_csv"])
    def test_is_not_there_for_an_unknown_group(self, client, own_comparison, name):
        assert client.get(reverse(name, args=[own_comparison.pk, 9, 0])).status_code == 404

    @pytest.mark.parametrize("name", ["comparison_songs", "comparison_csv"])
    def test_is_not_there_before_the_job_is_done(self, client, own_runs, name):
        found = RunComparison.objects.create(first=own_runs[0], second=own_runs[1])
        assert client.get(reverse(name, args=[found.pk, 0, 0])).status_code == 404


class TestDatasetRuns:
    def test_works(self, client, own_runs, django_assert_num_queries):
        with django_assert_num_queries(4):
            response = client.get(reverse("dataset_runs", args=[own_runs[0].dataset_id]), {"sort": "groups"})

        text = response.content.decode()
        assert 'aria-sort="ascending"' in text
        assert "Compare selected" in text
        assert text.index("2 groups") < text.index("3 groups")

    def test_offers_no_changes_to_who_may_only_look(self, client, own_runs):
        own_runs[0].dataset.share("shared")
        client.force_login(make_user("bob"))
        text = client.get(reverse("dataset_runs", args=[own_runs[0].dataset_id])).content.decode()

        assert "Compare selected" in text
        assert "Pin" not in text.replace("pin the one", "")


class TestRunPin:
    def test_works(self, client, own_runs):
        client.post(reverse("run_pin", args=[own_runs[0].pk]), {"pin": "yes"})
        dataset = client.get(reverse("dataset", args=[own_runs[0].dataset_id]))
        start = client.get(reverse("datasets"))

        assert "Pinned: this run represents the dataset" in dataset.content.decode()
        assert start.context["page"].cards[0].run == own_runs[0]

        client.post(reverse("run_pin", args=[own_runs[0].pk]), {"pin": "no"})
        assert client.get(reverse("datasets")).context["page"].cards[0].run == own_runs[1]

    def test_says_when_there_are_no_results_yet(self, client, own_runs):
        Run.objects.update(finished_at=None)
        assert "no results yet" in said(client.post(reverse("run_pin", args=[own_runs[0].pk])))
        Run.objects.update(finished_at=timezone.now())
