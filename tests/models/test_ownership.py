"""Who may see and change rows: one answer for each table that pages read."""

import pytest
from django.contrib.auth.models import AnonymousUser

from clustering.models import (
    Artist,
    AuditEntry,
    Dataset,
    Genre,
    Job,
    Playlist,
    Run,
    RunComparison,
    ShareLink,
    Song,
    Sweep,
)
from tests.access.world import make_things
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PARTS = (Run, RunComparison, ShareLink, Song, Sweep, Artist, Genre)


@pytest.fixture
def things():
    return make_things("ada")


@pytest.mark.parametrize("model", [Dataset, *PARTS, Job, Playlist], ids=lambda model: model.__name__)
class TestRowsOfAPerson:
    def test_are_their_owners_and_the_staffs(self, model, things):
        count = model.objects.count()
        assert count > 0
        for user in (things.owner, make_user("eve", is_staff=True)):
            assert model.objects.visible_to(user).count() == count
            assert model.objects.editable_by(user).count() == count

    def test_are_nobody_elses(self, model, things):
        for user in (make_user("bob"), AnonymousUser()):
            assert not model.objects.visible_to(user).exists()
            assert not model.objects.editable_by(user).exists()


@pytest.mark.parametrize("model", [Dataset, *PARTS], ids=lambda model: model.__name__)
def test_rows_of_a_shared_dataset_can_be_seen_and_not_changed(model, things):
    bob = make_user("bob")
    things.dataset.share("shared")
    things.fill.source.share("shared")

    assert model.objects.visible_to(bob).count() == model.objects.count()
    assert not model.objects.editable_by(bob).exists()
    assert not model.objects.visible_to(AnonymousUser()).exists()


class TestDataset:
    def test_knows_who_may_change_it(self, things):
        assert things.dataset.is_editable_by(things.owner)
        assert things.dataset.is_editable_by(make_user("eve", is_staff=True))
        assert not things.dataset.is_editable_by(make_user("bob"))
        assert not things.dataset.is_editable_by(AnonymousUser())


class TestAuditEntries:
    def test_are_seen_by_who_acted_and_by_staff(self, things):
        bob, eve = make_user("bob"), make_user("eve", is_staff=True)
        AuditEntry.record(things.owner, AuditEntry.Action.RENAMED, things.dataset, "Evening songs")

        assert AuditEntry.objects.visible_to(things.owner).exists()
        assert AuditEntry.objects.visible_to(eve).count() == AuditEntry.objects.count()
        assert not AuditEntry.objects.visible_to(bob).exists()


class TestRuns:
    def test_without_results_are_not_finished(self, things):
        finished = Run.objects.count()
        newest = Run.objects.create(dataset=things.dataset, owner=things.owner, features=["energy"])

        assert Run.objects.finished().count() == finished
        latest = things.dataset.runs.latest_finished()
        assert latest is not None
        assert latest != newest
        assert latest == things.dataset.runs.exclude(pk=newest.pk).latest("created_at")
