"""What is said of similar songs is true: twelve hundred sentences, each computed again with NumPy."""

from __future__ import annotations

import re

import numpy as np
import pytest

from clustering.models import Dataset, Song
from clustering.storage.similar_songs import Similar, find_similar_songs
from tests.factories import make_catalog, make_dataset, scatter_songs

pytestmark = pytest.mark.django_db

UNITS = {
    "danceability": "danceability",
    "energy": "energy",
    "loudness": "dB",
    "speechiness": "speechiness",
    "acousticness": "acousticness",
    "instrumentalness": "instrumentalness",
    "liveness": "liveness",
    "valence": "valence",
    "tempo": "BPM",
    "duration_ms": "duration",
}
MORE = {"faster", "louder", "longer", "higher"}
DIFFERENCE = re.compile(
    r"(?:(?P<clock>\d+):(?P<seconds>\d\d)|(?:(?P<name>[a-z]+) )?(?P<size>[\d.]+)(?: (?P<unit>BPM|dB))?)"
    r" (?P<word>faster|slower|louder|quieter|longer|shorter|higher|lower)$"
)
ROUNDED = 1e-9


@pytest.fixture
def songs() -> Dataset:
    """Songs with ten features, correlated and skewed as those of music are."""
    dataset = scatter_songs(make_dataset(songs=500), artists=250)
    dataset.features = list(UNITS)
    dataset.save()
    rng = np.random.default_rng(7)
    shared = rng.normal(size=500)
    rows = list(dataset.songs.order_by("id"))
    for song, mood in zip(rows, shared, strict=True):
        song.loudness = -9 + 3 * mood + rng.normal()
        song.speechiness, song.liveness = rng.beta(1, 9), rng.beta(2, 9)
        song.acousticness = 1 / (1 + np.exp(2 * mood + rng.normal()))
        song.instrumentalness = rng.choice([0.0, rng.random()], p=[0.8, 0.2])
        song.duration_ms = 220_000 * np.exp(rng.normal(scale=0.3))
    names = ["loudness", "speechiness", "liveness", "acousticness", "instrumentalness", "duration_ms"]
    Song.objects.bulk_update(rows, names)
    return make_catalog(dataset)


def untruths(sentence: str, apart: dict[str, float], real: dict[str, float]) -> list[str]:
    """Return what is wrong with a sentence about differences in spreads, and in real units."""
    largest = max(abs(gap) for gap in apart.values())
    if sentence == "nearly the same in every feature":
        return [] if largest < 0.25 + ROUNDED else ["not nearly the same"]
    wrong = []
    closest, _, difference = sentence.rpartition(", ")
    named = re.findall(r"[a-z]+", closest.removeprefix("closest on").replace(" and ", " "))
    features = ["duration_ms" if label == "duration" else label for label in named]
    others = [abs(gap) for name, gap in apart.items() if name not in features]
    if any(abs(apart[name]) > min(others) + ROUNDED for name in features):
        wrong.append("others are closer")
    if any(abs(apart[name]) > 0.5 + ROUNDED for name in features):
        wrong.append("not close")
    found = DIFFERENCE.search(difference)
    assert found, sentence
    if found["clock"]:
        about, size, step = "duration_ms", 1000.0 * (60 * int(found["clock"]) + int(found["seconds"])), 500.0
    else:
        unit = found["unit"] or found["name"]
        about = next(name for name, its in UNITS.items() if its == unit)
        size = float(found["size"])
        step = {"BPM": 0.5, "dB": 0.05}.get(unit, 0.005)
    if abs(apart[about]) < largest - ROUNDED:
        wrong.append("not the largest difference")
    if abs(size - abs(real[about])) > step + ROUNDED:
        wrong.append("another number")
    if (found["word"] in MORE) != (real[about] > 0):
        wrong.append("nearly opposites")
    return wrong


class TestReasons:
    def test_are_all_true(self, songs: Dataset) -> None:
        names = list(UNITS)
        values = np.array(list(songs.songs.order_by("id").values_list(*names)), dtype=np.float64)
        spreads = values.std(axis=0)
        checked, wrong = 0, []
        for row in range(60):
            found = find_similar_songs(songs, Similar(seeds=(songs.first_song_id + row + 1,), count=20))
            assert set(found.features) == set(names)
            for one in found.songs:
                gaps = values[one.song.row_number - 1] - values[row]
                apart = dict(zip(names, (gaps / spreads).tolist(), strict=True))
                real = dict(zip(names, gaps.tolist(), strict=True))
                checked += 1
                wrong += [(one.why, what) for what in untruths(one.why, apart, real)]
        assert checked == 1200
        assert wrong == []
