"""Cells to songs, and the account that is kept of them."""

import json

import numpy as np
import pyarrow as pa
import pytest

from clustering.songfiles import SongFileError
from clustering.songfiles.cleaning import NO_FEATURE, NO_NAME, Cleaner, SeenSongs
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.deduplication import fingerprints, song_fingerprints
from clustering.songfiles.readers import read_batches, read_preview, sniff
from tests.songfiles.cleaning import batch_of, cleaned, numbers


def test_implausible_values_are_missing_and_listed():
    tempo = ["0", "301", "120", "-1", "abc", "", "inf", *["100"] * 9]
    energy = ["0.5"] * len(tempo)
    songs, rejected, report = cleaned({"energy": energy, "tempo": tempo})
    assert songs.column("tempo").to_pylist() == [None, None, 120.0, *[None] * 4, *[100.0] * 9]
    assert not rejected
    column = next(column for column in report.columns if column.field == "tempo")
    assert (column.missing, column.implausible) == (6, 5)
    assert column.implausible_examples == [(1, "0"), (2, "301"), (4, "-1"), (5, "abc"), (7, "inf")]
    assert any("5 impossible values (row 1: 0)" in warning for warning in report.warnings)


def test_durations_keys_and_loudness_have_their_ranges():
    songs, _, _ = cleaned(
        {
            "energy": ["0.5", "0.6", "0.7", "0.8"],
            "loudness": ["3.744", "-61", "-5", "-7"],
            "duration_ms": ["21600001", "0", "200000", "180000"],
            "key": ["-1", "0", "11", "12"],
        }
    )
    assert songs.column("loudness").to_pylist() == [pytest.approx(3.744), None, -5.0, -7.0]
    assert songs.column("duration_ms").to_pylist() == [None, None, 200_000.0, 180_000.0]
    assert songs.column("key").to_pylist() == [None, 0.0, 11.0, None]


def test_a_file_that_was_scaled_before_is_taken_as_it_is():
    rng = np.random.default_rng(1)
    tempo = rng.normal(size=200)
    songs, _, report = cleaned(
        {"energy": numbers("energy", 200), "tempo": [f"{value:.3f}" for value in tempo]}
    )
    assert songs.column("tempo").null_count == 0 or (tempo < 0).mean() <= 0.5
    energy = [f"{value:.3f}" for value in rng.normal(size=200) - 2]
    songs, _, report = cleaned({"energy": energy, "valence": numbers("valence", 200)})
    assert songs.column("energy").null_count == 0
    assert [column.out_of_range_kept for column in report.columns] == [True, False]
    assert any("scaled already" in warning for warning in report.warnings)
    assert sum(report.columns[0].histogram.counts) == 200


def test_rows_without_a_feature_are_rejected_with_line_and_reason():
    songs, rejected, report = cleaned(
        {"title": ["A", "B", 'C, "c"'], "energy": ["0.5", "", "n/a"], "duration_ms": ["200000"] * 3}
    )
    assert songs.column("title").to_pylist() == ["A"]
    assert [(row.row, row.line, row.reason) for row in rejected] == [(2, 3, NO_FEATURE), (3, 4, NO_FEATURE)]
    assert rejected[1].text == '"C, ""c""",n/a,200000'
    assert (report.rows_read, report.rows_kept, report.rows_rejected) == (3, 1, 2)
    with pytest.raises(SongFileError, match=r"Only 1 of the file's 3 rows .* 2 rejected: No audio feature"):
        report.require_songs()


def test_every_feature_missing_makes_a_list_of_songs():
    songs, rejected, report = cleaned(
        {"title": ["A", "B", " "], "energy": ["", "", ""], "tempo": ["", "", ""]}
    )
    assert songs["title"].to_pylist() == ["A", "B"]
    assert [(row.row, row.reason) for row in rejected] == [(3, NO_NAME)]
    assert [column.missing for column in report.columns] == [2, 2]


