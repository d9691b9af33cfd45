"""Names of songs and artists as a person would compare them: without case, accents and what names a version."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

Entry = TypeVar("Entry")

# letters that Unicode does not take apart
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
MAX_TITLE_LENGTH = 300
"""Letters of a title that are looked at: a longer one is no title."""

_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´", ""))
_ASCII_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(
    128
)

_VERSION = (
    r"(?:live|en vivo|ao vivo|en directo|dal vivo"
    r"|unplugged|remaster(?:ed)?|remix(?:ed)?|mix|version|edit|mono|stereo|demo|acoustic|instrumental|karaoke"
    r"|sessions?|(?:out)?takes?|re-?recorded|bonus|deluxe|single|extended|radio|anniversary|sped up|slowed"
    r"|feat|ft|featuring|soundtrack|digital)"
)
_YEAR_ALONE = r"\s*(?:19|20)\d\d\s*"
IN_BRACKETS = re.compile(
    rf"\s*[(\[](?:{_YEAR_ALONE}|(?:with|from)\b[^)\]]*|[^)\]]*\b{_VERSION}\b[^)\]]*)[)\]]", re.IGNORECASE
)
AFTER_DASH = re.compile(
    rf"\s+[-–—]\s+(?:{_YEAR_ALONE}|(?:with|from)\b.*|(?:(?!\s[-–—]\s).)*\b{_VERSION}\b.*)$", re.IGNORECASE
)
GUESTS = re.compile(r"\s+[(\[]?(?:featuring|feat|ft)\b.*$", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text in lower case, without accents, with one space between its words.

    Parameters
    ----------
    text : str
        Anything that a file or a person wrote.

    Returns
    -------
    str
        Letters, digits and single spaces; empty where the text has neither letters nor digits.

    Examples
    --------
    >>> plain("Björk – Jóga!"), plain("AC/DC"), plain("Don’t Stop"), plain("STRASSE")
    ('bjork joga', 'ac dc', 'dont stop', 'strasse')
    """
    if text.isascii():  # most are, and a catalog has millions of them
        words = text.encode("ascii").translate(_ASCII_WORDS, b"'`").split()
        return b" ".join(words).decode("ascii")
    text = text.translate(_APOSTROPHES)
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    # a mark that combines without a class is no accent but part of a word, as in Thai and Hindi
    letters = (
        letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " "
        for letter in apart
        if not unicodedata.combining(letter)
    )
    return " ".join("".join(letters).split())


def base_title(title: str) -> str:
    """Return a title, plain, without what only names a version of the song.

    Examples
    --------
    >>> base_title("Smoke on the Water - Live at Osaka / 2011 Mix"), base_title("Heroes (2017 Remaster)")
    ('smoke on the water', 'heroes')
    >>> base_title("Live Forever"), base_title("Help! - Remastered 2009 (Mono)"), base_title("(Live)")
    ('live forever', 'help', 'live')
    """
    bare = AFTER_DASH.sub("", IN_BRACKETS.sub("", title[:MAX_TITLE_LENGTH]))
    return plain(bare) or plain(title)


def lead_artist(artist: str) -> str:
    """Return who a song is by, without its guests, as it was written.

    Examples
    --------
    >>> lead_artist("Santana Featuring Rob Thomas"), lead_artist("Earth, Wind & Fire"), lead_artist("Daft Punk")
    ('Santana', 'Earth, Wind & Fire', 'Daft Punk')
    """
    return GUESTS.sub("", artist).strip() or artist.strip()


def artist_key(artist: str | None) -> str:
    """Return what two songs by one artist have in common; empty where the artist is unknown."""
    return plain(lead_artist(artist)) if artist else ""


def version_key(title: str | None, artist: str | None) -> tuple[str, str] | None:
    """Return what all versions of a song have in common; None where there is no title to tell by.

    Examples
    --------
    >>> version_key("Hurt - Live", "Johnny Cash") == version_key("HURT", "Johnny Cash feat. June Carter")
    True
    """
    words = base_title(title) if title else ""
    return (words, artist_key(artist)) if words else None


def one_version_each(
    entries: Iterable[Entry], version_of: Callable[[Entry], Hashable | None]
) -> Iterator[Entry]:
    """Yield the first of all versions of each song; what has no version, None, is yielded always.

    Parameters
    ----------
    entries : iterable
        Best first. They are looked at one by one, so that of a long list only the beginning is.
    version_of : callable
        Returns the `version_key` of an entry.

    Examples
    --------
    >>> songs = [("Hurt", "Johnny Cash"), ("Hurt - Live", "Johnny Cash"), ("Hurt", "Nine Inch Nails"), ("", "")]
    >>> len(list(one_version_each(songs, lambda song: version_key(*song))))
    3
    """
    seen: set[Hashable] = set()
    for entry in entries:
        version = version_of(entry)
        if version is None:
            yield entry
        elif version not in seen:
            seen.add(version)
            yield entry
