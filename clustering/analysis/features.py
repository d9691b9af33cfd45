"""The vocabulary: what each audio feature is called, measures and means. Standard library only.

Forms and pages read this module in the web process, so nothing heavy may be imported here.
"""

import math
from dataclasses import dataclass

JUST_ABOVE_ZERO = 1e-9  # a tempo or a duration of zero is an unknown one
MAX_SONG_MS = 6 * 60 * 60 * 1000
NOTES = ("C", "C♯/D♭", "D", "D♯/E♭", "E", "F", "F♯/G♭", "G", "G♯/A♭", "A", "A♯/B♭", "B")
MODES = ("minor", "major")
NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Feature:
    """One audio feature of a song, as Spotify defined it.

    Attributes
    ----------
    name : str
        The field's name, as in a file's column.
    label : str
        What pages call it.
    unit : str
        ``""``, ``"dB"``, ``"BPM"``, ``"ms"`` or ``"year"``.
    low, high : float
        The closed range of plausible values.
    meaning : str
        One plain sentence.
    high_word, low_word : str
        The adjective for songs with much, and with little, of it.
    default : bool
        Whether a run uses it unless told otherwise.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    meaning: str
    high_word: str
    low_word: str
    default: bool

    @property
    def inside(self) -> str:
        """What it is called within a sentence; a file's own column keeps its capitals.

        Examples
        --------
        >>> FEATURES["tempo"].inside, feature_named("BeatsMin").inside
        ('tempo', 'BeatsMin')
        """
        return self.label if self.label == self.name else self.label.lower()

    def format(self, value: float) -> str:
        """Write a value as a person would read it.

        Examples
        --------
        >>> FEATURES["loudness"].format(-7.24), FEATURES["tempo"].format(120.8)
        ('-7.2 dB', '121 BPM')
        >>> FEATURES["duration_ms"].format(221_000), FEATURES["energy"].format(0.634)
        ('3:41', '0.63')
        >>> FEATURES["key"].format(9), FEATURES["time_signature"].format(3.9)
        ('A', '3.9')
        """
        if not math.isfinite(value):
            return NO_VALUE
        match self.unit:
            case "dB":
                return f"{value:.1f} dB"
            case "BPM":
                return f"{value:.0f} BPM"
            case "ms":
                return _clock(value)
            case "year":
                return f"{value:.0f}"
        if math.isinf(self.high):
            return f"{value:.4g}"
        return _whole_word(self.name, value) or f"{value:.{1 if self.high > 1 else 2}f}"


def _clock(milliseconds: float) -> str:
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _whole_word(name: str, value: float) -> str:
    """Return the word for a whole number of a feature that counts in words, else nothing.

    The mean of such a feature is no note and no metre, and is shown as the number it is.
    """
    if value != int(value):
        return ""
    number = int(value)
    if name == "key" and 0 <= number < len(NOTES):
        return NOTES[number]
    if name == "mode" and 0 <= number < len(MODES):
        return MODES[number]
    return f"{number}/4" if name == "time_signature" else ""


_ALL = (
    Feature(
        "danceability",
        "Danceability",
        "",
        0.0,
        1.0,
        "How well a song suits dancing, from its tempo, steady rhythm and strength of beat.",
        "danceable",
        "undanceable",
        True,
    ),
    Feature(
        "energy",
        "Energy",
        "",
        0.0,
        1.0,
        "How intense and active a song feels: energetic songs are fast, loud and noisy.",
        "energetic",
        "calm",
        True,
    ),
    Feature(
        "loudness",
        "Loudness",
        "dB",
        -60.0,
        5.0,
        "The average loudness of the whole song in decibels; closer to zero is louder.",
        "loud",
        "quiet",
        True,
    ),
    Feature(
        "speechiness",
        "Speechiness",
        "",
        0.0,
        1.0,
        "How much of a song is spoken words: above 0.66 nearly all of it, below 0.33 it is music.",
        "wordy",
        "sung",
        True,
    ),
    Feature(
        "acousticness",
        "Acousticness",
        "",
        0.0,
        1.0,
        "How sure it is that a song is played on acoustic instruments.",
        "acoustic",
        "electric",
        True,
    ),
    Feature(
        "instrumentalness",
        "Instrumentalness",
        "",
        0.0,
        1.0,
        "How likely it is that a song has no vocals: above 0.5 it is meant to be instrumental.",
        "often instrumental",
        "vocal",
        True,
    ),
    Feature(
        "liveness",
        "Liveness",
        "",
        0.0,
        1.0,
        "How likely it is that an audience was present: above 0.8 the song was very probably played live.",
        "live-sounding",
        "studio-made",
        True,
    ),
    Feature(
        "valence",
        "Valence",
        "",
        0.0,
        1.0,
        "How positive a song sounds: high is happy and cheerful, low is sad or angry.",
        "cheerful",
        "dark",
        True,
    ),
    Feature(
        "tempo",
        "Tempo",
        "BPM",
        JUST_ABOVE_ZERO,
        300.0,
        "The estimated speed of a song in beats per minute.",
        "fast",
        "slow",
        True,
    ),
    Feature(
        "duration_ms",
        "Duration",
        "ms",
        JUST_ABOVE_ZERO,
        float(MAX_SONG_MS),
        "How long a song lasts.",
        "long",
        "short",
        True,
    ),
    Feature(
        "key",
        "Key",
        "",
        0.0,
        11.0,
        "The key a song is in, as a pitch class: 0 is C, 1 is C♯ or D♭, and so on up to 11 for B.",
        "high-keyed",
        "low-keyed",
        False,
    ),
    Feature(
        "mode",
        "Mode",
        "",
        0.0,
        1.0,
        "Whether a song's melody is in a major (1) or a minor (0) scale.",
        "major",
        "minor",
        False,
    ),
    Feature(
        "time_signature",
        "Time signature",
        "",
        1.0,
        7.0,
        "How many beats are in each bar, as estimated: 3 for a waltz, 4 for most songs.",
        "many-beat",
        "few-beat",
        False,
    ),
)

FEATURES: dict[str, Feature] = {feature.name: feature for feature in _ALL}
"""Every known feature by name, in the order in which tables show them."""

DEFAULT_FEATURES: tuple[str, ...] = tuple(name for name, feature in FEATURES.items() if feature.default)
"""The ten that runs use unless told otherwise."""


CIRCULAR: tuple[str, ...] = ("key",)
"""Features that go round: after B comes C again, so that they have no middle."""

SONG_NUMBERS: dict[str, Feature] = {
    "popularity": Feature(
        "popularity",
        "Popularity",
        "",
        0.0,
        math.inf,
        "How popular the song is, as the file has it. Songs are then grouped by their success too.",
        "popular",
        "little-known",
        False,
    ),
    "release_year": Feature(
        "release_year",
        "Release year",
        "year",
        0.0,
        math.inf,
        "When the song came out. Songs are then grouped by their time too.",
        "recent",
        "old",
        False,
    ),
}
"""What else a file says of a song in numbers; no audio features, but songs can be grouped by them on wish."""


def feature_named(name: str) -> Feature:
    """Return a known feature, or a plain one for a file's own numeric column.

    Examples
    --------
    >>> feature_named("tempo").label, feature_named("chorus_hit").high_word
    ('Tempo', 'high chorus_hit')
    """
    if name in FEATURES or name in SONG_NUMBERS:
        return FEATURES.get(name) or SONG_NUMBERS[name]
    return Feature(
        name,
        name,
        "",
        -math.inf,
        math.inf,
        "A numeric column of the file itself.",
        f"high {name}",
        f"low {name}",
        False,
    )