def test_isrcs_are_a_field_of_their_own_and_the_id_where_there_is_no_other():
    songs, _, _ = cleaned(
        {"isrc": ["us-rc1-76-07839", "USRC17607840", "?"], "title": ["A", "B", "C"], "energy": ["0.1"] * 3}
    )
    assert songs["isrc"].to_pylist() == ["USRC17607839", "USRC17607840", None]
    assert songs["external_id"].to_pylist() == ["us-rc1-76-07839", "USRC17607840", "?"]
    songs, _, _ = cleaned({"uri": ["x"], "ISRC": ["USRC17607839"], "title": ["A"], "energy": ["0.1"]})
    assert (songs["external_id"][0].as_py(), songs["isrc"][0].as_py()) == ("x", "USRC17607839")


def test_a_file_of_numbers_without_a_value_keeps_nothing_and_says_so():
    songs, rejected, report = cleaned({"energy": ["", "", ""], "tempo": ["", "", ""]})
    assert songs.num_rows == 0
    assert len(rejected) == 3
    assert json.loads(json.dumps(report.to_dict()))["rows_kept"] == 0
    with pytest.raises(SongFileError, match=r"None of the file's 3 rows .* has a value in this row\. Upload"):
        report.require_songs()


def test_repeats_by_id_keep_the_first_usable_across_batches():
    first = batch_of({"id": ["a", "b", "a", "", ""], "energy": ["", "0.2", "0.3", "0.4", "0.4"]})
    second = batch_of({"id": ["b", "c", "  c ", "a"], "energy": ["0.1"] * 4}, first=6)
    cleaner = Cleaner(propose_columns(first.table))
    kept = [cleaner.clean(batch).songs.column("row_number").to_pylist() for batch in (first, second)]
    assert kept == [[2, 3, 4, 5], [7]]
    report = cleaner.report()
    assert (report.duplicates, report.rows_rejected, report.rows_kept) == (3, 1, 5)
    assert report.duplicate_examples == [(6, "b"), (8, "  c "), (9, "a")]
    assert "3 rows repeat a song" in report.warnings[1]
    report.require_songs()


def test_songs_that_are_there_already_are_repeats():
    seen = SeenSongs()
    seen.first_seen(song_fingerprints(pa.table({"external_id": ["a", "x"]})))
    songs, _, report = cleaned({"id": ["a", "b"], "energy": ["0.1", "0.2"]}, seen=seen)
    assert songs.column("external_id").to_pylist() == ["b"]
    assert report.duplicates == 1


def test_without_ids_only_whole_rows_repeat_and_only_with_titles():
    columns = {"title": ["A", "A", "A"], "energy": ["0.5", "0.5", "0.6"]}
    assert cleaned(columns)[2].duplicates == 1
    del columns["title"]
    assert cleaned(columns)[2].duplicates == 0


@pytest.mark.parametrize(
    "cells", [["1960", "1990", "2000"], ["60s", "'90s", "00s"], ["1960s", "1990s", "2000s"]]
)
def test_decades_are_years_of_which_no_more_is_known(cells):
    songs, _, report = cleaned({"decade": cells, "energy": ["0.1", "0.2", "0.3"]})
    assert songs.column("release_year").to_pylist() == [1960, 1990, 2000]
    assert report.decades
    assert "decades, not years" in " ".join(report.warnings)


def test_only_secure_addresses_are_kept():
    bad = [
        "javascript:alert(1)",
        "http://a.org/x",
        "https://",
        "https://a b.org",
        'https://a.org/"x y',
        "data:x",
        "",
    ]
    good = [
        "https://p.scdn.co/mp3-preview/1?cid=2&x=%20",
        "https://a.org",
        "https://a.org:8443/é".replace("é", "e"),
    ]
    songs, _, _ = cleaned(
        {"preview_url": [*bad, *good], "url": [*good, *bad], "energy": numbers("energy", 10)}
    )
    assert songs.column("preview_url").to_pylist() == [None] * len(bad) + good
    assert songs.column("link_url").to_pylist() == good + [None] * len(bad)


