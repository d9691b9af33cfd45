"""Names that can mislead: what the cells say decides with them, and a person is told how sure it is."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clustering.songfiles import SongFileError
from clustering.songfiles.columns import ColumnMap, ColumnMatch, propose_columns
from clustering.songfiles.conversion import to_numbers
from clustering.songfiles.units import CELL_READERS, FACTORS, read_number
from tests.songfiles.cleaning import batch_of, cleaned, numbers

TITLES = [f"Harbor {number}" for number in range(30)]
ARTISTS = [f"Band {number % 7}" for number in range(30)]


def proposed(**columns: list[str]) -> ColumnMap:
    return propose_columns(pa.table(columns))


class TestTitles:
    def test_a_song_is_better_than_a_video_that_has_it_in_its_title(self):
        videos = [
            f"{artist} - {title} (Official Video)" for title, artist in zip(TITLES, ARTISTS, strict=True)
        ]
        table = pa.table({"Title": videos, "Track": TITLES, "Artist": ARTISTS, "Energy": numbers("energy")})
        assert propose_columns(table).by_field["title"].column == "Track"

    def test_numbers_of_tracks_are_no_titles(self):
        column_map = proposed(track=[str(number) for number in range(30)], energy=numbers("energy"))
        assert "title" not in column_map.by_field

    def test_file_names_give_title_and_artist(self):
        files = [f"C:\\Music\\0{n} - Band {n} - Harbor {n}.mp3" for n in range(1, 9)]
        songs, _, _ = cleaned({"File name": files, "energy": numbers("energy", 8)})
        assert songs["title"].to_pylist() == [f"Harbor {n}" for n in range(1, 9)]
        assert songs["artist"].to_pylist() == [f"Band {n}" for n in range(1, 9)]

    def test_escaped_signs_and_words_for_nothing_are_no_text(self):
        titles = ["Rock &amp; Stone", r"\N", "The B&#39;s", "A & B", "None"]
        songs, _, _ = cleaned({"title": titles, "artist": titles, "energy": numbers("energy", 5)})
        plain = ["Rock & Stone", None, "The B's", "A & B", "None"]
        assert songs["title"].to_pylist() == songs["artist"].to_pylist() == plain


class TestStatistics:
    """Files with several statistics of a feature: its middle is the feature, its spread and its ends are not."""

    SPREAD = numbers("spread", low=0.01, high=0.2)

    def test_a_mean_is_better_than_a_deviation(self):
        found = proposed(energy_std=self.SPREAD, energy_mean=numbers("energy")).by_field
        assert found["energy"].column == "energy_mean"

    def test_a_mean_is_better_than_the_ends(self):
        tempo = {name: numbers(name, low=90, high=150) for name in ("tempo_min", "tempo_max", "tempo_mean")}
        assert proposed(**tempo).by_field["tempo"].column == "tempo_mean"

    def test_a_deviation_or_an_end_alone_is_none(self):
        ends = {"tempo_min": numbers("t", low=60, high=90), "energy_std": self.SPREAD}
        assert set(proposed(valence=numbers("valence"), **ends).by_field) == {"valence"}

    def test_a_shortest_duration_is_none(self):
        lengths = [str(180 + number) for number in range(30)]
        found = proposed(
            energy=numbers("e"), duration_min=lengths, duration_max=lengths, duration_mean=lengths
        ).by_field
        assert found["duration_ms"].column == "duration_mean"

    def test_minutes_and_standardized_values_stay(self):
        scores = ["-0.6", "0.5", "1.1", "-1.3"]
        found = proposed(energy_std=scores, valence_std=scores, duration_min=["3.5", "4.2", "2.9", "3.1"])
        assert set(found.by_field) == {"energy", "valence", "duration_ms"}


class TestFlags:
    FLAGS = ["0", "1"] * 15

    @pytest.mark.parametrize("name", ["dance", "acoustic", "live", "instrumental", "happy", "pop"])
    def test_yes_and_no_of_a_genre_is_no_feature(self, name):
        column_map = proposed(title=TITLES, energy=numbers("energy"), **{name: self.FLAGS})
        assert set(column_map.by_field) == {"title", "energy"}
        assert column_map.numeric_extras == (name,)

    def test_a_feature_by_its_own_name_stays_one(self):
        assert "liveness" in proposed(energy=numbers("energy"), liveness=self.FLAGS).by_field


class TestIds:
    def test_an_id_that_songs_share_is_none_of_theirs(self):
        column_map = proposed(
            id=[str(number % 4) for number in range(30)], title=TITLES, energy=numbers("energy")
        )
        assert "external_id" not in column_map.by_field

    @pytest.mark.parametrize("address", ["spotify:playlist:{}", "https://open.spotify.com/artist/{}"])
    def test_an_address_of_something_else_is_none(self, address):
        ids = [address.format(f"{number:022}") for number in range(30)]
        assert "external_id" not in proposed(uri=ids, title=TITLES, energy=numbers("energy")).by_field

    def test_an_address_of_a_song_needs_no_name(self):
        ids = [f"spotify:track:{number:022}" for number in range(30)]
        assert proposed(xyz=ids, energy=numbers("energy")).by_field["external_id"].confidence < 0.9

    def test_songs_of_one_id_are_kept_where_they_differ(self):
        columns = {
            "id": ["p1", "p1", "p1", "p2", *[f"x{n}" for n in range(20)]],
            "title": ["A", "B", "A", "A", *TITLES[:20]],
            "energy": numbers("energy", 24),
        }
        songs, _, report = cleaned(columns)
        assert songs["title"].to_pylist()[:3] == ["A", "B", "A"]
        assert (report.duplicates, songs.num_rows) == (1, 23)

    def test_a_recording_is_one_song_however_its_title_is_written(self):
        ids = [f"spotify:track:{number:022}" for number in (1, 2, 1)]
        _, _, report = cleaned({"uri": ids, "title": ["A", "B", "A (live)"], "energy": ["0.1", "0.2", "0.3"]})
        assert report.duplicates == 1


class TestUnknownNames:
    COLUMNS = {name: numbers(name) for name in ("svung", "lyd", "fart")}

    def test_are_left_to_the_person(self):
        column_map = propose_columns(pa.table(self.COLUMNS))
        assert any("None of the columns was recognized" in note for note in column_map.notes)
        assert column_map.with_changes({"svung": "energy"}).features == ("energy",)
        with pytest.raises(SongFileError, match="None of these names is known"):
            column_map.with_changes({})

    def test_are_asked_for_where_another_name_is_known(self):
        column_map = propose_columns(pa.table({"title": TITLES, **self.COLUMNS}))
        assert "choose which of these columns is one: svung, lyd, fart" in column_map.notes[0]
        with pytest.raises(SongFileError, match=r"numeric columns: svung, lyd, fart") as refused:
            column_map.with_changes({}).require_features()
        assert "Spotify" not in str(refused.value)

    def test_few_of_many_are_said(self):
        report = cleaned({"Tempo": [str(100 + n) for n in range(30)], **self.COLUMNS})[2]
        assert "Only 1 of 4 columns of numbers was recognized" in report.warnings[0]
        assert not proposed(energy=numbers("a"), valence=numbers("b"), plays=numbers("c")).notes

    def test_a_song_as_the_header_is_said(self):
        table = pa.table(
            {"Harbor 1": TITLES, "The Pines": ARTISTS, "0.350": numbers("a"), "169": numbers("b")}
        )
        assert "Row 1 was taken as the header" in propose_columns(table).notes[0]

    def test_a_title_line_is_said_and_nobody_blamed(self):
        with pytest.raises(SongFileError, match="Row 1 was taken as the header: “Road trip”") as refused:
            propose_columns(pa.table({"Road trip": ["title", "Harbor"]}))
        assert "Spotify" not in str(refused.value)

    def test_the_service_is_said_to_be_closed_to_new_applications_only(self):
        with pytest.raises(SongFileError, match="only to apps that already had extended access"):
            propose_columns(pa.table({"track_name": TITLES, "artist": ARTISTS})).require_features()


class TestConfidence:
    def test_is_less_where_the_scale_is_in_doubt(self):
        energy = [str(1 + number % 9) for number in range(30)]
        column_map = proposed(energy=energy, valence=numbers("valence"))
        assert (column_map.by_field["energy"].unit, column_map.by_field["valence"].unit) == ("tenths", "")
        assert column_map.by_field["energy"].confidence < 0.9 < column_map.by_field["valence"].confidence

    def test_a_chosen_unit_stays(self):
        energy = [str(1 + number % 9) for number in range(30)]
        column_map = proposed(energy=energy, valence=numbers("valence"))
        chosen = column_map.with_changes({"energy": "energy:percent"}).with_changes({"valence": ""})
        assert (chosen.by_field["energy"].unit, chosen.by_field["energy"].confidence) == ("percent", 1.0)
        assert ColumnMap.from_dict(chosen.to_dict()) == chosen

    def test_a_chosen_mark_is_used(self):
        plays = ["1,281", "2,410", "3,755"] * 10
        column_map = proposed(energy=numbers("energy"), plays=plays)
        batch = batch_of({"energy": numbers("energy"), "plays": plays})
        assert to_numbers(batch.table["plays"], decimal=column_map.matches[1].decimal)[0][0] == 1281
        changed = column_map.with_changes({"plays": "::,"})
        assert to_numbers(batch.table["plays"], decimal=changed.matches[1].decimal)[0][0] == 1.281


def test_hours_on_average_are_said():
    lengths = [f"{1 + number % 5}:{number:02}:27" for number in range(30)]
    report = cleaned({"energy": numbers("energy"), "duration": lengths})[2]
    assert any("hours on average" in warning for warning in report.warnings)


def test_what_a_person_settled_is_not_taken_as_scaled():
    table = pa.table(
        {"energy": ["-0.6", "0.5", "1.1"], "tempo": ["1.3", "-2", "-1.4"], "valence": ["1", "-1", "0"]}
    )
    column_map = propose_columns(table)
    assert column_map.scaled == {"energy", "tempo", "valence"}
    assert column_map.with_changes({"energy": "energy:as is"}).scaled == {"tempo", "valence"}


CELLS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{1,4}([.,][0-9]{1,4})?( ?(dB|%|ms))?", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?", fullmatch=True),
    st.sampled_from(
        ["8A", "Fm", "C# minor", "H", "1.234.567", "1,234,567", "1\u202f234", "", "NA", "x", "4/4"]
    ),
)


@given(
    st.lists(CELLS, min_size=1, max_size=8),
    st.sampled_from(["", *FACTORS, *CELL_READERS]),
    st.sampled_from(["", ".", ","]),
)
@example(["0", "0:00", "+1,000"], "", ",")
def test_whole_columns_are_read_as_single_cells_are(cells, unit, decimal):
    found, _ = to_numbers(pa.chunked_array([pa.array(cells, pa.string())]), unit, decimal)
    alone = [read_number(cell, unit, decimal) for cell in cells]
    assert found.tolist() == pytest.approx(alone, nan_ok=True)


def test_choices_are_written_as_they_are_read():
    match = ColumnMatch("e", "energy", "percent", decimal=",", settled=True)
    assert match.choice == "energy:percent:,"
