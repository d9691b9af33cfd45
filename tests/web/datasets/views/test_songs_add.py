"""Adding songs, over HTTP: the file, its columns, and the runs that have not seen it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clustering.actions.uploads import start_import, upload_file
from clustering.jobs import runner as jobs
from clustering.models import Dataset, Job
from tests.factories import make_addition, make_dataset, make_job, make_run
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported_dataset(ada: Any, sent: list[int], tmp_path: Path) -> Dataset:
    """Import forty songs."""
    path = write_csv(tmp_path / "songs.csv", song_rows(40))
    upload = upload_file(ada, file=File(io.BytesIO(path.read_bytes()), name="songs.csv"))
    job = start_import(upload.dataset.owner, upload, changes={}, name="Evening", then_cluster=False)
    jobs.run(job.pk)
    return Dataset.objects.get(pk=upload.dataset_id)


def more(tmp_path: Path, count: int = 50) -> SimpleUploadedFile:
    return SimpleUploadedFile("more.csv", write_csv(tmp_path / "more.csv", song_rows(count)).read_bytes())


class TestSongsAdd:
    def test_leads_from_the_file_to_its_columns_to_the_job(self, client, imported_dataset, tmp_path, sent):
        page = client.get(reverse("songs_add", args=[imported_dataset.pk])).content.decode()
        assert "join the 40 that are there" in page
        answer = client.post(reverse("songs_add", args=[imported_dataset.pk]), {"file": more(tmp_path)})
        assert answer["Location"] == reverse("songs_add_columns", args=[imported_dataset.pk])
        page = client.get(answer["Location"]).content.decode()
        assert "more.csv will be added to the 40 songs of Evening" in page
        columns = ["track_id", "track_name", "artists", "album_name", "popularity", "explicit", "track_genre"]
        fields = ["external_id", "title", "artist", "album", "popularity", "explicit", "genres", ""]
        names = list(song_rows(1)[0])
        assert names[:7] == columns
        data = {f"column-{place}": field for place, field in enumerate(fields + names[8:])}
        answer = client.post(reverse("songs_add_columns", args=[imported_dataset.pk]), data)
        job = Job.objects.get(kind="add")
        assert answer["Location"] == reverse("job", args=[job.pk])
        assert (
            client.get(reverse("songs_add_columns", args=[imported_dataset.pk]))["Location"]
            == answer["Location"]
        )
        jobs.run(job.pk)
        onward = client.get(reverse("job", args=[job.pk])).content.decode()
        assert reverse("dataset_files", args=[imported_dataset.pk]) in onward
        assert (
            "50 songs from 2 files"
            in client.get(reverse("dataset_files", args=[imported_dataset.pk])).content.decode()
        )

    def test_says_what_is_wrong_with_a_file(self, client, imported_dataset):
        file = SimpleUploadedFile("notes.csv", b"remark,place\nA,B\nC,D\n")
        answer = client.post(reverse("songs_add", args=[imported_dataset.pk]), {"file": file})
        assert answer.status_code == 422
        assert "remark" in answer.content.decode()
        assert imported_dataset.uploads.count() == 1

    def test_adds_no_songs_that_could_not_be_compared(self, client, imported_dataset):
        file = SimpleUploadedFile("names.csv", b"title,artist\nA,B\nC,D\n")
        answer = client.post(reverse("songs_add", args=[imported_dataset.pk]), {"file": file})
        answer = client.post(answer["Location"], {"column-0": "title", "column-1": "artist"})
        assert answer.status_code == 422
        assert "could not be compared" in answer.content.decode()

    def test_without_a_file_says_so(self, client, imported_dataset):
        answer = client.post(reverse("songs_add", args=[imported_dataset.pk]), {})
        assert answer.status_code == 422

    def test_of_a_dataset_without_songs_waits(self, client, ada, tmp_path):
        empty = make_dataset(ada, songs=0)
        answer = client.post(reverse("songs_add", args=[empty.pk]), {"file": more(tmp_path)})
        assert "has no songs yet" in answer.content.decode()


class TestSongsAddColumns:
    def test_without_a_file_asks_for_one(self, client, imported_dataset):
        answer = client.get(reverse("songs_add_columns", args=[imported_dataset.pk]))
        assert answer["Location"] == reverse("songs_add", args=[imported_dataset.pk])

    def test_says_what_the_file_lacks(self, client, imported_dataset, tmp_path):
        rows = [{k: v for k, v in row.items() if k != "tempo"} for row in song_rows(50)]
        file = SimpleUploadedFile("more.csv", write_csv(tmp_path / "more.csv", rows).read_bytes())
        page = client.post(reverse("songs_add", args=[imported_dataset.pk]), {"file": file}, follow=True)
        assert "This file has no tempo." in page.content.decode()

    def test_of_a_file_that_is_gone_asks_for_another(self, client, imported_dataset, tmp_path):
        client.post(reverse("songs_add", args=[imported_dataset.pk]), {"file": more(tmp_path)})
        Path(imported_dataset.drafts.get().file.path).unlink()
        page = client.get(reverse("songs_add_columns", args=[imported_dataset.pk]), follow=True)
        assert "no longer there" in page.content.decode()


class TestRunAdded:
    def test_says_that_nothing_was_added(self, client, ada):
        run = make_run(make_dataset(ada), left_out=0)
        assert "No songs were added" in client.get(reverse("run_added", args=[run.pk])).content.decode()

    def test_advises_to_run_again(self, client, ada):
        run = make_run(make_dataset(ada), left_out=0, additions=[make_addition()])
        page = client.get(reverse("run_added", args=[run.pk])).content.decode()
        assert "They don’t fit" in page
        assert "Run it again with all songs" in page
        assert "15\u202f%" in page

    def test_offers_to_place_what_waits(self, client, ada, sent):
        run = make_run(make_dataset(ada), left_out=0)
        Dataset.objects.update(songs_count=45)
        page = client.get(reverse("run_added", args=[run.pk])).content.decode()
        assert "15 new songs not in these groups" in page
        assert (
            "15 new songs are not in these groups yet"
            in client.get(reverse("run_overview", args=[run.pk])).content.decode()
        )
        for _ in range(2):  # twice asked is once done
            answer = client.post(reverse("run_place_added", args=[run.pk]))
            job = Job.objects.get(kind="assign")
            assert answer["Location"] == reverse("job", args=[job.pk])

    def test_says_why_nothing_can_be_placed(self, client, ada, sent):
        run = make_run(make_dataset(ada), left_out=0)
        page = client.post(reverse("run_place_added", args=[run.pk]), follow=True).content.decode()
        assert "There are no new songs" in page
        assert not Job.objects.exists()


class TestJob:
    def test_that_failed_can_be_tried_again_while_its_draft_is_there(
        self, client, imported_dataset, tmp_path, sent
    ):
        job = make_job(dataset=imported_dataset, kind="add", status=Job.Status.FAILED, error="No.")
        assert client.post(reverse("job_retry", args=[job.pk]), follow=True).status_code == 200
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        client.post(reverse("songs_add", args=[imported_dataset.pk]), {"file": more(tmp_path)})
        assert "Try again" in client.get(reverse("job", args=[job.pk])).content.decode()
        client.post(reverse("job_retry", args=[job.pk]))
        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED
