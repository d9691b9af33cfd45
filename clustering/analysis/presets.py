"""Ready-made choices of features and weights. Standard library only, for forms."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A choice of features.

    Attributes
    ----------
    name, label : str
        As in addresses, and what pages call it.
    meaning : str
        One plain sentence on what songs are then grouped by.
    weights : mapping of str to float
        The features and how much each counts.
    """

    name: str
    label: str
    meaning: str
    weights: Mapping[str, float]


_ALL = (
    Preset(
        "mood",
        "Mood",
        "How songs feel: happy or dark, calm or driving.",
        {
            "valence": 2.0,
            "energy": 2.0,
            "acousticness": 1.0,
            "danceability": 0.5,
            "tempo": 0.5,
            "loudness": 0.5,
        },
    ),
    Preset(
        "sound",
        "Sound",
        "What songs are made of: acoustic or electric, sung, spoken or played, loud or quiet.",
        {
            "acousticness": 1.5,
            "instrumentalness": 1.5,
            "speechiness": 1.0,
            "loudness": 1.0,
            "energy": 1.0,
            "liveness": 0.5,
        },
    ),
    Preset(
        "dance-floor",
        "Dance floor",
        "What mixes well: beat, speed and drive.",
        {"danceability": 2.0, "tempo": 1.5, "energy": 1.0, "valence": 0.5},
    ),
)

PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}
"""Every preset by name, in the order in which forms offer them."""
