"""Songs that are known, and the many ways in which files write them: truth → dialect → file."""

from __future__ import annotations

import csv
import io
import random
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from clustering.songfiles import aliases

VOCABULARY = tomllib.loads(Path(aliases.__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
SHARES = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")
SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
GERMAN = ("C", "Cis", "D", "Es", "E", "F", "Fis", "G", "As", "A", "B", "H")
SOLFEGE = ("Do", "Do#", "Ré", "Mib", "Mi", "Fa", "Fa#", "Sol", "Lab", "La", "Sib", "Si")

Song = Mapping[str, float | str]


def make_songs(seed: int, count: int = 60) -> list[Song]:
    """Return invented songs, each with a value for everything that a file can say."""
    rng = random.Random(seed)
    songs: list[Song] = []
    for number in range(count):
        shares = {name: rng.randrange(1, 100) / 100 for name in SHARES}
        released = date(rng.randrange(1935, 2024), rng.randrange(1, 13), rng.randrange(1, 29))
        songs.append(
            {
                "title": f"Harbor {number} Lights",
                "artist": rng.choice(["Ada Moor", "The Birch", "Quiet Pines", "Oslo Drive"]),
                **shares,
                "loudness": -rng.randrange(30, 250) / 10,
                "tempo": rng.randrange(600, 1900) / 10,
                "duration_ms": rng.randrange(95, 400) * 1000,
                "key": rng.randrange(12),
                "mode": rng.randrange(2),
                "popularity": rng.randrange(1, 100),
                "release_year": released.year,
                "released": released.isoformat(),
                "streams": rng.randrange(1_000, 900_000_000),
            }
        )
    return songs


def plain(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Dialect:
    """How a file writes what it says: the name of each column, its cells, and the delimiter."""

    names: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, Callable[[Song], str]] = field(default_factory=dict)
    delimiter: str = ","

    def write(self, songs: list[Song], columns: tuple[str, ...]) -> str:
        """Return the file."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow([self.names.get(column, column) for column in columns])
        for song in songs:
            writer.writerow([self.cells.get(c, lambda s, c=c: plain(s[c]))(song) for c in columns])
        return out.getvalue()


def grouped(number: float, thousands: str, decimal: str = ".") -> str:
    return f"{number:,}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def clock(song: Song, form: str = "{0}:{1:02}") -> str:
    return form.format(*divmod(int(song["duration_ms"]) // 1000, 60))


def day(song: Song) -> date:
    return date.fromisoformat(str(song["released"]))


def decimals(thousands: str, decimal: str, delimiter: str = ";") -> Dialect:
    """Return numbers with a mark before fractions and one between thousands, in all columns."""

    def cell(name: str) -> Callable[[Song], str]:
        return lambda song: grouped(song[name], thousands, decimal)  # type: ignore[arg-type]

    numbers = (*SHARES, "loudness", "tempo", "duration_ms", "popularity", "streams")
    return Dialect(cells={name: cell(name) for name in numbers}, delimiter=delimiter)


def with_sign(pattern: str, *names: str, scale: float = 1) -> Dialect:
    """Return cells with something beside their number."""

    def cell(name: str) -> Callable[[Song], str]:
        return lambda song: pattern.format(round(song[name] * scale, 6))  # type: ignore[operator]

    return Dialect(cells={name: cell(name) for name in names})


NUMBERS = {
    "points": Dialect(),
    "commas for thousands": decimals(",", "."),
    "commas for thousands in a comma file": decimals(",", ".", ","),
    "decimal commas": decimals("", ","),
    "decimal commas, points for thousands": decimals(".", ","),
    "decimal commas, narrow blanks": decimals("\u202f", ","),
    "decimal commas, hard blanks": decimals("\u00a0", ","),
    "decimal commas, blanks": decimals(" ", ","),
    "apostrophes": decimals("'", "."),
    "typographic apostrophes": decimals("’", "."),
    "tabs and decimal commas": decimals(".", ",", "\t"),
    "decibels": with_sign("{} dB", "loudness"),
    "beats": with_sign("{} BPM", "tempo"),
    "percent signs": with_sign("{}%", *SHARES, scale=100),
    "percent signs behind a blank": with_sign("{} %", *SHARES, scale=100),
    "plus signs": with_sign("+{}", "tempo"),
    "typographic minus": Dialect(cells={"loudness": lambda song: f"\u2212{-song['loudness']}"}),  # type: ignore[operator]
    "milliseconds": with_sign("{} ms", "duration_ms"),
}

TIMES = {
    "clock": Dialect({"duration_ms": "Time"}, {"duration_ms": clock}),
    "clock with two digits": Dialect(
        {"duration_ms": "Length"}, {"duration_ms": lambda s: clock(s, "{:02}:{:02}")}
    ),
    "clock with hours": Dialect(
        {"duration_ms": "Duration"}, {"duration_ms": lambda s: clock(s, "0:{:02}:{:02}")}
    ),
    "clock as hours": Dialect(
        {"duration_ms": "duration"}, {"duration_ms": lambda s: clock(s, "{}:{:02}:00")}
    ),
    "clock as the time of a day": Dialect(
        {"duration_ms": "duration"}, {"duration_ms": lambda s: clock(s, "{:02}:{:02}:00 AM")}
    ),
    "spelled": Dialect({"duration_ms": "duration"}, {"duration_ms": lambda s: clock(s, "{}m {}s")}),
    "spelled out": Dialect({"duration_ms": "duration"}, {"duration_ms": lambda s: clock(s, "{} min {} sec")}),
    "ISO 8601": Dialect({"duration_ms": "duration"}, {"duration_ms": lambda s: clock(s, "PT{}M{}S")}),
    "minutes.seconds": Dialect({"duration_ms": "length"}, {"duration_ms": lambda s: clock(s, "{}.{:02}")}),
    "minutes": Dialect(
        {"duration_ms": "duration_min"},
        {"duration_ms": lambda s: f"{s['duration_ms'] / 60_000:.6f}"},  # type: ignore[operator]
    ),
    "seconds": Dialect({"duration_ms": "dur"}, {"duration_ms": lambda s: str(s["duration_ms"] // 1000)}),  # type: ignore[operator]
    "seconds with a name": Dialect(
        {"duration_ms": "Duration (s)"},
        {"duration_ms": lambda s: f"{s['duration_ms'] / 1000:.1f}"},  # type: ignore[operator]
    ),
    "a day's fraction": Dialect(
        {"duration_ms": "duration"},
        {"duration_ms": lambda s: f"{s['duration_ms'] / 86_400_000:.9f}"},  # type: ignore[operator]
    ),
    "a day's fraction, taken for hours": Dialect(
        {"duration_ms": "duration"},
        {"duration_ms": lambda s: f"{s['duration_ms'] / 1_440_000:.9f}"},  # type: ignore[operator]
    ),
    "samples": Dialect(
        {"duration_ms": "length_in_samples"},
        {"duration_ms": lambda s: str(s["duration_ms"] * 22_050 // 1000)},  # type: ignore[operator]
    ),
    "microseconds": Dialect(
        {"duration_ms": "duration_us"}, {"duration_ms": lambda s: f"{s['duration_ms']}000"}
    ),
    "milliseconds by name": Dialect({"duration_ms": "Track Duration (ms)"}),
}


def key_cells(write: Callable[[int, int], str]) -> Dialect:
    """Return keys that say the mode, too: there is no column for it."""
    return Dialect(cells={"key": lambda song: write(int(song["key"]), int(song["mode"]))})


def camelot(key: int, mode: int) -> str:
    place = (7 * (key - (0 if mode else 9)) + 7) % 12 + 1
    return f"{place}{'B' if mode else 'A'}"


def open_key(key: int, mode: int) -> str:
    place = (7 * (key - (0 if mode else 9))) % 12 + 1
    return f"{place}{'d' if mode else 'm'}"


KEYS = {
    "sharps": key_cells(lambda key, mode: f"{SHARPS[key]} {('Minor', 'Major')[mode]}"),
    "flats": key_cells(lambda key, mode: f"{FLATS[key]} {('minor', 'major')[mode]}"),
    "both": key_cells(lambda key, mode: f"{SHARPS[key]}/{FLATS[key]} {('Minor', 'Major')[mode]}"),
    "signs": key_cells(lambda key, mode: f"{SHARPS[key].replace('#', '♯')} {('Minor', 'Major')[mode]}"),
    "short": key_cells(lambda key, mode: FLATS[key] + ("m", "")[mode]),
    "short with sharps": key_cells(lambda key, mode: SHARPS[key] + ("m", "")[mode]),
    "min and maj": key_cells(lambda key, mode: SHARPS[key] + ("min", "maj")[mode]),
    "camelot": key_cells(camelot),
    "camelot with two digits": key_cells(lambda key, mode: camelot(key, mode).zfill(3)),
    "open key": key_cells(open_key),
    "German": key_cells(lambda key, mode: f"{GERMAN[key]}-{('Moll', 'Dur')[mode]}"),
    "German with small letters": key_cells(
        lambda key, mode: f"{GERMAN[key] if mode else GERMAN[key].lower()} {('moll', 'dur')[mode]}"
    ),
    "French": key_cells(lambda key, mode: f"{SOLFEGE[key]} {('mineur', 'majeur')[mode]}"),
    "Spanish": key_cells(lambda key, mode: f"{SOLFEGE[key]} {('menor', 'mayor')[mode]}"),
    "words": key_cells(
        lambda key, mode: f"{FLATS[key][0]}{'-flat' * (len(FLATS[key]) > 1)} {('minor', 'major')[mode]}"
    ),
    "mixed": key_cells(lambda key, mode: camelot(key, mode) if key % 2 else FLATS[key] + ("m", "")[mode]),
}

DATES = {
    "ISO": lambda song: day(song).isoformat(),
    "compact": lambda song: f"{day(song):%Y%m%d}",
    "day first": lambda song: f"{day(song):%d.%m.%Y}",
    "month first": lambda song: f"{day(song):%m/%d/%Y}",
    "year only": lambda song: str(day(song).year),
    "year and month": lambda song: f"{day(song):%Y-%m}",
    "in words": lambda song: f"{day(song):%B %d, %Y}",
    "short day first": lambda song: f"{day(song):%d/%m/%y}",
    "short month first": lambda song: f"{day(song):%m/%d/%y}",
    "short year first": lambda song: f"{day(song):%y-%m-%d}",
    "short in words": lambda song: f"{day(song):%d-%b-%y}",
    "two digits": lambda song: f"{day(song):%y}",
    "time of day": lambda song: f"{day(song).isoformat()}T00:00:00Z",
    "a sheet's days": lambda song: str((day(song) - date(1899, 12, 30)).days),
    "seconds since 1970": lambda song: str((day(song) - date(1970, 1, 1)).days * 86_400),
    "a float": lambda song: f"{day(song).year}.0",
}
DECADES = {
    "decade": lambda song: str(day(song).year // 10 * 10),
    "1960s": lambda song: f"{day(song).year // 10 * 10}s",
    "’60s": lambda song: f"’{day(song).year // 10 % 10}0s",
    "60er": lambda song: f"{day(song).year // 10 % 10}0er",
}


def scaled_shares(factor: int, *names: str) -> Dialect:
    cells = {name: (lambda song, name=name: plain(round(song[name] * factor, 4))) for name in names}
    return Dialect(cells=cells)


SCALES = {
    "0 to 1": Dialect(),
    "percent": scaled_shares(100, *SHARES),
    "0 to 10": scaled_shares(10, *SHARES),
    "0 to 1,000": scaled_shares(1_000, *SHARES),
    **{f"percent of {name} alone": scaled_shares(100, name) for name in SHARES},
    "0 to 10 of energy alone": scaled_shares(10, "energy"),
    "0 to 1,000 of valence alone": scaled_shares(1_000, "valence"),
}
