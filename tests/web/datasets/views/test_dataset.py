"""One dataset's page and what its owner may do with it."""

import pytest
from django.core.files.base import ContentFile

from clustering.models import Dataset, Job
from tests.factories import make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(ada) -> Dataset:
    return make_dataset(make_user("eve"), visibility=Dataset.Visibility.SHARED)


class TestDataset:
    def test_shows_quality_runs_and_distributions(self, client, own_dataset):
        run = make_run(own_dataset)
        answer = client.get(f"/datasets/{own_dataset.pk}/")
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "0.23" in text
        assert "1.51" in text
        assert f"/runs/{run.pk}/" in text
        quality = client.get(f"/datasets/{own_dataset.pk}/quality/").content.decode()
        assert "Song &lt;3&gt;" in quality
        assert "tempo of 0" in quality
        features = client.get(f"/datasets/{own_dataset.pk}/features/").content.decode()
        assert 'data-chart="distribution-tempo"' in features
        assert 'data-chart="correlations"' in features

    def test_shows_a_run_that_is_not_finished(self, client, own_dataset):
        run = make_run(own_dataset, finished_at=None)
        job = make_job(dataset=own_dataset, run=run, kind="cluster", status=Job.Status.RUNNING)
        text = client.get(f"/datasets/{own_dataset.pk}/").content.decode()
        assert f"/jobs/{job.pk}/" in text
        assert "Find groups: running" in text

    def test_says_what_to_do_before_the_import(self, client, ada):
        dataset = Dataset.objects.create(owner=ada, name="New")
        text = client.get(f"/datasets/{dataset.pk}/").content.decode()
        assert "Review columns" in text
        assert "data-chart" not in text
        for page in ("quality", "features"):
            assert client.get(f"/datasets/{dataset.pk}/{page}/").status_code == 200

    def test_stands_without_any_run(self, client, own_dataset):
        assert "No runs yet" in client.get(f"/datasets/{own_dataset.pk}/").content.decode()

    def test_offers_a_reader_nothing_to_change(self, client, shared):
        make_run(shared)
        text = client.get(f"/datasets/{shared.pk}/").content.decode()
        assert "by eve" in text
        main = text.split("<main")[1]
        assert "<form" not in main
        assert "runs/new" not in main

    def test_is_nobody_elses(self, client, ada):
        secret = make_dataset(make_user("eve"))
        assert client.get(f"/datasets/{secret.pk}/").status_code == 404

    def test_is_open_to_staff(self, client, own_dataset):
        client.force_login(make_user("root", is_staff=True))
        assert "Delete this dataset" in client.get(f"/datasets/{own_dataset.pk}/").content.decode()

    def test_costs_the_same_however_many_runs(self, client, own_dataset, django_assert_num_queries):
        for _ in range(3):
            make_run(own_dataset)
        with django_assert_num_queries(9):
            client.get(f"/datasets/{own_dataset.pk}/")

    def test_wants_a_person(self, client, own_dataset):
        client.logout()
        assert client.get(f"/datasets/{own_dataset.pk}/").status_code == 302

    def test_does_not_stumble_over_an_enormous_number(self, client, ada):
        assert client.get(f"/datasets/{10**30}/").status_code == 404


class TestRejectedRows:
    def test_sends_the_rows(self, client, own_dataset):
        upload = own_dataset.uploads.get()
        upload.rejected_file.save("rejected.csv", ContentFile(b"row,line,reason,text\n"))
        url = f"/datasets/{own_dataset.pk}/rejected/{upload.pk}.csv"
        assert url in client.get(f"/datasets/{own_dataset.pk}/quality/").content.decode()
        answer = client.get(url)
        assert b"".join(answer.streaming_content) == b"row,line,reason,text\n"
        assert "songs - rejected rows.csv" in answer.headers["Content-Disposition"]
        answer.close()

    def test_knows_no_file_that_is_gone(self, client, own_dataset):
        upload = own_dataset.uploads.get()
        assert client.get(f"/datasets/{own_dataset.pk}/rejected/{upload.pk}.csv").status_code == 404
        upload.rejected_file.name = "uploads/nowhere"
        upload.save()
        assert client.get(f"/datasets/{own_dataset.pk}/rejected/{upload.pk}.csv").status_code == 404


class TestChanges:
    def test_renames(self, client, own_dataset):
        client.post(f"/datasets/{own_dataset.pk}/rename/", {"name": " Better "})
        own_dataset.refresh_from_db()
        assert own_dataset.name == "Better"

    def test_needs_a_name(self, client, own_dataset):
        answer = client.post(f"/datasets/{own_dataset.pk}/rename/", {"name": " "}, follow=True)
        assert "Enter a name." in answer.content.decode()

    def test_shares(self, client, own_dataset):
        client.post(f"/datasets/{own_dataset.pk}/share/", {"visibility": "shared"})
        own_dataset.refresh_from_db()
        assert own_dataset.visibility == Dataset.Visibility.SHARED

    def test_shares_with_nobody_unheard_of(self, client, own_dataset):
        answer = client.post(f"/datasets/{own_dataset.pk}/share/", {"visibility": "world"}, follow=True)
        assert "Choose who can look" in answer.content.decode()

    def test_deletes_in_a_job(self, client, own_dataset, sent):
        answer = client.post(f"/datasets/{own_dataset.pk}/delete/")
        job = Job.objects.get(kind="delete")
        assert answer.headers["Location"] == f"/jobs/{job.pk}/"

    @pytest.mark.parametrize("change", ["rename", "share", "delete"])
    def test_is_not_for_readers(self, client, shared, change):
        assert client.post(f"/datasets/{shared.pk}/{change}/", {"name": "x"}).status_code == 404

    @pytest.mark.parametrize("change", ["rename", "share", "delete"])
    def test_is_a_post(self, client, own_dataset, change):
        assert client.get(f"/datasets/{own_dataset.pk}/{change}/").status_code == 405
