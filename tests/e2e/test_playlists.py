"""A playlist from its rules to its file, in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from clustering.models import Dataset, Playlist
from tests.factories import make_dataset, make_playlist, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLAYLIST = re.compile(r"/playlists/\d+/$")
PATIENCE = 60_000  # milliseconds, for a machine that does other things too


@pytest.fixture
def signed_in_page(transactional_db: None, page: Page, live_url: str) -> Page:
    """Somebody who is signed in and has songs."""
    ada = make_user("ada")
    make_dataset(ada, songs=40)
    client = Client()
    client.force_login(ada)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_url}]
    )
    page.set_default_timeout(PATIENCE)
    return page


def press_until(page: Page, selector: str, key: str = "Tab") -> None:
    """Press the tab key until something has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{selector} cannot be reached by the tab key")


def order(page: Page) -> list[str]:
    return [row.get_attribute("data-song") or "" for row in page.locator("[data-playlist] li").all()]


def wait_for_songs(page: Page, count: int, *, second: str) -> None:
    """Wait until there are so many songs; the second one is known by its row."""
    page.locator(f"[data-playlist] li:nth-child({count}):last-child").wait_for()
    page.locator(f"[data-playlist] li:nth-child(2)[data-song='{second}']").wait_for()


def move_remove_undo(page: Page) -> str:
    """Move the first song down, remove one and undo; return the row of the song that was moved."""
    first, _, third, *rest = order(page)
    assert len(rest) == 7
    press_until(page, f"#d{first}")
    page.keyboard.press("Enter")
    wait_for_songs(page, 10, second=first)
    assert page.locator("#said").inner_text() == "Moved to position 2."
    assert page.evaluate("document.activeElement.id") == f"d{first}"
    press_until(page, f"button[value='remove:{first}']")
    page.keyboard.press("Enter")
    wait_for_songs(page, 9, second=third)
    page.locator("#undo:focus").wait_for()
    page.keyboard.press("Enter")
    wait_for_songs(page, 10, second=first)
    return first


def lock_and_order(page: Page, song: str) -> None:
    """Lock the second song; it is still in its place when the others are put in order."""
    keyboard = page.keyboard
    press_until(page, f"#l{song}")
    keyboard.press("Space")
    page.locator(f"#l{song}[aria-pressed=true]").wait_for()
    press_until(page, "#order", "Shift+Tab")
    keyboard.type("Tempo")
    press_until(page, ".playlist-order button")
    with page.expect_navigation():
        keyboard.press("Enter")
    assert order(page)[1] == song


def take_away(page: Page, path: Path) -> None:
    """Download the playlist."""
    keyboard = page.keyboard
    press_until(page, ".playlist-files summary")
    keyboard.press("Enter")
    press_until(page, "a[href$='.m3u8']")
    with page.expect_download() as download:
        keyboard.press("Enter")
    download.value.save_as(path)
    assert "#PLAYLIST:Ночь & <day>" in path.read_text(encoding="utf-8")
    assert download.value.suggested_filename == "Ночь & _day_.m3u8"


def test_a_playlist_by_keyboard_alone(signed_in_page: Page, live_url: str, tmp_path: Path) -> None:
    page, keyboard = signed_in_page, signed_in_page.keyboard
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{live_url}/playlists/new/")

    # a rule, counted while it is typed
    press_until(page, "#id_rule-0-low")
    keyboard.type("0.5")
    page.get_by_text("13 of 40 songs match").wait_for()
    # a second one: the focus goes to it
    press_until(page, "button[value='add:1']")
    keyboard.press("Enter")
    page.locator("#id_rule-1-field:focus").wait_for()
    keyboard.type("T")
    page.get_by_text("0 to 300 BPM").wait_for()
    press_until(page, "#id_rule-1-low")
    keyboard.type("100")
    page.get_by_text("10 of 40 songs match").wait_for()
    press_until(page, "#id_name")
    keyboard.type("Ночь & <day>")
    keyboard.press("Enter")
    page.wait_for_url(PLAYLIST)
    assert page.get_by_role("heading", name="Ночь & <day>").is_visible()

    lock_and_order(page, move_remove_undo(page))
    take_away(page, tmp_path / "list.m3u8")
    assert errors == []
    assert Playlist.objects.get().entries.count() == 10


def test_a_song_is_dragged_to_another_place(signed_in_page: Page, live_url: str) -> None:
    page = signed_in_page
    page.goto(f"{live_url}/playlists/new/")
    page.locator("#id_rule-0-low").fill("0")
    page.locator("#id_name").fill("Drag")
    page.keyboard.press("Enter")
    page.wait_for_url(PLAYLIST)
    before = order(page)
    grips = page.locator("[data-grip]")
    start, end = grips.nth(0).bounding_box(), grips.nth(3).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + end["height"], steps=5)
    page.mouse.up()
    page.get_by_text("by hand").wait_for(state="attached")
    assert order(page)[:4] == [before[1], before[2], before[3], before[0]]


def test_a_button_works_from_the_moment_it_is_there(signed_in_page: Page, live_url: str) -> None:
    page = signed_in_page
    playlist = make_playlist(Dataset.objects.get())
    page.goto(f"{live_url}/playlists/{playlist.pk}/")
    # a change puts the list there anew: the next press comes before anything else can run
    page.evaluate(
        """() => {
          window.stayed = true;
          new MutationObserver((changes, observer) => {
            observer.disconnect();
            document.querySelector("button[value^='remove:']").click();
          }).observe(document.querySelector("#playlist").parentElement, {childList: true});
        }"""
    )
    page.locator("button[value^='remove:']").first.click()
    page.locator("[data-playlist] li:nth-child(4):last-child").wait_for()
    page.locator("#undo:focus").wait_for()
    assert page.evaluate("window.stayed"), "the whole page was loaded anew"


def test_undo_brings_the_wishes_back_into_the_form(signed_in_page: Page, live_url: str) -> None:
    page = signed_in_page
    playlist = make_playlist(Dataset.objects.get())
    page.goto(f"{live_url}/playlists/{playlist.pk}/")
    length, again = page.locator("#id_length"), page.get_by_role("button", name="Regenerate")
    assert length.input_value() == "6"
    length.fill("4")
    with page.expect_navigation():
        again.click()
    page.locator("[data-playlist] li:nth-child(4):last-child").wait_for()
    assert length.input_value() == "4"

    page.locator("#undo").click()
    page.locator("[data-playlist] li:nth-child(6):last-child").wait_for()
    assert length.input_value() == "6"
    assert page.locator("#wishes").count() == 1

    # what somebody is writing stays, where what is undone does not touch it
    page.locator("button[value^='remove:']").first.click()
    page.locator("[data-playlist] li:nth-child(5):last-child").wait_for()
    length.fill("8")
    page.locator("#undo").click()
    page.locator("[data-playlist] li:nth-child(6):last-child").wait_for()
    assert length.input_value() == "8"
