"""The page of Explore: what its scripts need to know of the songs, the runs beside this one, and the views kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clustering.models import Assignment, ExploreView, Run
from clustering.storage.kept_columns import EXTRA
from clustering.storage.song_columns import summaries
from clustering.web.charts import cluster_color
from clustering.web.components.clusters import clusters_of
from clustering.web.components.explore import ALL_SONGS, Problem
from clustering.web.components.formatting import label_of, meaning_of
from clustering.web.components.songs import SongLine, song_line
from clustering.web.explore.access import Explored
from clustering.web.explore.files import steps
from clustering.web.explore.rows import column_label, state_for_scripts

RUNS_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Direction:
    """One axis of the map: what the songs at its two ends have more of."""

    share: float
    low: str
    high: str


@dataclass(frozen=True)
class ExplorePage:
    """The page."""

    songs: int
    left_out: int
    """Songs of the dataset that the run has no place for."""
    runs: tuple[Run, ...]
    axes: tuple[Direction, Direction] | None
    problems: tuple[Problem, ...]
    views: tuple[ExploreView, ...]
    has_numbers: bool
    data: dict[str, Any]
    """What scripts read."""

    @classmethod
    def read(cls, explored: Explored) -> ExplorePage:
        """Read the page: the groups, the columns' histograms, the newest runs, and the person's views."""
        dataset, run = explored.dataset, explored.run
        user = explored.request.user
        songs = run.songs_count + run.added_songs if run else dataset.songs_count
        newest = dataset.runs.finished().without_model().order_by("-created_at")[:RUNS_OFFERED]
        views = ExploreView.objects.none() if explored.visitor else ExploreView.objects.visible_to(user)
        return cls(
            songs=songs,
            left_out=max(0, dataset.songs_count - songs),
            runs=() if explored.visitor else tuple(newest),
            axes=_axes(run) if run else None,
            problems=explored.asked[1],
            views=tuple(views.filter(dataset=dataset).select_related("run")),
            has_numbers=bool(explored.columns.numbers),
            data={
                "songs": songs,
                "run": str(run.pk) if run else ALL_SONGS,
                "numbers": _numbers(explored),
                "categories": _categories(explored),
                "columns": [{"name": name, "label": column_label(name)} for name in explored.columns.all],
                "usual": list(explored.columns.usual),
                "state": state_for_scripts(explored.state),
            },
        )


def _numbers(explored: Explored) -> list[dict[str, Any]]:
    """Return each number with the histogram of all songs, where that is kept."""
    scaled = explored.dataset.scaled_features
    names = explored.columns.numbers
    kept = summaries(explored.dataset, names)
    numbers = []
    for name in names:
        plain = name.removeprefix(EXTRA)
        number: dict[str, Any] = {"name": name, "label": label_of(plain), "meaning": meaning_of(plain)}
        if name in kept:
            bins, counts = kept[name]
            number |= {**steps(name, bins, scaled=scaled), "counts": counts.tolist()}
        numbers.append(number)
    return numbers


def _categories(explored: Explored) -> list[dict[str, Any]]:
    """Return what has a bar for each value; genres and decades come with their bytes."""
    found: list[dict[str, Any]] = []
    if explored.run is not None:
        clusters = clusters_of(explored.run)
        found.append(
            {
                "name": "group",
                "label": "Group",
                "values": [str(cluster.index) for cluster in clusters],
                "names": [cluster.name for cluster in clusters],
                "colors": [cluster_color(cluster.color_index) for cluster in clusters],
            }
        )
    if explored.columns.has_genres:
        found.append({"name": "first_genre", "label": "First genre"})
    if explored.columns.has_years:
        found.append({"name": "decade", "label": "Decade"})
    return found


def _axes(run: Run) -> tuple[Direction, Direction]:
    whole = Run.objects.only("model", "explained_variance").get(pk=run.pk)
    shares = [*whole.explained_variance, 0.0, 0.0]
    first, second = whole.fitted_model.axis_words
    return _direction(shares[0], first), _direction(shares[1], second)


def _direction(share: float, words: str) -> Direction:
    low, _, high = words.partition(" ↔ ")
    return Direction(share, low, high)


def song_card(run: Run, row: int) -> SongLine | None:
    """Return the song in one row of the dataset, if the run has it."""
    places = Assignment.objects.filter(run=run, song_id=run.dataset.first_song_id + row).select_related(
        "song"
    )
    place = places.first()
    return song_line(place, clusters_of(run)) if place else None
