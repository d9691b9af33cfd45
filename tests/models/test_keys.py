"""The database itself refuses rows whose keys point nowhere, for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import IntegrityError, connection, transaction

from clustering.models import Assignment, Dataset, Run, Song
from clustering.storage import assignments, songs
from tests.factories import make_dataset, make_playlist, make_run

pytestmark = pytest.mark.django_db


def place(run: Run, song_id: int) -> None:
    """Place one song, without asking whether it is there."""
    Assignment.objects.create(run=run, song_id=song_id, cluster=0, second=1, distance=0, x=0, y=0)


def place_all(run: Run, song_ids: Iterable[int]) -> None:
    """Place songs by one statement, without asking whether they are there."""
    places = [
        Assignment(run=run, song_id=song_id, cluster=0, second=1, distance=0, x=0, y=0)
        for song_id in song_ids
    ]
    Assignment.objects.bulk_create(places)


class TestSongs:
    def test_need_a_dataset(self) -> None:
        with pytest.raises(IntegrityError, match="block of a dataset"):
            Song.objects.create(id=5 << 32, dataset_id=77, row_number=0)

    def test_lie_in_their_datasets_block(self) -> None:
        one, other = make_dataset(songs=3), make_dataset(songs=3)
        with pytest.raises(IntegrityError, match="block of a dataset"):
            Song.objects.create(id=other.first_song_id + 9, dataset=one, row_number=9)

    def test_stay_while_a_run_places_them(self) -> None:
        dataset = make_run(make_dataset(songs=6)).dataset
        with pytest.raises(IntegrityError, match="still places"), transaction.atomic():
            songs.clear_rows(dataset, after=0)
        assert dataset.songs.count() == 6

    def test_keep_their_keys(self) -> None:
        dataset = make_dataset(songs=3)
        with pytest.raises(IntegrityError, match="never change"):
            Song.objects.filter(dataset=dataset).update(dataset_id=7)

    def test_can_be_saved(self) -> None:
        song = make_dataset(songs=3).songs.latest("id")
        song.title = "Another"
        song.save()
        assert Song.objects.get(pk=song.pk).title == "Another"


class TestAssignments:
    def test_need_a_run(self) -> None:
        run = make_run(make_dataset(songs=6))
        run.pk = 77
        with pytest.raises(IntegrityError, match="dataset of a run"):
            place(run, run.dataset.first_song_id + 1)

    def test_need_a_song(self) -> None:
        run = make_run(make_dataset(songs=6))
        with pytest.raises(IntegrityError, match="no song"):
            place(run, run.dataset.first_song_id + 100)

    def test_need_each_song_of_a_stretch(self) -> None:
        run = make_run(make_dataset(songs=6))
        first = run.dataset.first_song_id
        run.assignments.all().delete()
        Song.objects.filter(id=first + 3).delete()
        with pytest.raises(IntegrityError, match=f"no song {first + 3}"), transaction.atomic():
            place_all(run, range(first + 1, first + 7))
        assert not run.assignments.exists()
        place_all(run, [first + row for row in (1, 2, 4, 5, 6)])
        assert run.assignments.count() == 5

    def test_need_each_of_a_few_far_from_each_other(self) -> None:
        run = make_run(make_dataset(songs=60))
        first = run.dataset.first_song_id
        run.assignments.all().delete()
        with pytest.raises(IntegrityError, match=f"no song {first + 70}"), transaction.atomic():
            place_all(run, [first + 1, first + 30, first + 70])
        place_all(run, [first + 1, first + 30, first + 60])
        assert run.assignments.count() == 3

    def test_place_songs_of_the_runs_dataset_only(self) -> None:
        run, other = make_run(make_dataset(songs=6)), make_dataset(songs=6)
        with pytest.raises(IntegrityError, match="dataset of a run"):
            place(run, other.first_song_id + 1)


class TestPlaylistSongs:
    def test_are_songs_of_the_playlists_dataset(self) -> None:
        playlist, other = make_playlist(songs=3), make_dataset(songs=3)
        for song in (other.first_song_id + 1, playlist.dataset.first_song_id + 99):
            with pytest.raises(IntegrityError, match="its own dataset only"), transaction.atomic():
                playlist.replace_songs([song], set())

    def test_keep_their_songs(self) -> None:
        dataset = make_playlist(songs=3).dataset
        with pytest.raises(IntegrityError, match="a playlist still has"), transaction.atomic():
            songs.clear_rows(dataset, after=0)


class TestRunsAndDatasets:
    def test_stay_while_something_points_to_them(self) -> None:
        run = make_run(make_dataset(songs=6))
        for statement, key, message in (
            ("DELETE FROM clustering_run WHERE id = %s", run.pk, "placed by a run"),
            ("DELETE FROM clustering_dataset WHERE id = %s", run.dataset_id, "still has songs"),
        ):
            with (
                pytest.raises(IntegrityError, match=message),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, [key])

    def test_go_with_all_that_is_theirs(self) -> None:
        run = make_run(make_dataset(songs=6))
        dataset = run.dataset
        assignments.delete_run(run)
        assert not Assignment.objects.exists()
        songs.delete_dataset(dataset)
        assert not Song.objects.exists()
        assert not Dataset.objects.exists()

    def test_keep_their_keys(self) -> None:
        dataset = make_dataset(songs=3)
        with pytest.raises(IntegrityError, match="never change"):
            Dataset.objects.filter(pk=dataset.pk).update(song_block=9)
