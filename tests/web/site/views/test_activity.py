"""Who did what."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from clustering.actions.additions import place_added_songs
from clustering.actions.comparisons import compare_runs
from clustering.actions.datasets import delete_dataset, rename_dataset, share_dataset
from clustering.actions.jobs import cancel_job, retry_job
from clustering.actions.playlists import PlaylistOptions, delete_playlist, make_playlist, rename_playlist
from clustering.actions.runs import delete_run, pin_run, rename_cluster, start_run
from clustering.actions.sweeps import start_sweep
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis.run_settings import RunSettings
from clustering.models import AuditEntry
from tests.factories import make_job, make_run, make_user

pytestmark = pytest.mark.django_db


class TestEntries:
    def test_are_made_of_what_people_do(self, run):
        user, dataset = run.owner, run.dataset
        upload_file(user, file=ContentFile(b"title,energy\na,0.5\n", name="new.csv"), name="New")
        start_run(user, dataset, RunSettings(n_clusters=2))
        rename_dataset(user, dataset, "Morning songs")
        rename_cluster(user, run.clusters.first(), "Quiet")
        share_dataset(user, dataset, "shared")
        delete_run(user, run)
        delete_dataset(user, dataset)
        assert [(e.action, e.subject) for e in AuditEntry.objects.order_by("at")] == [
            ("uploaded", "new.csv as New"),
            ("run_started", "Evening songs: 2 groups"),
            ("renamed", "Evening songs, now Morning songs"),
            ("renamed", "Morning songs: the group Energetic and danceable, now Quiet"),
            ("shared", "Morning songs: Everyone who signs in"),
            ("deleted", "Morning songs: 3 groups"),
            ("deleted", "Morning songs"),
        ]

    def test_are_made_of_work_that_is_stopped_and_tried_again(self, run):
        job = make_job(
            run.owner, dataset=run.dataset, run=run, kind="cluster", subject="Evening songs: 3 groups"
        )
        assert cancel_job(run.owner, job)
        assert not cancel_job(run.owner, job)
        job.refresh_from_db()
        assert retry_job(run.owner, job)
        assert not retry_job(run.owner, job)
        assert [(e.action, e.subject) for e in AuditEntry.objects.order_by("at")] == [
            ("cancelled", "Find groups: Evening songs: 3 groups"),
            ("retried", "Find groups: Evening songs: 3 groups"),
        ]

    def test_are_made_of_playlists(self, run):
        playlist = make_playlist(
            run.owner,
            run.dataset,
            name="Night drive",
            source="rules",
            recipe={"join": "all", "groups": []},
            options=PlaylistOptions(length=3),
        )
        rename_playlist(run.owner, playlist, "Night walk")
        delete_playlist(run.owner, playlist)
        assert [(e.action, e.subject) for e in AuditEntry.objects.order_by("at")] == [
            ("playlist_created", "Evening songs: Night drive"),
            ("renamed", "Evening songs: the playlist Night drive, now Night walk"),
            ("deleted", "Evening songs: the playlist Night walk"),
        ]

    def test_are_made_of_what_is_asked_about_runs(self, run):
        user, dataset = run.owner, run.dataset
        dataset.record_addition(songs=9, features=dataset.features, extra_columns=[])
        other = make_run(dataset, clusters=4)
        start_sweep(user, dataset, RunSettings(), ks=range(2, 6))
        for _ in range(2):  # asked again while it is being done, it is done once
            compare_runs(user, [other, run])
            place_added_songs(user, run)
        pin_run(user, run)
        pin_run(user, run, pinned=False)
        assert [(e.action, e.subject) for e in AuditEntry.objects.order_by("at")] == [
            ("advice_requested", "Evening songs: 2 to 5 groups"),
            ("compared", "Evening songs: 3 groups, and 4 groups"),
            ("songs_placed", "Evening songs: 3 groups"),
            ("pinned", "Evening songs: 3 groups"),
            ("unpinned", "Evening songs: 3 groups"),
        ]

    def test_are_made_of_a_name_that_is_given_with_the_columns(self):
        ada, root = make_user("ada"), make_user("root", is_staff=True)
        upload = upload_file(ada, file=ContentFile(b"title,energy\na,0.5\n", name="new.csv"), name="New")
        start_import(root, upload, changes={}, name="Newer")
        assert [(e.actor, e.action, e.subject) for e in AuditEntry.objects.order_by("at")] == [
            (ada, "uploaded", "new.csv as New"),
            (root, "renamed", "New, now Newer"),
        ]

    def test_outlive_what_they_are_about(self, run):
        rename_dataset(run.owner, run.dataset, "x")
        run.clusters.all().delete()
        run.dataset.jobs.all().delete()
        run.assignments.all().delete()
        run.dataset.delete()
        assert AuditEntry.objects.count() == 1


class TestPage:
    def test_shows_ones_own_and_staff_everything(self, client, run, django_assert_num_queries):
        rename_dataset(run.owner, run.dataset, "<b>Morning</b>")
        for person, seen in (
            (run.owner, True),
            (make_user("bob"), False),
            (make_user("root", is_staff=True), True),
        ):
            client.force_login(person)
            with django_assert_num_queries(3 + person.is_staff):  # staff: whether a code is to be asked for
                text = client.get(reverse("activity")).content.decode()
            assert ("&lt;b&gt;Morning&lt;/b&gt;" in text) is seen
            assert "<b>Morning" not in text

    def test_goes_back_in_time(self, client, run):
        for number in range(60):
            AuditEntry.record(run.owner, "renamed", run.dataset, f"number {number}")
        client.force_login(run.owner)
        first = client.get(reverse("activity"))
        text = client.get(reverse("activity"), {"before": first.context["page"].before}).content.decode()
        assert "number 59" in first.content.decode()
        assert "number 0" in text
        assert "number 59" not in text
