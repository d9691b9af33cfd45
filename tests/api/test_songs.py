"""Songs, artists and genres by the API."""

from __future__ import annotations

import pytest

from clustering.models import Dataset, Song, SongColumn
from clustering.storage.kept_columns import forget_song_columns
from clustering.storage.song_columns import save_song_columns
from tests.factories import make_catalog, make_dataset, make_run, make_user, scatter_songs

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset():
    return make_catalog(scatter_songs(make_dataset(songs=40), artists=6))


def keep_again(dataset):
    """Have the columns say what the songs do now, where some are kept."""
    were_kept = SongColumn.objects.filter(dataset=dataset, name="title").exists()
    forget_song_columns(dataset)
    if were_kept:
        save_song_columns(dataset)


class TestList:
    """Read from the songs, as right after an import, and from their columns, as it is from then on."""

    @pytest.fixture(params=["songs", "columns"])
    def dataset(self, dataset, request):
        if request.param == "columns":
            save_song_columns(dataset)
        return dataset

    def test_has_every_song_once_in_the_files_order(self, script, dataset):
        found = script.all(f"datasets/{dataset.pk}/songs?limit=7")
        assert [one["row"] for one in found] == list(range(1, 41))
        song = Song.objects.get(pk=found[0]["id"])
        assert (found[0]["title"], found[0]["features"]["energy"]) == (song.title, song.energy)

    @pytest.mark.parametrize(
        "sort", ["energy", "-energy", "title", "-release_year", "popularity", "-row", "-loudness"]
    )
    def test_is_sorted(self, script, dataset, sort):
        Song.objects.filter(row_number__in=[3, 4, 5]).update(energy=None, popularity=None, title=None)
        Song.objects.filter(row_number__gt=30).update(energy=0.3, popularity=7.7)
        keep_again(dataset)
        found = script.all(f"datasets/{dataset.pk}/songs?limit=7&sort={sort}")
        name = sort.lstrip("-")
        values = [one["features"][name] if name in one["features"] else one[name] for one in found]
        known = [value for value in values if value is not None]
        assert sorted(one["row"] for one in found) == list(range(1, 41))
        assert values == known + [None] * (len(values) - len(known))
        if name == "title":
            assert known == sorted(known, key=str.lower)
        else:
            assert known == sorted(known, reverse=sort.startswith("-"))

    @pytest.mark.parametrize("sort", ["valence", "-valence"])
    def test_of_a_column_that_no_song_has_is_in_the_files_order(self, script, dataset, sort):
        Dataset.objects.filter(pk=dataset.pk).update(features=["energy", "tempo"])
        dataset.songs.update(valence=None)
        keep_again(dataset)
        found = script.all(f"datasets/{dataset.pk}/songs?limit=7&sort={sort}")
        assert [one["row"] for one in found] == list(range(1, 41))

    @pytest.mark.parametrize("sort", ["valence", "-valence", "-popularity"])
    @pytest.mark.parametrize("comes", [True, False])
    def test_goes_on_where_the_column_comes_or_goes_meanwhile(self, script, dataset, sort, comes):
        dataset.songs.update(valence=None, popularity=7.7)
        with_it, without = ["energy", "tempo", "valence"], ["energy", "tempo"]
        address = f"datasets/{dataset.pk}/songs?limit=7&sort={sort}"
        if "popularity" in sort:  # a filter by what the dataset has not got is for the database
            address += "&valence_to=1"
            dataset.songs.update(valence=0.5)
        Dataset.objects.filter(pk=dataset.pk).update(features=without if comes else with_it)
        keep_again(dataset)
        first = script.get(address)
        Dataset.objects.filter(pk=dataset.pk).update(features=with_it if comes else without)
        keep_again(dataset)
        second = script.get(f"{address}&cursor={first['next']}")
        rows = [one["row"] for one in [*first["items"], *second["items"]]]
        assert rows == list(range(1, 15))

    @pytest.mark.parametrize("sort", ["row", "-row", "title", "-tempo"])
    @pytest.mark.parametrize(
        ("asked", "right"),
        [
            ("energy_from=0.5", lambda s: s.energy >= 0.5),
            (
                "energy_from=0.2&energy_to=0.6&tempo_to=120",
                lambda s: 0.2 <= s.energy <= 0.6 and s.tempo <= 120,
            ),
            ("genre=jazz", lambda s: "jazz" in s.genres),
            ("artist=Artist 3", lambda s: s.artist == "Artist 3"),
            ("explicit=true&genre=rock", lambda s: s.explicit and "rock" in s.genres),
            ("tempo_from=100&tempo_to=110", lambda s: 100 <= s.tempo <= 110),
            (
                "release_year_from=2000&popularity_to=20",
                lambda s: s.release_year >= 2000 and s.popularity <= 20,
            ),
            ("popularity_from=1e300", lambda s: False),
            ("popularity_from=1e-300", lambda s: s.popularity >= 0),
        ],
    )
    def test_is_filtered(self, script, dataset, asked, right, sort):
        songs = script.all(f"datasets/{dataset.pk}/songs?limit=5&{asked}&sort={sort}")
        found = {one["row"] for one in songs}
        assert len(found) == len(songs)
        assert found == {song.row_number for song in dataset.songs.all() if right(song)}

    @pytest.mark.parametrize("sort", ["row", "energy"])
    def test_takes_a_bound_as_exactly_as_the_column(self, script, dataset, sort):
        Song.objects.filter(row_number=9).update(valence=0.8)
        keep_again(dataset)
        asked = f"valence_from=0.8&valence_to=0.8&sort={sort}"
        assert {one["row"] for one in script.all(f"datasets/{dataset.pk}/songs?{asked}")} == {9}

    @pytest.mark.parametrize("sort", ["row", "energy"])
    def test_is_of_a_group(self, script, dataset, sort):
        run = make_run(dataset)
        found = script.all(f"datasets/{dataset.pk}/songs?run={run.pk}&cluster=1&limit=4&sort={sort}")
        assert {one["id"] for one in found} == set(
            run.assignments.filter(cluster=1).values_list("song", flat=True)
        )
        for asked in (f"run={run.pk}", "cluster=1"):
            assert script.problem("GET", f"datasets/{dataset.pk}/songs?{asked}")["code"] == "refused"
        assert script.problem("GET", f"datasets/{dataset.pk}/songs?run=1&cluster=1")["code"] == "not_found"

    @pytest.mark.parametrize(
        "asked",
        [
            "sort=colour",
            "sort=id",
            "energy_from=x",
            "energy_from=nan",
            "energy_from=inf",
            "release_year_from=nan",
            "release_year_to=inf",
            "popularity_to=-inf",
        ],
    )
    def test_says_what_cannot_be(self, script, dataset, asked):
        assert script.problem("GET", f"datasets/{dataset.pk}/songs?{asked}")["code"] == "invalid"

    def test_refuses_a_range_that_ends_before_it_begins(self, script, dataset):
        found = script.problem("GET", f"datasets/{dataset.pk}/songs?energy_from=0.8&energy_to=0.2")
        assert found["code"] == "refused"


