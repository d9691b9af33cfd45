"""Making something once: sent twice, at the same moment, with other entries, after a failure and after a deletion."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from clustering.actions.submissions import ReusedKeyError, make_once, new_token, submission_of
from clustering.analysis import AnalysisError
from clustering.models import Playlist, Submission
from tests.concurrency import call_at_once
from tests.factories import make_dataset, make_user

pytestmark = pytest.mark.django_db


def make(owner: User) -> Playlist:
    dataset = owner.datasets.first() or make_dataset(owner)
    return Playlist.objects.create(owner=owner, dataset=dataset, name="Mine", source="songs")


def sent(owner: User, *, key: str = "k" * 20, digest: str = "asked for") -> Submission:
    return Submission(owner=owner, key=key, digest=digest)


class TestMakeOnce:
    def test_leads_to_what_was_made_first(self, owner):
        first = make_once(sent(owner), partial(make, owner))
        assert make_once(sent(owner), partial(make, owner)) == first
        assert Playlist.objects.get() == first

    def test_under_another_key_makes_another(self, owner):
        first = make_once(sent(owner), partial(make, owner))
        assert make_once(sent(owner, key="another key"), partial(make, owner)) != first

    def test_of_another_person_is_another(self, owner):
        first, bob = make_once(sent(owner), partial(make, owner)), make_user("bob")
        assert make_once(sent(bob), partial(make, bob)).owner == bob != first.owner

    def test_refuses_a_key_with_something_else(self, owner):
        make_once(sent(owner), partial(make, owner))
        with pytest.raises(ReusedKeyError, match="was already used for something else"):
            make_once(sent(owner, digest="something else"), partial(make, owner))
        assert Playlist.objects.count() == 1

    def test_without_a_key_always_makes(self, owner):
        assert make_once(None, partial(make, owner)) != make_once(None, partial(make, owner))

    def test_after_a_failure_may_be_tried_again(self, owner):
        def fail() -> Playlist:
            make(owner)
            raise AnalysisError("no")

        with pytest.raises(AnalysisError):
            make_once(sent(owner), fail)
        assert not Submission.objects.exists()
        assert make_once(sent(owner), partial(make, owner)) == Playlist.objects.get()

    def test_after_a_deletion_makes_it_again(self, owner):
        make_once(sent(owner), partial(make, owner)).delete()
        again = make_once(sent(owner), partial(make, owner))
        assert make_once(sent(owner), partial(make, owner)) == again == Playlist.objects.get()

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_at_the_same_moment_is_one(self, owner):
        make_dataset(owner)
        made = call_at_once(*[lambda: make_once(sent(owner), partial(make, owner))] * 10)
        assert made == [Playlist.objects.get()] * 10

    @pytest.mark.django_db(transaction=True)
    def test_of_ten_of_which_some_fail_is_one(self, owner):
        make_dataset(owner)
        turns = iter(range(10))

        def fail_at_first() -> Playlist:
            made = make(owner)
            if next(turns) < 3:
                raise AnalysisError("no")
            return made

        def click() -> Playlist | None:
            try:
                return make_once(sent(owner), fail_at_first)
            except AnalysisError:
                return None

        made = call_at_once(*[click] * 10)
        assert made.count(None) == 3
        assert {one for one in made if one} == {Playlist.objects.get()}

    def test_is_forgotten_after_a_week(self, owner):
        make_once(sent(owner), partial(make, owner))
        assert Submission.forget_old() == 0
        Submission.objects.update(created_at=timezone.now() - timedelta(days=8))
        assert Submission.forget_old() == 1


class TestSubmissionOf:
    @pytest.mark.parametrize("token", ["", "short", "x" * 65, "\0" * 20, "é" * 20, "a b" * 10])
    def test_is_none_without_a_token(self, owner, token):
        assert submission_of(owner, token, "what") is None

    def test_is_another_with_other_entries_or_another_token(self, owner):
        token = new_token()
        keys = [submission_of(owner, *one).key for one in [(token, "a"), (token, "b"), (new_token(), "a")]]
        assert len(set(keys)) == 3
        assert submission_of(owner, token, "a").key == keys[0]

    def test_takes_what_is_no_text(self, owner):
        assert submission_of(owner, new_token(), "\ud800\0")
