"""A chart as a page shows it: title, how to read it, the configuration, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

LARGE = 100
"""From here on numbers have no digits after the point."""


def songs_in_words(count: int) -> str:
    """Write how many songs: 1 song, 1,234 songs."""
    return f"{count:,} {'song' if count == 1 else 'songs'}"


def score(value: float | None) -> str:
    """Write a score with two digits, none where it is large: files and the API have all of them.

    >>> score(0.1801), score(-0.2), score(-0.004), score(27_251.5479)
    ('0.18', '−0.20', '0.00', '27,252')
    """
    if value is None:
        return "–"
    text = f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.2f}"
    return text.replace("-", "−" if text.strip("-0.") else "")


def signed(value: float | None) -> str:
    """Write a difference.

    >>> signed(1.234), signed(-0.5), signed(-0.004)
    ('+1.23', '−0.50', '0.00')
    """
    if value is None:
        return "–"
    text = f"{value:+.2f}".replace("-", "−")
    return text if text.strip("+−0.") else text[1:]


def score_range(low: float, high: float) -> str:
    """Write an interval of a score, or that it is narrower than two digits can say.

    >>> score_range(0.17, 0.19), score_range(0.181, 0.184)
    ('0.17 to 0.19', 'within 0.01')
    """
    first, last = score(low), score(high)
    return f"{first} to {last}" if first != last else "within 0.01"


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a chart, as text: the first cell of each row names it."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str, ...] = ()
    """Where the names of the rows lead; nothing where they lead nowhere."""

    @property
    def linked_rows(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each row after its link."""
        links = self.links or ("",) * len(self.rows)
        return tuple(zip(links, self.rows, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """What templates/components/chart_card.html draws.

    `key` is unique on its page and becomes the element's id and the PNG's file name.
    """

    key: str
    title: str
    caption: str
    config: dict[str, Any]
    table: Table
    size: Literal["small", "medium", "large", "square"] = "medium"
