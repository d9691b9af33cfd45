"""Who sings what, by what a playlist calls a song: "Artist - Title", or a file in folders, however it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from clustering.songfiles.playlists import Track

_ENDING = re.compile(r"\.(mp3|m4a|mp4|flac|ogg|oga|opus|wav|aac|aif|aiff|wma|alac|ape|mka)$", re.IGNORECASE)
_DASH = re.compile(r"\s+[-–—―]\s+|\s*[–—―]\s*|_-_")
_NUMBER = re.compile(r"^[\[(]?\d{1,3}(?:[-.]\d{1,3})?[\])]?(?:\s*[-–—.:)_]\s*|\s+)(?=\S)")
_BY = re.compile(r"^(.+) by (.+)$", re.IGNORECASE)
_NO_ARTISTS = """
    music musik musique musica música mp3 mp3s songs audio media downloads download desktop documents users home
    volumes library itunes playlists tracks various compilations sampler
""".split()  # noqa: SIM905 – a list of forty lines is harder to read
"""Folders that are nobody's name."""

MAX_READINGS = 5

Name = tuple[str, str]
"""An artist, empty where unknown, and a title."""


def is_sound_file(line: str) -> bool:
    """Tell whether a line is the name of a sound file."""
    return bool(_ENDING.search(line))


def named_track(words: str, place: str = "", *, duration_ms: int | None = None, uri: str = "") -> Track:
    """Return the song that is called something, that lies somewhere, or both.

    Parameters
    ----------
    words
        What it is called; empty where only its place is known.
    place
        The path or the address of its file; empty where only its name is known.
    duration_ms, uri
        What else is known.

    Examples
    --------
    >>> named_track("Björk – Jóga").artist, named_track("", "Björk/Debut/03 - Human Behaviour.mp3").title
    ('Björk', 'Human Behaviour')
    """
    names = list(_of_words(words)) if words else []
    # a bare file name says less than a title does
    names += [name for name in (_of_path(place) if place else ()) if not words or name[0]]
    (artist, title), *also = dict.fromkeys(names) or [("", "")]
    return Track(title, artist, duration_ms=duration_ms, uri=uri, also=tuple(also[:MAX_READINGS]))


def listed_track(line: str) -> Track | None:
    """Return the song of a line of text; None where it is none."""
    bare = _NUMBER.sub("", line.strip())
    names = [name for name in _of_words(bare) if name[0]]
    if not names and (match := _BY.match(bare)):
        names = [(match[2].strip(), match[1].strip())]
    if not names:
        return None
    (artist, title), *also = names
    return Track(title, artist, also=(*also, (title, artist)))  # some write the title first


def _of_words(words: str) -> Iterator[Name]:
    """Yield the ways in which "Artist - Title" can be read, the likeliest first."""
    parts = [part for part in _DASH.split(words) if part.strip()]
    if len(parts) < 2:
        yield "", words.strip()
        return
    first = words[: words.index(parts[1])]
    yield parts[0].strip(), words[len(first) :].strip()
    if len(parts) > 2:  # Artist - Album - 03 - Title
        yield parts[0].strip(), parts[-1].strip()


def _of_path(place: str) -> Iterator[Name]:
    """Yield the ways in which the path of a file can be read, the likeliest first."""
    path = unquote(re.sub(r"^file:/*(localhost/)?", "/", place, flags=re.IGNORECASE))
    *folders, file = [part for part in re.split(r"[/\\]", path) if part] or [""]
    words = _ENDING.sub("", file)
    words = words if " " in words else words.replace("_-_", " - ").replace("_", " ")
    bare = _NUMBER.sub("", words)
    artists = [folder for folder in folders if _is_artist(folder)]
    guesses = list(dict.fromkeys([*artists[-2:], *artists[-1:]]))
    for name in dict.fromkeys((bare, words)):
        yield from (readings for readings in _of_words(name) if readings[0])
        yield from ((guess.replace("_", " "), name) for guess in guesses)
    if not guesses and not _DASH.search(bare):
        yield from (("", name) for name in dict.fromkeys((bare, words)))


def _is_artist(folder: str) -> bool:
    return bool(folder.strip(". ")) and not folder.endswith(":") and folder.casefold() not in _NO_ARTISTS
