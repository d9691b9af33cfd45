"""Write `samples/songs.csv`: about 5,000 invented songs with the shapes and the dirt of real music.

Run `python -m samples.make_songs [OUT.csv]`. The same seed gives the same bytes: a test compares them with
the committed file. Only uniform and normal draws are used, whose streams numpy has kept for years.
"""

import csv
import math
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from samples.styles import STYLES, Style
from samples.words import LABELS, Random, album_title, artist_name, pick, song_title

SEED = 1977
SONGS = 5_000
HEADER = (
    "id", "title", "artist", "album", "genres", "release_date", "popularity", "explicit", "duration_ms",
    "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness",
    "liveness", "valence", "tempo", "time_signature", "label", "playlist_adds",
)  # fmt: skip
FEATURES = HEADER[8:21]
KEY_SHARES = (0.125, 0.08, 0.112, 0.035, 0.081, 0.092, 0.054, 0.121, 0.057, 0.109, 0.066, 0.068)
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Songs differ from their artist, and artists from their genre, by about as much: that is what makes real
# collections a cloud with denser regions instead of separate blobs.
ARTIST_SPREAD, SONG_SPREAD = 0.7, 0.9

# Empty cells of each column, each on a song of its own
GAPS = {
    "valence": 24, "tempo": 18, "acousticness": 11, "liveness": 9, "loudness": 6,
    "label": 390, "genres": 140, "album": 75, "popularity": 50, "title": 3,
}  # fmt: skip

Row = dict[str, str]


@dataclass(slots=True)
class Artist:
    """Somebody with a manner of their own: every song scatters around the artist, not around the genre."""

    name: str
    style: Style
    genres: str
    label: str
    fame: float
    force: float  # loud and electric, or soft and acoustic
    groove: float  # danceable and happy, or neither
    talk: float
    wordless: float  # how often a song has no voice
    spread: float
    debut: int
    albums: list[tuple[str, str]] = field(default_factory=list)  # title and release date


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _significant(value: float) -> str:
    """Three significant digits, as the audio-features service gave them (0.0412, 1.23e-05)."""
    return f"{value:.3g}"


def make_artist(rng: Random, style: Style, taken: set[str]) -> Artist:
    """Make a new artist of the style, under a name nobody has yet."""
    name = artist_name(rng, style.language)
    while name in taken:
        name = artist_name(rng, style.language)
    taken.add(name)
    kinds = sorted({pick(rng, style.kinds), pick(rng, style.kinds)})
    early, late = style.years
    artist = Artist(
        name=name,
        style=style,
        genres=";".join([style.genre, *kinds]),
        label=pick(rng, LABELS),
        fame=float(rng.standard_normal()),
        force=ARTIST_SPREAD * float(rng.standard_normal()),
        groove=ARTIST_SPREAD * float(rng.standard_normal()),
        talk=0.35 * float(rng.standard_normal()),
        # Nearly all or nearly none of an artist's songs are instrumental, whatever the genre's average
        wordless=0.93 if rng.random() < style.instrumental else 0.02,
        spread=0.7 + 0.6 * float(rng.random()),
        debut=int(early + (late - early) * rng.random()),
    )
    for _ in range(1 + int(4 * rng.random() ** 2)):
        artist.albums.append((album_title(rng, style.language), _release_date(rng, artist.debut, late)))
    return artist


def _release_date(rng: Random, debut: int, late: int) -> str:
    """Return a day, or for older and obscure releases only a month or a year, as catalogs have it."""
    year = min(late, debut + int(12 * rng.random() ** 2))
    month, day = int(rng.integers(1, 13)), int(rng.integers(1, 29))
    known = rng.random()
    if known < (0.45 if year < 1990 else 0.04):
        return str(year)
    return f"{year}-{month:02d}" if known > 0.985 else f"{year}-{month:02d}-{day:02d}"


