"""Names as people compare them."""

import time

import pytest

from clustering.analysis.playlists.titles import artist_key, base_title, lead_artist, plain, version_key


class TestPlain:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("  Beyoncé  ", "beyonce"),
            ("Sigur Rós: Svefn-g-englar", "sigur ros svefn g englar"),
            ("Łódź, Ørsted & Ægir", "lodz orsted aegir"),
            ("ПЕСНЯ Й", "песня и"),
            ("ＦＵＬＬ　width", "full width"),
            ("don't / don’t", "dont dont"),
            ("99 Luftballons (2)", "99 luftballons 2"),
            ("<b>&amp;</b>", "b amp b"),
            ("!!!", ""),
            ("snake_case", "snake case"),
        ],
    )
    def test_leaves_letters_and_digits(self, text, expected):
        assert plain(text) == expected

    @pytest.mark.parametrize("text", ["คำถาม", "नमस्ते दुनिया", "東京 タワー", "한국어"])
    def test_keeps_the_words_of_other_scripts(self, text):
        assert len(plain(text).split()) == len(text.split())

    def test_is_the_same_when_said_again(self):
        for text in ("Ἀθήνα", "İstanbul", "ﬁnal ß", "คำถาม"):
            assert plain(plain(text)) == plain(text)


class TestBaseTitle:
    @pytest.mark.parametrize(
        "title",
        [
            "Heroes - Live",
            "Heroes (Live at the Apollo)",
            "Heroes - 2011 Mix",
            "Heroes - 2017 Remaster",
            "Heroes - Remastered 2017",
            "Heroes [Single Version]",
            "Heroes (feat. Somebody)",
            "Heroes (with Somebody)",
            'Heroes - From "A Film"',
            "Heroes (1977)",
            "HEROES – Radio Edit",
            "Heroes (Re-Recorded) - Mono",
        ],
    )
    def test_is_the_same_for_versions(self, title):
        assert base_title(title) == "heroes"

    @pytest.mark.parametrize(
        "title",
        [
            "Live Forever",
            "Video Killed the Radio Star",
            "(Sittin' On) The Dock",
            "1999",
            "Love - Hate",
            "Mix It Up",
        ],
    )
    def test_keeps_what_is_the_song(self, title):
        assert base_title(title) == plain(title)

    def test_is_quick_with_a_title_that_is_no_title(self):
        started = time.process_time()
        base_title(" - live (" * 20_000)
        assert time.process_time() - started < 1


class TestArtists:
    @pytest.mark.parametrize(
        "artist", ["Santana", "santana feat. Rob Thomas", "SANTANA (ft. X)", "Santana Featuring The Product"]
    )
    def test_guests_do_not_make_another_artist(self, artist):
        assert artist_key(artist) == "santana"

    def test_names_keep_their_words(self):
        assert lead_artist("Daft Punk") == "Daft Punk"
        assert lead_artist("Featuring") == "Featuring"
        assert artist_key(None) == ""


class TestVersionKey:
    def test_tells_artists_apart(self):
        assert version_key("Hurt", "Johnny Cash") != version_key("Hurt", "Nine Inch Nails")

    def test_is_unknown_without_a_title(self):
        assert version_key(None, "Somebody") is None
        assert version_key("…", "Somebody") is None
