"""What a person may have, and the sentence when it is too much."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse

from clustering.actions.additions import add_file, place_added_songs, start_addition
from clustering.actions.comparisons import compare_runs
from clustering.actions.datasets import delete_dataset
from clustering.actions.jobs import retry_job
from clustering.actions.playlists import PlaylistOptions
from clustering.actions.playlists import make_playlist as make_playlist_of
from clustering.actions.runs import delete_run, pin_run, start_run
from clustering.actions.sharing import end_share_link, make_share_link
from clustering.actions.sweeps import start_sweep
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import kinds
from clustering.jobs import runner as jobs
from clustering.jobs.quotas import COUNTED, LimitError, enforce_quota, limits, stored
from clustering.models import Assignment, Dataset, Job, Run, RunComparison
from clustering.songfiles import SongFileError
from clustering.storage import assignments
from tests.concurrency import call_and_disconnect, call_at_once, own_connection, wait_for_a_lock
from tests.factories import (
    make_addition,
    make_comparison,
    make_dataset,
    make_job,
    make_playlist,
    make_run,
    make_user,
)
from tests.stored import stored_files

pytestmark = pytest.mark.django_db


def set_limits(settings, **most):
    settings.LIMITS = dict.fromkeys(COUNTED, 0) | most


def small_file():
    return ContentFile(b"title,energy,tempo\na,0.5,100\nb,0.6,110\nc,0.7,120\n", name="songs.csv")


class TestLimits:
    def test_count_ones_own(self, settings):
        set_limits(settings, datasets=3, songs=100)
        make_dataset(make_user("ada"), songs=30)
        make_dataset(make_user("bob"), songs=5)
        make_job(make_user("ada"))
        found = limits(make_user("ada"))
        used = {name: limit.used for name, limit in found.items() if limit.used}
        assert used == {"datasets": 1, "songs": 30, "jobs": 1}
        assert found["songs"].percent == 30

    def test_count_what_is_made_of_songs(self, settings):
        set_limits(settings)
        ada, bob = make_user("ada"), make_user("bob")
        runs = [make_run(make_dataset(owner)) for owner in (ada, ada, bob)]
        make_comparison(*runs[:2])
        RunComparison.objects.update(job=make_job(ada, status=Job.Status.SUCCEEDED))
        make_playlist(runs[0].dataset)
        make_share_link(ada, runs[0], days=1)
        end_share_link(ada, make_share_link(ada, runs[0], days=1))
        found = limits(ada)
        used = {name: found[name].used for name in ("runs", "sweeps", "comparisons", "playlists", "links")}
        assert used == {"runs": 2, "sweeps": 2, "comparisons": 1, "playlists": 1, "links": 1}
        together = {one.name: (one.total, one.largest) for one in stored()}
        assert (together["runs"], together["places"]) == ((3, 2), (90, 60))

    def test_count_the_songs_of_runs_that_are_there_or_coming(self, settings, sent_jobs):
        set_limits(settings)
        run = make_run(additions=[make_addition(songs=4)])
        assert limits(run.owner)["places"].used == 30 + 4 == Assignment.objects.filter(run=run).count() + 4
        coming = start_run(run.owner, run.dataset, RunSettings(n_clusters=2))
        assert limits(run.owner)["places"].used == 64
        coming.jobs.get().fail_unsent("no broker")
        assert limits(run.owner)["places"].used == 34

    def test_have_a_default_each(self):
        assert set(settings.LIMITS) == set(COUNTED)

    def test_are_none_where_they_are_zero(self, settings, django_assert_num_queries):
        set_limits(settings)
        with django_assert_num_queries(0):
            enforce_quota(User(username="ada"), datasets=10**9)


class TestRefusal:
    def test_of_one_more_dataset(self, settings):
        set_limits(settings, datasets=1)
        make_dataset(make_user("ada"))
        with pytest.raises(SongFileError, match=r"you are using 1 of 1, and this would make it 2\. Delete"):
            upload_file(make_user("ada"), file=small_file())
        assert Dataset.objects.count() == 1

    def test_of_one_that_another_request_came_before(self, settings, monkeypatch):
        set_limits(settings, datasets=1)
        make_dataset(make_user("ada"))
        monkeypatch.setattr("clustering.actions.uploads.check_quota", lambda *_, **__: None)
        with pytest.raises(
            SongFileError, match=r"Datasets: this would make it 2, and the limit is 1\. Delete"
        ):
            upload_file(make_user("ada"), file=small_file())
        assert Dataset.objects.count() == 1

    def test_of_a_file_that_is_too_much(self, settings):
        set_limits(settings, megabytes=1)
        big = ContentFile(b"x" * 3 * 2**20, name="songs.csv")
        with pytest.raises(SongFileError, match="Storage in MB: you are using 0 of 1"):
            upload_file(make_user("ada"), file=big)

    def test_of_too_many_songs_keeps_none(self, settings, sent_jobs):
        set_limits(settings, songs=2)
        upload = upload_file(make_user("ada"), file=small_file())
        job = start_import(upload.dataset.owner, upload, changes={}, name="")
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert "Songs: this would make it 3, and the limit is 2. Delete" in job.error
        assert Dataset.objects.get().songs_count == 0

    def test_of_one_more_job(self, settings):
        set_limits(settings, jobs=1)
        dataset = make_dataset(make_user("ada"))
        make_job(dataset.owner, dataset=dataset)
        with pytest.raises(AnalysisError, match="Running and waiting jobs: you are using 1 of 1"):
            start_run(dataset.owner, dataset, RunSettings(n_clusters=2))
        assert dataset.runs.count() == 0


def _a_run(owner, dataset):
    return start_run(owner, dataset, RunSettings(n_clusters=2))


def _advice(owner, dataset):
    return start_sweep(owner, dataset, RunSettings())


def _a_comparison(owner, dataset):
    return compare_runs(owner, [make_run(dataset), make_run(dataset)])


def _placing(owner, dataset):
    run = make_run(dataset, left_out=0)
    dataset.record_addition(songs=1, features=dataset.features, extra_columns=[])
    return place_added_songs(owner, run)


def _an_import(owner, _dataset):
    return start_import(owner, upload_file(owner, file=small_file()), changes={}, name="")


def _an_addition(owner, dataset):
    dataset.uploads.update(column_map=upload_file(owner, file=small_file()).column_map)
    return start_addition(owner, add_file(owner, dataset, file=small_file()), changes={})


def _another_try(owner, dataset):
    return retry_job(owner, make_job(owner, dataset=dataset, kind="index", status=Job.Status.FAILED))


def _another_run(owner, dataset):
    make_run(dataset)
    return start_run(owner, dataset, RunSettings(n_clusters=2))


def _a_comparison_more(owner, dataset):
    first, second, third = (make_run(dataset) for _ in range(3))
    compare_runs(owner, [first, second])
    return compare_runs(owner, [second, third])


def _a_playlist(owner, dataset):
    options = PlaylistOptions(length=1, max_per_artist=None, order="picked")
    recipe = {"songs": [dataset.first_song_id + 1]}
    return make_playlist_of(owner, dataset, name="x", source="songs", recipe=recipe, options=options)


def _two(make):
    def both(owner, dataset):
        make(owner, dataset)
        return make(owner, dataset)

    return both


def _a_link(owner, dataset):
    return make_share_link(owner, dataset.runs.first() or make_run(dataset), days=1)


def _places(owner, dataset):
    make_run(dataset, songs_count=0)
    return start_run(owner, dataset, RunSettings(n_clusters=2))


def _places_of_added(owner, dataset):
    run = make_run(dataset, left_out=0, songs_count=0)
    dataset.record_addition(songs=1, features=dataset.features, extra_columns=[])
    return place_added_songs(owner, run)


MORE = {
    "runs": (1, _another_run, "Delete runs"),
    "places": (29, _places, "Delete runs"),
    "places of added songs": (30, _places_of_added, "Delete runs"),
    "sweeps": (1, _two(_advice), "Delete advice"),
    "sweeps of runs": (
        1,
        _two(lambda owner, dataset: start_run(owner, dataset, RunSettings())),
        "Delete advice",
    ),
    "comparisons": (1, _a_comparison_more, "Delete runs"),
    "playlists": (1, _two(_a_playlist), "Delete playlists"),
    "links": (1, _two(_a_link), "Revoke links"),
}


class TestStored:
    @pytest.mark.parametrize("what", MORE)
    def test_is_refused_beyond_the_limit(self, settings, sent_jobs, what):
        most, ask, advice = MORE[what]
        dataset = make_dataset()
        name = what.split()[0]
        set_limits(settings, **{name: most})
        with pytest.raises(LimitError, match=rf"{COUNTED[name].label}: you are using .*{advice}"):
            ask(dataset.owner, dataset)

    @pytest.mark.parametrize("what", MORE)
    def test_is_allowed_up_to_the_limit(self, settings, sent_jobs, what):
        most, ask, _ = MORE[what]
        dataset = make_dataset()
        set_limits(settings, **{what.split()[0]: 2 * most + 2})
        assert ask(dataset.owner, dataset)

    @pytest.mark.parametrize("name", ["runs", "playlists", "links", "sweeps", "places"])
    def test_is_said_on_the_page(self, client, settings, sent_jobs, name):
        run = make_run()
        client.force_login(run.owner)
        make_playlist(run.dataset)
        make_share_link(run.owner, run, days=1)
        set_limits(settings, **{name: 1})
        fields = {
            "features": ["energy", "tempo"],
            "weight-energy": 1,
            "weight-tempo": 1,
            "scaler": "standard",
        }
        fields |= {"missing": "drop", "seed": 1, "algorithm": "kmeans", "k_low": 2, "k_high": 3}
        ask = {
            "runs": (reverse("run_new", args=[run.dataset_id]), fields),
            "places": (reverse("run_new", args=[run.dataset_id]), fields | {"k": 2}),
            "sweeps": (reverse("sweep_new", args=[run.dataset_id]), fields),
            "playlists": (reverse("song_playlists", args=[run.dataset.first_song_id + 1]), {"playlist": ""}),
            "links": (reverse("run_share", args=[run.pk]), {"days": 7}),
        }
        answer = client.post(*ask[name])
        assert answer.status_code == 422
        assert f"{COUNTED[name].label}: you are using " in answer.content.decode()


WAYS = [_a_run, _advice, _a_comparison, _placing, _an_import, _an_addition, _another_try]


class TestJobs:
    @pytest.mark.parametrize("ask", WAYS)
    def test_are_counted_whatever_they_are_for(self, settings, sent_jobs, ask):
        dataset = make_dataset()
        set_limits(settings, jobs=1)
        alive = make_job(dataset.owner, kind="cluster")
        with pytest.raises(LimitError, match="Running and waiting jobs: you are using 1 of 1"):
            ask(dataset.owner, dataset)
        assert list(Job.objects.alive()) == [alive]

        alive.fail_unsent("no broker")
        assert ask(dataset.owner, dataset)
        assert Job.objects.alive().exists()

    def test_are_counted_while_the_numbers_of_an_advice_are_tried(self, settings, sent_jobs):
        dataset = make_dataset()
        set_limits(settings, jobs=1)
        sweep = start_sweep(dataset.owner, dataset, RunSettings())
        sweep.jobs.update(status=Job.Status.SUCCEEDED)
        tried, failed = (
            make_job(dataset=dataset, kind="candidate", sweep=sweep, k=k, status=status)
            for k, status in ((2, Job.Status.QUEUED), (3, Job.Status.FAILED))
        )
        assert limits(dataset.owner)["jobs"].used == 1
        with pytest.raises(LimitError, match="Running and waiting jobs: you are using 1 of 1"):
            start_sweep(dataset.owner, dataset, RunSettings(seed=7))
        assert retry_job(dataset.owner, failed)  # it belongs to what is counted
        assert limits(dataset.owner)["jobs"].used == 1

        Job.objects.filter(pk__in=[tried.pk, failed.pk]).update(status=Job.Status.SUCCEEDED)
        assert start_sweep(dataset.owner, dataset, RunSettings(seed=7))

    def test_may_be_deletions_all_the_same(self, settings, sent_jobs):
        dataset = make_dataset()
        run = make_run(dataset)
        set_limits(settings, jobs=1)
        make_job(dataset.owner, kind="cluster")
        delete_run(dataset.owner, run)
        delete_dataset(dataset.owner, dataset)
        assert Job.objects.alive().filter(kind__in=kinds.deletions()).count() == 2

    def test_are_not_tried_again_where_there_are_too_many(self, client, settings, sent_jobs):
        dataset = make_dataset()
        set_limits(settings, jobs=1)
        make_job(dataset.owner, kind="cluster")
        failed = make_job(dataset=dataset, kind="index", status=Job.Status.FAILED)
        client.force_login(dataset.owner)
        page = client.post(reverse("job_retry", args=[failed.pk]), follow=True)
        assert "you are using 1 of 1, and this would make it 2. Wait until" in page.content.decode()
        failed.refresh_from_db()
        assert failed.status == Job.Status.FAILED


def errors_and_results(*calls):
    """Make calls at the same moment; return the errors and the results."""

    def call(act):
        try:
            return act()
        except LimitError as error:
            return error

    answers = call_at_once(*(partial(call, act) for act in calls))
    errors = [answer for answer in answers if isinstance(answer, LimitError)]
    return errors, [answer for answer in answers if answer not in errors]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    @pytest.mark.parametrize("_again", range(3))
    def test_are_not_both_the_last_job(self, settings, sent_jobs, _again):
        owner = make_user("ada")
        datasets = [make_dataset(owner, name=name) for name in "abcd"]
        set_limits(settings, jobs=2)
        start = partial(start_run, settings=RunSettings(n_clusters=2))
        errors, runs = errors_and_results(*(partial(start, owner, one) for one in datasets))
        assert (len(errors), len(runs)) == (2, 2)
        assert Job.objects.alive().count() == 2

    def test_are_not_both_the_last_dataset(self, settings, sent_jobs):
        owner = make_user("ada")
        set_limits(settings, datasets=1)
        before = stored_files()
        upload = partial(upload_file, owner)
        errors, uploads = errors_and_results(*(partial(upload, file=small_file()) for _ in range(4)))
        assert (len(errors), len(uploads)) == (3, 1)
        assert Dataset.objects.count() == 1
        assert len(stored_files() - before) == 1


@pytest.mark.django_db(transaction=True)
class TestOrderOfLocks:
    @pytest.mark.parametrize("asked", ["placing", "comparison"])
    def test_is_the_dataset_first_as_a_deletion_has_it(self, settings, sent_jobs, asked):
        dataset = make_dataset()
        first, second = make_run(dataset, left_out=0), make_run(dataset)
        RunComparison.objects.create(first=first, second=second)
        dataset.record_addition(songs=1, features=dataset.features, extra_columns=[])
        calls: dict[str, Callable[[], object]] = {
            "placing": partial(place_added_songs, dataset.owner, first),
            "comparison": partial(compare_runs, dataset.owner, [first, second]),
        }

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Dataset.objects.select_for_update().get(pk=dataset.pk)
                asking = pool.submit(call_and_disconnect, calls[asked])
                wait_for_a_lock()
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '5s'")
                assert len(Run.objects.select_for_update()) == 2
                assert len(RunComparison.objects.select_for_update()) == 1
            assert asking.result(30)

    def test_is_the_dataset_first_where_a_pinned_run_is_deleted(self, monkeypatch, sent_jobs):
        dataset = make_dataset()
        run = make_run(dataset, left_out=0)
        dataset.record_addition(songs=1, features=dataset.features, extra_columns=[])
        pin_run(dataset.owner, run)
        job = delete_run(dataset.owner, run)
        held, told, delete = Event(), Event(), assignments.delete_run

        def wait_and_delete(found):
            held.set()
            assert told.wait(60)
            delete(found)

        monkeypatch.setattr(assignments, "delete_run", wait_and_delete)
        with ThreadPoolExecutor(2) as pool:
            deleting = pool.submit(call_and_disconnect, partial(jobs.run, job.pk))
            assert held.wait(30)
            asking = pool.submit(call_and_disconnect, partial(place_added_songs, dataset.owner, run))
            try:
                wait_for_a_lock()
            finally:
                told.set()
            with pytest.raises(Run.DoesNotExist):
                asking.result(30)
            deleting.result(30)
        job.refresh_from_db()
        assert job.status == Job.Status.SUCCEEDED

    def test_lets_nobody_wait_for_songs_that_are_being_stored(self, settings, sent_jobs):
        dataset = make_dataset()
        make_job(dataset=dataset, kind="add", status=Job.Status.RUNNING)
        stored, told = Event(), Event()

        def store():
            with own_connection(), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT FROM clustering_dataset WHERE id = %s FOR KEY SHARE", [dataset.pk])
                stored.set()
                assert told.wait(60)

        with ThreadPoolExecutor(1) as pool:
            storing = pool.submit(store)
            assert stored.wait(30)
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '5s'")
                with pytest.raises(SongFileError, match="being added to this dataset right now"):
                    add_file(dataset.owner, dataset, file=small_file())
            finally:
                told.set()
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")
            storing.result(30)


@pytest.fixture
def sent_jobs(monkeypatch):
    monkeypatch.setattr("clustering.jobs.tasks.send", lambda ids: None)


class TestPage:
    def test_shows_them(self, client, settings):
        set_limits(settings, datasets=4)
        make_dataset(make_user("ada"))
        client.force_login(make_user("ada"))
        text = client.get(reverse("account")).content.decode()
        assert 'value="25"' in text
        assert "no limit" in text
