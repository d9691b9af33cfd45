"""The songs that are in one group of a run and one group of another, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from clustering.models import Assignment, Cluster, RunComparison
from clustering.models.song import title_of
from clustering.storage.comparisons import songs_in_both
from clustering.web.components.songs import SONG_COLUMNS

SONGS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class MovedSong:
    """A song that is in both groups."""

    id: int
    title: str
    artist: str
    genres: str
    year: int | None


@dataclass(frozen=True, slots=True)
class ComparisonSongsPage:
    """A page of the songs that are in one group of the first and one group of the second run."""

    source: Cluster
    target: Cluster
    source_run: str
    target_run: str
    count: int
    songs: tuple[MovedSong, ...]
    next_page: str

    @classmethod
    def read(
        cls, comparison: RunComparison, source: int, target: int, *, after: int = 0
    ) -> ComparisonSongsPage | None:
        """Read one page in the file's order, with three queries; nothing where there are no such groups."""
        ours = comparison.first.clusters.filter(index=source).first()
        theirs = comparison.second.clusters.filter(index=target).first()
        if ours is None or theirs is None:
            return None
        rows = list(_assignments(comparison, source, target).filter(song_id__gt=after)[: SONGS_PER_PAGE + 1])
        page = rows[:SONGS_PER_PAGE]
        return cls(
            source=ours,
            target=theirs,
            source_run=str(comparison.first),
            target_run=str(comparison.second),
            count=comparison.table[source][target],
            songs=tuple(_line(row) for row in page),
            next_page=str(page[-1].song_id) if len(rows) > len(page) else "",
        )


def _assignments(comparison: RunComparison, source: int, target: int) -> QuerySet[Assignment]:
    found = songs_in_both(comparison, source, target).order_by("song_id")
    return found.only("run_id", *(f"song__{name}" for name in SONG_COLUMNS))


def _line(row: Assignment) -> MovedSong:
    song = row.song
    return MovedSong(
        id=song.pk,
        title=title_of(song.title, song.external_id, song.row_number),
        artist=song.artist or "",
        genres=", ".join(song.genres or ()),
        year=song.release_year,
    )
