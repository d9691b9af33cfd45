"""The catalog of a dataset: made anew, brought on when it is due, and gone with its songs."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from sklearn.preprocessing import StandardScaler

from clustering.jobs import runner as jobs
from clustering.jobs.kinds.index import due_datasets
from clustering.models import Artist, Catalog, Genre, Job, Song, SongText, SongVector
from clustering.storage.matrix import load_matrix
from clustering.storage.songs import delete_dataset
from tests.factories import make_catalog, make_dataset, make_job

pytestmark = pytest.mark.django_db


class TestIndexSongs:
    def test_keeps_the_standardized_features_of_complete_songs(self):
        dataset = make_dataset()
        Song.objects.filter(dataset=dataset, row_number=3).update(tempo=None)
        make_catalog(dataset)
        catalog = Catalog.objects.get()
        values = load_matrix(dataset, catalog.features).values.astype(np.float64)
        complete = ~np.isnan(values).any(axis=1)
        stored = [list(v.vector) for v in SongVector.objects.order_by("song_id")]

        assert (catalog.compared, catalog.songs_count) == (29, 30)
        np.testing.assert_allclose(stored, StandardScaler().fit_transform(values[complete]), atol=1e-5)

    def test_leaves_out_what_is_the_same_for_all(self):
        make_catalog()

        assert Catalog.objects.get().features == ["danceability", "energy", "tempo"]

    def test_leaves_out_what_many_songs_lack(self):
        dataset = make_dataset()
        dataset.songs.filter(row_number__lte=20).update(tempo=None)
        make_catalog(dataset)

        assert Catalog.objects.get().features == ["danceability", "energy"]

    def test_names_an_artist_by_the_first_song(self):
        dataset = make_dataset()
        Song.objects.filter(dataset=dataset, row_number=9).update(artist="ARTIST 1 feat. Somebody")
        make_catalog(dataset)
        artist = Artist.objects.get(key="artist 1")

        assert (artist.name, artist.songs_count) == ("Artist 1", 6)
        assert artist.pk == dataset.first_song_id + 1
        assert set(SongText.objects.filter(artist=artist).values_list("song__artist", flat=True)) == {
            "Artist 1",
            "ARTIST 1 feat. Somebody",
        }

    def test_compares_only_artists_with_some_songs(self):
        dataset = make_dataset()
        Song.objects.filter(dataset=dataset, row_number=9).update(artist="Rare")
        make_catalog(dataset)

        assert Artist.objects.get(name="Rare").vector is None
        assert Artist.objects.get(name="Artist 3").vector is not None

    def test_lays_texts_in_the_order_of_popularity(self):
        make_catalog()
        in_place = [
            text.song_id for text in SongText.objects.raw("SELECT * FROM clustering_songtext ORDER BY ctid")
        ]

        assert in_place == list(Song.objects.order_by("-popularity", "id").values_list("id", flat=True))

    def test_describes_genres(self):
        dataset = make_dataset()
        make_catalog(dataset)
        jazz = Genre.objects.get(name="jazz")
        members = Song.objects.filter(genres__contains=["jazz"])

        assert jazz.songs_count == members.count() == sum(jazz.periods)
        assert jazz.means["tempo"] == pytest.approx(
            np.mean(list(members.values_list("tempo", flat=True))), rel=1e-5
        )
        assert set(jazz.typical) <= set(members.values_list("id", flat=True))

    def test_tells_of_years(self):
        make_catalog()
        periods = Catalog.objects.get().periods

        assert [period["label"] for period in periods] == ["1990s", "2000s", "2010s"]
        assert sum(period["songs"] for period in periods) == 30

    def test_made_again_it_is_the_same(self):
        dataset = make_catalog()
        before = (
            list(SongText.objects.order_by("song_id").values()),
            list(Artist.objects.order_by("id").values()),
        )
        make_catalog(dataset)
        after = (
            list(SongText.objects.order_by("song_id").values()),
            list(Artist.objects.order_by("id").values()),
        )

        assert str(before) == str(after)

    @pytest.mark.parametrize("model", [Artist, Genre])
    def test_made_again_leaves_addresses_as_they_were(self, model):
        dataset = make_catalog()
        before = dict(model.objects.values_list("id", "name"))
        more = Song.objects.get(id=dataset.first_song_id + 30)
        for row, (artist, genre) in enumerate(
            [("New", "polka"), ("Artist 1", "jazz"), ("Artist 0", "pop")], 31
        ):
            more.pk, more.row_number, more.artist, more.genres = (
                dataset.first_song_id + row,
                row,
                artist,
                [genre],
            )
            more.save(force_insert=True)
        dataset.uploads.update(rows_read=33)
        dataset.record_addition(songs=3, features=dataset.features, extra_columns=[])
        make_catalog(dataset)

        after = dict(model.objects.values_list("id", "name"))
        assert before.items() < after.items()
        assert set(after.values()) - set(before.values()) == {
            {"Artist": "New", "Genre": "polka"}[model.__name__]
        }
        if model is Genre:
            assert Genre.objects.get(name="jazz").songs_count == 16

    def test_made_again_leaves_no_genre_that_no_song_has(self):
        dataset = make_catalog()
        kept = Genre.objects.get(name="pop").pk
        Song.objects.filter(dataset=dataset).update(genres=["pop"])
        make_catalog(dataset)

        assert [genre.pk for genre in Genre.objects.all()] == [kept]

    def test_made_again_leaves_genres_of_other_datasets(self):
        other = make_catalog(make_dataset(name="other"))
        before = list(other.genres.order_by("id").values())
        dataset = make_catalog()
        Song.objects.filter(dataset=dataset).update(genres=["pop"])
        make_catalog(dataset)

        assert str(list(other.genres.order_by("id").values())) == str(before)

    @pytest.mark.parametrize(
        "gone",
        [
            {
                "title": None,
                "artist": None,
                "album": None,
                "genres": None,
                "release_year": None,
                "popularity": None,
            },
            {"danceability": 0.5, "energy": 0.5, "valence": 0.5, "tempo": 100.0},
            {"energy": None},
        ],
        ids=["no words", "no differences", "no energy"],
    )
    def test_takes_songs_of_which_little_is_known(self, gone):
        dataset = make_dataset()
        Song.objects.filter(dataset=dataset).update(**gone)
        make_catalog(dataset)

        assert SongText.objects.count() == 30

    def test_takes_hostile_texts(self):
        dataset = make_dataset(songs=6)
        awkward = "\"',\\ {x} \n <b>&' \u202e ☃ a:1 b:*"
        Song.objects.filter(dataset=dataset).update(title=awkward, artist=awkward, genres=[awkward, ""])
        make_catalog(dataset)

        assert Artist.objects.get().songs_count == 6
        assert Genre.objects.get().name == awkward


class TestDue:
    def test_is_a_dataset_without_a_catalog(self):
        dataset = make_dataset()

        assert due_datasets() == [dataset]

    def test_is_one_that_got_more_songs(self):
        dataset = make_catalog()
        assert due_datasets() == []

        dataset.songs_count += 1
        dataset.save()
        assert due_datasets() == [dataset]

    def test_waits_while_something_is_being_done(self):
        make_job(dataset=make_dataset(), status=Job.Status.RUNNING)

        assert due_datasets() == []

    def test_does_not_try_for_ever(self):
        dataset = make_dataset()
        make_job(dataset=dataset, kind="index", status=Job.Status.FAILED)
        assert due_datasets() == []

        dataset.uploads.update(created_at=timezone.now() + timedelta(minutes=1))
        assert due_datasets() == [dataset]

    def test_is_brought_on_by_who_looks_after_jobs(self):
        dataset = make_dataset()
        (job_id,) = jobs.reap()
        job = Job.objects.get(pk=job_id)

        assert (job.kind, job.dataset, job.owner) == ("index", dataset, dataset.owner)
        assert jobs.reap() == []


class TestDelete:
    def test_goes_with_its_dataset_and_leaves_the_others(self):
        kept = make_catalog(make_dataset(name="kept"))
        dataset = make_catalog()
        delete_dataset(dataset)

        for model in (SongText, SongVector):
            assert model.objects.count() == 30
        assert set(Artist.objects.values_list("dataset", flat=True)) == {kept.pk}
        assert set(Genre.objects.values_list("dataset", flat=True)) == {kept.pk}
