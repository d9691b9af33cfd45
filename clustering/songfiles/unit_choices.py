"""In what a person can say that a column is written: the units of each field, and how numbers are written."""

from __future__ import annotations

from clustering.songfiles.scales import SHARES

AS_IS = "as is"
"""The unit of what needs no other."""

_SCALED = ("scaled", "already scaled: no unit")
_SHARES = (
    (AS_IS, "0 to 1"),
    ("tenths", "0 to 10"),
    ("percent", "percent (0–100)"),
    ("thousandths", "0 to 1,000"),
    _SCALED,
)
_LISTS = (
    (AS_IS, "one value"),
    ("commas", "several values, separated by commas"),
    ("semicolons", "several values, separated by semicolons"),
    ("python list", "a list in brackets"),
)
_KEYS = (
    (AS_IS, "numbers from 0 for C"),
    ("letter", "key names, such as C♯ minor or 8A"),
    ("german letter", "German key names, such as H or Fis-Moll"),
    ("dutch letter", "Dutch key names, such as Bes or Fis mineur"),
)
UNITS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(SHARES, _SHARES),
    "loudness": ((AS_IS, "decibels"), _SCALED),
    "tempo": ((AS_IS, "beats per minute"), _SCALED),
    "duration_ms": (
        ("milliseconds", "milliseconds"),
        ("seconds", "seconds"),
        ("minutes", "minutes: 3.75 is 3:45"),
        ("minutes.seconds", "minutes and seconds: 3.45 is 3:45"),
        ("clock", "minutes:seconds"),
        ("clock in hours", "3:45:00 is 3:45 minutes"),
        ("days", "days, as in spreadsheets"),
        ("days in hours", "days, with minutes taken for hours"),
        ("microseconds", "microseconds"),
        ("samples 22050", "samples, 22,050 a second"),
        ("samples 44100", "samples, 44,100 a second"),
        _SCALED,
    ),
    "key": _KEYS,
    "mode": ((AS_IS, "1 for major, 0 for minor"), ("word", "words: major or minor")),
    "release_year": (
        (AS_IS, "years or dates"),
        ("decade", "decades"),
        ("short year first", "dates with two digits for the year, first"),
        ("sheet days", "days since 1900, as in spreadsheets"),
        ("unix seconds", "seconds since 1970"),
        ("unix milliseconds", "milliseconds since 1970"),
    ),
    "genres": _LISTS,
    "artist": _LISTS,
    "title": ((AS_IS, "titles"), ("file name", "file names: Artist - Title.mp3")),
}
"""How a column of each field can be written."""

MARKS = ((".", "1,234.5"), (",", "1.234,5"))
"""How numbers are written: with a point or a comma before fractions."""
