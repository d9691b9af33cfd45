"""One song's page."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.analysis.scaling import fit_scaling
from clustering.models import Dataset, Song
from clustering.web.library.pages.song import SongPage, spotify_address
from tests.factories import FEATURES, make_catalog, make_dataset, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def fitted_run():
    """A run with a real model: scaling and three centers."""
    dataset = make_catalog()
    made = make_run(dataset, features=["danceability", "energy", "tempo"])
    values = np.array(list(dataset.songs.order_by("id").values_list(*made.features)), dtype=np.float32)
    scaling = fit_scaling(values, made.features)
    scaled = scaling.transform(values)
    made.model |= {
        "scaling": scaling.to_dict(),
        "centroids": [scaled[index::3].mean(axis=0).tolist() for index in range(3)],
    }
    made.save()
    return made


def read(dataset: Dataset, row: int, **options):
    found = Song.objects.select_related("dataset__owner").get(pk=dataset.first_song_id + row)
    return SongPage.read(found, **options)


class TestSong:
    def test_asks_a_constant_number_of_queries(self, fitted_run, django_assert_num_queries):
        found = Song.objects.select_related("dataset__owner").get(pk=fitted_run.dataset.first_song_id + 4)
        with django_assert_num_queries(3):
            SongPage.read(found)

    def test_says_where_it_landed_and_why(self, fitted_run):
        landing = read(fitted_run.dataset, 4).membership
        assert landing is not None
        placed = fitted_run.assignments.get(song__row_number=4)

        assert landing.cluster.index == placed.cluster
        assert landing.second is not None
        assert landing.headline
        assert landing.to_own or landing.to_other

    def test_shows_its_features_beside_the_group_and_all_songs(self, fitted_run):
        page = read(fitted_run.dataset, 4)
        tempo = next(line for line in page.lines if line.label == "Tempo")

        assert (tempo.value, tempo.everything) == ("94 BPM", "120 BPM")
        assert tempo.beside.endswith("BPM")
        assert tempo.at is not None
        assert tempo.everything_at is not None
        assert tempo.at < tempo.everything_at

    def test_takes_the_run_that_is_asked_for(self, fitted_run):
        newer = make_run(fitted_run.dataset)

        assert read(fitted_run.dataset, 4).membership.run == newer
        assert read(fitted_run.dataset, 4, run_id=fitted_run.pk).membership.run == fitted_run
        assert len(read(fitted_run.dataset, 4).runs) == 2

    def test_a_song_in_no_group(self, fitted_run):
        fitted_run.clusters.filter(index=0).update(is_noise=True)

        assert read(fitted_run.dataset, 4).membership.headline == "In no group"


class TestLittleIsKnown:
    def test_without_a_run(self):
        dataset = make_dataset()
        page = read(dataset, 1)

        assert page.membership is None

    def test_without_a_value_of_each_feature(self):
        run = make_run(make_catalog())
        run.dataset.songs.filter(row_number=1).update(energy=None)
        landing = read(run.dataset, 1).membership

        assert (landing.headline, landing.to_own) == ("", ())

    def test_without_any_feature(self, fitted_run):
        fitted_run.dataset.songs.filter(row_number=4).update(**dict.fromkeys(FEATURES))
        make_catalog(fitted_run.dataset)
        page = read(fitted_run.dataset, 4)

        assert page.missing == ("danceability", "energy", "valence", "tempo")
        assert {line.value for line in page.lines} == {"–"}

    def test_without_any_text(self):
        dataset = make_catalog()
        Song.objects.filter(dataset=dataset).update(title=None, artist=None, external_id=None, genres=None)
        page = read(dataset, 7)

        assert page.title == "Song 7"
        assert page.spotify == ""


class TestSpotifyAddress:
    @pytest.mark.parametrize(
        "external_id",
        [
            "1dtKN6wwlolkM8XZy2y9C1",
            "spotify:track:1dtKN6wwlolkM8XZy2y9C1",
            "https://open.spotify.com/track/1dtKN6wwlolkM8XZy2y9C1?si=x",
            "https://open.spotify.com/intl-de/track/1dtKN6wwlolkM8XZy2y9C1",
        ],
    )
    def test_is_that_of_the_track(self, external_id):
        assert spotify_address(external_id) == "https://open.spotify.com/track/1dtKN6wwlolkM8XZy2y9C1"

    @pytest.mark.parametrize(
        "external_id", [None, "", "17", "javascript:alert(1)", "1dtKN6wwlolkM8XZy2y9C1'x" * 2]
    )
    def test_is_nothing_for_others(self, external_id):
        assert "javascript" not in spotify_address(external_id)
        assert spotify_address(external_id) in ("", "https://open.spotify.com/track/1dtKN6wwlolkM8XZy2y9C1")
