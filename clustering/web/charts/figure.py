"""A chart as a page shows it: title, how to read it, the configuration, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


def songs_in_words(count: int) -> str:
    """Write how many songs: 1 song, 1,234 songs."""
    return f"{count:,} {'song' if count == 1 else 'songs'}"


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
