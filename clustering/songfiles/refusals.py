"""Why a file cannot be used, in sentences that are true and say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from clustering.analysis.features import FEATURES
from clustering.songfiles import SongFileError
from clustering.songfiles.aliases import meanings

SERVICE_CLOSED = (
    "Since November 2024, Spotify provides audio features only to apps that already had extended access, so "
    "most newer exports lack these columns or leave them empty. Use an older file, one made by such an app, "
    "or one with features from another source, such as DJ software or an audio analyzer."
)


class Matched(Protocol):
    """The part of a match of a column that a refusal speaks of."""

    @property
    def column(self) -> str:
        """Its name."""

    @property
    def field(self) -> str | None:
        """What it is taken for."""

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Some of its cells."""


def no_features(matches: Sequence[Matched], header: str | None) -> SongFileError:
    """Say that no column is an audio feature, and why that can be.

    Parameters
    ----------
    matches
        The file's columns.
    header
        What is to be said of the header, if anything.
    """
    columns = [match.column for match in matches if match.column]
    wrong = misread(matches)
    numbers = [match.column for match in matches if not match.field and match.numeric]
    choose = f"Match at least one of the numeric columns: {listed(numbers)}." if numbers else ""
    reason = header or choose or ("" if wrong else SERVICE_CLOSED)
    return SongFileError(
        "The file has no audio features such as danceability, energy or tempo"
        + (f" that are numbers ({listed(wrong)})" if wrong else "")
        + f". Its columns are: {listed(columns)}. {reason}".rstrip()
    )


def misread(matches: Sequence[Matched]) -> list[str]:
    """Return what columns hold that are named like audio features and are none."""
    return [
        f"“{match.column}” holds “{match.examples[0]}”"
        for match in matches
        if match.examples and not match.field and named_like(match.column)
    ]


def named_like(column: str) -> str:
    """Return the audio feature that a column is named like; empty where there is none."""
    fields = (alias.field for alias in meanings(column))
    return next((field for field in fields if field in FEATURES and field != "duration_ms"), "")


def listed(words: Sequence[str], most: int = 40) -> str:
    """Return words with commas, the last ones of many only counted."""
    shown = ", ".join(word[:80] for word in words[:most])
    return shown + (f" and {len(words) - most:,} more" if len(words) > most else "")
