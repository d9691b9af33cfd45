"""The bundled sample is what its script writes, and has the faults that the pages are meant to show."""

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from samples import make_songs

SAMPLE = Path(make_songs.__file__).with_name("songs.csv")


@pytest.fixture(scope="module")
def lines() -> list[list[str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def sample_rows(lines: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:] if len(line) == len(lines[0])]


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    """The numbers of a column; gaps and impossible values are left out."""
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])


def test_script_reproduces_the_committed_file(tmp_path: Path) -> None:
    make_songs.write(tmp_path / "songs.csv")
    assert (tmp_path / "songs.csv").read_bytes() == SAMPLE.read_bytes()


def test_size_and_variety(sample_rows: list[dict[str, str]]) -> None:
    assert 4_900 <= len(sample_rows) <= 5_100
    assert len({row["artist"] for row in sample_rows}) >= 300
    assert len({row["title"] for row in sample_rows}) >= 3_000
    assert len({row["genres"].split(";")[0] for row in sample_rows if row["genres"]}) >= 12
    text = SAMPLE.read_text(encoding="utf-8")
    assert all(character in text for character in ("ฝน", "Д", "é", "ø", "&", '""', "“", "¿"))


def test_dirt(lines: list[list[str]], sample_rows: list[dict[str, str]]) -> None:
    assert [len(line) for line in lines if len(line) != len(lines[0])] == [11], "one line cut off"
    repeated = [n for n in Counter(row["id"] for row in sample_rows).values() if n > 1]
    assert len(repeated) == 31
    assert sum(row["tempo"] == "0.0" for row in sample_rows) >= 7
    assert sum(row["key"] == "-1" for row in sample_rows) >= 12
    assert sum(row["duration_ms"] == "0" for row in sample_rows) >= 3
    assert np.sum(column(sample_rows, "loudness") > 0) >= 4
    assert sum(not any(row[name] for name in make_songs.FEATURES) for row in sample_rows) >= 4
    for name, gaps in make_songs.GAPS.items():
        assert sum(row[name] == "" for row in sample_rows) >= gaps - 1, name
    assert {len(row["release_date"]) for row in sample_rows} == {4, 7, 10}, "years, months and days"


def test_shapes_are_those_of_music(sample_rows: list[dict[str, str]]) -> None:
    whole = [row for row in sample_rows if all(row[name] for name in make_songs.FEATURES)]
    numbers = {name: column(whole, name) for name in make_songs.FEATURES}

    def r(one: str, other: str) -> float:
        return float(np.corrcoef(numbers[one], numbers[other])[0, 1])

    assert 0.7 < r("energy", "loudness") < 0.85
    assert -0.8 < r("energy", "acousticness") < -0.6
    assert r("danceability", "valence") > 0.5
    assert 0.2 < np.mean(numbers["instrumentalness"] == 0) < 0.5
    assert np.mean(numbers["instrumentalness"] > 0.5) > 0.1
    for name in ("speechiness", "liveness", "instrumentalness"):
        assert np.mean(numbers[name]) > 1.3 * np.median(numbers[name]), name
    years = np.array([int(row["release_date"][:4]) for row in whole])
    by_era = [
        numbers["loudness"][(years >= low) & (years < high)].mean()
        for low, high in pairwise((0, 1990, 2010, 2100))
    ]
    assert by_era == sorted(by_era), "records have become louder"


@pytest.mark.parametrize("seed", [0, 1])
def test_groups_are_sensible_but_not_blobs(sample_rows: list[dict[str, str]], seed: int) -> None:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score
    from sklearn.preprocessing import StandardScaler

    ten = [name for name in make_songs.FEATURES if name not in ("key", "mode", "time_signature")]
    values = np.column_stack([column(sample_rows, name) for name in ten])
    values = values[~np.isnan(values).any(axis=1) & (values[:, ten.index("tempo")] > 0)]
    scaled = StandardScaler().fit_transform(values)
    fitted = KMeans(5, n_init=5, random_state=seed).fit(scaled)
    score = silhouette_score(scaled, fitted.labels_, sample_size=2_500, random_state=seed)
    assert 0.15 < score < 0.28
    centers = fitted.cluster_centers_
    for name in ("speechiness", "instrumentalness", "acousticness"):
        assert centers[:, ten.index(name)].max() > 0.8, f"a group stands out by {name}"
