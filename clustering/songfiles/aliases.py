"""The names that song files give their columns, and the files that are known by them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from clustering.analysis.features import FEATURES


@dataclass(frozen=True, slots=True)
class Field:
    """Something a column of a file can be."""

    name: str
    label: str
    kind: str


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("external_id", "Song id", "text"),
        Field("isrc", "ISRC", "text"),
        Field("title", "Title", "text"),
        Field("artist", "Artist", "text"),
        Field("album", "Album", "text"),
        Field("genres", "Genres", "list"),
        Field("release_year", "Release year", "year"),
        Field("popularity", "Popularity", "number"),
        Field("explicit", "Explicit", "flag"),
        Field("preview_url", "Preview address", "text"),
        Field("link_url", "Link", "text"),
        *(Field(feature.name, feature.label, "number") for feature in FEATURES.values()),
    )
}


@dataclass(frozen=True, slots=True)
class Alias:
    """What a name can stand for: a field, how far down its list of names, and in which language."""

    field: str
    rank: int
    language: str


DECORATED_RANK = 20
"""Added to the rank of a name that is known only without some of its words."""

_VOCABULARY = Path(__file__).with_name("vocabulary.toml")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_UMLAUTS = str.maketrans({letter: base + "e" for letter, base in zip("äöü", "aou", strict=True)})
# Words that say how a column is written or where it is from, and not what it is.
_DRESS_WORDS = """
    percent pct perc ms msec millis milliseconds us s sec secs seconds min mins minutes db dbfs lufs bpm
    score value values level avg average mean median raw est estimated
    scaled normalized normalised norm std standardized zscore
    spotify audio feature features af track song tracks songs of out in the range scale to
"""
_DRESS = frozenset(_DRESS_WORDS.split())
INDEX_NAMES = frozenset(
    {"", "index", "unnamed_0", "unnamed_0_1", "unnamed", "row", "row_number", "no", "nr", "rank", "sr_no"}
)

_DIALECTS: tuple[tuple[str, str], ...] = (
    ("Single-genre artists (Amazon Music)", "id_songs name_song name_artists"),
    ("TidyTuesday Spotify songs", "track_id track_name track_artist playlist_genre"),
    ("Kaggle tracks with genres", "track_id artists album_name track_genre"),
    ("Exportify", "track_uri track_name artist_name_s"),
    ("Exportify", "spotify_id artist_ids track_name"),
    ("Most streamed songs of 2023", "danceability_percent valence_percent energy_percent"),
    ("Abbreviated (Organize Your Music)", "bpm nrgy dnce"),
    ("Raw API dump", "id uri track_href analysis_url"),
    ("Kaggle 1921–2020", "id name artists year"),
    ("Hit predictor", "track artist uri chorus_hit"),
    ("Top hits", "artist song genre"),
)


def normal_name(column: str) -> str:
    """Return a column's name without its dress: "Artist Name(s)" is artist_name_s, "Künstler" is kunstler.

    Examples
    --------
    >>> normal_name("Künstlername(n)"), normal_name("Énergie"), normal_name("トラックの長さ（ミリ秒）")
    ('kunstlername_n', 'energie', 'トラックの長さ_ミリ秒')
    """
    text = unicodedata.normalize("NFKC", column).replace("%", " percent ").replace("\ufeff", "")
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", text).casefold()
    text = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text)).replace("ı", "i")
    return "_".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


@cache
def aliases() -> dict[str, tuple[Alias, ...]]:
    """Return what each known name can stand for, by the name without its dress and without blanks."""
    with _VOCABULARY.open("rb") as file:
        vocabulary: dict[str, dict[str, list[str]]] = tomllib.load(file)
    known: dict[str, dict[str, Alias]] = {}
    for language, fields in vocabulary.items():
        for field, names in fields.items():
            for rank, name in enumerate(names):
                spellings = {name, name.casefold().translate(_UMLAUTS)} if language == "de" else {name}
                for spelling in spellings:
                    found = known.setdefault(_squashed(normal_name(spelling)), {})
                    found.setdefault(field, Alias(field, rank, language))
    return {name: tuple(found.values()) for name, found in known.items()}


def meanings(column: str) -> tuple[Alias, ...]:
    """Return what a column's name can stand for; a name that is known but for its dress comes with a higher rank.

    Examples
    --------
    >>> [alias.field for alias in meanings("Beats.Per.Minute")], meanings("danceability_%")[0].rank
    (['tempo'], 0)
    >>> meanings("spotify_track_energy_score")[0], meanings("playlist_energy")
    (Alias(field='energy', rank=20, language='en'), ())
    """
    name = normal_name(column)
    for form in (name, name.removesuffix("_percent"), name.removesuffix("_pct")):
        if found := aliases().get(_squashed(form)):
            return found
    bare = [word for word in name.split("_") if word not in _DRESS and not word.isdecimal()]
    found = aliases().get("".join(bare), ()) if bare else ()
    return tuple(replace(alias, rank=alias.rank + DECORATED_RANK) for alias in found)


def is_lowest(column: str, others: Collection[str]) -> bool:
    """Tell whether `min` in a name says the lowest of something, and not minutes.

    It says minutes of durations, where no other column has the same name with `max`.

    Examples
    --------
    >>> is_lowest("tempo_min", []), is_lowest("duration_min", []), is_lowest("duration_min", ["duration_max"])
    (True, False, True)
    """
    words = normal_name(column).split("_")
    if "min" not in words:
        return False
    highest = ["max" if word == "min" else word for word in words]
    timed = any(alias.field == "duration_ms" for alias in meanings(column))
    return not timed or any(normal_name(other).split("_") == highest for other in others)


def field_of(column: str) -> tuple[str, int] | None:
    """Return the field a column's name stands for first, and how far down its list of names that is."""
    found = meanings(column)
    return (found[0].field, found[0].rank) if found else None


def _squashed(name: str) -> str:
    return name.replace("_", "")


def dialect_name(columns: list[str]) -> str:
    """Return what kind of file this is known as."""
    names = {normal_name(column) for column in columns}
    return next((title for title, marks in _DIALECTS if names.issuperset(marks.split())), "Song table")
