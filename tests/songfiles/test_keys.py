"""Keys and modes as people write them: M and m, and notes in Dutch."""

from __future__ import annotations

import pytest

from tests.songfiles.cleaning import cleaned, numbers


def read(**columns: list[str]) -> dict[str, list[float | None]]:
    count = len(next(iter(columns.values())))
    songs = cleaned({"energy": numbers("energy", count), **columns})[0]
    return {name: songs[name].to_pylist() for name in ("key", "mode")}


def test_a_large_m_is_major_and_a_small_one_minor():
    assert read(mode=["M", "m", "M", "m"])["mode"] == [1, 0, 1, 0]
    assert read(mode=["Maj", "MINOR", "Min.", "major"])["mode"] == [1, 0, 0, 1]


def test_also_behind_a_key():
    assert read(key=["CM", "F#M", "Cm", "B♭ m", "AMaj"]) == {"key": [0, 6, 0, 10, 9], "mode": [1, 1, 0, 0, 1]}


@pytest.mark.parametrize(
    ("cells", "keys"),
    [
        (["Bes majeur", "B mineur", "Fis majeur", "Es mineur"], [10, 11, 6, 3]),
        (["Bes", "B", "Fis", "As"], [10, 11, 6, 8]),
        (["B majeur", "Fis mineur", "C majeur", "Cis mineur"], [11, 6, 0, 1]),
        (["B-Dur", "h-Moll", "Fis-Dur", "As-Dur"], [10, 11, 6, 8]),
        (["B", "H", "Fis", "Es"], [10, 11, 6, 3]),
        (["Si bémol majeur", "Si mineur", "Fa dièse majeur", "Do mineur"], [10, 11, 6, 0]),
    ],
)
def test_notes_in_dutch_are_no_german_ones(cells, keys):
    assert read(key=cells)["key"] == keys
