"""Files that need a person's eye, in a real browser: columns mapped by hand, sheets, encodings, a list to fill in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from clustering.models import Dataset, Fill
from tests.concurrency import wait_until
from tests.e2e.test_journey import sign_in, wait_for_run

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.worker_process import WorkerProcess

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SONGS = 60
NUMBERS = np.random.default_rng(3).uniform(0.05, 0.95, (SONGS, 3)).round(3)


@pytest.fixture
def own_page(page: Page, live_url: str) -> Page:
    """Open the site as somebody who has signed in."""
    User.objects.create_user("mara", password="a long password")
    sign_in(page, live_url)
    return page


def upload(page: Page, path: Path) -> None:
    """Upload a file, and wait for its columns."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Upload").click()
    page.locator("input[type=file]").first.set_input_files(path)
    page.get_by_role("button", name="Upload", exact=True).click()
    page.wait_for_url(re.compile("/columns/"))


def import_songs(page: Page) -> Dataset:
    """Import what the page of columns shows, and wait for the first groups."""
    page.get_by_role("button", name="Import songs").click()
    return wait_for_run(page).dataset


def open_fill(page: Page, address: str, songs: Dataset, status: str) -> None:
    """Open the page of what is filled in, once it is so far."""
    wait_until(lambda: Fill.objects.filter(dataset=songs, status=status).exists(), seconds=120)
    page.goto(address + reverse("fill", args=[Fill.objects.get(dataset=songs).pk]))


def test_columns_in_words_that_nobody_knows_are_mapped_by_hand(
    own_page: Page, worker: WorkerProcess, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    page = own_page
    rows = [f"曲{i},歌手{i % 7},{a},{b},{c}" for i, (a, b, c) in enumerate(NUMBERS)]
    (tmp_path / "お気に入り.csv").write_text(
        "\n".join(["きょく,うたうひと,げんきさ,おどり,きぶん", *rows]), "utf-8"
    )
    upload(page, tmp_path / "お気に入り.csv")
    fields = {
        "きょく": "title",
        "うたうひと": "artist",
        "げんきさ": "energy",
        "おどり": "danceability",
        "きぶん": "valence",
    }
    for column, field in fields.items():
        page.get_by_label(f"What the column {column} is", exact=True).select_option(field)
        expect(page.get_by_label(f"What the column {column} is", exact=True)).to_have_value(field)
    dataset = import_songs(page)
    assert set(dataset.features) >= {"energy", "danceability", "valence"}
    stored = dataset.songs.order_by("row_number").values_list(
        "title", "artist", "energy", "danceability", "valence"
    )
    for i, (title, artist, *numbers) in enumerate(stored):
        assert (title, artist) == (f"曲{i}", f"歌手{i % 7}")
        assert np.allclose(numbers, NUMBERS[i], atol=1e-6)


def test_the_second_sheet_of_a_workbook(own_page: Page, worker: WorkerProcess, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    page = own_page
    book = openpyxl.Workbook()
    for sheet, name in ((book.active, "Summer"), (book.create_sheet("Winter"), "Winter")):
        sheet.title = name
        sheet.append(["Title", "Artist", "Energy", "Valence", "Acousticness"])
        for i, numbers in enumerate(NUMBERS.tolist()):
            sheet.append([f"{name} song {i}", f"Artist {i % 7}", *numbers])
    book.save(tmp_path / "seasons.xlsx")
    upload(page, tmp_path / "seasons.xlsx")
    page.get_by_label("Sheets").select_option(label="Winter")
    expect(page.get_by_role("region", name="First rows of the file")).to_contain_text("Winter song 0")
    dataset = import_songs(page)
    assert dataset.songs_count == SONGS
    assert not dataset.songs.exclude(title__startswith="Winter song").exists()


def test_an_encoding_is_seen_and_changed(own_page: Page, worker: WorkerProcess, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    page = own_page
    rows = [f"Дорога домой {i};Группа крови {i % 7};{a};{b};{c}" for i, (a, b, c) in enumerate(NUMBERS)]
    text = "\n".join(["Title;Artist;Energy;Valence;Danceability", *rows])
    (tmp_path / "road.csv").write_bytes(text.encode("cp1251"))
    upload(page, tmp_path / "road.csv")
    top = page.get_by_role("region", name="First rows of the file")
    expect(top).to_contain_text("Дорога домой 0")
    encoding = page.get_by_label("Encoding")
    guessed = encoding.input_value()
    encoding.select_option("cp1252")
    expect(top).to_contain_text("Äîðîãà")
    page.get_by_label("Encoding").select_option(guessed)
    expect(top).to_contain_text("Дорога домой 0")
    dataset = import_songs(page)
    titles = dataset.songs.order_by("row_number").values_list("title", flat=True)
    assert list(titles) == [f"Дорога домой {i}" for i in range(SONGS)]


def test_a_list_without_features_is_filled_in_and_undone(
    own_page: Page, live_url: str, worker: WorkerProcess, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    page = own_page
    rows = [f"Song {i},Artist {i % 7},{a},{b},{c}" for i, (a, b, c) in enumerate(NUMBERS)]
    (tmp_path / "numbers.csv").write_text("\n".join(["title,artist,energy,valence,danceability", *rows]))
    upload(page, tmp_path / "numbers.csv")
    source = import_songs(page)

    names = [f"SONG {i},Artist {i % 7}" for i in range(0, SONGS, 2)]
    (tmp_path / "names.csv").write_text("\n".join(["title,artist", *names, "Nobody knows it,Nobody"]))
    upload(page, tmp_path / "names.csv")
    page.get_by_role("button", name="Import songs").click()
    wait_until(lambda: Dataset.objects.exclude(pk=source.pk).filter(songs_count=31).exists(), seconds=120)
    songs = Dataset.objects.exclude(pk=source.pk).get()
    assert songs.features == []
    page.goto(live_url + reverse("fills", args=[songs.pk]))
    page.get_by_label("Dataset with features").select_option(str(source.pk))
    page.get_by_role("button", name="Match songs").click()
    open_fill(page, live_url, songs, Fill.Status.READY)
    expect(page.get_by_text("30 of 31 songs matched. Nothing has been changed yet.")).to_be_visible()
    page.get_by_role("button", name="Fill in features").click()
    open_fill(page, live_url, songs, Fill.Status.APPLIED)
    expect(page.get_by_text("30 songs of names got features")).to_be_visible()
    for i, numbers in zip(
        range(0, SONGS, 2),
        songs.songs.order_by("row_number").values_list("energy", "valence", "danceability"),
        strict=False,
    ):
        assert np.allclose(numbers, NUMBERS[i], atol=1e-6)
    page.get_by_role("button", name="Undo").click()
    open_fill(page, live_url, songs, Fill.Status.UNDONE)
    expect(page.get_by_text("Undone: names is as it was before.")).to_be_visible()
    assert not songs.songs.filter(energy__isnull=False).exists()
