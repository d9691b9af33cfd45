"""The vocabulary: what each audio feature is called, measures and means. Standard library only.

Forms and pages read this module in the web process, so nothing heavy may be imported here.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

JUST_ABOVE_ZERO = 1e-9  # a tempo or a duration of zero is an unknown one
MAX_SONG_MS = 6 * 60 * 60 * 1000
NOTES = ("C", "C♯/D♭", "D", "D♯/E♭", "E", "F", "F♯/G♭", "G", "G♯/A♭", "A", "A♯/B♭", "B")
MODES = ("minor", "major")
NO_VALUE = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
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
    more, less : str
        The comparative for songs with more, and with less, of it than others have.
    default : bool
        Whether a run uses it unless told otherwise.
    """

    name: str
    label: str
    unit: str = ""
    low: float
    high: float
    meaning: str
    more: str
    less: str
    default: bool = False

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
        name="danceability",
        label="Danceability",
        low=0.0,
        high=1.0,
        meaning="How well a song suits dancing, from its tempo, steady rhythm and strength of beat.",
        more="more danceable",
        less="less danceable",
        default=True,
    ),
    Feature(
        name="energy",
        label="Energy",
        low=0.0,
        high=1.0,
        meaning="How intense and active a song feels: energetic songs are fast, loud and noisy.",
        more="more energetic",
        less="calmer",
        default=True,
    ),
    Feature(
        name="loudness",
        label="Loudness",
        unit="dB",
        low=-60.0,
        high=5.0,
        meaning="The average loudness of the whole song in decibels; closer to zero is louder.",
        more="louder",
        less="quieter",
        default=True,
    ),
    Feature(
        name="speechiness",
        label="Speechiness",
        low=0.0,
        high=1.0,
        meaning="How much of a song is spoken words: above 0.66 nearly all of it, below 0.33 it is music.",
        more="more spoken",
        less="less spoken",
        default=True,
    ),
    Feature(
        name="acousticness",
        label="Acousticness",
        low=0.0,
        high=1.0,
        meaning="How likely it is that a song is played on acoustic instruments.",
        more="more acoustic",
        less="less acoustic",
        default=True,
    ),
    Feature(
        name="instrumentalness",
        label="Instrumentalness",
        low=0.0,
        high=1.0,
        meaning="How likely it is that a song has no vocals: above 0.5 it is meant to be instrumental.",
        more="more instrumental",
        less="more vocal",
        default=True,
    ),
    Feature(
        name="liveness",
        label="Liveness",
        low=0.0,
        high=1.0,
        meaning="How likely it is that an audience was present: above 0.8 the song was very probably played live.",
        more="more concert-like",
        less="more studio-like",
        default=True,
    ),
    Feature(
        name="valence",
        label="Valence",
        low=0.0,
        high=1.0,
        meaning="How positive a song sounds: high is happy and cheerful, low is sad or angry.",
        more="happier",
        less="darker",
        default=True,
    ),
    Feature(
        name="tempo",
        label="Tempo",
        unit="BPM",
        low=JUST_ABOVE_ZERO,
        high=300.0,
        meaning="The estimated speed of a song in beats per minute.",
        more="faster",
        less="slower",
        default=True,
    ),
    Feature(
        name="duration_ms",
        label="Duration",
        unit="ms",
        low=JUST_ABOVE_ZERO,
        high=float(MAX_SONG_MS),
        meaning="How long a song lasts.",
        more="longer",
        less="shorter",
        default=True,
    ),
    Feature(
        name="key",
        label="Key",
        low=0.0,
        high=11.0,
        meaning="The key a song is in, as a pitch class: 0 is C, 1 is C♯ or D♭, and so on up to 11 for B.",
        more="higher in key",
        less="lower in key",
    ),
    Feature(
        name="mode",
        label="Mode",
        low=0.0,
        high=1.0,
        meaning="Whether a song's melody is in a major (1) or a minor (0) scale.",
        more="more often major",
        less="more often minor",
    ),
    Feature(
        name="time_signature",
        label="Time signature",
        low=1.0,
        high=7.0,
        meaning="How many beats are in each bar, as estimated: 3 for a waltz, 4 for most songs.",
        more="more beats per bar",
        less="fewer beats per bar",
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
        name="popularity",
        label="Popularity",
        low=0.0,
        high=math.inf,
        meaning="How popular the song is, according to the file. Groups then also reflect success.",
        more="more popular",
        less="less popular",
    ),
    "release_year": Feature(
        name="release_year",
        label="Release year",
        unit="year",
        low=0.0,
        high=math.inf,
        meaning="When the song came out. Groups then also reflect their era.",
        more="newer",
        less="older",
    ),
}
"""What else a file says of a song in numbers; no audio features, but songs can be grouped by them on wish."""


def named(name: str, scaled: Collection[str]) -> Feature:
    """Return a known feature, without its unit and range where its values were scaled before.

    Examples
    --------
    >>> named("loudness", ["loudness"]).format(0.82), named("loudness", []).format(-7.2)
    ('0.82', '-7.2 dB')
    """
    feature = feature_named(name)
    return replace(feature, unit="", low=-math.inf, high=math.inf) if name in scaled else feature


def feature_named(name: str) -> Feature:
    """Return a known feature, or a plain one for a file's own numeric column.

    Examples
    --------
    >>> feature_named("tempo").label, feature_named("chorus_hit").more
    ('Tempo', 'higher chorus_hit')
    """
    if name in FEATURES or name in SONG_NUMBERS:
        return FEATURES.get(name) or SONG_NUMBERS[name]
    return Feature(
        name=name,
        label=name,
        low=-math.inf,
        high=math.inf,
        meaning="A numeric column of your file.",
        more=f"higher {name}",
        less=f"lower {name}",
    )