def test_a_year_is_better_than_a_decade():
    songs, _, report = cleaned({"decade": ["1960"], "year": ["1967"], "energy": ["0.1"]})
    assert songs.column("release_year").to_pylist() == [1967]
    assert not report.decades


def test_text_is_fit_for_the_database():
    songs, _, _ = cleaned(
        {
            "title": [" A\0B ", "x" * 2_000, "\0", None],
            "artists": ["['A', 'B']", "[]", "['C']", None],
            "genres": ["['pop', 'pop', 'folk']", "[]", "not a list", ""],
            "release_date": ["03-05-1998", "1922", "soon", None],
            "explicit": ["True", "0", "maybe", None],
            "popularity": ["7", "x", "", None],
            "energy": ["0.1", "0.2", "0.3", "0.4"],
        }
    )
    assert songs.column("title").to_pylist() == ["AB", "x" * 1_000, None, None]
    assert songs.column("artist").to_pylist() == ["A, B", None, "C", None]
    assert songs.column("genres").to_pylist() == [["pop", "folk"], None, ["not a list"], None]
    assert songs.column("release_year").to_pylist() == [1998, 1922, None, None]
    assert songs.column("explicit").to_pylist() == [True, False, None, None]
    assert songs.column("popularity").to_pylist() == [7.0, None, None, None]


def test_numbers_are_read_in_all_their_writings():
    songs, _, _ = cleaned(
        {
            "energy": ["80%", " 75 % ", "60", "55,5"],
            "tempo": ["120 BPM", "+99.5", "  101", "1e2"],
            "loudness": ["-5 dB", "\u22127", "-.5", "-6."],
            "duration": ["3:41", "1:00:01", "2:05.5", "x"],
            "key": ["C#", "Dbm", "H", ""],
            "mode": ["Major", "minor", "dur", "?"],
            "time_signature": ["4/4", "3/4", "5", ""],
        }
    )
    rows = songs.select(
        ["energy", "tempo", "loudness", "duration_ms", "key", "mode", "time_signature"]
    ).to_pydict()
    assert rows["energy"] == pytest.approx([0.8, 0.75, 0.6, 0.555])
    assert rows["tempo"] == [120.0, 99.5, 101.0, 100.0]
    assert rows["loudness"] == [-5.0, -7.0, -0.5, -6.0]
    assert rows["duration_ms"] == [221_000.0, 3_601_000.0, 125_500.0, None]
    assert rows["key"] == [1.0, 1.0, 11.0, None]
    assert rows["mode"] == [1.0, 0.0, 1.0, None]
    assert rows["time_signature"] == [4.0, 3.0, 5.0, None]


def test_typed_columns_of_parquet():
    songs, _, _ = cleaned(
        {
            "track_id": pa.array([1, 2, 2], pa.int64()),
            "track_name": pa.array(["A", "B", "B"]).dictionary_encode(),
            "artists": pa.array([["X", "Y"], None, []]),
            "genres": pa.array([["pop"], ["a", "b"], None]),
            "explicit": pa.array([True, False, None]),
            "year": pa.array([1999, 2001, 2001], pa.int32()),
            "energy": pa.array([0.5, 0.25, None], pa.float32()),
            "tempo": pa.array([120, 90, 80], pa.int16()),
            "plays": pa.array([1.0, float("nan"), 1e300]),
            "nothing": pa.nulls(3),
            "odd": pa.array([{"a": 1}, None, {"a": 2}]),
        }
    )
    first, second = songs.to_pylist()
    assert first["external_id"] == "1"
    assert (first["artist"], first["genres"], first["explicit"]) == ("X, Y", ["pop"], True)
    assert (second["artist"], second["genres"], second["release_year"]) == (None, ["a", "b"], 2001)
    assert (first["extras"], second["extras"]) == ([1.0], [None])


def test_nested_columns_do_not_hinder_the_search_for_whole_repeats():
    odd = pa.array([{"a": 1}, {"a": 1}, {"a": 2}])
    _, _, report = cleaned({"title": ["A", "A", "A"], "energy": [0.5, 0.5, 0.5], "odd": odd})
    assert report.duplicates == 1


