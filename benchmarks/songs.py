"""Invented songs in any number, with the shape of real collections, for measuring.

The columns are those of the best known file of songs; the styles and words are those of the bundled sample. The
same number gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from samples.styles import STYLES
from samples.words import artist_name, song_title

SEED = 1977
CHUNK = 250_000
SONGS_PER_ARTIST = 40
MAX_ARTISTS = 20_000
TITLES_PER_STYLE = 2_000

Floats = npt.NDArray[np.float64]


def write_songs(path: Path, songs: int) -> None:
    """Write a CSV of so many songs; about ten seconds a million."""
    rng = np.random.default_rng(SEED)
    artists = _Artists(rng, min(MAX_ARTISTS, max(len(STYLES) * 3, songs // SONGS_PER_ARTIST)))
    writer = None
    for start in range(0, songs, CHUNK):
        table = _chunk(rng, artists, np.arange(start, min(start + CHUNK, songs)))
        writer = writer or pyarrow.csv.CSVWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


class _Artists:
    """Who sings: each has a style, and a manner of their own that all their songs scatter around."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        shares = np.array([style.share for style in STYLES])
        self.style = rng.choice(len(STYLES), size, p=shares / shares.sum())
        self.names = pa.array(
            [f"{artist_name(rng, STYLES[s].language)} {i}" for i, s in enumerate(self.style)], pa.string()
        )
        self.force, self.groove = 0.7 * rng.standard_normal((2, size))
        self.wordless = rng.random(size) < self._of_style(lambda style: style.instrumental)
        self.followers = np.exp(9 + 2 * rng.standard_normal(size)).astype(np.int64)
        self.popularity = np.clip(45 + 15 * rng.standard_normal(size), 0, 100).astype(np.int64)
        self.titles = pa.array(
            [song_title(rng, style.language, i) for style in STYLES for i in range(TITLES_PER_STYLE)],
            pa.string(),
        )
        self.genres = pa.array([str([style.genre, style.kinds[0]]) for style in STYLES], pa.string())

    def _of_style(self, number: Callable[[Any], float]) -> Floats:
        return np.array([number(style) for style in STYLES])[self.style]


def _chunk(rng: np.random.Generator, artists: _Artists, number: npt.NDArray[np.int64]) -> pa.Table:
    size = len(number)
    artist = (len(artists.style) * rng.random(size) ** 2).astype(np.int64)  # a few have most of the songs
    style = artists.style[artist]

    def of_style(read: Callable[[Any], float]) -> Floats:
        return np.array([read(one) for one in STYLES])[style]

    force = artists.force[artist] + 0.9 * rng.standard_normal(size)
    groove = artists.groove[artist] + 0.9 * rng.standard_normal(size)
    tempos = np.array([one.tempos for one in STYLES])[style, rng.integers(0, 2, size)]
    live = rng.random(size) < of_style(lambda one: one.live)
    unsung = artists.wordless[artist] ^ (rng.random(size) < 0.03)
    trace = 10 ** (-6 + 5.4 * rng.random(size) ** 1.4) * (rng.random(size) > 0.42)
    features = {
        "danceability": _bend(of_style(lambda one: one.dance), 0.42 * groove + 0.3 * _normal(rng, size)),
        "energy": _bend(of_style(lambda one: one.energy), 0.8 * force + 0.4 * _normal(rng, size)),
        "loudness": np.minimum(
            -1.3, of_style(lambda one: one.loudness) + 2.6 * force + 2.2 * _normal(rng, size)
        ),
        "speechiness": _bend(of_style(lambda one: one.speech), 0.5 * _normal(rng, size)),
        "acousticness": _bend(of_style(lambda one: one.acoustic), 1.5 * _normal(rng, size) - 0.95 * force),
        "instrumentalness": np.where(unsung, _bend(np.full(size, 0.87), 0.6 * _normal(rng, size)), trace),
        "liveness": np.where(
            live,
            np.minimum(0.99, 0.66 + 0.2 * _normal(rng, size) ** 2),
            np.minimum(0.95, 0.125 * np.exp(0.6 * _normal(rng, size))),
        ),
        "valence": _bend(of_style(lambda one: one.valence), 0.62 * groove + 0.42 * _normal(rng, size)),
        "tempo": np.clip(tempos * np.exp(0.12 * _normal(rng, size)), 46, 216),
    }
    minutes = of_style(lambda one: one.minutes) * np.exp(0.24 * _normal(rng, size))
    title = artists.titles.take(pa.array(style * TITLES_PER_STYLE + rng.integers(0, TITLES_PER_STYLE, size)))
    columns = {
        "id_songs": _padded("s", number),
        "name_song": pc.binary_join_element_wise(title, pa.array(number).cast(pa.string()), " "),
        "popularity_songs": pa.array(rng.integers(0, 98, size)),
        "duration_ms": pa.array(np.maximum(21_000, 60_000 * minutes).astype(np.int64)),
        "explicit": pa.array((rng.random(size) < of_style(lambda one: one.explicit)).astype(np.int64)),
        "id_artists": _padded("a", artist),
        "release_date": pa.array(rng.integers(1960, 2024, size)).cast(pa.string()),
        **{name: pa.array(values.round(4)) for name, values in features.items()},
        "key": pa.array(rng.integers(0, 12, size)),
        "mode": pa.array((rng.random(size) < of_style(lambda one: one.major)).astype(np.int64)),
        "time_signature": pa.array(np.where(rng.random(size) < 0.9, 4, 3)),
        "followers": pa.array(artists.followers[artist]),
        "genres": artists.genres.take(pa.array(style)),
        "name_artists": artists.names.take(pa.array(artist)),
        "popularity_artists": pa.array(artists.popularity[artist]),
    }
    return pa.table(columns)


def _normal(rng: np.random.Generator, size: int) -> Floats:
    return rng.standard_normal(size)


def _bend(share: Floats, by: Floats) -> Floats:
    """Move shares between 0 and 1 without ever leaving them."""
    return np.asarray(1 / (1 + np.exp(-(np.log(share / (1 - share)) + by))))


def _padded(letter: str, number: npt.NDArray[np.int64]) -> pa.Array:
    return pc.binary_join_element_wise(letter, pc.utf8_lpad(pa.array(number).cast(pa.string()), 21, "0"), "")
