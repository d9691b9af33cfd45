"""The header Idempotency-Key: what is sent twice is done once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clustering.models import Dataset, Job, KeptAnswer, Playlist, Run
from tests.api.test_uploads import SONGS
from tests.api.test_uploads import send as send_file
from tests.factories import make_dataset, make_user

BODY = {"n_clusters": 3}


@pytest.mark.django_db
class TestKey:
    def start(self, script, dataset, key, body=BODY):
        return script.send("POST", f"datasets/{dataset.pk}/runs", body, Idempotency_Key=key)

    def test_gives_the_first_answer_again(self, script, dataset, sent):
        first, second = (self.start(script, dataset, "one") for _ in range(2))
        assert (first.status_code, second.status_code) == (202, 202)
        assert first.content == second.content
        assert first["Location"] == second["Location"]
        assert "Idempotent-Replayed" not in first
        assert second["Idempotent-Replayed"] == "true"
        assert Run.objects.count() == Job.objects.count() == 1

    def test_gives_it_also_where_it_would_be_refused_now(self, script, dataset, sent, settings):
        settings.LIMITS = settings.LIMITS | {"jobs": 1}
        assert [self.start(script, dataset, "one").status_code for _ in range(2)] == [202, 202]
        assert self.start(script, dataset, "two", {"n_clusters": 4}).status_code == 422

    def test_is_for_one_request(self, script, dataset, sent):
        self.start(script, dataset, "one")
        answer = self.start(script, dataset, "one", {"n_clusters": 4})
        assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "idempotency_key_reused")
        other = make_dataset(dataset.owner)
        assert self.start(script, other, "one").status_code == 422
        assert Run.objects.count() == 1

    def test_is_of_one_person(self, script, stranger, dataset, sent):
        Dataset.objects.update(visibility="shared")
        mine, theirs = make_dataset(make_user("eve")), self.start(script, dataset, "one")
        assert theirs.status_code == 202
        answer = self.start(stranger, mine, "one")
        assert answer.status_code == 202
        assert answer.content != theirs.content

    def test_keeps_no_refusal(self, script, dataset, sent):
        assert self.start(script, dataset, "one", {"features": ["colour"]}).status_code == 422
        assert not KeptAnswer.objects.exists()
        assert self.start(script, dataset, "one").status_code == 202

    def test_is_forgotten_after_a_day(self, script, dataset, sent):
        first = self.start(script, dataset, "one")
        KeptAnswer.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
        Run.objects.update(finished_at=timezone.now())
        second = self.start(script, dataset, "one", {"n_clusters": 4})
        assert second.status_code == 202
        assert first.content != second.content
        KeptAnswer.objects.update(at=timezone.now() - timedelta(days=2))
        KeptAnswer.delete_old()
        assert not KeptAnswer.objects.exists()

    @pytest.mark.parametrize("key", ["", "a" * 101, "\x7f"])
    def test_is_a_short_word(self, script, dataset, key):
        assert self.start(script, dataset, key).status_code == 400

    def test_holds_for_files(self, script, sent):
        answers = [
            send_file(script, "uploads?name=a.csv", data, Idempotency_Key="one")
            for data in (SONGS, SONGS, SONGS[:-1])
        ]
        assert [answer.status_code for answer in answers] == [201, 201, 422]
        assert answers[0].content == answers[1].content
        assert Dataset.objects.count() == 1

    def test_holds_for_playlists(self, script, dataset):
        body = {"dataset": dataset.pk, "name": "Mine", "songs": [dataset.first_song_id + 1]}
        answers = [script.send("POST", "playlists", body, Idempotency_Key="one") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert Playlist.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["run", "file"])
def test_two_at_the_same_moment_do_it_once(script, sent, what):
    dataset = make_dataset()

    def ask(_):
        try:
            if what == "file":
                return send_file(script, "uploads?name=a.csv", SONGS, Idempotency_Key="one")
            return script.send("POST", f"datasets/{dataset.pk}/runs", BODY, Idempotency_Key="one")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert {answer.status_code for answer in answers} == {202 if what == "run" else 201}, [
        a.content for a in answers
    ]
    assert len({answer.content for answer in answers}) == 1
    assert Run.objects.count() == (1 if what == "run" else 0)
    assert Dataset.objects.count() == (1 if what == "run" else 2)
    assert KeptAnswer.objects.count() == 1
