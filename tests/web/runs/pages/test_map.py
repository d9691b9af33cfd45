"""The map of a run: the page, a song, a search, and what an outline holds."""

from __future__ import annotations

import json

import numpy as np
import pytest

from clustering.jobs import runner as jobs
from clustering.models import Run
from clustering.web.runs.pages.map import MAX_FOUND, MapSearch, MapSelection, MapSong, RunMapPage
from clustering.web.runs.pages.map_columns import map_colors, map_points
from tests.factories import make_job

pytestmark = pytest.mark.django_db
EVERYTHING = [(-100.0, -100.0), (100.0, -100.0), (100.0, 100.0), (-100.0, 100.0)]


class TestRunMap:
    def test_says_what_the_directions_are(self, run: Run, django_assert_num_queries) -> None:
        run.dataset.uploads.update(column_map={"matches": [{"field": "genres"}, {"field": None}]})
        with django_assert_num_queries(2):
            page = RunMapPage.read(run)
        assert page.shown == pytest.approx(0.46)
        across, up = page.axes
        assert (across.low, across.high, across.share) == ("energy, tempo", "acousticness", 0.31)
        assert (up.low, up.high) == ("valence", "danceability")
        assert [choice.name for choice in page.about] == ["genre"]
        assert [choice.name for choice in page.features] == run.dataset.features
        assert page.groups[1] == {"name": "Calm and acoustic", "color": "cluster:1", "index": 1}


class TestMapSong:
    def test_is_found_by_its_row(self, run: Run, django_assert_num_queries) -> None:
        with django_assert_num_queries(2):
            song = MapSong.read(run, 5)
        assert song is not None
        assert (song.row, song.line.title, song.line.cluster.index) == (5, "Song <5>", 1)

    def test_is_none_where_the_run_has_none(self, run: Run) -> None:
        assert MapSong.read(run, 31) is None
        assert MapSong.read(run, 2**40) is None


class TestSearchMap:
    @pytest.fixture(autouse=True)
    def catalog(self, run: Run) -> None:
        """Prepare the songs for search, and move one out of the run."""
        jobs.run(make_job(dataset=run.dataset, kind="index").pk)

    def test_finds_the_songs_of_the_run(self, run: Run, django_assert_num_queries) -> None:
        run.assignments.filter(song_id=run.dataset.first_song_id + 2).delete()
        with django_assert_num_queries(6):
            found = MapSearch.read(run, run.owner, " artist  2 ")
        assert {song.line.artist for song in found.songs} == {"Artist 2"}
        assert sorted(song.row for song in found.songs) == [9, 16, 23, 30]

    def test_finds_at_most_a_few(self, run: Run) -> None:
        assert len(MapSearch.read(run, run.owner, "song").songs) == MAX_FOUND

    def test_finds_nothing_by_signs_alone(self, run: Run) -> None:
        assert MapSearch.read(run, run.owner, "%").songs == MapSearch.read(run, run.owner, "").songs == ()

    def test_says_when_songs_are_not_prepared(self, run: Run) -> None:
        assert MapSearch.read(run, run.owner, "song").prepared
        run.dataset.catalog.delete()
        assert not MapSearch.read(run, run.owner, "song").prepared


class TestMapSelection:
    def test_counts_by_group(self, run: Run, django_assert_num_queries) -> None:
        with django_assert_num_queries(3):
            page = MapSelection.read(run, EVERYTHING)
        assert (page.count, page.share, len(page.songs)) == (30, 1.0, 30)
        assert [group.count for group in page.groups] == [10, 10, 10]
        assert [song.distance for song in page.songs] == sorted(song.distance for song in page.songs)

    def test_is_empty_where_nothing_is(self, run: Run) -> None:
        page = MapSelection.read(run, [(50, 50), (60, 50), (60, 60)])
        assert (page.count, page.groups, page.songs) == (0, (), ())


class TestMapPoints:
    def test_reads_back(self, run: Run) -> None:
        """As the browser reads it: header, x, y, a bit for each row, groups."""
        run.assignments.filter(song_id=run.dataset.first_song_id + 2).delete()
        points = map_points(run)
        file = b"".join(points)
        assert len(file) == len(points)
        size = int.from_bytes(file[:4], "little")
        header, at = json.loads(file[4 : 4 + size]), 4 + size
        assert header == {"rows": 33, "songs": 29}
        x = np.frombuffer(file, "<f4", 29, at)
        y = np.frombuffer(file, "<f4", 29, at + 116)
        bits = np.frombuffer(file, np.uint8, 5, at + 232)
        group = np.frombuffer(file, np.uint8, 29, at + 240)
        rows = np.flatnonzero(np.unpackbits(bits, bitorder="little"))
        assert rows.tolist() == [1, *range(3, 31)]
        assert x.tolist() == pytest.approx([(row - 1) % 3 * 2 + (row - 1) / 50 for row in rows])
        assert y.tolist() == pytest.approx([(row - 1) / 20 - 1 for row in rows])
        assert group.tolist() == [(row - 1) % 3 for row in rows]
        assert len(file) % 4 == at % 4 == 0

    def test_of_a_million_songs_fit_into_twelve_megabytes(self, run: Run) -> None:
        """Each song takes nine bytes and a bit, and one more for a color."""
        assert [column.itemsize for column in map_points(run).columns] == [4, 4, 1, 1]


class TestMapColors:
    def test_by_a_feature_has_its_range(self, run: Run) -> None:
        colors = map_colors(run, "tempo")
        assert colors is not None
        assert colors.header == {"kind": "levels", "name": "Tempo", "low": "91 BPM", "high": "120 BPM"}

    def test_by_genre_has_the_colors_of_the_palette(self, run: Run) -> None:
        colors = map_colors(run, "genre")
        assert colors is not None
        assert [category["color"] for category in colors.header["categories"]] == ["cluster:0", "cluster:1"]

    def test_by_decade_has_them_in_order(self, run: Run) -> None:
        colors = map_colors(run, "decade")
        assert colors is not None
        assert colors.header["kind"] == "ordered"

    def test_by_anything_else_is_none(self, run: Run) -> None:
        assert map_colors(run, "title") is None
        assert map_colors(run, "") is None
