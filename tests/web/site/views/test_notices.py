"""What a browser is told of the jobs that it has seen going on."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clustering.jobs.lines import line
from clustering.models import Job
from tests.factories import make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db


def notices(client, *ids):
    answer = client.get(reverse("job_notices"), {"id": [str(id) for id in ids]})
    return {job["id"]: job for job in answer.json()["jobs"]}


class TestNotices:
    def test_tell_what_has_ended_and_where_it_is(self, client):
        run = make_run()
        client.force_login(run.owner)
        job = make_job(run.owner, dataset=run.dataset, run=run, kind="cluster", status=Job.Status.SUCCEEDED)
        failed = make_job(run.owner, dataset=run.dataset, status=Job.Status.FAILED)
        alive = make_job(run.owner, dataset=run.dataset, status=Job.Status.RUNNING)

        told = notices(client, job.pk, failed.pk, alive.pk)

        assert told[job.pk]["address"] == reverse("run_overview", args=[run.pk])
        assert told[job.pk]["words"].endswith(": done")
        assert (told[failed.pk]["status"], told[failed.pk]["address"]) == (
            "failed",
            reverse("job", args=[failed.pk]),
        )
        assert told[alive.pk]["status"] == ""

    def test_of_advice_wait_for_its_run(self, client):
        run = make_run(finished_at=None)
        client.force_login(run.owner)
        job = make_job(run.owner, dataset=run.dataset, run=run, kind="sweep", status=Job.Status.SUCCEEDED)
        make_job(run.owner, dataset=run.dataset, run=run, kind="cluster", status=Job.Status.RUNNING)
        assert notices(client, job.pk)[job.pk]["status"] == ""

    def test_say_nothing_of_others_jobs_or_nonsense(self, client):
        job = make_job(make_user(), dataset=make_dataset(), status=Job.Status.SUCCEEDED)
        client.force_login(make_user("bob"))
        assert notices(client, job.pk, "x", 10**30) == {}


class TestTimes:
    def test_tell_what_is_taken_and_left_of_a_step(self):
        now = timezone.now()
        job = Job(
            status=Job.Status.RUNNING,
            done=25,
            total=100,
            started_at=now - timedelta(seconds=40),
            stage_started_at=now - timedelta(seconds=10),
        )
        shown = line(job)
        assert shown.taken is not None
        assert shown.left is not None
        assert 40 <= shown.taken.total_seconds() < 42
        assert 29 <= shown.left.total_seconds() < 33

    @pytest.mark.parametrize("done", [0, 3])
    def test_guess_nothing_before_enough_is_done(self, done):
        start = timezone.now() - timedelta(seconds=10)
        job = Job(status=Job.Status.RUNNING, done=done, total=100, started_at=start, stage_started_at=start)
        assert line(job).left is None

    def test_begin_anew_with_each_step(self, django_user_model):
        job = make_job(make_user(), dataset=make_dataset(), status=Job.Status.QUEUED)
        assert job.claim()
        first = job.stage_started_at
        Job.objects.update(stage="Reading", stage_started_at=first - timedelta(minutes=1))
        job.beat("Reading", 1, 2)
        assert job.stage_started_at == first - timedelta(minutes=1)
        job.beat("Writing", 1, 2)
        assert job.stage_started_at > first - timedelta(minutes=1)


def test_the_list_stays_open_when_a_job_is_cancelled(client):
    job = make_job(make_user(), dataset=make_dataset(), status=Job.Status.QUEUED)
    client.force_login(job.owner)
    answer = client.post(reverse("job_cancel", args=[job.pk]), {"came_from": "jobs"})
    assert answer["Location"] == reverse("jobs")


def test_a_waiting_page_has_the_percent_in_its_title_and_steps_only_for_a_first_run(client):
    first = make_run(finished_at=None)
    second = make_run(first.dataset, finished_at=None)
    client.force_login(first.owner)
    for run, has_steps in ((first, True), (second, False)):
        job = make_job(
            run.owner,
            dataset=run.dataset,
            run=run,
            kind="cluster",
            status=Job.Status.RUNNING,
            done=1,
            total=4,
        )
        text = client.get(reverse("job", args=[job.pk])).content.decode()
        assert re.search(r"<title>\s*25 % · ", text)
        assert ("step-list" in text) is has_steps
