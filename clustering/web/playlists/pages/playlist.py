"""One playlist: its songs, how they follow each other, and where they lie among a run's groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clustering.analysis.features import FEATURES, NO_VALUE
from clustering.analysis.playlists.camelot import CamelotKey, camelot_key
from clustering.analysis.playlists.titles import artist_key
from clustering.models import Assignment, Cluster, Dataset, Playlist, PlaylistSong, Run
from clustering.models.song import title_of
from clustering.web.charts.figure import Chart
from clustering.web.components.clusters import ClusterShare, cluster_shares, clusters_of
from clustering.web.components.formatting import formatted
from clustering.web.playlists.charts import flow

SONG_FIELDS = (
    "row_number", "external_id", "title", "artist", "album", "duration_ms", "tempo", "energy", "key", "mode",
)  # fmt: skip
DRAWN = {Playlist.Order.TEMPO: "tempo", Playlist.Order.HARMONIC: "tempo"}


@dataclass(frozen=True, slots=True)
class PlaylistRow:
    """A song of the list."""

    entry: PlaylistSong
    title: str
    artist: str
    duration: str
    tempo: str
    energy: str
    key: str
    clashes: bool
    """Whether its key does not go with the song's before, where keys are what the list is ordered by."""
    same_artist: bool
    cluster: Cluster | None


@dataclass(frozen=True, slots=True)
class PlaylistPage:
    """A playlist against a run: its songs, how they are divided among groups, and how they follow each other."""

    playlist: Playlist
    rows: tuple[PlaylistRow, ...]
    lasts: str
    keys_shown: bool
    undo: str
    """What was done last; empty where nothing can be undone."""
    run: Run | None
    runs: tuple[Run, ...]
    shares: tuple[ClusterShare, ...]
    unplaced: int
    """Songs that the run left out."""
    chart: Chart | None

    @classmethod
    def read(cls, playlist: Playlist, *, run_id: int | None = None) -> PlaylistPage:
        """Read a playlist against a run, the newest one unless told; with five queries."""
        fields = (f"song__{name}" for name in SONG_FIELDS)
        entries = list(
            playlist.entries.order_by("position")
            .select_related("song")
            .only("playlist_id", "position", "locked", *fields)
        )
        step = playlist.steps.order_by("-id").values_list("what", flat=True).first()
        runs = finished_runs(playlist.dataset)
        run = next((run for run in runs if run.pk == run_id), runs[0] if runs else None)
        placed, clusters = memberships(run, [entry.song_id for entry in entries])
        rows = _rows(playlist, entries, {song: clusters[index] for song, index in placed.items()})
        return cls(
            playlist=playlist,
            rows=rows,
            lasts=_lasts(entries),
            keys_shown=any(row.key for row in rows),
            undo=step or "",
            run=run,
            runs=runs,
            shares=cluster_shares(clusters, Counter(placed.values())),
            unplaced=len(entries) - len(placed) if run else 0,
            chart=_chart(playlist, entries, rows),
        )


def finished_runs(dataset: Dataset) -> tuple[Run, ...]:
    """Return the newest runs that songs can be looked up in."""
    return tuple(dataset.runs.finished().without_model()[:20])


def memberships(run: Run | None, songs: Sequence[int]) -> tuple[dict[int, int], tuple[Cluster, ...]]:
    """Return the group of each song of a run, and the run's groups, with two queries."""
    if run is None:
        return {}, ()
    placed = Assignment.objects.filter(run=run, song_id__in=songs).values_list("song_id", "cluster")
    return dict(placed), clusters_of(run)


def _rows(
    playlist: Playlist, entries: Sequence[PlaylistSong], clusters: Mapping[int, Cluster]
) -> tuple[PlaylistRow, ...]:
    harmonic = playlist.order == Playlist.Order.HARMONIC
    scaled = playlist.dataset.scaled_features
    rows: list[PlaylistRow] = []
    before: CamelotKey | None = None
    artist_before = ""
    for entry in entries:
        song = entry.song
        key = camelot_key(song.key, song.mode)
        artist = artist_key(song.artist)
        rows.append(
            PlaylistRow(
                entry=entry,
                title=title_of(song.title, song.external_id, song.row_number),
                artist=song.artist or "",
                duration=formatted("duration_ms", song.duration_ms, scaled=scaled),
                tempo=formatted("tempo", song.tempo, scaled=scaled),
                energy=formatted("energy", song.energy, scaled=scaled),
                key=str(key) if key else "",
                clashes=harmonic and key is not None and before is not None and not before.goes_with(key),
                same_artist=bool(artist) and artist == artist_before,
                cluster=clusters.get(song.pk),
            )
        )
        before, artist_before = key, artist
    return tuple(rows)


def _lasts(entries: Sequence[PlaylistSong]) -> str:
    known = [entry.song.duration_ms for entry in entries if entry.song.duration_ms is not None]
    if not known:
        return ""
    minutes = round(sum(known) / 60_000)
    duration = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
    return duration if len(known) == len(entries) else f"at least {duration}"


def _chart(playlist: Playlist, entries: Sequence[PlaylistSong], rows: Sequence[PlaylistRow]) -> Chart | None:
    feature = DRAWN.get(Playlist.Order(playlist.order), "energy")
    values = [getattr(entry.song, feature) for entry in entries]
    if sum(value is not None for value in values) < 2:
        return None
    texts = [getattr(row, feature) or NO_VALUE for row in rows]
    return flow("flow", FEATURES[feature].label, [row.title for row in rows], values, texts)
