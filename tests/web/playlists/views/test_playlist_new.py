"""The list of playlists, and how a new one begins, over HTTP."""

import pytest
from django.urls import reverse

from clustering.models import Playlist
from tests.factories import make_catalog, make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db
NEW = "/playlists/new/"


def rules(*rows, **more):
    """What the form sends for these rules."""
    data = {"rule-TOTAL_FORMS": len(rows), "rule-INITIAL_FORMS": 0, "join": "all"}
    for i, row in enumerate(rows):
        data |= {f"rule-{i}-{name}": value for name, value in ({"group": 1} | row).items()}
    options = {
        "name": "Mine",
        "length": 5,
        "unit": "songs",
        "per_artist": 2,
        "pick": "popular",
        "order": "tempo",
    }
    return data | options | more


@pytest.fixture
def own_forty_songs(ada):
    return make_dataset(ada, songs=40)


class TestPlaylistNew:
    def test_begins_with_a_rule(self, client, own_forty_songs, django_assert_num_queries):
        with django_assert_num_queries(5):
            answer = client.get(NEW, {"dataset": own_forty_songs.pk})
        assert answer.status_code == 200
        assert 'name="rule-0-low"' in answer.content.decode()

    def test_begins_with_a_group_of_a_run(self, client, own_forty_songs):
        run = make_run(own_forty_songs)
        text = client.get(NEW, {"run": run.pk, "cluster": 1}).content.decode()
        assert f'<option value="{run.pk}:1" selected>' in text

    def test_asks_which_dataset_where_there_are_several(self, client, own_forty_songs):
        assert client.get(NEW)["Location"] == f"{NEW}?dataset={own_forty_songs.pk}"
        make_dataset(own_forty_songs.owner, name="Other songs")
        text = client.get(NEW).content.decode()
        assert "Other songs" in text
        assert "Evening songs" in text

    def test_says_that_there_are_no_songs(self, client, ada):
        assert "Upload a song file" in client.get(NEW).content.decode()
        empty = make_dataset(ada, songs=0)
        assert "No songs yet" in client.get(NEW, {"dataset": empty.pk}).content.decode()

    @pytest.mark.parametrize("name", ["dataset", "run", "seed"])
    def test_is_not_there_for_others(self, client, ada, name):
        run = make_run(make_dataset(make_user("bob")))
        number = {"dataset": run.dataset_id, "run": run.pk, "seed": run.dataset.first_song_id + 1}[name]
        assert client.get(NEW, {name: number}).status_code == 404
        assert client.get(NEW, {name: "9" * 30}).status_code in (302, 404)

    def test_makes_a_playlist(self, client, own_forty_songs):
        answer = client.post(NEW, rules({"field": "tempo", "low": "110"}, dataset=own_forty_songs.pk))
        made = Playlist.objects.get()
        assert answer["Location"] == reverse("playlist", args=[made.pk])
        assert made.recipe == {"join": "all", "groups": [[{"field": "tempo", "low": 110.0}]]}
        assert [entry.song.tempo for entry in made.entries.order_by("position")] == [126, 127, 128, 129, 130]

    def test_keeps_the_groups_of_rules_apart(self, client, own_forty_songs):
        rows = ({"field": "tempo", "low": "125"}, {"group": 2, "field": "energy", "high": "0.2"})
        client.post(NEW, rules(*rows, dataset=own_forty_songs.pk, join="any"))
        assert [len(group) for group in Playlist.objects.get().recipe["groups"]] == [1, 1]

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            ({"field": "tempo"}, "Enter a minimum"),
            ({"field": "tempo", "low": "200", "high": "100"}, "Nothing is at least 200 and at most 100"),
            ({"field": "tempo", "low": "nan"}, "Enter a number"),
            ({"field": "smell", "low": "1"}, "“smell” is not one of the choices"),
            ({"field": "tempo", "low": "500"}, "No songs match these rules"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(self, client, own_forty_songs, row, sentence):
        answer = client.post(NEW, rules(row, dataset=own_forty_songs.pk, name="My own name"))
        text = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in text
        assert "My own name" in text
        assert not Playlist.objects.exists()

    def test_needs_a_name(self, client, own_forty_songs):
        answer = client.post(NEW, rules(dataset=own_forty_songs.pk, name=" "))
        assert "Enter a name." in answer.content.decode()

    def test_says_that_there_are_no_keys(self, client, own_forty_songs):
        answer = client.post(NEW, rules(dataset=own_forty_songs.pk, order="harmonic"))
        assert "Harmonic mixing needs key and mode" in answer.content.decode()

    def test_adds_and_removes_rules(self, client, own_forty_songs):
        row = {"field": "tempo", "low": "110"}
        text = client.post(NEW, rules(row, dataset=own_forty_songs.pk, do="add:1")).content.decode()
        assert 'name="rule-1-low"' in text
        assert 'value="110"' in text
        text = client.post(
            NEW, rules(row, row, dataset=own_forty_songs.pk, do="remove:0"), headers={"HX-Request": "true"}
        ).content.decode()
        assert 'name="rule-1-low"' not in text
        assert "<html" not in text
        assert not Playlist.objects.exists()


class TestPlaylistCount:
    def count(self, client, dataset, *rows):
        return client.post(reverse("playlist_count", args=[dataset.pk]), rules(*rows))

    def test_counts(self, client, own_forty_songs):
        answer = self.count(client, own_forty_songs, {"field": "tempo", "low": "110.5"})
        assert answer.context["count"] == 20
        assert "of 40 songs" in answer.content.decode()

    def test_says_when_none_matches_or_a_rule_is_open(self, client, own_forty_songs):
        none = self.count(client, own_forty_songs, {"field": "tempo", "low": "500"})
        assert "No songs match" in none.content.decode()
        assert "Finish the rules" in self.count(client, own_forty_songs, {"field": "tempo"}).content.decode()

    def test_is_not_there_for_others(self, client, ada):
        assert self.count(client, make_dataset(make_user("bob"))).status_code == 404


class TestPlaylistFromSongs:
    def post(self, client, dataset, data):
        return client.post(reverse("playlist_from_songs", args=[dataset.pk]), data)

    def test_takes_a_filter(self, client, own_forty_songs):
        run = make_run(own_forty_songs)
        asked = "outline=1.9,-2,3.9,-2,3.9,9,1.9,9"
        self.post(client, own_forty_songs, {"run": run.pk, "filter": asked, "name": "Corner"})
        made = Playlist.objects.get()
        assert made.name == "Corner"
        assert {entry.song.row_number % 3 for entry in made.entries.all()} == {2}

    def test_takes_a_filter_of_all_songs(self, client, own_forty_songs):
        self.post(client, own_forty_songs, {"run": "", "filter": "tempo=..95", "song": ""})
        made = Playlist.objects.get()
        assert {entry.song.row_number for entry in made.entries.all()} == {1, 2, 3, 4}
        assert made.name == "Tempo under 95 BPM"

    def test_is_named_by_its_filter(self, client, own_forty_songs):
        run = make_run(own_forty_songs)
        group = run.clusters.get(index=1)
        for asked, name in (
            ("group=1&energy=0..2", f"{group.name} · Energy 0.00 to 2.00"),
            ("tempo=95..&outline=-99,-99,99,-99,0,99", "Tempo from 95 BPM · an area of the map"),
            ("", "All songs of Evening songs"),
        ):
            self.post(client, own_forty_songs, {"run": run.pk, "filter": asked})
            assert Playlist.objects.latest("created_at").name == name

    def test_says_when_more_songs_are_chosen_than_a_playlist_has(self, client, own_forty_songs):
        first = own_forty_songs.first_song_id
        chosen = ",".join(str(first + row) for row in range(1, 10_001))
        data = {"song": chosen}
        answer = client.post(
            reverse("playlist_from_songs", args=[own_forty_songs.pk]), data, follow=True
        ).content.decode()
        assert "The first 400 of the 10,000 songs that you chose" in answer

    def test_takes_songs_in_their_order(self, client, own_forty_songs):
        first = own_forty_songs.first_song_id
        self.post(client, own_forty_songs, {"song": [first + 9, first + 2]})
        made = Playlist.objects.get()
        assert [entry.song_id - first for entry in made.entries.order_by("position")] == [9, 2]
        assert made.name == "2 songs of Evening songs"

    def test_needs_a_name_that_can_be_stored(self, client, own_forty_songs):
        data = {"song": own_forty_songs.first_song_id + 1, "name": "a\0b"}
        answer = client.post(reverse("playlist_from_songs", args=[own_forty_songs.pk]), data, follow=True)
        assert "Null characters are not allowed" in answer.content.decode()
        assert not Playlist.objects.exists()

    def test_leads_back_to_the_filter_that_leaves_nothing(self, client, own_forty_songs):
        run = make_run(own_forty_songs)
        answer = self.post(client, own_forty_songs, {"filter": "energy=5..9&sort=title", "run": run.pk})
        there = reverse("explore", args=[own_forty_songs.pk])
        assert answer["Location"] == f"{there}?energy=5..9&sort=title&run={run.pk}"
        assert not Playlist.objects.exists()

    @pytest.mark.parametrize("data", [{}, {"song": "x"}, {"song": ""}])
    def test_says_when_nothing_is_chosen(self, client, own_forty_songs, data):
        answer = client.post(reverse("playlist_from_songs", args=[own_forty_songs.pk]), data, follow=True)
        assert "Choose some songs first" in answer.content.decode()

    def test_is_not_there_for_others(self, client, ada):
        theirs = make_dataset(make_user("bob"))
        assert self.post(client, theirs, {"song": theirs.first_song_id + 1}).status_code == 404


class TestSeeds:
    def test_are_shown_and_made_a_playlist_of(self, client, own_forty_songs):
        make_catalog(own_forty_songs)
        seed = own_forty_songs.first_song_id + 5
        text = client.get(NEW, {"seed": [seed, seed]}).content.decode()
        assert text.count("Song &lt;5&gt; – Artist 5") == 2  # the choice, and the proposed name
        assert "rule-TOTAL_FORMS" not in text
        client.post(
            NEW,
            {
                "seed": seed,
                "source": "seeds",
                "name": "Like it",
                "length": 5,
                "unit": "songs",
                "order": "picked",
            },
        )
        made = Playlist.objects.get()
        assert made.source == "seeds"
        assert made.entries.order_by("position").first().song_id == seed

    def test_say_when_none_is_left(self, client, own_forty_songs):
        make_catalog(own_forty_songs)
        data = {
            "dataset": own_forty_songs.pk,
            "source": "seeds",
            "name": "x",
            "length": 5,
            "unit": "songs",
            "order": "picked",
        }
        answer = client.post(NEW, data)
        assert "Choose at least one starting song" in answer.content.decode()

    def test_of_another_persons_dataset_are_not_there(self, client, own_forty_songs):
        theirs = make_dataset(make_user("bob"))
        assert client.get(NEW, {"seed": theirs.first_song_id + 1}).status_code == 404
