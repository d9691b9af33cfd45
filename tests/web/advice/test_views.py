"""How many groups? The list, the form, one sweep live and finished, and the runs that follow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clustering.analysis.choosing.advice import HANDY_NUMBERS, HOLDS, REPEATS
from clustering.analysis.choosing.candidates import CHOOSING_SONGS, MAX_TRIED_K
from clustering.models import Job, Run, Sweep, Upload
from tests.factories import make_dataset, make_job, make_run, make_sweep, make_upload, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SETTINGS = {
    "features": ["energy", "valence"],
    "k_low": "2",
    "k_high": "6",
    "scaler": "minmax",
    "missing": "drop",
    "seed": "7",
}


@pytest.fixture
def sweep(own_dataset):
    return make_sweep(own_dataset)


def begin(dataset, *, statuses=(), **fields):
    """Make a sweep that is being worked on, with a job for each status."""
    sweep = make_sweep(
        dataset, finished_at=None, verdict="", recommended_k=None, alternatives=[], reason="", **fields
    )
    first = make_job(dataset=dataset, sweep=sweep, kind="sweep", status=Job.Status.SUCCEEDED)
    parts = [
        make_job(dataset=dataset, sweep=sweep, kind="candidate", k=k, status=status)
        for k, status in enumerate(statuses, start=2)
    ]
    return sweep, first, parts


class TestSweeps:
    def test_lists_the_advice(self, client, sweep, django_assert_num_queries):
        make_sweep(sweep.dataset, verdict="none", alternatives=[])
        with django_assert_num_queries(4):
            text = client.get(f"/datasets/{sweep.dataset_id}/sweeps/").content.decode()
        assert "Some structure" in text
        assert "One continuous landscape" in text
        assert "3 groups, as one option" in text
        assert f"/sweeps/{sweep.pk}/" in text
        assert 'aria-current="page">Number of groups' in text

    def test_says_when_nobody_has_asked(self, client, own_dataset):
        assert "No advice yet" in client.get(f"/datasets/{own_dataset.pk}/sweeps/").content.decode()

    def test_of_somebody_elses_dataset_are_not_there(self, client, ada):
        assert client.get(f"/datasets/{make_dataset(make_user('eve')).pk}/sweeps/").status_code == 404

    def test_offers_nothing_to_who_may_only_look(self, client, ada):
        shared = make_dataset(make_user("eve"), visibility="shared")
        text = client.get(f"/datasets/{shared.pk}/sweeps/").content.decode()
        assert "sweeps/new" not in text


class TestSweepNew:
    def test_starts_one(self, client, own_dataset, sent, django_capture_on_commit_callbacks):
        url = f"/datasets/{own_dataset.pk}/sweeps/new/"
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(url, SETTINGS | {"weight:energy": "2"})
        sweep = Sweep.objects.get()
        assert answer.headers["Location"] == f"/sweeps/{sweep.pk}/"
        assert (sweep.features, sweep.scaler, sweep.seed, sweep.ks) == (
            ["energy", "valence"],
            "minmax",
            7,
            range(2, 7),
        )
        assert sweep.weights == {"energy": 2}
        assert sent == [sweep.jobs.get().pk]

    def test_begins_with_a_runs_settings(self, client, own_dataset):
        run = make_run(own_dataset, features=["tempo"], scaler="minmax")
        answer = client.get(f"/datasets/{own_dataset.pk}/sweeps/new/", {"from": run.pk})
        assert answer.context["form"].initial["scaler"] == "minmax"
        assert [choice.name for choice, ticked, _ in answer.context["rows"] if ticked] == ["tempo"]

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"k_low": "6", "k_high": "3"}, "range 6 to 3 is empty"),
            ({"k_high": "31"}, "Only 2 to 30 groups can be tested."),
            ({"k_low": "1"}, "Only 2 to 30 groups can be tested."),
            ({"k_low": ""}, "Enter the smallest number of groups."),
            ({"k_high": ""}, "Enter the largest number of groups."),
            ({"features": []}, "Choose at least one feature"),
            ({"weight:energy": "0", "weight:valence": "0"}, "All weights are zero"),
        ],
    )
    def test_says_what_is_wrong(self, client, own_dataset, changed, said):
        answer = client.post(f"/datasets/{own_dataset.pk}/sweeps/new/", SETTINGS | changed)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Sweep.objects.exists()

    def test_says_when_there_are_too_few_songs(self, client, ada):
        dataset = make_dataset(ada, songs=5)
        answer = client.post(f"/datasets/{dataset.pk}/sweeps/new/", SETTINGS)
        assert "5 songs can’t be divided into 6 groups" in answer.content.decode()

    def test_is_not_for_readers(self, client, ada):
        shared = make_dataset(make_user("eve"), visibility="shared")
        assert client.get(f"/datasets/{shared.pk}/sweeps/new/").status_code == 404


class TestSweep:
    def test_says_when_songs_were_added_since(self, client, sweep):
        address = reverse("sweep", args=[sweep.pk])
        Upload.objects.filter(dataset=sweep.dataset).update(created_at=sweep.created_at - timedelta(hours=1))
        assert "added since" not in client.get(address).content.decode()
        make_upload(sweep.dataset, first_row=1_000, rows_kept=60, rows_read=60)
        assert "60 songs were added since then" in client.get(address).content.decode()

    def test_shows_the_verdict_and_every_measure(self, client, sweep, django_assert_num_queries):
        with django_assert_num_queries(9):
            text = client.get(f"/sweeps/{sweep.pk}/").content.decode()
        assert "Some structure" in text
        assert sweep.reason in text
        assert text.count("<canvas") == 7
        assert text.count('id="k-') == 3
        assert "Create 3 groups" in text

    def test_says_what_stands_apart_where_there_is_some_structure(self, client, sweep):
        text = client.get(f"/sweeps/{sweep.pk}/").content.decode()
        assert "Groups that stand apart: <strong>3</strong>." in text
        assert "because the range of numbers ended" not in text
        assert "districts of a city" not in text
        assert "<td>3 of 4</td>" in text
        assert "<td>0.50 to 0.95</td>" in text
        Sweep.objects.filter(pk=sweep.pk).update(groups_apart=4, may_be_more=True)
        text = client.get(f"/sweeps/{sweep.pk}/").content.decode()
        assert (
            "Groups that stand apart: <strong>4</strong>, and there may be more: the tested range ended."
            in text
        )

    def test_offers_a_handful_of_regions_where_there_are_no_groups(self, client, own_dataset):
        sweep = make_sweep(
            own_dataset,
            ks=tuple(range(2, 11)),
            verdict="none",
            recommended_k=6,
            alternatives=[],
            groups_apart=1,
        )
        answer = client.get(f"/sweeps/{sweep.pk}/")
        text = answer.content.decode()
        assert "One continuous landscape" in text
        assert "neighborhoods with blurred borders" in text
        assert "Groups that stand apart" not in text
        assert [row.scores.k for row in answer.context["page"].choices] == [4, 5, 6, 7, 8]
        assert "Create 2 groups" not in text

    def test_of_separate_groups_offers_their_number(self, client, own_dataset):
        sweep = make_sweep(own_dataset, verdict="clear", recommended_k=3, alternatives=[], groups_apart=3)
        answer = client.get(f"/sweeps/{sweep.pk}/")
        assert "Separate groups" in answer.content.decode()
        assert "districts of a city" not in answer.content.decode()
        assert [row.scores.k for row in answer.context["page"].choices] == [3]

    def test_tells_the_rule_with_the_numbers_that_it_goes_by(self, client, sweep):
        text = " ".join(client.get(f"/sweeps/{sweep.pk}/").content.decode().split())
        assert "How the recommendation is made" in text
        assert f"Up to {CHOOSING_SONGS:,} songs" in text
        assert f"from {HANDY_NUMBERS[0]} to {HANDY_NUMBERS[-1]} that is as stable as any" in text
        assert f"up to {MAX_TRIED_K}" in text
        assert (
            f"At {REPEATS:g} or more, a number counts as repeatable; below {HOLDS:g}, it is not offered"
            in text
        )
        for verdict in Sweep.Verdict:
            assert f"<strong>{verdict.label}</strong>" in text
        assert "docs/" not in text

    def test_leads_to_the_runs_that_have_its_settings(self, client, sweep):
        run = make_run(sweep.dataset, features=sweep.features, clusters=3)
        make_run(sweep.dataset, features=sweep.features, clusters=2, scaler="minmax")
        text = client.get(f"/sweeps/{sweep.pk}/").content.decode()
        assert f'href="{reverse("run_overview", args=[run.pk])}"' in text
        assert "Open 3 groups" in text
        assert "Create 2 groups" in text

    def test_counts_its_numbers_while_they_are_tried(self, client, own_dataset):
        sweep, first, _ = begin(own_dataset, statuses=["succeeded", "running", "queued"], ks=(2,))
        text = client.get(f"/sweeps/{sweep.pk}/", headers=HTMX).content.decode()
        assert "1 of 3" in text
        assert "every 250ms" in text
        assert f"/jobs/{first.pk}/cancel/" in text
        assert "<html" not in text

    def test_opens_itself_when_it_is_done(self, client, sweep):
        answer = client.get(f"/sweeps/{sweep.pk}/", headers=HTMX)
        assert answer.headers["HX-Redirect"] == f"/sweeps/{sweep.pk}/"

    def test_opens_the_run_that_waited_for_it(self, client, own_dataset):
        run = make_run(own_dataset)
        make_job(dataset=own_dataset, run=run, kind="cluster", status=Job.Status.SUCCEEDED)
        answer = client.get(f"/sweeps/{run.sweep_id}/", headers=HTMX)
        assert answer.headers["HX-Redirect"] == f"/runs/{run.pk}/"

    @pytest.mark.parametrize("moment", range(1, 9))
    def test_opens_the_run_also_where_it_ends_while_the_page_is_read(self, client, own_dataset, moment):
        """Whatever was read before and whatever after: nobody is left on the page of the advice."""
        run = make_run(own_dataset, finished_at=None)
        making = make_job(dataset=own_dataset, run=run, kind="cluster", status=Job.Status.RUNNING)
        read = 0

        def ends(execute, sql, params, many, context):
            nonlocal read
            found = execute(sql, params, many, context)
            read += 1
            if read == moment:
                Run.objects.filter(pk=run.pk).update(finished_at=timezone.now())
                Job.objects.filter(pk=making.pk).update(status=Job.Status.SUCCEEDED)
            return found

        with connection.execute_wrapper(ends):
            answer = client.get(f"/sweeps/{run.sweep_id}/", headers=HTMX)
        assert answer.headers.get("HX-Redirect", f"/runs/{run.pk}/") == f"/runs/{run.pk}/"
        answer = client.get(f"/sweeps/{run.sweep_id}/", headers=HTMX)
        assert answer.headers["HX-Redirect"] == f"/runs/{run.pk}/"

    def test_goes_on_while_the_run_is_made(self, client, own_dataset):
        run = make_run(own_dataset, finished_at=None)
        make_job(dataset=own_dataset, run=run, kind="cluster", status=Job.Status.RUNNING, stage="Measuring")
        text = client.get(f"/sweeps/{run.sweep_id}/", headers=HTMX).content.decode()
        assert "Measuring" in text
        assert "every 250ms" in text

    def test_says_what_failed_and_offers_another_try(self, client, own_dataset):
        sweep, first, parts = begin(own_dataset, statuses=["succeeded", "running"], ks=(2,))
        parts[1].attempt = 0
        parts[1].fail("No <memory>.")
        text = client.get(f"/sweeps/{sweep.pk}/").content.decode()
        assert "No &lt;memory&gt;." in text
        assert f"/jobs/{first.pk}/retry/" in text
        assert "every " not in text

    def test_without_any_measure_of_its_own_shows_what_there_is(self, client, sweep):
        sweep.candidates.update(
            null_silhouette=None,
            null_deviation=None,
            null_cloud_silhouette=None,
            null_cloud_deviation=None,
            uniform_silhouette=None,
            stability=None,
            gap=None,
            jaccard=[],
        )
        Sweep.objects.update(verdict="", reason="")
        text = client.get(f"/sweeps/{sweep.pk}/").content.decode()
        assert text.count("<canvas") == 5

    def test_says_what_is_still_being_measured(self, client, sweep):
        said = "still being measured"
        assert said not in client.get(f"/sweeps/{sweep.pk}/").content.decode()
        job = make_job(dataset=sweep.dataset, sweep=sweep, kind="complete_advice", status=Job.Status.RUNNING)
        assert said in client.get(f"/sweeps/{sweep.pk}/").content.decode()
        Job.objects.filter(pk=job.pk).update(status=Job.Status.SUCCEEDED)
        assert said not in client.get(f"/sweeps/{sweep.pk}/").content.decode()

    def test_of_somebody_else_is_not_there(self, client, ada):
        assert client.get(f"/sweeps/{make_sweep(make_dataset(make_user('eve'))).pk}/").status_code == 404


class TestSweepRun:
    def test_starts_a_run_with_the_same_settings(self, client, sweep, sent):
        answer = client.post(f"/sweeps/{sweep.pk}/run", {"k": "4"})
        run = Run.objects.get()
        assert (run.k_requested, run.features, run.scaler, run.seed) == (
            4,
            sweep.features,
            sweep.scaler,
            sweep.seed,
        )
        assert answer.headers["Location"] == f"/jobs/{run.jobs.get().pk}/"

    @pytest.mark.parametrize("k", ["9", "x", "", "0"])
    def test_refuses_what_was_not_tried(self, client, sweep, k):
        assert client.post(f"/sweeps/{sweep.pk}/run", {"k": k}).headers["Location"] == f"/sweeps/{sweep.pk}/"
        assert not Run.objects.exists()

    def test_is_not_for_readers(self, client, ada):
        sweep = make_sweep(make_dataset(make_user("eve"), visibility="shared"))
        assert client.post(f"/sweeps/{sweep.pk}/run", {"k": "3"}).status_code == 404


class TestJobsOfASweep:
    def test_are_one_line(self, client, own_dataset):
        begin(own_dataset, statuses=["succeeded", "running", "queued"])
        page = client.get("/jobs/").context["page"]
        (line,) = page.alive
        assert (line.done, line.total, line.status) == (1, 3, Job.Status.RUNNING)
        assert not page.ended

    def test_lead_to_the_sweep(self, client, own_dataset):
        sweep, first, parts = begin(own_dataset, statuses=["running"])
        for job in (first, *parts):
            assert client.get(f"/jobs/{job.pk}/").headers["Location"] == f"/sweeps/{sweep.pk}/"

    def test_fail_together(self, client, own_dataset):
        _, _, parts = begin(own_dataset, statuses=["succeeded", "failed"])
        Job.objects.filter(pk=parts[1].pk).update(error="Too few songs.", finished_at=timezone.now())
        (line,) = client.get("/jobs/").context["page"].ended
        assert (line.status, line.error) == (Job.Status.FAILED, "Too few songs.")

    def test_stop_together(self, client, own_dataset):
        sweep, first, _ = begin(own_dataset, statuses=["succeeded", "running", "queued"])
        client.post(f"/jobs/{first.pk}/cancel/")
        running, queued = sweep.jobs.filter(k__in=(3, 4)).order_by("k")
        assert running.cancel_requested
        assert queued.status == Job.Status.CANCELLED
        assert sweep.jobs.get(k=2).status == Job.Status.SUCCEEDED

    def test_are_tried_again_together(self, client, own_dataset, sent, django_capture_on_commit_callbacks):
        sweep, first, parts = begin(own_dataset, statuses=["succeeded", "failed", "cancelled"])
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/jobs/{first.pk}/retry/")
        assert sorted(sent) == sorted(part.pk for part in parts[1:])
        assert [job.status for job in sweep.jobs.filter(k__gte=2).order_by("k")] == [
            "succeeded",
            "queued",
            "queued",
        ]
