"""Where the songs of a playlist file lie among the groups of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.models import Dataset, Run
from clustering.models.playlist import MAX_PLAYLIST_LENGTH
from clustering.songfiles.playlists import Track
from clustering.web.components.clusters import ClusterShare, cluster_shares
from clustering.web.playlists.pages.matches import Matches, match_tracks
from clustering.web.playlists.pages.playlist import finished_runs, memberships

UNKNOWN_SHOWN = 200


@dataclass(frozen=True, slots=True)
class PlaylistImportPage:
    """The page of a playlist file; before there is one, only the runs to choose from."""

    run: Run | None
    runs: tuple[Run, ...]
    tracks: int
    matches: Matches | None
    shares: tuple[ClusterShare, ...]
    unplaced: int

    @property
    def unknown(self) -> tuple[Track, ...]:
        """The first of the songs that are not in the dataset."""
        return self.matches.unknown[:UNKNOWN_SHOWN] if self.matches else ()

    @property
    def savable(self) -> tuple[int, ...]:
        """The songs that a playlist can hold."""
        return self.matches.songs[:MAX_PLAYLIST_LENGTH] if self.matches else ()

    @classmethod
    def read(
        cls, dataset: Dataset, tracks: Sequence[Track] | None, *, run_id: int | None = None
    ) -> PlaylistImportPage:
        """Return where a file's songs lie, with six queries."""
        runs = finished_runs(dataset)
        run = next((run for run in runs if run.pk == run_id), runs[0] if runs else None)
        matches = None if tracks is None else match_tracks(dataset, tracks)
        songs = matches.songs if matches else ()
        placed, clusters = memberships(run if songs else None, songs)
        return cls(
            run=run,
            runs=runs,
            tracks=len(tracks or ()),
            matches=matches,
            shares=cluster_shares(clusters, Counter(placed.values())),
            unplaced=len(songs) - len(placed) if run else 0,
        )
