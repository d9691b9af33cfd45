"""Keys and modes as song files write them. The notebook of a run holds this module's text."""

from __future__ import annotations

import math
import re

NOTES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
SOLFEGE = {"do": 0, "ut": 0, "re": 2, "ré": 2, "mi": 4, "fa": 5, "sol": 7, "la": 9, "si": 11}
GERMAN = {**NOTES, "h": 11, "b": 10}
DUTCH = {**NOTES, "h": 11}
SHARPS = ("#", "♯", "sharp", "dièse", "diese", "diesis", "sostenido", "sustenido")
FLATS = ("b", "♭", "flat", "bémol", "bemol", "bemolle")
MAJOR = (
    "major",
    "maj",
    "dur",
    "majeur",
    "mayor",
    "maior",
    "maggiore",
    "мажор",
    "メジャー",
    "長調",
    "大调",
    "大調",
)
MINOR = (
    "minor",
    "min",
    "moll",
    "mineur",
    "menor",
    "minore",
    "m",
    "минор",
    "マイナー",
    "短調",
    "小调",
    "小調",
)

_MODE = re.compile(rf"[\s_:-]*({'|'.join(sorted((*MAJOR, *MINOR), key=len, reverse=True))})\.?$")
_NOTE = "|".join(sorted((*SOLFEGE, *NOTES), key=len, reverse=True))
_KEY = re.compile(rf"^({_NOTE})[\s_-]*({'|'.join((*SHARPS, *FLATS))})?(\s*/.*)?$")
_GERMAN_KEY = re.compile(r"^([a-h])\s*(is|es|s|#|♯|♭)?(\s*/.*)?$")
_CAMELOT = re.compile(r"^0?(1[0-2]|[1-9])\s*([abdm])(?:\s*[-–|/(].*)?$")


def key_number(text: str) -> float:
    """Return the pitch class (C is 0) of C#, Db, F♯ minor, A#/Bb, Fm, 8B, 8A - Am, 1d; NaN if it is not a key."""
    word = text.strip().lower()
    if wheel := _CAMELOT.match(word):
        place, letter = int(wheel.group(1)), wheel.group(2)
        fifths = place - (8 if letter in "ab" else 1)
        return float((7 * fifths + (9 if letter in "am" else 0)) % 12)
    match = _KEY.match(_without_mode(word))
    if match is None:
        return math.nan
    note, accidental = match.group(1), match.group(2) or ""
    pitch = NOTES[note] if note in NOTES else SOLFEGE[note]
    shift = 1 if accidental in SHARPS else -1 if accidental else 0
    return float((pitch + shift) % 12)


def german_key_number(text: str) -> float:
    """Return the pitch class of a-Moll, Fis-Moll, Es-Dur, H or B, which in German is B flat; NaN for no key."""
    return _with_endings(text, GERMAN)


def dutch_key_number(text: str) -> float:
    """Return the pitch class of Fis mineur, Bes majeur or B, which in Dutch is no B flat; NaN for no key."""
    return _with_endings(text, DUTCH)


def _with_endings(text: str, notes: dict[str, int]) -> float:
    match = _GERMAN_KEY.match(_without_mode(text.strip().lower()).rstrip("- "))
    if match is None:
        return key_number(text)
    note, ending = match.group(1), match.group(2) or ""
    shift = 1 if ending in {"is", "#", "♯"} else -1 if ending else 0
    return float((notes[note] + shift) % 12)


def key_mode(text: str) -> float:
    """Return 1 where a key is said to be major, 0 where minor, NaN where it does not say."""
    word = text.strip().lower()
    if wheel := _CAMELOT.match(word):
        return 1.0 if wheel.group(2) in "bd" else 0.0
    said = _MODE.search(word)
    if said is None or said.start() == 0:
        return math.nan
    if said.group(1) == "m" and text.strip()[said.start(1)] == "M":
        return 1.0  # CM is C major, Cm is C minor
    return 0.0 if said.group(1) in MINOR else 1.0


def short_key_mode(text: str) -> float:
    """Return the mode where minor keys have an m and major ones nothing: Fm, F."""
    return 1.0 if math.isnan(key_mode(text)) and not math.isnan(german_key_number(text)) else key_mode(text)


def mode_number(text: str) -> float:
    """Return 1 for major and M, 0 for minor and m, NaN for any other word."""
    if text.strip() == "M":
        return 1.0
    word = text.strip().lower().rstrip(".")
    return 1.0 if word in MAJOR else 0.0 if word in MINOR else math.nan


def _without_mode(word: str) -> str:
    said = _MODE.search(word)
    return word if said is None or said.start() == 0 else word[: said.start()]
