"""Search over HTTP, and from any page by keyboard."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import make_catalog, make_dataset

pytestmark = pytest.mark.django_db


class TestSearch:
    def ask(self, client, text, target=""):
        headers = {"HX-Request": "true", "HX-Target": target} if target else {}
        response = client.get(reverse("search"), {"q": text}, headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    def test_works(self, client, ada):
        make_catalog()
        text = self.ask(client, "song 3")

        assert "Song &lt;3&gt;" in text
        assert "<html" in text

    def test_says_decades_where_the_file_knows_no_more(self, client, ada):
        catalog = make_catalog()
        catalog.songs.update(release_year=1960)
        assert ">1960</td>" in self.ask(client, "song 3")

        catalog.report |= {"decades": True}
        catalog.save()
        assert ">1960s</td>" in self.ask(client, "song 3")

    def test_answers_typing_with_what_was_found_alone(self, client, ada):
        make_catalog()
        text = self.ask(client, "song 3", target="search-results")

        assert "Song &lt;3&gt;" in text
        assert "<html" not in text

    def test_answers_the_box_with_a_short_list(self, client, ada):
        make_catalog()
        text = self.ask(client, "song", target="search-box")

        assert text.count("<li>") == 7
        assert "<table" not in text

    def test_takes_no_number_that_is_no_dataset(self, client, ada):
        make_catalog()
        answer = client.get(reverse("search"), {"q": "song 3", "dataset": "9" * 5000})
        assert answer.status_code == 200

    def test_says_in_the_box_which_dataset_a_song_is_of_where_there_are_several(self, client, ada):
        make_catalog(make_dataset(ada, name="Morning songs"))
        assert "Morning songs" not in self.ask(client, "song", target="search-box")
        make_dataset(ada, name="Night songs")
        assert "Morning songs" in self.ask(client, "song", target="search-box")

    def test_says_when_there_is_nothing(self, client, ada):
        make_catalog()

        assert "Nothing found" in self.ask(client, "zzz")
        assert "Nothing found" in self.ask(client, "zzz", target="search-box")

    def test_says_what_cannot_be_searched_yet(self, client, ada):
        make_dataset(name="Fresh")

        assert "Fresh:" in self.ask(client, "song")

    @pytest.mark.parametrize("dataset", ["", "x", "-1", "9" * 30])
    def test_takes_any_dataset_that_is_asked_for(self, client, ada, dataset):
        make_catalog()

        assert client.get(reverse("search"), {"q": "song", "dataset": dataset}).status_code == 200


class TestByKeyboard:
    def test_from_any_page_to_a_song(self, page, live_url, client):
        dataset = make_catalog()
        client.force_login(dataset.owner)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_url}]
        )
        page.goto(live_url + reverse("jobs"))
        page.keyboard.press("/")
        page.keyboard.type("song 3")
        page.wait_for_selector("#search-box a")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/songs/**")

        assert "Song <3>" in page.inner_text("h1")

    def test_escape_closes_what_is_offered(self, page, live_url, client):
        dataset = make_catalog()
        client.force_login(dataset.owner)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_url}]
        )
        page.goto(live_url + reverse("jobs"))
        page.keyboard.press("/")
        page.keyboard.type("song")
        page.wait_for_selector("#search-box a")
        page.keyboard.press("Escape")

        assert page.locator("#search-box a").count() == 0
        assert page.evaluate("document.activeElement.id") == "search-input"