def _instrumentalness(rng: Random, wordless: float) -> float:
    """Zero for a third, a trace for most others, and near 0.9 where nobody sings."""
    if rng.random() < wordless:
        return _logistic(_logit(0.87) + 0.6 * float(rng.standard_normal()))
    if rng.random() < 0.42:
        return 0.0
    trace: float = 10 ** (-6 + 5.4 * float(rng.random()) ** 1.4)
    return trace


def _liveness(rng: Random, live: bool) -> float:
    if live:
        return min(0.99, 0.66 + 0.2 * float(rng.standard_normal()) ** 2)
    room, crowd = rng.standard_normal(2)
    return float(min(0.95, 0.125 * math.exp(0.52 * room + 0.25 * crowd**2)))


def _tempo(rng: Random, style: Style, force: float) -> float:
    """One of the genre's tempos, sometimes heard at half or double speed, as beat trackers do."""
    tempo = style.tempos[int(rng.integers(len(style.tempos)))] * math.exp(0.12 * float(rng.standard_normal()))
    tempo *= 1 + 0.03 * force
    octave = rng.random()
    if octave < 0.05 and tempo < 108:
        tempo *= 2
    elif octave > 0.95 and tempo > 124:
        tempo /= 2
    return max(46.0, min(tempo, 216.0))


def _title(rng: Random, artist: Artist, others: list[Artist], track: int, live: bool) -> str:
    title = song_title(rng, artist.style.language, track)
    note = rng.random()
    if live:
        title += pick(rng, (" - Live", " (Live at Low Bridge)", " (Live at the Blue Annex)", " - En Vivo"))
    elif note < 0.06 and artist.style.popularity > 40:
        title += f" (feat. {others[int(rng.integers(len(others)))].name})"
    elif note > 0.965 and artist.debut < 1995:
        title += f" - Remastered {int(rng.integers(1999, 2021))}"
    return title


def make_song(rng: Random, artist: Artist, others: list[Artist], track: int) -> Row:
    """One song of the artist, every cell as text."""
    style, scatter = artist.style, SONG_SPREAD * artist.spread
    normal = rng.standard_normal(10)
    album, date = artist.albums[int(rng.integers(len(artist.albums)))]
    era = (int(date[:4]) - 1995) / 20  # records have become louder, more electric and less cheerful
    speaking = style.speech > 0.5
    force = artist.force + scatter * float(normal[0])
    groove = artist.groove + scatter * float(normal[1])
    live = bool(rng.random() < style.live)
    drive = (0.45 if speaking else 0.80) * force + 0.12 * era
    varied = 0.45 if style.language in ("classical", "quiet", "spoken") else 0.24
    seconds = style.minutes * 60 * math.exp(varied * normal[8])
    if speaking:
        speech = _logistic(_logit(style.speech) + 1.0 * float(normal[4]))
    else:
        speech = 0.022 + (style.speech - 0.018) * math.exp(artist.talk + 0.45 * float(normal[4]))
        speech = max(0.0225, min(0.64, speech))
    popularity = style.popularity + 9 * artist.fame + 7 * float(normal[9]) + 5 * era
    popularity = max(0.0, min(97.0, popularity))
    mood = 0.62 * groove + 0.12 * force - 0.18 * era + 0.42 * float(normal[6])
    features: dict[str, float] = {
        "danceability": _logistic(_logit(style.dance) + 0.42 * groove - 0.12 * live + 0.30 * normal[2]),
        "energy": _logistic(_logit(style.energy) + drive + 0.4 * normal[3] + 0.3 * live),
        "speechiness": speech,
        "acousticness": _logistic(_logit(style.acoustic) - 0.95 * drive - 0.35 * era + 1.5 * normal[5]),
        "instrumentalness": _instrumentalness(rng, 0.0 if speaking else artist.wordless),
        "liveness": _liveness(rng, live),
        "valence": _logistic(_logit(style.valence) + mood),
    }
    swing = 2.3 if style.loudness > -10 else 3.3  # quiet genres have more room to be quieter
    ceiling = -1.3 - 0.9 * float(rng.random())
    loudness = min(ceiling, style.loudness + swing * drive + era + 2.2 * float(normal[7]))
    meter = rng.random()
    steady = 0.91 if style.language not in ("classical", "quiet", "spoken", "english") else 0.84
    return {
        "id": "".join(ALPHABET[i] for i in rng.integers(len(ALPHABET), size=22)),
        "title": _title(rng, artist, others, track, live),
        "artist": artist.name,
        "album": album,
        "genres": artist.genres,
        "release_date": date,
        "popularity": str(round(popularity)),
        "explicit": str(bool(rng.random() < style.explicit * (1.2 if era > 0 else 0.4))),
        "duration_ms": str(round(1000 * max(21.0, seconds))),
        "key": str(int(np.searchsorted(np.cumsum(KEY_SHARES), rng.random() * sum(KEY_SHARES)))),
        "loudness": f"{loudness:.3f}",
        "mode": str(int(rng.random() < style.major)),
        "tempo": f"{_tempo(rng, style, force):.3f}",
        "time_signature": "4" if meter < steady else "3" if meter < 0.975 else "5" if meter < 0.99 else "1",
        "label": artist.label,
        "playlist_adds": str(round(math.exp(0.9 + 0.085 * popularity + 0.8 * float(rng.standard_normal())))),
    } | {name: _significant(value) for name, value in features.items()}


