"""Artists: lists, profiles, and who is like whom."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.models import Artist
from clustering.web.library.pages import artists as module
from clustering.web.library.pages.artists import ArtistPage, ArtistsPage
from tests.factories import make_catalog, make_dataset, make_run

pytestmark = pytest.mark.django_db


class TestArtists:
    def test_come_by_their_songs_each_once(self, monkeypatch):
        monkeypatch.setattr(module, "ARTISTS_PER_PAGE", 3)
        dataset = make_catalog()
        names, after = [], None
        for _ in range(5):
            page = ArtistsPage.read(dataset, after=after)
            names += [(found.songs_count, found.name) for found in page.artists]
            if not page.after:
                break
            songs, last = page.after.split("_")
            after = int(songs), int(last)

        assert len(names) == 7 == len(set(names))
        assert [songs for songs, _ in names] == sorted((songs for songs, _ in names), reverse=True)

    def test_asks_two_queries(self, django_assert_num_queries):
        dataset = make_catalog()
        with django_assert_num_queries(2):
            ArtistsPage.read(dataset)

    def test_are_not_there_before_the_catalog(self):
        assert ArtistsPage.read(make_dataset()).catalog is None


class TestArtist:
    def find(self, name="Artist 1"):
        return Artist.objects.select_related("dataset").get(name=name)

    def test_has_a_profile_in_real_units(self):
        make_catalog()
        page = ArtistPage.read(self.find())
        tempos = [91 + 7 * step for step in range(5)]
        tempo = next(track for track in page.tracks if track.label == "Tempo")

        assert tempo.value == f"{np.mean(tempos):.0f} BPM"
        assert tempo.spread == f"± {np.std(tempos):.0f} BPM"

    def test_counts_songs_by_group(self):
        run = make_run(make_catalog())
        page = ArtistPage.read(self.find())

        assert page.run == run
        assert sum(part.count for part in page.clusters) == 5
        assert sum(part.share for part in page.clusters) == pytest.approx(1)

    def test_asks_a_constant_number_of_queries(self, django_assert_num_queries):
        make_run(make_catalog())
        found = self.find()
        with django_assert_num_queries(6):
            ArtistPage.read(found)

    def test_is_like_who_has_the_same_kinds_of_songs_and_not_the_same_mean(self):
        """An artist of two kinds is near another of both, and far from one in between."""
        dataset = make_dataset(songs=40)
        kinds = {"both": (0.1, 0.9), "also both": (0.12, 0.88), "between": (0.5, 0.5), "low": (0.1, 0.1)}
        for place, (name, values) in enumerate(kinds.items()):
            for turn in range(10):
                dataset.songs.filter(row_number=place * 10 + turn + 1).update(
                    artist=name,
                    energy=values[turn % 2] + turn / 1000,
                    danceability=0.5 + turn / 100,
                    tempo=120 + turn,
                )
        make_catalog(dataset)

        assert ArtistPage.read(self.find("both")).similar[0].name == "also both"

    def test_of_one_song_has_no_spread_and_nobody_like_it(self):
        dataset = make_dataset()
        dataset.songs.filter(row_number=1).update(artist="Single")
        make_catalog(dataset)
        page = ArtistPage.read(self.find("Single"))

        assert page.similar == ()
        assert {track.spread for track in page.tracks} == {""}
        assert len(page.songs) == 1
