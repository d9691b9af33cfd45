"""People at cross purposes: a dataset is deleted under what works on it, and two change the same run at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.http.response import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from clustering.actions.comparisons import compare_runs
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import
from clustering.analysis.run_settings import RunSettings
from clustering.exports.tables import ExportEnded
from clustering.models import Assignment, AuditEntry, Cluster, Dataset, Job, Run, Song
from tests.faults import songs
from tests.faults.app import App
from tests.faults.asking import Held, ask_to_stay, stays
from tests.faults.checks import (
    assert_pages_tell,
    assert_sound,
    ended,
    finish,
    rows_of_everything,
    wait_until,
)
from tests.faults.conftest import Fault

pytestmark = pytest.mark.faults

LARGE = 100_000
Faults = Callable[[str, str], Fault]


def signed_in() -> Client:
    """Return a browser of the owner; what goes wrong on the server is an answer, as it is for people."""
    client = Client(raise_request_exception=False)
    client.force_login(songs.person())
    return client


def delete(app: App, dataset: Dataset, *, under: Held | None = None) -> float:
    """Delete a dataset by its button, under a job where one stays; return the seconds until nothing of it is left."""
    at = timezone.now()
    answer = signed_in().post(f"/datasets/{dataset.pk}/delete/")
    assert answer.status_code == 302
    if under is not None:
        under.let_go()
    deleting = Job.objects.get(kind="delete")
    wait_until(lambda: ended(deleting), seconds=60, app=app)
    seconds = (timezone.now() - at).total_seconds()
    assert deleting.status == Job.Status.SUCCEEDED, deleting.error
    finish(app)
    assert signed_in().get(f"/datasets/{dataset.pk}/").status_code == 404
    assert "Noise" not in signed_in().get("/").content.decode().split("<main")[1]
    assert_sound()
    return seconds


class TestDatasetDeleted:
    def test_under_an_import(self, hurried: App, fault: Faults) -> None:
        line = fault("dataset deleted", "its import")
        ask_to_stay("import", "Reading songs")
        job = start_import(songs.person(), songs.uploaded(LARGE), changes={}, name="")
        assert job.dataset is not None
        seconds = delete(hurried, job.dataset, under=stays("import", "Reading songs"))
        assert ended(job)
        assert job.status == Job.Status.CANCELLED
        line.recovered(seconds, expected=0, found=rows_of_everything())

    def test_under_a_run(self, hurried: App, fault: Faults) -> None:
        line = fault("dataset deleted", "a run on it")
        dataset = songs.imported(LARGE)
        ask_to_stay("cluster", "Grouping songs")
        job = start_run(dataset.owner, dataset, RunSettings(n_clusters=8)).jobs.get()
        seconds = delete(hurried, dataset, under=stays("cluster", "Grouping songs"))
        assert ended(job)
        assert job.status == Job.Status.CANCELLED
        line.recovered(seconds, expected=0, found=rows_of_everything())

    def test_under_an_export(self, hurried: App, fault: Faults) -> None:
        """The download ends with an error: a shorter file must not pass for all of it."""
        line = fault("dataset deleted", "a download of its songs")
        dataset = songs.imported(LARGE)
        run = songs.grouped(dataset)
        answer = signed_in().get(f"/runs/{run.pk}/songs.csv")
        assert isinstance(answer, StreamingHttpResponse)
        chunks = iter(answer)
        assert next(chunks).count(b"\n") > 1
        seconds = delete(hurried, dataset)
        with pytest.raises((ExportEnded, FileNotFoundError)):
            list(chunks)
        line.recovered(seconds, expected=0, found=rows_of_everything())

    def test_under_a_comparison(self, hurried: App, fault: Faults) -> None:
        line = fault("dataset deleted", "a comparison of its runs")
        dataset = songs.imported(LARGE)
        runs = [songs.grouped(dataset, k=k) for k in (3, 4)]
        ask_to_stay("compare", "Comparing songs")
        job = compare_runs(dataset.owner, runs).job
        assert job is not None
        seconds = delete(hurried, dataset, under=stays("compare", "Comparing songs"))
        assert ended(job)
        assert job.status == Job.Status.CANCELLED
        line.recovered(seconds, expected=0, found=rows_of_everything())


def at_once(*deeds: Callable[[Client], object]) -> list[object]:
    """Let several people do something in the same moment, and return what each was answered."""
    answers: list[object] = [None] * len(deeds)
    begin = threading.Barrier(len(deeds))

    def act(place: int) -> None:
        client = signed_in()
        begin.wait()
        try:
            answers[place] = deeds[place](client)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def post(address: str, **data: str) -> Callable[[Client], int]:
    """Return the deed of sending a form; its answer is the status."""
    return lambda client: client.post(address, data).status_code


@pytest.fixture
def open_run(hurried: App) -> Run:
    """A finished run that two people have open."""
    return songs.grouped(songs.imported(10_000))


class TestTwoPeople:
    def test_name_the_same_group(self, hurried: App, open_run: Run, fault: Faults) -> None:
        line = fault("two people at once", "both name the same group, twenty times")
        at = timezone.now()
        address = f"/runs/{open_run.pk}/clusters/0/rename"
        for turn in range(20):
            names = [f"{turn} by {who}" for who in ("Ada", "Bob")]
            assert at_once(*(post(address, name=name) for name in names)) == [302, 302]
            assert open_run.clusters.get(index=0).own_name in names
        seconds = (timezone.now() - at).total_seconds()
        finish(hurried)
        assert_pages_tell(open_run.dataset)
        assert_sound()
        line.recovered(
            seconds, expected=40, found=AuditEntry.objects.filter(action=AuditEntry.Action.RENAMED).count()
        )

    def test_one_deletes_what_another_changes(self, hurried: App, fault: Faults) -> None:
        line = fault(
            "two people at once", "one deletes a run, others name, pin, share and delete it, ten times"
        )
        dataset = songs.imported(1_000)
        runs = [songs.grouped(dataset, seed=seed) for seed in range(10)]
        at = timezone.now()
        for run in runs:
            answers = at_once(
                post(f"/runs/{run.pk}/delete"),
                post(f"/runs/{run.pk}/clusters/0/rename", name="Mine"),
                post(f"/runs/{run.pk}/pin", pinned="yes"),
                post(f"/runs/{run.pk}/share/", days="7"),
                post(f"/runs/{run.pk}/delete"),
            )
            assert set(answers) <= {200, 302, 404}, answers
        finish(hurried)
        seconds = (timezone.now() - at).total_seconds()
        assert not Job.objects.exclude(status=Job.Status.SUCCEEDED).exists()
        assert signed_in().get(f"/runs/{runs[0].pk}/").status_code == 404
        assert_pages_tell(dataset)
        assert_sound()
        rows = Run.objects.count() + Cluster.objects.count() + Assignment.objects.count()
        line.recovered(seconds, expected=0, found=rows)

    def test_begin_the_same_import(self, hurried: App, fault: Faults) -> None:
        line = fault("two people at once", "both begin the same import")
        upload = songs.uploaded(10_000)
        columns = {m["column"]: m["field"] or "" for m in upload.column_map["matches"]}
        assert columns["energy"] == "energy"
        at = timezone.now()
        address = f"/datasets/{upload.dataset_id}/columns/"
        page = signed_in().get(address).context["form"]
        data = {name: page[name].value() or "" for name in page.fields}
        answers = at_once(post(address, **data), post(address, **data))
        assert answers == [302, 302]
        wait_until(lambda: Song.objects.exists(), seconds=60, app=hurried)
        seconds = (timezone.now() - at).total_seconds()
        finish(hurried)
        assert Job.objects.filter(kind="import").count() == 1
        assert_pages_tell(upload.dataset)
        assert_sound()
        line.recovered(seconds, expected=10_000, found=Song.objects.count())
