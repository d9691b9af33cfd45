"""Features that fall into parts by themselves, in words."""

from __future__ import annotations

import pytest

from clustering.models import Sweep
from clustering.web.components.single_features import split_features_of

TWO = [{"low": 0.0, "high": 0.1, "share": 0.84}, {"low": 0.7, "high": 0.95, "share": 0.16}]
THREE = [
    {"low": 60.0, "high": 80.0, "share": 0.5},
    {"low": 100.0, "high": 120.0, "share": 0.496},
    {"low": 160.0, "high": 180.0, "share": 0.004},
]


@pytest.mark.parametrize(
    ("name", "parts", "sentence"),
    [
        (
            "instrumentalness",
            TWO,
            "Instrumentalness splits into two parts on its own: below 0.10 (84 % of songs) and above 0.70 (16 %).",
        ),
        (
            "tempo",
            THREE,
            "Tempo splits into three parts on its own: below 80 BPM (50 % of songs), from 100 BPM to 120 BPM "
            "(50 %) and above 160 BPM (< 1 %).",
        ),
    ],
)
def test_sentence(name: str, parts: list[dict[str, float]], sentence: str) -> None:
    (found,) = split_features_of(Sweep(features=[name], feature_parts={name: parts}))
    assert found.sentence.replace("\u202f", " ") == sentence


def test_is_silent_without_advice() -> None:
    assert split_features_of(None) == ()
    assert split_features_of(Sweep(features=["energy"])) == ()
