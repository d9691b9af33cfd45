"""A table of songs in two halves of which one lost its features, changed as tables differ, with the truth."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field

Row = dict[str, str]
AUDIO = ("danceability", "energy", "loudness", "speechiness", "acousticness", "valence", "tempo")
VERSIONS = (" - Live", " (Live at Wembley)", " - Remix", " (Acoustic)", " - Sped Up", " - Instrumental")
ARTISTS = (
    "Björk",
    "Sigur Rós",
    "The Beatles",
    "Simon & Garfunkel",
    "Beyoncé",
    "AC/DC",
    "Motörhead",
    "Café Tacvba",
)
WORDS = (
    "Love",
    "Night",
    "Señorita",
    "Fire",
    "Road",
    "Ángel",
    "River",
    "Gold",
    "Silence",
    "Winter",
    "Hôtel",
    "Moon",
)


@dataclass
class Tables:
    """A list without features, a table with them, and for each row of the list the row that it is, or None."""

    wanted: list[Row] = field(default_factory=list)
    source: list[Row] = field(default_factory=list)
    truth: list[int | None] = field(default_factory=list)
    matchable: list[bool] = field(default_factory=list)
    """Whether exact keys or text can tell: the source has the very recording, and no other of the same names."""


def invented_songs(count: int, *, seed: int = 0) -> list[Row]:
    """Return songs of invented names, with features and lengths."""
    rng = random.Random(seed)
    songs = []
    for number in range(count):
        title = " ".join(rng.sample(WORDS, rng.randint(1, 3))) + f" {number}" * (rng.random() < 0.9)
        songs.append(
            {
                "title": title,
                "artist": rng.choice(ARTISTS),
                "duration_ms": str(rng.randint(120_000, 360_000)),
                **{name: f"{rng.random():.4f}" for name in AUDIO},
                "loudness": f"{rng.uniform(-20, -2):.3f}",
                "tempo": f"{rng.uniform(60, 200):.3f}",
            }
        )
    return songs


def split(songs: list[Row], *, seed: int = 0) -> Tables:
    """Make both tables of songs: ids shuffled among the source's songs, and the titles of the list changed."""
    rng = random.Random(seed)
    ids = [f"{number:022d}" for number in range(len(songs))]
    shuffled = rng.sample(ids, len(ids))
    tables = Tables()
    names: dict[tuple[str, str], int] = {}
    for song in songs:
        key = (song["title"].casefold(), song["artist"].casefold())
        names[key] = names.get(key, 0) + 1
    for number, song in enumerate(songs):
        tables.source.append({"track_id": shuffled[number], **song})
        if number % 2:
            continue
        title, artist, version = _changed(song, rng)
        row = {"track_id": ids[number], "title": title, "artist": artist}
        if rng.random() < 0.5:
            row["duration_ms"] = str(int(float(song["duration_ms"])) + rng.randint(-900, 900))
        else:
            row["duration_ms"] = ""
        alone = names[song["title"].casefold(), song["artist"].casefold()] == 1
        tables.wanted.append(row)
        tables.truth.append(None if version else number)
        tables.matchable.append(not version and alone)
    return tables


def _changed(song: Row, rng: random.Random) -> tuple[str, str, bool]:
    """Return a title and artist as another table has them, and whether it is another version."""
    title, artist = song["title"], song["artist"]
    change = rng.randrange(8)
    if change == 0:
        title, artist = title.upper(), artist.lower()
    elif change == 1:
        title, artist = _without_accents(title), _without_accents(artist)
    elif change == 2:
        title += rng.choice((" (feat. Somebody Else)", " feat. Somebody", " [ft. Another]"))
    elif change == 3:
        title += rng.choice(
            (" - Remastered 2011", " (2009 Remaster)", " - 2015 Remastered Version", " (Mono)")
        )
    elif change == 4:
        artist += rng.choice((" feat. Guest", " ft. Guest", " featuring A Guest"))
    elif change == 5:
        title, artist = f" {title.replace(' ', '  ')}! ", artist.replace("&", "and")
    elif change == 6:
        return title + rng.choice(VERSIONS), artist, True
    return title, artist, False


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