def test_statistics_over_batches_are_those_of_the_whole():
    rng = np.random.default_rng(5)
    energy = rng.beta(2, 5, 900).round(4)
    valence = np.clip(energy + rng.normal(0, 0.01, 900), 0, 1).round(4)
    speech = np.where(np.arange(900) < 5, 0.9, 0.03)
    gaps = rng.random(900) < 0.2
    texts = {
        "energy": [f"{value}" for value in energy],
        "valence": ["" if gap else f"{value}" for value, gap in zip(valence, gaps, strict=True)],
        "speechiness": [f"{value}" for value in speech],
        "liveness": ["0.1"] * 900,
    }
    cleaner = Cleaner(propose_columns(pa.table(texts)))
    for start in range(0, 900, 250):
        cleaner.clean(batch_of({k: v[start : start + 250] for k, v in texts.items()}, first=start + 1))
    report = cleaner.report()
    by_field = {column.field: column for column in report.columns}
    column = by_field["energy"]
    assert column.mean == pytest.approx(energy.mean())
    assert column.deviation == pytest.approx(energy.std())
    centered = energy - energy.mean()
    assert column.skew == pytest.approx((centered**3).mean() / energy.std() ** 3)
    assert (column.minimum, column.maximum) == (energy.min(), energy.max())
    assert sum(column.histogram.counts) == 900
    assert len(column.histogram.edges) == len(column.histogram.counts) + 1
    names = report.correlations.features
    r = report.correlations.matrix[names.index("energy")][names.index("valence")]
    assert r == pytest.approx(np.corrcoef(energy[~gaps], valence[~gaps])[0, 1], abs=1e-4)
    assert report.correlations.matrix[names.index("liveness")] == [None] * 4
    assert by_field["liveness"].constant
    said = " ".join(report.warnings)
    assert "Liveness is the same for every song" in said
    assert "Speechiness is strongly skewed" in said
    assert "Energy and Valence are nearly the same" in said
    assert f"Valence is missing in {gaps.sum()} of 900 songs" in said
    json.dumps(report.to_dict())


def test_bad_rows_of_the_reader_are_counted_by_their_kind(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_text('title,energy\nA,0.5\nB\nC,1,2\n"D,0.6\nE,0.7\nF,\n', encoding="utf-8")
    dialect = sniff(path)
    cleaner = Cleaner(propose_columns(read_preview(path, dialect)))
    (clean,) = [cleaner.clean(batch) for batch in read_batches(path, dialect)]
    report = cleaner.report()
    assert clean.songs.column("row_number").to_pylist() == [1, 5]
    assert sorted((row.row, row.code) for row in clean.rejected) == [
        (2, "cell_count"),
        (3, "cell_count"),
        (4, "unclosed_quote"),
        (6, "no_feature"),
    ]
    assert (report.rows_read, report.rows_kept, report.rows_rejected) == (6, 2, 4)
    assert sorted(report.reasons.values()) == [1, 1, 2]


def test_an_empty_column_is_told():
    _, _, report = cleaned({"title": ["A", "B", "C"], "energy": ["0.1", "0.5", "0.4"], "tempo": ["", "", ""]})
    assert any("Tempo is empty in every song" in warning for warning in report.warnings)
    assert next(c for c in report.columns if c.field == "tempo").histogram is None


def test_ids_of_many_lengths_and_batches_are_told_apart():
    seen = SeenSongs()
    ids = [f"{'x' * (index % 23)}{index}" for index in range(5_000)]
    for start in range(0, 5_000, 700):
        part = pa.chunked_array([pa.array(ids[start : start + 700])])
        assert seen.first_seen(fingerprints(part)).all()
        assert not seen.first_seen(fingerprints(part)).any()
    assert not seen.first_seen(fingerprints(pa.chunked_array([pa.array(ids)]))).any()
    assert len(fingerprints(pa.chunked_array([], pa.string()))) == 0
