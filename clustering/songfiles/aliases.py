"""The names that song files give their columns, and the files that are known by them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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

# The first alias that a file has wins: "artists" are names where a file also has "artist_ids".
_ALIASES: dict[str, str] = {
    "external_id": "id_songs track_id spotify_track_id spotify_id track_uri uri song_id id isrc track_href",
    "title": "title name_song track_name song_name song_title song track name",
    "artist": "artist_names artist_name_s artists_names artist_s_name artists_name name_artists track_artist "
    "artist_name artists "
    "artist performer main_artist",
    "album": "album_name track_album_name album album_title name_album",
    "genres": "genres track_genre top_genre playlist_genre artist_genres genre playlist_subgenre main_genre",
    "release_year": "release_year released_year year track_album_release_date album_release_date "
    "release_date date decade",
    "popularity": "popularity track_popularity popularity_songs song_popularity pop spotify_popularity",
    "explicit": "explicit is_explicit track_explicit",
    "preview_url": "preview_url track_preview_url track_preview spotify_preview_url song_preview_url preview",
    "link_url": "track_url song_url spotify_url external_url external_urls url link",
    "danceability": "danceability dnce dance",
    "energy": "energy nrgy",
    "loudness": "loudness db loudness_db",
    "speechiness": "speechiness spch speech",
    "acousticness": "acousticness acous acoustic",
    "instrumentalness": "instrumentalness instr instrumental instrumentality",
    "liveness": "liveness live",
    "valence": "valence val happiness",
    "tempo": "tempo bpm tempo_bpm",
    "duration_ms": "duration_ms track_duration_ms duration duration_s duration_sec duration_seconds "
    "duration_min "
    "duration_minutes dur length track_length track_duration song_duration song_duration_ms "
    "length_ms length_s time",
    "key": "key keys audio_key song_key",
    "mode": "mode audio_mode song_mode",
    "time_signature": "time_signature timesignature time_sig",
}
ALIASES: dict[str, tuple[str, int]] = {
    alias: (field, rank) for field, names in _ALIASES.items() for rank, alias in enumerate(names.split())
}
INDEX_NAMES = frozenset({"", "index", "unnamed_0", "unnamed_0_1", "unnamed", "row", "no", "rank", "sr_no"})

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
    """Return a column's name without its dress: "Artist Name(s)" is artist_name_s."""
    text = unicodedata.normalize("NFKC", column).replace("%", " percent ").replace("\ufeff", "")
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", text).lower()
    return "_".join(re.findall(r"[^\W_]+", text))


def field_of(column: str) -> tuple[str, int] | None:
    """Return the field a column's name stands for, and how far down its list of aliases that is."""
    name = normal_name(column)
    for form in (name, name.removesuffix("_percent"), name.removesuffix("_pct"), name.replace("_", "")):
        if form in ALIASES:
            return ALIASES[form]
    return None


def dialect_name(columns: list[str]) -> str:
    """Return what kind of file this is known as."""
    names = {normal_name(column) for column in columns}
    return next((title for title, marks in _DIALECTS if names.issuperset(marks.split())), "Song table")
