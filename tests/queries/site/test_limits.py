"""What a person may have, and the sentence when it is too much."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from clustering import actions, jobs
from clustering.analysis import AnalysisError
from clustering.models import Dataset, Job
from clustering.queries.site.limits import limits, refusal
from clustering.songfiles import SongFileError
from tests.factories import make_dataset, make_job, make_user

pytestmark = pytest.mark.django_db


def set_limits(settings, **most):
    settings.LIMITS = {"datasets": 0, "megabytes": 0, "songs": 0, "jobs": 0} | most


def small_file():
    return ContentFile(b"title,energy,tempo\na,0.5,100\nb,0.6,110\nc,0.7,120\n", name="songs.csv")


class TestLimits:
    def test_count_ones_own(self, settings):
        set_limits(settings, datasets=3, songs=100)
        make_dataset(make_user("ada"), songs=30)
        make_dataset(make_user("bob"), songs=5)
        make_job(make_user("ada"))
        found = limits(make_user("ada"))
        assert [(name, found[name].used) for name in found] == [
            ("datasets", 1),
            ("megabytes", 0),
            ("songs", 30),
            ("jobs", 1),
        ]
        assert found["songs"].percent == 30

    def test_are_none_where_they_are_zero(self, settings, django_assert_num_queries):
        set_limits(settings)
        with django_assert_num_queries(0):
            assert refusal(make_user, datasets=10**9) == ""


class TestRefusal:
    def test_of_one_more_dataset(self, settings):
        set_limits(settings, datasets=1)
        make_dataset(make_user("ada"))
        with pytest.raises(SongFileError, match=r"you have 1 of at most 1, and this would make 2\. Delete"):
            actions.upload_file(make_user("ada"), file=small_file())
        assert Dataset.objects.count() == 1

    def test_of_a_file_that_is_too_much(self, settings):
        set_limits(settings, megabytes=1)
        big = ContentFile(b"x" * 3 * 2**20, name="songs.csv")
        with pytest.raises(SongFileError, match="Megabytes of files: you have 0 of at most 1"):
            actions.upload_file(make_user("ada"), file=big)

    def test_of_too_many_songs_keeps_none(self, settings, sent_jobs):
        set_limits(settings, songs=2)
        upload = actions.upload_file(make_user("ada"), file=small_file())
        job = actions.start_import(upload, changes={}, name="", send=False)
        jobs.run(job.pk)
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED
        assert "Songs: you have 3 of at most 2. Delete" in job.error
        assert Dataset.objects.get().songs_count == 0

    def test_of_one_more_job(self, settings):
        set_limits(settings, jobs=1)
        dataset = make_dataset(make_user("ada"))
        make_job(dataset.owner, dataset=dataset)
        with pytest.raises(AnalysisError, match="Jobs that run or wait: you have 1 of at most 1"):
            actions.start_run(dataset.owner, dataset, k=2)
        assert dataset.runs.count() == 0


@pytest.fixture
def sent_jobs(monkeypatch):
    monkeypatch.setattr("clustering.tasks.send", lambda ids: None)


class TestPage:
    def test_shows_them(self, client, settings):
        set_limits(settings, datasets=4)
        make_dataset(make_user("ada"))
        client.force_login(make_user("ada"))
        text = client.get(reverse("account")).content.decode()
        assert 'value="25"' in text
        assert "no limit" in text
