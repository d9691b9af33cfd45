"""Filling in features, over HTTP: the table, what was matched, applying, undoing, and what strangers see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clustering.jobs import runner as jobs
from clustering.models import Dataset, Fill, Job, Song
from tests.factories import make_dataset, make_fill, make_user

pytestmark = pytest.mark.django_db
FEATURES = b"title,artist,energy,acousticness\nSong <1>,Artist 1,0.5,0.4\nx,y,0.6,0.1\nz,y,0.7,0.2\n"


def text_of(client: Any, name: str, *args: int) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestSources:
    def test_are_own_datasets_first_and_those_shared_with_all(self, client, own_dataset):
        make_dataset(make_user("eve"), name="Of somebody else")
        make_dataset(make_user("eve"), name="Shown to all", visibility="shared")
        make_dataset(own_dataset.owner, name="Another of mine")
        make_dataset(own_dataset.owner, name="Only a list")
        Dataset.objects.filter(name="Only a list").update(features=["duration_ms"])
        page = text_of(client, "fills", own_dataset.pk)
        assert page.index("Another of mine") < page.index("Shown to all")
        assert "Of somebody else" not in page
        assert "Only a list" not in page

    def test_lead_to_a_job(self, client, own_dataset, sent):
        source = make_dataset(own_dataset.owner, name="Source")
        answer = client.post(reverse("fills", args=[own_dataset.pk]), {"source": source.pk})
        fill = Fill.objects.get()
        assert answer.headers["Location"] == reverse("job", args=[fill.job_id])

    @pytest.mark.parametrize("source", ["", "0", "no", "9" * 30])
    def test_that_are_none_are_said(self, client, own_dataset, source):
        answer = client.post(reverse("fills", args=[own_dataset.pk]), {"source": source}, follow=True)
        assert "Choose a dataset" in answer.content.decode()
        assert not Fill.objects.exists()

    def test_of_somebody_else_are_none(self, client, own_dataset):
        source = make_dataset(make_user("eve"), name="Source")
        client.post(reverse("fills", args=[own_dataset.pk]), {"source": source.pk})
        assert not Fill.objects.exists()

    def test_a_file_leads_to_its_columns_and_then_to_the_matches(self, client, own_dataset, sent):
        file = SimpleUploadedFile("features.csv", FEATURES)
        answer = client.post(reverse("fill_upload", args=[own_dataset.pk]), {"file": file}, follow=True)
        source = Dataset.objects.latest("created_at")
        assert answer.redirect_chain[-1][0] == reverse("columns", args=[source.pk])
        assert "Features from features" in text_of(client, "fill", Fill.objects.get().pk)

    def test_a_file_that_is_none_is_said(self, client, own_dataset):
        answer = client.post(reverse("fill_upload", args=[own_dataset.pk]), {})
        assert answer.status_code == 422
        assert "Choose a file first" in answer.content.decode()


class TestFill:
    def test_shows_what_was_matched(self, client, own_dataset):
        fill = make_fill(own_dataset)
        page = text_of(client, "fill", fill.pk)
        assert "Title and artist" in page
        assert "29 of 30 songs matched. Nothing has been changed yet." in page
        assert reverse("fill_ambiguous", args=[fill.pk]) in page

    def test_warns_of_tables_of_two_kinds(self, client, own_dataset):
        fill = make_fill(own_dataset)
        fill.report["agreement"] = {"energy": {"songs": 20, "agreeing": 3, "difference": 0.3}}
        fill.save()
        page = text_of(client, "fill", fill.pk)
        assert "may be of different kinds" in page
        assert "data-confirm" in page

    def test_is_applied_and_undone(self, client, own_dataset, sent):
        Song.objects.filter(dataset=own_dataset, row_number=1).update(energy=None)
        fill = make_fill(own_dataset)
        for act, status in (("fill_apply", Fill.Status.APPLIED), ("fill_undo", Fill.Status.UNDONE)):
            answer = client.post(reverse(act, args=[fill.pk]))
            job = Job.objects.get(pk=answer.headers["Location"].split("/")[-2])
            jobs.run(job.pk)
            fill.refresh_from_db()
            assert fill.status == status, Job.objects.get(pk=job.pk).error
            assert fill.get_status_display() in text_of(client, "fills", own_dataset.pk)
            page = text_of(client, "fill", fill.pk)
            assert ("Songs that got it" in page) is (status == Fill.Status.APPLIED)

    def test_the_song_says_where_its_features_came_from(self, client, own_dataset, sent):
        Song.objects.filter(dataset=own_dataset, row_number=1).update(energy=None)
        fill = make_fill(own_dataset)
        client.post(reverse("fill_apply", args=[fill.pk]))
        jobs.run(Fill.objects.get().job_id)
        page = text_of(client, "song", own_dataset.first_song_id + 1)
        assert "Filled in from Source: energy. Matched by title and artist." in page

    def test_ambiguous_songs_are_chosen(self, client, own_dataset):
        fill = make_fill(own_dataset)
        assert "None of these" in text_of(client, "fill_ambiguous", fill.pk)
        song, chosen = own_dataset.first_song_id + 2, fill.source.first_song_id + 3
        client.post(reverse("fill_ambiguous", args=[fill.pk]), {f"song-{song}": chosen, "next": ""})
        assert fill.matches.get(state=2).source_song_id == chosen
        assert "1 chosen" in text_of(client, "fill", fill.pk)
        client.post(reverse("fill_ambiguous", args=[fill.pk]), {f"song-{song}": ""})
        assert not fill.matches.filter(state=2).exists()

    def test_unmatched_songs_are_a_file(self, client, own_dataset):
        fill = make_fill(own_dataset)
        fill.matches.filter(song=own_dataset.first_song_id + 7).delete()
        answer = client.get(reverse("fill_unmatched", args=[fill.pk]))
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert lines == ["row,external_id,isrc,title,artist,album", "7,id7,,Song <7>,Artist 0,Album"]

    def test_is_discarded(self, client, own_dataset):
        fill = make_fill(own_dataset)
        assert client.post(reverse("fill_discard", args=[fill.pk])).status_code == 302
        assert not Fill.objects.exists()

    def test_is_nobodys_business_where_the_dataset_is_only_shown_to_all(self, client, ada):
        fill = make_fill(make_dataset(make_user("eve"), visibility="shared"))
        assert client.get(reverse("fill", args=[fill.pk])).status_code == 404


class TestList:
    def test_offers_to_be_filled_in(self, client, own_dataset):
        Dataset.objects.filter(pk=own_dataset.pk).update(features=[])
        for name in ("dataset", "run_new", "sweep_new"):
            assert reverse("fills", args=[own_dataset.pk]) in text_of(client, name, own_dataset.pk)

    def test_a_run_says_when_features_changed_later(self, client, own_run):
        assert "have changed since this run" not in text_of(client, "run_overview", own_run.pk)
        own_run.dataset.record_fill(features=own_run.dataset.features, filled_report={})
        assert "have changed since this run" in text_of(client, "run_overview", own_run.pk)
