"""Truth, written in a dialect, comes back: names, numbers, times, keys, dates and scales in all their ways."""

from __future__ import annotations

import random
import statistics
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustering.songfiles.cleaning import Cleaner, QualityReport
from clustering.songfiles.columns import ColumnMap, propose_columns
from clustering.songfiles.readers import read_batches, read_preview, sniff
from tests.songfiles.dialects import (
    DATES,
    DECADES,
    KEYS,
    NUMBERS,
    SCALES,
    SHARES,
    TIMES,
    VOCABULARY,
    Dialect,
    Song,
    make_songs,
)

COLUMNS = ("title", "artist", *SHARES, "loudness", "tempo", "duration_ms", "popularity")
SEEDS = (1, 2, 3)


def imported(folder: Path, text: str) -> tuple[list[dict[str, Any]], ColumnMap, QualityReport]:
    """Return the songs that a file becomes, what its columns were taken for, and the report."""
    path = folder / "songs.csv"
    path.write_text(text, encoding="utf-8")
    dialect = sniff(path)
    column_map = propose_columns(read_preview(path, dialect, 2_000))
    cleaner = Cleaner(column_map)
    songs = pa.concat_tables([cleaner.clean(batch).songs for batch in read_batches(path, dialect)])
    return songs.to_pylist(), column_map, cleaner.report()


def assert_same(
    songs: list[dict[str, Any]], truth: list[Song], names: tuple[str, ...], near: float = 1e-5
) -> None:
    """Every cell is what it was."""
    assert len(songs) == len(truth)
    for song, true in zip(songs, truth, strict=True):
        for name in names:
            wanted = true[name]
            same = pytest.approx(wanted, rel=near) if isinstance(wanted, int | float) else wanted
            assert song[name] == same, name


def in_language(language: str, seed: int) -> Dialect:
    """Return a name of the language for every field that it has one for, any of them."""
    rng = random.Random(seed)
    fields = VOCABULARY[language]
    return Dialect({name: rng.choice(fields[name]) for name in (*COLUMNS, "key", "mode") if name in fields})


@pytest.mark.parametrize("language", [name for name in VOCABULARY if name != "en"])
@pytest.mark.parametrize("seed", SEEDS)
def test_headers_in_every_language(tmp_path, language, seed):
    truth = make_songs(seed)
    dialect = in_language(language, seed)
    songs, column_map, _ = imported(tmp_path, dialect.write(truth, (*COLUMNS, "key", "mode")))
    assert set(column_map.by_field) == {*COLUMNS, "key", "mode"}
    unsure = [m.column for m in column_map.matches if m.confidence < 0.85 and m.unit != "file name"]
    assert not unsure
    assert_same(songs, truth, (*COLUMNS, "key", "mode"))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_english_name(tmp_path, seed):
    fields = VOCABULARY["en"]
    truth = make_songs(seed)
    for name in (*SHARES, "loudness", "tempo", "title", "artist", "popularity"):
        for alias in fields[name]:
            for dressed in (
                alias,
                alias.replace("_", " ").title(),
                alias.replace("_", "."),
                f" {alias.upper()} ",
            ):
                columns = ("energy" if name != "energy" else "valence", name)
                songs, column_map, _ = imported(tmp_path, Dialect({name: dressed}).write(truth, columns))
                assert name in column_map.by_field, dressed
                assert_same(songs, truth, (name,))


