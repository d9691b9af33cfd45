"""Filling in features by the API: matched, looked at, chosen, applied, undone."""

from __future__ import annotations

import json

import pytest

from clustering.jobs import runner as jobs
from clustering.models import Fill, Song
from tests.factories import make_dataset, make_fill, make_user

pytestmark = pytest.mark.django_db


class TestFill:
    def test_is_matched_applied_and_undone(self, script, dataset, sent):
        source = make_dataset(dataset.owner, songs=dataset.songs_count, name="Source")
        Song.objects.filter(dataset=dataset, row_number__lt=4).update(energy=None)
        answer = script.send("POST", f"datasets/{dataset.pk}/fills", {"source": source.pk})
        assert answer.status_code == 202
        address = answer.headers["Link"].split(">")[0][1:]
        jobs.run(json.loads(answer.content)["id"])
        found = script.get(address)
        assert (found["status"], found["gaining"], found["features"]["energy"]) == ("ready", 3, 3)
        assert script.all(f"datasets/{dataset.pk}/fills") == [found]
        for act, status in (("apply", "applied"), ("undo", "undone")):
            answer = script.send("POST", f"{address}/{act}")
            assert answer.status_code == 202
            jobs.run(json.loads(answer.content)["id"])
            assert script.get(address)["status"] == status
        assert Song.objects.filter(dataset=dataset, energy=None).count() == 3

    def test_is_made_once_with_a_key(self, script, dataset, sent):
        source = make_dataset(dataset.owner, name="Source")
        body, key = {"source": source.pk}, {"Idempotency_Key": "one"}
        first, second = (script.send("POST", f"datasets/{dataset.pk}/fills", body, **key) for _ in range(2))
        assert first.content == second.content
        assert Fill.objects.count() == 1

    def test_ambiguous_songs_come_in_parts_and_are_chosen(self, script, dataset):
        fill = make_fill(dataset)
        (song,) = script.all(f"fills/{fill.pk}/ambiguous?limit=1")
        assert len(song["candidates"]) == 2
        chosen = {"song": song["song"], "source_song": song["candidates"][1]["source_song"]}
        assert script.send("PATCH", f"fills/{fill.pk}", {"choices": [chosen]}).status_code == 200
        (song,) = script.all(f"fills/{fill.pk}/ambiguous")
        assert [one["chosen"] for one in song["candidates"]] == [False, True]

    def test_is_refused_with_a_sentence(self, script, dataset):
        problem = script.problem("POST", f"datasets/{dataset.pk}/fills", {"source": dataset.pk})
        assert "from itself" in problem["detail"]
        fill = make_fill(dataset)
        assert "nothing to undo" in script.problem("POST", f"fills/{fill.pk}/undo")["detail"]

    def test_needs_a_source_that_one_may_see(self, script, dataset):
        source = make_dataset(make_user("eve"), name="Source")
        problem = script.problem("POST", f"datasets/{dataset.pk}/fills", {"source": source.pk})
        assert problem["status"] == 404

    def test_is_discarded(self, script, dataset):
        fill = make_fill(dataset)
        assert script.send("DELETE", f"fills/{fill.pk}").status_code == 204
        assert not Fill.objects.exists()
