"""The list of jobs, one job's progress, stopping and trying again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clustering.models import Job
from tests.factories import make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


class TestJobs:
    def test_shows_what_runs_and_what_has_ended(self, client, ada):
        make_job(ada, status=Job.Status.RUNNING, stage="Reading songs", done=1_500, total=3_000)
        make_job(ada, status=Job.Status.FAILED, error="Row 3 <is> odd.", finished_at=timezone.now())
        text = client.get("/jobs/").content.decode()
        assert "1,500 of 3,000" in text
        assert "Row 3 &lt;is&gt; odd." in text
        assert "Try again" in text

    def test_says_when_there_is_nothing(self, client, ada):
        assert "No jobs yet" in client.get("/jobs/").content.decode()

    def test_shows_only_own_jobs_but_staff_all(self, client, ada):
        make_job(make_user("eve"), subject="Hidden")
        assert "Hidden" not in client.get("/jobs/").content.decode()
        client.force_login(make_user("root", is_staff=True))
        assert "Hidden" in client.get("/jobs/").content.decode()

    def test_answers_the_poll_with_the_list_alone(self, client, ada):
        assert "<html" not in client.get("/jobs/", headers=HTMX).content.decode()

    def test_goes_on_where_the_last_page_ended(self, client, ada):
        for _ in range(31):
            make_job(ada, status=Job.Status.SUCCEEDED)
        page = client.get("/jobs/").context["page"]
        assert len(page.ended) == 30
        assert len(client.get("/jobs/", {"before": page.before}).context["page"].ended) == 1

    def test_costs_the_same_however_many_there_are(self, client, ada, django_assert_num_queries):
        for _ in range(5):
            make_job(ada, status=Job.Status.SUCCEEDED)
            make_job(ada)
        with django_assert_num_queries(4):
            client.get("/jobs/")


class TestJob:
    def test_shows_how_far_it_is_and_asks_again(self, client, ada):
        job = make_job(ada, status=Job.Status.RUNNING, stage="Reading songs", done=250, total=1_000)
        text = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "Reading songs" in text
        assert "250 of 1,000" in text
        assert 'value="25"' in text
        assert "every 250ms" in text

    @pytest.mark.parametrize(("seconds", "often"), [(5, "250ms"), (30, "500ms"), (90, "1s")])
    def test_asks_the_more_often_the_younger_it_is(self, client, ada, seconds, often):
        job = make_job(ada)
        Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(seconds=seconds))
        text = client.get(f"/jobs/{job.pk}/", headers=HTMX).content.decode()
        assert f'hx-trigger="every {often}"' in text

    def test_waits(self, client, ada):
        assert "Waiting for a free worker" in client.get(f"/jobs/{make_job(ada).pk}/").content.decode()

    def test_answers_the_poll_with_the_progress_alone(self, client, ada):
        text = client.get(f"/jobs/{make_job(ada).pk}/", headers=HTMX).content.decode()
        assert "<html" not in text
        assert 'id="job"' in text

    def test_tells_why_it_failed_and_offers_to_mend_it(self, client, ada):
        job = make_job(dataset=make_dataset(ada, songs=0), status=Job.Status.FAILED, error="No <songs>.")
        text = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "No &lt;songs&gt;." in text
        assert f"/datasets/{job.dataset_id}/columns/" in text
        assert "hx-trigger" not in text.split('id="job"')[1]

    def test_offers_other_settings_for_a_failed_run(self, client, ada):
        run = make_run(make_dataset(ada), finished_at=None)
        job = make_job(dataset=run.dataset, run=run, kind="cluster", status=Job.Status.CANCELLED)
        text = client.get(f"/jobs/{job.pk}/").content.decode()
        assert f"/datasets/{run.dataset_id}/runs/new/?from={run.pk}" in text

    def test_opens_the_run_when_it_is_done(self, client, ada):
        run = make_run(make_dataset(ada))
        job = make_job(dataset=run.dataset, run=run, kind="cluster", status=Job.Status.SUCCEEDED)
        assert client.get(f"/jobs/{job.pk}/", headers=HTMX).headers["HX-Redirect"] == f"/runs/{run.pk}/"
        assert f"/runs/{run.pk}/" in client.get(f"/jobs/{job.pk}/").content.decode()

    def test_goes_on_from_the_import_to_its_run(self, client, ada):
        run = make_run(make_dataset(ada))
        dataset = run.dataset
        imported = make_job(dataset=dataset, status=Job.Status.SUCCEEDED)
        make_job(dataset=dataset, run=run, sweep=run.sweep, kind="sweep")
        run.record_results(finished_at=None)
        url = f"/jobs/{imported.pk}/"
        assert client.get(url, headers=HTMX).headers["HX-Redirect"] == f"/sweeps/{run.sweep_id}/"
        run.record_results(finished_at=timezone.now())
        assert client.get(url, headers=HTMX).headers["HX-Redirect"] == f"/runs/{run.pk}/"

    def test_opens_the_dataset_when_no_run_follows(self, client, ada):
        dataset = make_dataset(ada)
        job = make_job(dataset=dataset, status=Job.Status.SUCCEEDED)
        assert (
            client.get(f"/jobs/{job.pk}/", headers=HTMX).headers["HX-Redirect"] == f"/datasets/{dataset.pk}/"
        )

    @pytest.mark.parametrize("kind", ["delete", "import"])
    def test_goes_home_when_the_dataset_is_gone(self, client, ada, kind):
        job = make_job(ada, kind=kind, status=Job.Status.SUCCEEDED)
        assert client.get(f"/jobs/{job.pk}/", headers=HTMX).headers["HX-Redirect"] == "/"

    def test_says_that_a_first_attempt_was_lost(self, client, ada):
        job = make_job(ada, status=Job.Status.RUNNING, attempt=2)
        assert "second attempt" in client.get(f"/jobs/{job.pk}/").content.decode()

    def test_is_nobody_elses(self, client, ada):
        job = make_job(make_user("eve"))
        assert client.get(f"/jobs/{job.pk}/").status_code == 404
        assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
        assert client.post(f"/jobs/{job.pk}/retry/").status_code == 404

    def test_costs_a_constant_number_of_queries(self, client, ada, django_assert_num_queries):
        job = make_job(dataset=make_dataset(ada), status=Job.Status.RUNNING)
        with django_assert_num_queries(3):
            client.get(f"/jobs/{job.pk}/", headers=HTMX)


class TestJobCancel:
    def test_stops_a_waiting_job(self, client, ada):
        job = make_job(ada)
        assert client.post(f"/jobs/{job.pk}/cancel/").headers["Location"] == f"/jobs/{job.pk}/"
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED

    def test_asks_a_running_job_to_stop(self, client, ada):
        job = make_job(ada, status=Job.Status.RUNNING)
        assert "Stopping" in client.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()

    def test_says_when_it_had_ended(self, client, ada):
        job = make_job(ada, status=Job.Status.SUCCEEDED)
        assert "already finished" in client.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()

    def test_is_a_post(self, client, ada):
        assert client.get(f"/jobs/{make_job(ada).pk}/cancel/").status_code == 405


class TestJobRetry:
    def test_queues_it_again(self, client, ada, sent, django_capture_on_commit_callbacks):
        job = make_job(dataset=make_dataset(ada, songs=0), status=Job.Status.FAILED)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/jobs/{job.pk}/retry/")
        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED
        assert sent == [job.pk]

    def test_says_when_it_cannot(self, client, ada):
        job = make_job(ada, status=Job.Status.RUNNING)
        text = client.post(f"/jobs/{job.pk}/retry/", follow=True).content.decode()
        assert "can’t be retried" in text

    def test_is_a_post(self, client, ada):
        assert client.get(f"/jobs/{make_job(ada).pk}/retry/").status_code == 405