@pytest.mark.parametrize("which", NUMBERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_numbers(tmp_path, which, seed):
    truth = make_songs(seed)
    songs, column_map, _ = imported(tmp_path, NUMBERS[which].write(truth, (*COLUMNS, "streams")))
    assert_same(songs, truth, COLUMNS)
    assert column_map.numeric_extras == ("streams",)
    assert [song["extras"][0] for song in songs] == pytest.approx(
        [song["streams"] for song in truth], rel=1e-6
    )


@pytest.mark.parametrize("which", TIMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_times(tmp_path, which, seed):
    truth = make_songs(seed)
    songs, _, report = imported(tmp_path, TIMES[which].write(truth, COLUMNS))
    assert_same(songs, truth, COLUMNS, near=1e-4)
    assert not any("on average" in warning for warning in report.warnings)


@pytest.mark.parametrize("which", KEYS)
@pytest.mark.parametrize("seed", SEEDS)
def test_keys_and_their_modes(tmp_path, which, seed):
    truth = make_songs(seed)
    songs, column_map, _ = imported(tmp_path, KEYS[which].write(truth, (*COLUMNS, "key")))
    assert "mode" in column_map.features
    assert_same(songs, truth, (*COLUMNS, "key", "mode"))


@pytest.mark.parametrize("which", DATES)
@pytest.mark.parametrize("seed", SEEDS)
def test_dates(tmp_path, which, seed):
    truth = make_songs(seed)
    dialect = Dialect({"release_year": "Release Date"}, {"release_year": DATES[which]})
    songs, column_map, _ = imported(tmp_path, dialect.write(truth, (*COLUMNS, "release_year")))
    assert column_map.numeric_extras == ()
    assert_same(songs, truth, (*COLUMNS, "release_year"))


@pytest.mark.parametrize("which", DECADES)
@pytest.mark.parametrize("seed", SEEDS)
def test_decades(tmp_path, which, seed):
    truth = make_songs(seed)
    dialect = Dialect({"release_year": "Decade"}, {"release_year": DECADES[which]})
    songs, _, report = imported(tmp_path, dialect.write(truth, (*COLUMNS, "release_year")))
    assert [song["release_year"] for song in songs] == [
        int(song["release_year"]) // 10 * 10 for song in truth
    ]
    assert report.decades


@pytest.mark.parametrize("which", SCALES)
@pytest.mark.parametrize("seed", SEEDS)
def test_scales(tmp_path, which, seed):
    truth = make_songs(seed)
    songs, _, _ = imported(tmp_path, SCALES[which].write(truth, COLUMNS))
    assert_same(songs, truth, COLUMNS)


def standardized(truth: list[Song], *, to_one: bool) -> list[Song]:
    """Return songs whose features were scaled before: to a mean of 0, or to 0 to 1."""
    names = (*SHARES, "loudness", "tempo", "duration_ms")
    columns = {name: [float(song[name]) for song in truth] for name in names}
    scaled = {}
    for name, values in columns.items():
        low, width = (
            (min(values), max(values) - min(values))
            if to_one
            else (statistics.fmean(values), statistics.pstdev(values))
        )
        scaled[name] = [round((value - low) / width, 6) for value in values]
    return [dict(song) | {name: scaled[name][row] for name in names} for row, song in enumerate(truth)]


@pytest.mark.parametrize("to_one", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_files_that_were_scaled_before(tmp_path, to_one, seed):
    truth = standardized(make_songs(seed), to_one=to_one)
    songs, column_map, report = imported(tmp_path, Dialect().write(truth, COLUMNS))
    assert column_map.scaled == {*SHARES, "loudness", "tempo", "duration_ms"}
    assert_same(songs, truth, COLUMNS)
    assert sum("scaled already" in warning for warning in report.warnings) == 1
    assert not any(column.implausible for column in report.columns)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    language=st.sampled_from(sorted(VOCABULARY)),
    numbers=st.sampled_from(["points", "decimal commas", "decimal commas, points for thousands"]),
    key=st.sampled_from(sorted(KEYS)),
    when=st.sampled_from(sorted(DATES)),
)
def test_all_at_once(tmp_path, seed, language, numbers, key, when):
    truth = make_songs(seed)
    names = dict(in_language(language, seed).names) if language != "en" else {}
    dialect = Dialect(
        {**names, "release_year": VOCABULARY[language]["release_year"][0], "mode": "unused"},
        {**NUMBERS[numbers].cells, **KEYS[key].cells, "release_year": DATES[when]},
        NUMBERS[numbers].delimiter,
    )
    columns = (*COLUMNS, "key", "release_year")
    songs, _, _ = imported(tmp_path, dialect.write(truth, columns))
    assert_same(songs, truth, (*columns, "mode"))
