"""The map of a run over HTTP."""

import json

import pytest
from django.urls import reverse

from clustering.jobs import runner as jobs
from tests.factories import make_job, make_user

pytestmark = pytest.mark.django_db
EVERYTHING = json.dumps([[-100, -100], [100, -100], [100, 100], [-100, 100]])
READ = ["run_map", "run_map_points", "run_map_colors", "run_map_song", "run_map_search", "run_map_sample"]
POSTED = ["run_map_selection", "run_map_csv"]


class TestAccess:
    @pytest.mark.parametrize("name", READ + POSTED)
    def test_is_not_there_for_others(self, client, own_run, name):
        client.force_login(make_user("bob"))
        ask = client.post if name in POSTED else client.get
        query = {"by": "tempo", "row": "1", "q": "song", "polygon": EVERYTHING}
        assert ask(reverse(name, args=[own_run.pk]), query).status_code == 404

    @pytest.mark.parametrize("name", POSTED)
    def test_takes_only_posts(self, client, own_run, name):
        assert client.get(reverse(name, args=[own_run.pk])).status_code == 405


class TestRunMap:
    def test_says_what_the_plane_shows(self, client, own_run):
        page = client.get(reverse("run_map", args=[own_run.pk])).content.decode()
        assert "46\u202f%" in page
        assert "Song &lt;" not in page  # no song is in the page itself
        assert reverse("run_map_points", args=[own_run.pk]) in page

    def test_keeps_the_strict_policy(self, client, own_run):
        policy = client.get(reverse("run_map", args=[own_run.pk]))["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "'nonce-" in policy  # of the import map


class TestRunMapPoints:
    def test_are_sent_once(self, client, own_run):
        url = reverse("run_map_points", args=[own_run.pk])
        first = client.get(url)
        file = first.getvalue()
        assert (first.status_code, first["Content-Type"]) == (200, "application/octet-stream")
        assert len(file) == int(first["Content-Length"])
        assert first["Cache-Control"] == "private, no-cache"
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


class TestRunMapColors:
    def test_are_of_what_is_asked_for(self, client, own_run):
        url = reverse("run_map_colors", args=[own_run.pk])
        tempo, genre = client.get(url, {"by": "tempo"}), client.get(url, {"by": "genre"})
        assert b"BPM" in tempo.getvalue()
        assert b"jazz" in genre.getvalue()
        assert tempo["ETag"] != genre["ETag"]

    @pytest.mark.parametrize("by", ["", "title", "дорога", "id; DROP TABLE"])
    def test_of_what_there_is_not_are_refused(self, client, own_run, by):
        assert client.get(reverse("run_map_colors", args=[own_run.pk]), {"by": by}).status_code == 400


class TestRunMapSong:
    def test_shows_a_title_as_text(self, client, own_run):
        page = client.get(reverse("run_map_song", args=[own_run.pk]), {"row": "3"}).content.decode()
        assert "Song &lt;3&gt;" in page
        assert "Artist 3" in page

    def test_says_decades_where_the_file_knows_no_more(self, client, own_run):
        own_run.dataset.songs.update(release_year=1960)
        own_run.dataset.report |= {"decades": True}
        own_run.dataset.save()
        assert (
            "1960s" in client.get(reverse("run_map_song", args=[own_run.pk]), {"row": "3"}).content.decode()
        )

    @pytest.mark.parametrize(
        ("row", "status"), [("0", 404), ("31", 404), ("9999999999", 404), ("", 400), ("²", 400)]
    )
    def test_is_not_found_where_there_is_none(self, client, own_run, row, status):
        assert client.get(reverse("run_map_song", args=[own_run.pk]), {"row": row}).status_code == status


class TestRunMapSearch:
    def test_lists_songs_by_row(self, client, own_run):
        jobs.run(make_job(dataset=own_run.dataset, kind="index").pk)
        page = client.get(reverse("run_map_search", args=[own_run.pk]), {"q": "song <7>"}).content.decode()
        assert 'data-row="7"' in page

    def test_says_that_there_is_none(self, client, own_run):
        page = client.get(reverse("run_map_search", args=[own_run.pk]), {"q": "<b>nothing"}).content.decode()
        assert "just being prepared for search" in page
        jobs.run(make_job(dataset=own_run.dataset, kind="index").pk)
        page = client.get(reverse("run_map_search", args=[own_run.pk]), {"q": "<b>nothing"}).content.decode()
        assert "Nothing in this run is called “&lt;b&gt;nothing”" in page


class TestRunMapSample:
    def test_says_why(self, client, own_run):
        page = client.get(reverse("run_map_sample", args=[own_run.pk])).content.decode()
        assert "WebGL 2 is missing" in page
        assert 'data-chart="map"' in page


class TestRunMapSelection:
    def test_says_how_many(self, client, own_run):
        page = client.post(reverse("run_map_selection", args=[own_run.pk]), {"polygon": EVERYTHING})
        text = page.content.decode()
        assert "30 songs within the outline" in text
        assert f'action="{reverse("playlist_from_songs", args=[own_run.dataset_id])}"' in text

    def test_of_nothing_says_so(self, client, own_run):
        page = client.post(
            reverse("run_map_selection", args=[own_run.pk]), {"polygon": "[[50,50],[60,50],[60,60]]"}
        )
        assert "No songs within the outline" in page.content.decode()

    def test_refuses_what_is_no_outline(self, client, own_run):
        page = client.post(reverse("run_map_selection", args=[own_run.pk]), {"polygon": "<b>"})
        assert page.status_code == 422
        assert "Draw an outline" in page.content.decode()


class TestRunMapCsv:
    def test_asks_for_the_songs_within(self, client, own_run, monkeypatch):
        seen: dict[str, object] = {}

        def export_csv(asked, *, only):
            seen.update(run=asked, only=(only - asked.dataset.first_song_id).tolist())
            return iter([b"a,cluster\n"])

        monkeypatch.setattr("clustering.web.runs.views.map.export_csv", export_csv)
        square = json.dumps([[-0.5, -2], [0.9, -2], [0.9, 2], [-0.5, 2]])  # the first group lies about x = 0
        answer = client.post(reverse("run_map_csv", args=[own_run.pk]), {"polygon": square})
        assert answer.getvalue() == b"a,cluster\n"
        assert seen["only"] == list(range(1, 31, 3))
        assert 'filename="evening-songs-3-groups-from-the-map.csv"' in answer["Content-Disposition"]

    def test_without_an_outline_says_so(self, client, own_run):
        page = client.post(reverse("run_map_csv", args=[own_run.pk]), follow=True).content.decode()
        assert "Draw an outline around some songs first." in page
