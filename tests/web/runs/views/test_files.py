"""What is taken away from a run, over HTTP."""

import pytest
from django.urls import reverse

from clustering.actions.datasets import delete_dataset
from clustering.models import Job
from clustering.web.runs.views import files
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class TestRunCsv:
    def test_streams_the_export(self, client, own_run, monkeypatch):
        monkeypatch.setattr(files, "export_csv", lambda asked: iter([b"a,cluster\n", b"1,0\n"]))
        response = client.get(reverse("run_csv", args=[own_run.pk]))

        assert b"".join(response.streaming_content) == b"a,cluster\n1,0\n"
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="evening-songs-3-groups.csv"'

    def test_is_not_there_for_others(self, client, own_run):
        client.force_login(make_user("bob"))

        assert client.get(reverse("run_csv", args=[own_run.pk])).status_code == 404

    def test_of_a_name_in_another_script_has_a_plain_one(self, client, own_run, monkeypatch):
        monkeypatch.setattr(files, "export_csv", lambda asked: iter([]))
        own_run.dataset.rename("夜の歌")

        assert (
            '"songs-3-groups.csv"' in client.get(reverse("run_csv", args=[own_run.pk]))["Content-Disposition"]
        )


class TestRunParquet:
    def test_streams_the_export(self, client, own_run, monkeypatch):
        monkeypatch.setattr(files, "export_parquet", lambda asked: iter([b"PAR1"]))
        response = client.get(reverse("run_parquet", args=[own_run.pk]))

        assert b"".join(response.streaming_content) == b"PAR1"
        assert "evening-songs-3-groups.parquet" in response["Content-Disposition"]


class TestRunProfiles:
    def test_has_every_group(self, client, own_run):
        response = client.get(reverse("run_profiles", args=[own_run.pk]))

        assert [cluster["size"] for cluster in response.json()["clusters"]] == [10, 10, 10]
        assert "evening-songs-3-groups.json" in response["Content-Disposition"]


class TestRunDelete:
    def test_is_refused_while_its_dataset_is_being_deleted(self, client, own_run):
        delete_dataset(own_run.owner, own_run.dataset)
        page = client.post(reverse("run_delete", args=[own_run.pk]), follow=True)
        assert "is being deleted, so nothing more" in page.content.decode()
        assert not Job.objects.filter(run=own_run, kind="delete_run").exists()

    def test_brings_a_job(self, client, own_run):
        response = client.post(reverse("run_delete", args=[own_run.pk]))

        assert response["Location"] == reverse("dataset", args=[own_run.dataset_id])
        assert Job.objects.get(run=own_run).kind == "delete_run"

    def test_takes_only_posts(self, client, own_run):
        assert client.get(reverse("run_delete", args=[own_run.pk])).status_code == 405

    def test_is_not_there_for_who_may_only_look(self, client, own_run):
        own_run.dataset.share("shared")
        client.force_login(make_user("bob"))

        assert client.post(reverse("run_delete", args=[own_run.pk])).status_code == 404
        assert not Job.objects.filter(run=own_run).exists()