def make_clean_songs(rng: Random) -> list[Row]:
    """All the songs, as a tidy catalog would have them, in no order."""
    taken: set[str] = set()
    rows: list[Row] = []
    for style in STYLES:
        wanted = round(style.share / sum(s.share for s in STYLES) * SONGS)
        artists = [make_artist(rng, style, taken) for _ in range(max(8, round(wanted / 13.5)))]
        # A few artists have most of the songs
        weights = np.array([1 / (3 + rank) for rank in range(len(artists))])
        counts = np.maximum(1, np.floor(weights / weights.sum() * wanted)).astype(int)
        counts[0] += wanted - int(counts.sum())
        for artist, count in zip(artists, counts, strict=True):
            rows.extend(make_song(rng, artist, artists, track) for track in range(int(count)))
    order = np.argsort(rng.random(len(rows)))
    return [rows[i] for i in order]


def add_dirt(rng: Random, rows: list[Row]) -> list[Row]:
    """Add the faults that files of real songs have, each on a few rows of their own."""
    chosen = iter(np.argsort(rng.random(len(rows))).tolist())
    for _ in range(7):  # silence and noise: the beat tracker found nothing
        rows[next(chosen)] |= {"tempo": "0.0", "time_signature": "0", "danceability": "0.0", "valence": "0.0"}
    for _ in range(12):
        rows[next(chosen)]["key"] = "-1"
    for _ in range(3):
        rows[next(chosen)]["duration_ms"] = "0"
    for value in ("0.412", "1.023", "0.087", "2.291"):  # real: mastered above full scale
        rows[next(chosen)]["loudness"] = value
    for _ in range(4):
        rows[next(chosen)] |= dict.fromkeys(FEATURES, "")
    for column, gaps in GAPS.items():
        for _ in range(gaps):
            rows[next(chosen)][column] = ""
    for _ in range(31):  # the same song entered again, further down
        i = next(chosen)
        rows.insert(i + 1 + int(rng.integers(len(rows) - i)), dict(rows[i]))
    return rows


def write(path: Path) -> None:
    """Write the sample to `path`."""
    rng = np.random.default_rng(SEED)
    rows = add_dirt(rng, make_clean_songs(rng))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number, row in enumerate(rows):
            cells = [row[name] for name in HEADER]
            # One line is cut off in the middle, as after a broken copy
            writer.writerow(cells[:11] if number == 3_210 else cells)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("songs.csv"))
