"""A song and songs like it, over HTTP."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clustering.models import Artist
from tests.factories import make_catalog, make_dataset, make_run

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


class TestSong:
    def test_works(self, client, ada):
        run = make_run(make_catalog())
        text = text_of(client.get(reverse("song", args=[run.dataset.first_song_id + 4]), {"run": run.pk}))

        assert "Song &lt;4&gt;" in text
        assert "Songs like this" in text
        assert reverse("playlist_new") in text

    @pytest.mark.parametrize("run", ["", "x", "0", "9" * 30, "9" * 5000])
    def test_takes_any_run_that_is_asked_for(self, client, ada, run):
        dataset = make_run().dataset

        assert "Song &lt;4&gt;" in text_of(
            client.get(reverse("song", args=[dataset.first_song_id + 4]), {"run": run})
        )

    def test_plays_the_preview_and_links_out_where_the_file_has_addresses(self, client, ada):
        dataset = make_dataset()
        address = "https://p.scdn.co/mp3-preview/1?a=1&b=2"
        dataset.songs.filter(row_number=4).update(preview_url=address, link_url="https://example.org/s")
        answer = client.get(reverse("song", args=[dataset.first_song_id + 4]))
        text = text_of(answer)

        assert 'src="https://p.scdn.co/mp3-preview/1?a=1&amp;b=2"' in text
        assert 'preload="none"' in text
        assert 'href="https://example.org/s"' in text
        assert "media-src https:;" in answer.headers["Content-Security-Policy"] + ";"
        assert "<audio" not in text_of(client.get(reverse("song", args=[dataset.first_song_id + 5])))

    def test_says_that_a_song_has_no_features(self, client, ada):
        dataset = make_dataset()
        dataset.songs.filter(row_number=4).update(danceability=None, energy=None, valence=None, tempo=None)
        text = text_of(client.get(reverse("song", args=[make_catalog(dataset).first_song_id + 4])))

        assert "This song has no value for danceability, energy, valence, tempo" in text


class TestSongArtist:
    def test_leads_to_the_artist(self, client, ada):
        dataset = make_catalog()
        artist = Artist.objects.get(name="Artist 4")

        response = client.get(reverse("song_artist", args=[dataset.first_song_id + 4]))
        assert response["Location"] == reverse("artist", args=[artist.pk])

    def test_leads_to_the_list_where_none_is_known(self, client, ada):
        dataset = make_dataset()

        response = client.get(reverse("song_artist", args=[dataset.first_song_id + 4]))
        assert response["Location"] == reverse("artists", args=[dataset.pk])


class TestSimilarSongs:
    @pytest.fixture
    def clustered_dataset(self, ada):
        return make_run(make_catalog()).dataset

    def ask(self, client, dataset, rows=(4,), htmx=False, **asked):
        seeds = [dataset.first_song_id + row for row in rows]
        headers = {"HX-Request": "true"} if htmx else {}
        return text_of(
            client.get(reverse("similar_songs", args=[dataset.pk]), {"seed": seeds} | asked, headers=headers)
        )

    def test_works(self, client, clustered_dataset):
        text = self.ask(client, clustered_dataset)

        assert "similar-list" in text
        assert "Like <a" in text

    def test_answers_htmx_with_the_songs_alone(self, client, clustered_dataset):
        text = self.ask(client, clustered_dataset, htmx=True, count=3, diversity=50)

        assert "<html" not in text
        assert text.count("<li>") == 3

    def test_names_the_seed_of_each_where_there_are_several(self, client, clustered_dataset):
        assert "· like Song &lt;4&gt;" in self.ask(client, clustered_dataset, rows=(4, 20))

    def test_looks_around_the_first_of_too_many(self, client, clustered_dataset):
        text = self.ask(client, clustered_dataset, rows=range(1, 501))
        assert "500 songs are too many starting songs: the first 20" in text
        assert text.count('name="seed"') == 20
        assert "similar-list" in text
        assert "are too many starting" not in self.ask(client, clustered_dataset, rows=range(1, 21))

    def test_says_why_there_are_not_enough(self, client, clustered_dataset):
        assert "that match the filters" in self.ask(client, clustered_dataset, tempo_from=118)

    @pytest.mark.parametrize("name", ["year", "tempo", "popularity"])
    def test_says_that_a_range_is_upside_down(self, client, clustered_dataset, name):
        text = self.ask(client, clustered_dataset, **{f"{name}_from": 90, f"{name}_to": 80})

        assert "to: The range 90 to 80 is empty. Put the smaller number first." in text

    def test_asks_for_a_song_first(self, client, clustered_dataset):
        assert "Start with a song" in self.ask(client, clustered_dataset, rows=())

    @pytest.mark.parametrize(
        "asked",
        [{"count": "x"}, {"count": "0"}, {"diversity": "900"}, {"weight_energy": "7"}, {"explicit": "maybe"}],
    )
    def test_says_what_makes_no_sense(self, client, clustered_dataset, asked):
        assert "alert-danger" in self.ask(client, clustered_dataset, **asked)

    def test_says_that_a_song_cannot_be_compared(self, client, clustered_dataset):
        clustered_dataset.songs.filter(row_number=4).update(tempo=None)
        make_catalog(clustered_dataset)

        assert "has no value for tempo, so it cannot be compared" in self.ask(client, clustered_dataset)

    def test_says_that_it_is_not_ready(self, client, ada):
        assert "still being prepared" in self.ask(client, make_dataset())

    def test_takes_seeds_that_are_none(self, client, clustered_dataset):
        response = client.get(
            reverse("similar_songs", args=[clustered_dataset.pk]), {"seed": ["x", "-1", "9" * 19, "9" * 40]}
        )
        assert "Start with a song" in text_of(response)
