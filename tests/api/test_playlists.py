"""Playlists by the API."""

from __future__ import annotations

import json

import pytest

from clustering.models import Playlist
from tests.factories import make_catalog, make_dataset, make_playlist, make_run, make_user, scatter_songs

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset():
    return make_catalog(scatter_songs(make_dataset(songs=40), artists=6))


def make(script, dataset, **body):
    return script.send("POST", "playlists", {"dataset": dataset.pk, "name": "Mine"} | body)


class TestMake:
    def test_of_rules(self, script, dataset):
        answer = make(
            script, dataset, rules={"groups": [[{"field": "energy", "low": 0.5}]]}, length=5, order="tempo"
        )
        assert answer.status_code == 201
        found = json.loads(answer.content)
        assert script.get(answer["Location"]) == found
        assert (found["songs"], found["order"], found["source"]) == (5, "tempo", "rules")
        assert all(one["song"]["features"]["energy"] >= 0.5 for one in found["entries"])
        tempos = [one["song"]["features"]["tempo"] for one in found["entries"]]
        assert [one["position"] for one in found["entries"]] == [1, 2, 3, 4, 5]
        assert len(tempos) == 5
        assert script.all("playlists")[0]["id"] == found["id"]

    def test_of_a_group(self, script, dataset):
        run = make_run(dataset)
        rule = {"field": "cluster", "run": run.pk, "cluster": 1}
        found = json.loads(make(script, dataset, rules={"groups": [[rule]]}, selection="typical").content)
        inside = set(run.assignments.filter(cluster=1).values_list("song", flat=True))
        assert {one["song"]["id"] for one in found["entries"]} <= inside

    def test_of_songs_and_of_songs_like_them(self, script, dataset):
        songs = [dataset.first_song_id + row for row in (3, 1, 2)]
        found = json.loads(make(script, dataset, songs=songs, order="picked").content)
        assert {one["song"]["id"] for one in found["entries"]} == set(songs)
        found = json.loads(make(script, dataset, like=songs[:1], length=6).content)
        assert found["songs"] == 6

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"songs": [1], "like": [1]},
            {"songs": [1]},
            {"like": [1]},
            {"rules": {"groups": [[{"field": "colour", "low": 1}]]}},
            {"rules": {"groups": [[{"field": "energy"}]]}},
            {"rules": {"groups": [[{"field": "energy", "low": 2, "high": 1}]]}},
            {"rules": {"groups": [[{"field": "genre"}]]}},
            {"rules": {"groups": [[{"field": "cluster", "run": 5, "cluster": 1}]]}},
            {"rules": {"groups": [[{"field": "cluster"}]]}},
            {"rules": {"groups": [[{"field": "energy", "low": 1e300}]]}},
        ],
    )
    def test_says_what_cannot_be(self, script, dataset, body):
        answer = make(script, dataset, **body)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "refused")
        assert not Playlist.objects.exists()

    def test_is_of_a_dataset_that_one_may_see(self, stranger, dataset):
        assert make(stranger, dataset, songs=[dataset.first_song_id + 1]).status_code == 404


class TestChange:
    @pytest.fixture
    def address(self):
        return f"playlists/{make_playlist(make_dataset(songs=20), songs=6).pk}"

    def rows(self, script, address):
        return [one["song"]["row"] for one in script.get(address)["entries"]]

    def test_its_order(self, script, address):
        found = json.loads(script.send("POST", f"{address}/order", {"order": "tempo"}).content)
        assert (
            [one["song"]["row"] for one in found["entries"]]
            == self.rows(script, address)
            == [1, 2, 3, 4, 5, 6]
        )
        assert script.problem("POST", f"{address}/order", {"order": "harmonic"})["code"] == "refused"
        assert script.problem("POST", f"{address}/order", {"order": "x"})["code"] == "invalid"

    def test_its_songs(self, script, address):
        first = script.get(address)["entries"][0]["song"]["id"]
        assert script.send("POST", f"{address}/songs", {"song": first + 10, "position": 2}).status_code == 200
        assert self.rows(script, address) == [1, 11, 2, 3, 4, 5, 6]
        assert script.send("DELETE", f"{address}/songs/{first}").status_code == 200
        assert self.rows(script, address) == [11, 2, 3, 4, 5, 6]
        assert script.problem("DELETE", f"{address}/songs/{first}")["code"] == "not_found"
        assert script.send("POST", f"{address}/undo").status_code == 200
        assert self.rows(script, address) == [1, 11, 2, 3, 4, 5, 6]
        assert script.problem("POST", f"{address}/songs", {"song": 5})["code"] == "not_found"

    def test_nothing_to_take_back(self, script, address):
        assert script.problem("POST", f"{address}/undo")["code"] == "conflict"

    def test_its_name_and_its_making(self, script, address):
        assert json.loads(script.send("PATCH", address, {"name": "Ours"}).content)["name"] == "Ours"
        assert script.problem("PATCH", address, {"name": " "})["code"] == "refused"
        assert json.loads(script.send("POST", f"{address}/remake", {"length": 4}).content)["songs"] == 4

    def test_its_being_there(self, script, address):
        assert script.send("DELETE", address).status_code == 204
        assert script.send("GET", address).status_code == 404

    def test_only_by_its_owner(self, stranger, address):
        make_user("ada").datasets.update(visibility="shared")
        for method, more, body in (
            ("GET", "", None),
            ("PATCH", "", {"name": "x"}),
            ("DELETE", "", None),
            ("POST", "/order", {"order": "tempo"}),
            ("POST", "/undo", None),
            ("POST", "/remake", {}),
            ("GET", "/file/csv", None),
        ):
            assert stranger.problem(method, address + more, body)["code"] == "not_found"

    @pytest.mark.parametrize("ending", ["m3u8", "xspf", "jspf", "csv", "txt"])
    def test_is_a_file(self, script, address, ending):
        answer = script.send("GET", f"{address}/file/{ending}")
        assert answer.status_code == 200
        assert f".{ending}" in answer["Content-Disposition"]
        assert script.problem("GET", f"{address}/file/exe")["code"] == "invalid"


def test_tokens_are_listed_and_ended(script, stranger):
    (found,) = script.all("tokens")
    assert (found["name"], found["this"], found["can_write"]) == ("notebook", True, True)
    assert "hash" not in str(found)
    assert stranger.problem("DELETE", f"tokens/{found['id']}")["code"] == "not_found"
    assert script.send("DELETE", f"tokens/{found['id']}").status_code == 204
    assert script.problem("GET", "tokens")["code"] == "token_ended"