class TestSong:
    def test_says_where_runs_put_it(self, script, dataset):
        run = make_run(dataset)
        song = dataset.first_song_id + 2
        found = script.get(f"songs/{song}")
        assert found["row"] == 2
        assert [(one["run"], one["cluster"]) for one in found["places"]] == [(run.pk, 1)]

    def test_is_not_there_for_others(self, stranger, dataset):
        assert stranger.problem("GET", f"songs/{dataset.first_song_id + 2}")["code"] == "not_found"


class TestSimilar:
    def test_are_near_with_a_reason(self, script, dataset):
        song = dataset.first_song_id + 1
        found = script.get(f"datasets/{dataset.pk}/similar?song={song}&count=5")
        assert len(found["songs"]) == 5
        distances = [one["distance"] for one in found["songs"]]
        assert distances == sorted(distances)
        assert all(one["why"] and one["like"] == song and one["song"]["id"] != song for one in found["songs"])

    def test_are_weighted_and_filtered(self, script, dataset):
        song = dataset.first_song_id + 1
        address = f"datasets/{dataset.pk}/similar?song={song}"
        found = script.get(f"{address}&weight=energy:4&weight=tempo:0&tempo_to=100&per_artist=9")
        assert found["songs"]
        assert all(one["song"]["features"]["tempo"] <= 100 for one in found["songs"])
        for asked in ("weight=colour:1", "cluster=same"):
            assert script.problem("GET", f"{address}&{asked}")["code"] == "refused"
        for asked in ("weight=energy", "count=0", "count=101", "cluster=x"):
            assert script.problem("GET", f"{address}&{asked}")["code"] == "invalid"

    def test_need_songs_of_the_dataset(self, script, dataset):
        assert script.problem("GET", f"datasets/{dataset.pk}/similar")["code"] == "invalid"
        assert script.problem("GET", f"datasets/{dataset.pk}/similar?song=1")["code"] == "refused"


class TestSearch:
    def test_finds_songs_by_words(self, script, dataset):
        found = script.get("search?q=song 7")
        assert found["songs"][0]["title"] == "Song <7>"
        assert script.get(f"search?q=song 7&dataset={dataset.pk}")["songs"] == found["songs"]
        assert script.problem("GET", "search?q=song&dataset=1")["code"] == "not_found"

    def test_finds_nothing_of_others(self, stranger, dataset):
        assert stranger.get("search?q=song")["songs"] == []


class TestArtistsAndGenres:
    def test_are_listed_by_their_songs(self, script, dataset):
        for kind in ("artists", "genres"):
            found = script.all(f"datasets/{dataset.pk}/{kind}?limit=2")
            counts = [one["songs"] for one in found]
            assert len(found) == getattr(dataset, kind).count() > 2
            assert counts == sorted(counts, reverse=True)
            first = script.get(f"{kind}/{found[0]['id']}")
            assert first["name"] == found[0]["name"]
            assert found[0]["id"] not in {one["id"] for one in first["similar"]}

    def test_have_songs(self, script, dataset):
        artist = script.all(f"datasets/{dataset.pk}/artists")[0]
        found = script.all(f"artists/{artist['id']}/songs?limit=2")
        assert len(found) == artist["songs"]
        assert [one["popularity"] for one in found] == sorted(
            (one["popularity"] for one in found), reverse=True
        )


def test_the_number_of_queries_does_not_grow(script, dataset, django_assert_max_num_queries):
    make_run(dataset)
    make_run(dataset)
    make_dataset(make_user())
    for address in (
        "datasets",
        f"datasets/{dataset.pk}/runs",
        f"datasets/{dataset.pk}/songs",
        "playlists",
        "jobs",
    ):
        with django_assert_max_num_queries(6):
            script.get(address)
