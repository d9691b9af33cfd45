"""When two songs of different tables are one recording: what their names have in common, and what sets them apart.

A remaster, a guest's name or a bonus track is the same recording. A concert, a remix or a song that was sped up is
another one, though it has the same title and artist: its audio features are not those of the studio recording.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from clustering.analysis.features import FEATURES
from clustering.analysis.playlists.titles import (
    AFTER_DASH,
    GUESTS,
    IN_BRACKETS,
    MAX_TITLE_LENGTH,
    lead_artist,
    plain,
)

SAME_LENGTH_MS = 2_000.0
"""Two songs that differ by more in length are not one recording."""

KINDS: dict[str, str] = {
    "live": r"live|en vivo|ao vivo|en directo|dal vivo|unplugged|sessions?|concert|konzert",
    "acoustic": r"acoustic|unplugged|acustic[oa]|akustik|acoustique|stripped|piano",
    "remix": r"remix(?:es|ed)?|mix|rework|bootleg|dub|club|extended|vip|mashup|edit",
    "speed": r"sped up|speed up|slowed|nightcore|reverb|8d",
    "instrumental": r"instrumentals?|karaoke|backing|cappella|acapella",
    "take": r"demo|(?:out)?takes?|rehearsal|alternat(?:e|ive)|early|re ?recorded|cover",
    "orchestra": r"orchestra[l]?|symphon(?:y|ic)|strings|choir|philharmonic",
}
"""The kinds of versions that sound otherwise, each with the words that say so, as `plain` writes them."""

_OF_KIND = {name: re.compile(rf"\b(?:{words})\b") for name, words in KINDS.items()}
_ANY_KIND = re.compile(rf"\b(?:{'|'.join(KINDS.values())})\b")
_ALBUM_KIND = re.compile(
    r"\b(?:live (?:at|in|from|on)|unplugged|karaoke|instrumentals?|remix(?:es|ed)?|acoustic|en vivo|ao vivo"
    r"|sped up|nightcore)\b|\blive$"
)
# words of a version that sounds the same
_SAME_SOUND = re.compile(
    r"\b(?:(?:19|20)\d\d|\d+[a-z]{2}|remaster(?:ed|izad[oa])?|mono|stereo|digital(?:ly)?|original|album|single"
    r"|radio edit|single edit|lp|ep|cd|version|versao|edition|deluxe|bonus|track|anniversary|explicit|clean|soundtrack"
    r"|expanded|in|the|of|a|an|and|at|on|by)\b"
)
_SAME_MIX = re.compile(r"\b(?:original|stereo|mono) mix\b")
_GUEST_PART = re.compile(r"\b(?:feat|ft|featuring)\b.*$")
# a guest without brackets, up to the next part of the title
_GUEST_OUTSIDE = re.compile(
    r"(?<=[^\s(\[])\s+(?:feat|ft|featuring)\b\.?(?:(?!\s[-–—]\s)[^()\[\]])*", re.IGNORECASE
)
_BORROWED = re.compile(r"^(?:with|from)\b.*$")
_MARKS = ("(", "[", " - ", "–", "—", "  ")
_FIRST_ARTIST = re.compile(r"\s*(?:[,;/&+]|\bx\b|\band\b|\bvs\.?(?=\s)|\bwith\b)\s*", re.IGNORECASE)
_JOINED = re.compile(r"\b(?:and|und|et|y)\b ?")


class Recording(NamedTuple):
    """What tells a recording by its names.

    Attributes
    ----------
    title
        The title without what names a version.
    version
        What is left of the words for the version that are about its sound; empty for the studio recording.
    kinds
        A bit for each of `KINDS` that the title or the album says.
    """

    title: str
    version: str = ""
    kinds: int = 0


def recording_of(title: str, album: str | None = None) -> Recording:
    """Return what tells a recording by its title, and by the album where that says that it is a concert or the like.

    Parameters
    ----------
    title, album : str
        As a file writes them.

    Returns
    -------
    Recording

    Examples
    --------
    >>> recording_of("Help! - Remastered 2009") == recording_of("HELP!")
    True
    >>> recording_of("Smooth (feat. Rob Thomas)").title, recording_of("Smooth ft. Rob Thomas").title
    ('smooth', 'smooth')
    >>> recording_of("Hurt - Live at Wembley").version, recording_of("Hurt (Tiësto Remix)").version
    ('live wembley', 'remix tiesto')
    >>> recording_of("Hurt", album="Live at Wembley").kinds == recording_of("Hurt - Live").kinds
    True
    """
    title = title[:MAX_TITLE_LENGTH]
    kinds = _kinds_of_album(album) if album else 0
    name = plain(title)
    # most titles say nothing of a version, and there are millions of them
    if not any(mark in title for mark in _MARKS) and "feat" not in name and " ft " not in name:
        return Recording(name, "", kinds)
    bare = " ".join(title.split())
    if "feat" in name or " ft " in name:
        bare = _GUEST_OUTSIDE.sub("", bare)
    parts: list[str] = []
    if "(" in bare or "[" in bare:
        parts = [found.group() for found in IN_BRACKETS.finditer(bare)]
        bare = IN_BRACKETS.sub("", bare) if parts else bare
    if after := AFTER_DASH.search(bare):
        parts.append(after.group())
        bare = bare[: after.start()]
    if not parts:
        return Recording(plain(bare) or name, "", kinds)
    shorter = plain(GUESTS.sub("", bare))
    if not shorter:
        return Recording(name, "", kinds)
    said = [words for part in parts if (words := _sound_words(part))]
    version = " ".join(sorted({word for words in said for word in words.split()}))
    return Recording(shorter, version, kinds | _kinds_in(" ".join(said)))


@lru_cache(maxsize=100_000)
def _sound_words(part: str) -> str:
    """Return the words of a part of a title that are about how a version sounds."""
    part = _GUEST_PART.sub("", plain(part))
    if _BORROWED.match(part) and not _ANY_KIND.search(part):
        return ""
    return " ".join(_SAME_SOUND.sub(" ", _SAME_MIX.sub(" ", part)).split())


def _kinds_in(words: str) -> int:
    if not words:
        return 0
    return sum(1 << bit for bit, pattern in enumerate(_OF_KIND.values()) if pattern.search(words))


@lru_cache(maxsize=100_000)
def _kinds_of_album(album: str) -> int:
    said = _ALBUM_KIND.search(plain(album[:MAX_TITLE_LENGTH]))
    return _kinds_in(said.group()) if said else 0


@lru_cache(maxsize=100_000)
def artist_keys(artist: str) -> tuple[str, str]:
    """Return what songs by one artist have in common, and the same for the first of several artists.

    Examples
    --------
    >>> artist_keys("The Beatles"), artist_keys("Simon & Garfunkel")
    (('beatles', 'beatles'), ('simon garfunkel', 'simon'))
    >>> artist_keys("Beyoncé, JAŸ-Z")[1] == artist_keys("BEYONCE feat. Jay-Z")[0]
    True
    """
    lead = lead_artist(artist)
    return _artist(lead), _artist(_FIRST_ARTIST.split(lead, maxsplit=1)[0] or lead)


def _artist(name: str) -> str:
    words = _JOINED.sub("", plain(name)).strip() or plain(name)
    return words.removeprefix("the ")


def tolerance(feature: str) -> float:
    """Return how far two measurements of one recording may differ in a feature.

    Examples
    --------
    >>> tolerance("energy"), tolerance("tempo"), tolerance("key")
    (0.05, 2.0, 0.0)
    """
    if feature == "duration_ms":
        return SAME_LENGTH_MS
    return {"loudness": 1.0, "tempo": 2.0, "key": 0.0, "mode": 0.0, "time_signature": 0.0}.get(feature, 0.05)


FILLED = tuple(FEATURES)
"""What one table can fill in for another; a feature's place is its bit in what was written."""
