"""Explore over HTTP: the page, the columns for the browser, the table, the CSV, and views."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from django.urls import reverse

from clustering.models import Dataset, ExploreView, Song
from clustering.storage.song_columns import save_run_columns, save_song_columns
from tests.exports.hostile import hostile_run, hostile_table
from tests.factories import make_catalog, make_dataset, make_run, make_user

pytestmark = pytest.mark.django_db
READ = [
    "explore",
    "explore_points",
    "explore_column",
    "explore_marks",
    "explore_rows",
    "explore_song",
    "explore_csv",
]
LONG = {"name": "a", "query": "&".join(f"genre={'a' * 50}{number}" for number in range(99))}
FIELDS = {"matches": [{"field": name, "column": name} for name in ("genres", "release_year")]}


@pytest.fixture
def explored(own_run):
    """Make a run whose dataset has genres and years, with columns that are kept."""
    own_run.dataset.uploads.update(column_map=FIELDS)
    save_song_columns(own_run.dataset)
    save_run_columns(own_run)
    return own_run


def ask(client, name, dataset, /, **query):
    return client.get(reverse(name, args=[getattr(dataset, "dataset_id", None) or dataset.pk]), query)


def data_of(page):
    return json.loads(re.search(r'<script id="explore-data"[^>]*>(.*?)</script>', page.content.decode())[1])


def parts(answer):
    """Read a binary file: its header and the bytes after it."""
    body = answer.getvalue()
    end = 4 + int.from_bytes(body[:4], "little")
    return json.loads(body[4:end]), np.frombuffer(body[end:], np.uint8)


class TestAccess:
    @pytest.mark.parametrize("name", READ)
    def test_is_not_there_for_strangers(self, client, explored, name):
        client.force_login(make_user("bob"))
        assert ask(client, name, explored, row="1", name="tempo").status_code == 404

    @pytest.mark.parametrize("name", READ)
    def test_is_there_for_readers_of_a_shared_dataset(self, client, explored, name):
        Dataset.objects.update(visibility="shared")
        client.force_login(make_user("bob"))
        if name == "explore_csv":
            return  # the files of the test's dataset lie nowhere
        assert ask(client, name, explored, row="1", name="tempo").status_code == 200

    def test_a_link_to_a_run_shows_its_songs_and_lets_nobody_take_them(self, client, explored):
        from clustering.actions.sharing import make_share_link

        link = make_share_link(explored.owner, explored, days=7)
        client.logout()
        client.get(reverse("shared_run", args=[link.token]))
        page = ask(client, "explore", explored, run=explored.pk)
        assert page.status_code == 200
        assert "Export CSV" not in page.content.decode()
        rows = ask(client, "explore_rows", explored, run=explored.pk).content.decode()
        assert "Song &lt;1&gt;" in rows
        assert reverse("song", args=[explored.dataset.first_song_id + 1]) not in rows
        other = make_run(explored.dataset)
        among = ask(client, "explore_rows", explored, run=explored.pk, also=f"{other.pk}:0")
        assert among.content.decode() == rows, "a link to a run tells nothing of the groups of another"
        for name in ("explore", "explore_rows", "explore_csv"):
            answer = ask(client, name, explored, run=other.pk)
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("login"))
        assert ask(client, "explore_csv", explored, run=explored.pk).status_code == 302

    def test_the_run_of_another_dataset_is_gone(self, client, explored):
        theirs = make_run(make_dataset(make_user("bob")))
        page = ask(client, "explore", explored, run=theirs.pk).content.decode()
        assert "has no run with this address; it may have been deleted" in page
        assert ask(client, "explore_rows", explored, run=theirs.pk).status_code == 404
        assert ask(client, "explore_points", explored, run=theirs.pk).status_code == 404


class TestExplore:
    def test_tells_scripts_what_there_is(self, client, explored):
        page = ask(client, "explore", explored, run=explored.pk, tempo="95..110", group="1", sort="-tempo")
        data = data_of(page)
        assert (data["songs"], data["run"]) == (30, str(explored.pk))
        tempo = next(number for number in data["numbers"] if number["name"] == "tempo")
        assert (len(tempo["edges"]), sum(tempo["counts"])) == (len(tempo["labels"]), 30)
        assert tempo["labels"][0] == "91 BPM"
        assert [category["name"] for category in data["categories"]] == ["group", "first_genre", "decade"]
        assert data["state"]["ranges"] == {"tempo": [95, 110]}
        assert (data["state"]["group"], data["state"]["sort"]) == (["1"], "-tempo")
        assert "unsafe" not in page["Content-Security-Policy"]

    def test_stands_for_the_newest_run_unless_another_is_pinned(self, client, explored):
        newer = make_run(explored.dataset)
        assert data_of(ask(client, "explore", explored.dataset))["run"] == str(newer.pk)
        explored.dataset.pin(explored)
        assert data_of(ask(client, "explore", explored.dataset))["run"] == str(explored.pk)
        page = ask(client, "explore", explored.dataset, run="none")
        assert data_of(page)["run"] == "none"
        assert "data-map-canvas" not in page.content.decode()

    def test_works_without_a_run_and_without_a_feature(self, client, own_dataset):
        Dataset.objects.update(features=[])
        page = ask(client, "explore", own_dataset)
        assert "no numbers to filter by" in page.content.decode()
        assert ask(client, "explore_rows", own_dataset).status_code == 200

    def test_says_what_of_the_address_means_nothing(self, client, explored):
        page = ask(client, "explore", explored, run=explored.pk, happiness="0..1").content.decode()
        assert "no column “happiness”" in page
        assert "Clear this, and show all songs" in page

    def test_asks_few_questions(self, client, explored, django_assert_max_num_queries):
        with django_assert_max_num_queries(16):
            ask(client, "explore", explored, run=explored.pk)

    def test_the_old_address_of_the_map_leads_here(self, client, explored):
        answer = client.get(reverse("run_map", args=[explored.pk]))
        assert answer.status_code == 301
        assert answer["Location"] == f"{reverse('explore', args=[explored.dataset_id])}?run={explored.pk}"


class TestFiles:
    def test_points_are_sent_once(self, client, explored):
        first = ask(client, "explore_points", explored, run=explored.pk)
        header, bytes_after = parts(first)
        assert header == {"rows": 33, "songs": 30, "map": True}
        assert int(first["Content-Length"]) == len(bytes_after) + 4 + 40
        bits = np.unpackbits(bytes_after[:5], bitorder="little")[:33]
        assert bits.tolist() == [0, *[1] * 30, 0, 0]
        assert bytes_after[8:38].tolist() == list(
            explored.assignments.order_by("song").values_list("cluster", flat=True)
        )
        url = reverse("explore_points", args=[explored.dataset_id])
        again = client.get(url, {"run": explored.pk}, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_column_is_cut_where_it_is_filtered(self, client, explored):
        header, codes = parts(ask(client, "explore_column", explored, name="tempo"))
        cut, finer = parts(ask(client, "explore_column", explored, name="tempo", cut=["99.5", "1", "500"]))
        assert set(cut["edges"]) > {99.5, 1, 500} | set(header["edges"])
        assert header["labels"][0] == "91 BPM"
        tempos = np.array([np.nan, *range(91, 121), np.nan, np.nan])
        for edges, found in ((header["edges"], codes), (cut["edges"], finer)):
            inner = np.array(edges[1:-1])
            expected = np.where(np.isnan(tempos), 255, np.searchsorted(inner, tempos, side="right"))
            assert found[:33].tolist() == expected.tolist()

    def test_genres_and_decades_have_their_values_with_them(self, client, explored):
        genres, codes = parts(ask(client, "explore_column", explored, name="first_genre"))
        assert genres["values"] == ["jazz", "pop", "~other"]
        assert codes[:4].tolist() == [255, 1, 0, 1]
        decades, codes = parts(ask(client, "explore_column", explored, name="decade"))
        assert decades["names"] == ["1990s", "2000s", "2010s"]
        assert codes[[1, 10, 29, 30, 31]].tolist() == [0, 1, 2, 0, 255]

    @pytest.mark.parametrize(
        "query", [{"name": ""}, {"name": "title"}, {"name": "x; --"}, {"name": "tempo", "cut": "x"}]
    )
    def test_of_what_there_is_not_are_refused(self, client, explored, query):
        assert ask(client, "explore_column", explored, **query).status_code == 400

    def test_marks_are_songs_with_words_and_genres(self, client, explored):
        make_catalog(explored.dataset)
        _, bits = parts(ask(client, "explore_marks", explored, run=explored.pk, q="song <7>"))
        assert np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist() == [7]
        _, bits = parts(ask(client, "explore_marks", explored, run=explored.pk, genre="rock", tempo="..0"))
        assert np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist() == list(range(1, 31, 2))


class TestRows:
    def test_a_page_says_which_songs_it_has(self, client, explored):
        page = ask(
            client, "explore_rows", explored, run=explored.pk, tempo="95..", sort="-tempo"
        ).content.decode()
        assert re.search(r'data-total="26"\s+data-all="30"', page)
        assert re.findall(r'data-song-row="(\d+)"', page)[:3] == ["30", "29", "28"]
        assert 'aria-sort="descending"' in page
        assert "Song &lt;30&gt;" in page

    def test_pages_follow_each_other(self, client, explored, monkeypatch):
        monkeypatch.setattr("clustering.web.explore.rows.ROWS", 7)
        url, query, seen, pages = reverse("explore_rows", args=[explored.dataset_id]), "sort=energy", [], []
        while query:
            page = client.get(f"{url}?{query}").content.decode()
            pages.append(page)
            seen += re.findall(r'data-song-row="(\d+)"', page)
            query = re.findall(r'data-page="([^"]*)"', page)[1].replace("&amp;", "&")
        assert len(pages) == 5
        assert sorted(map(int, seen)) == list(range(1, 31))
        back = re.findall(r'data-page="([^"]*)"', pages[-1])[0].replace("&amp;", "&")
        assert (
            re.findall(r'data-song-row="(\d+)"', client.get(f"{url}?{back}").content.decode()) == seen[21:28]
        )

    def test_a_filter_that_leaves_nothing_says_so(self, client, explored):
        page = ask(client, "explore_rows", explored, energy="7..9").content.decode()
        assert "No songs match" in page
        assert "data-clear" in page

    def test_shows_chosen_columns_after_the_title(self, client, explored):
        page = ask(client, "explore_rows", explored, show=["valence", "artist"]).content.decode()
        assert re.findall(r'data-sort="-?(\w+)"', page) == ["title", "valence", "artist"]
        assert page.count("cell-bar") == 30

    @pytest.mark.parametrize("after", ["x", "-1", "3:x", "²", "9" * 20])
    def test_a_place_that_is_none_is_not_there(self, client, explored, after):
        assert ask(client, "explore_rows", explored, after=after).status_code == 404

    def test_titles_may_be_long_and_of_any_direction(self, client, explored):
        Song.objects.filter(dataset=explored.dataset, row_number=1).update(title="م" * 300)
        page = ask(client, "explore_rows", explored).content.decode()
        assert "م" * 159 + "…" in page
        assert "م" * 160 not in page
        assert re.search('<th [^>]*scope="row"[^>]* dir="auto">', page)

    def test_takes_the_same_queries_for_any_filter(self, client, explored, django_assert_max_num_queries):
        with django_assert_max_num_queries(24):
            ask(client, "explore_rows", explored, run=explored.pk, energy="0.1..0.5", group="1", sort="tempo")


class TestSong:
    def test_shows_a_title_as_text(self, client, explored):
        page = ask(client, "explore_song", explored, row="3").content.decode()
        assert "Song &lt;3&gt;" in page

    @pytest.mark.parametrize(("row", "status"), [("0", 404), ("31", 404), ("", 400), ("²", 400)])
    def test_is_not_found_where_there_is_none(self, client, explored, row, status):
        assert ask(client, "explore_song", explored, row=row).status_code == status


@pytest.mark.django_db(transaction=True)
class TestCsv:
    @pytest.mark.parametrize("run", [True, False])
    def test_has_exactly_the_songs_that_pass(self, client, tmp_path, settings, run):
        made = hostile_run(tmp_path, hostile_table())
        client.force_login(made.owner)
        number = made.pk if run else "none"
        whole = ask(client, "explore_csv", made, run=number)
        rows = list(csv.reader(io.StringIO(whole.getvalue().decode())))
        name = made.dataset.features[0]
        values = sorted(v for v in made.dataset.songs.values_list(name, flat=True) if v is not None)
        middle = values[len(values) // 2]
        some = ask(client, "explore_csv", made, run=number, **{name: f"{middle!r}.."})
        part = list(csv.reader(io.StringIO(some.getvalue().decode())))
        counted = ask(client, "explore_rows", made, run=number, **{name: f"{middle!r}.."}).content.decode()
        assert len(part) - 1 == int(re.search(r'data-total="(\d+)"', counted)[1])
        assert 1 < len(part) < len(rows)
        assert part[0] == rows[0]
        assert all(row in rows for row in part)
        assert "chosen-songs.csv" in some["Content-Disposition"]


class TestViews:
    def keep(self, client, explored, /, **data):
        return client.post(
            reverse("explore_keep", args=[explored.dataset_id]), {"run": explored.pk, **data}, follow=True
        )

    def test_are_kept_and_shown_again(self, client, explored):
        page = self.keep(client, explored, name=" Calm  ones ", query="energy=..0.4&nothing=1&sort=-tempo")
        view = ExploreView.objects.get()
        assert (view.name, view.query) == ("Calm ones", "energy=..0.4&sort=-tempo")
        assert "Kept the view “Calm ones”" in page.content.decode()
        assert data_of(page)["state"]["sort"] == "-tempo"
        self.keep(client, explored, name="Calm ones", query="energy=..0.3")
        assert ExploreView.objects.get().query == "energy=..0.3"
        text = ask(client, "explore", explored, run=explored.pk).content.decode()
        assert f"?run={explored.pk}&amp;energy=..0.3" in text

    def test_are_of_one_person(self, client, explored):
        self.keep(client, explored, name="Mine", query="")
        Dataset.objects.update(visibility="shared")
        client.force_login(make_user("bob"))
        assert "Mine" not in ask(client, "explore", explored).content.decode()
        view = ExploreView.objects.get()
        assert client.post(reverse("explore_view_delete", args=[view.pk])).status_code == 404
        client.force_login(explored.owner)
        client.post(reverse("explore_view_delete", args=[view.pk]))
        assert not ExploreView.objects.exists()

    def test_go_with_their_run(self, client, explored):
        self.keep(client, explored, name="Mine", query="")
        self.keep(client, explored, name="All", query="", run="none")
        explored.delete()
        assert [view.name for view in ExploreView.objects.all()] == ["All"]

    @pytest.mark.parametrize(("data", "said"), [({"name": " "}, "Enter a name."), (LONG, "too long")])
    def test_say_what_is_wrong(self, client, explored, data, said):
        explored.dataset.uploads.update(column_map=FIELDS)
        assert said in self.keep(client, explored, **data).content.decode()

    def test_are_not_kept_without_end(self, client, explored, monkeypatch):
        monkeypatch.setattr("clustering.actions.explore_views.MAX_VIEWS", 1)
        self.keep(client, explored, name="One")
        assert "You keep 1 views" in self.keep(client, explored, name="Two").content.decode()
