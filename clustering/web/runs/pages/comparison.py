"""Two runs side by side: what was set differently, how far they agree, and where the songs went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.models import Cluster, Run, RunComparison
from clustering.web.charts import score
from clustering.web.components.clusters import clusters_of, group_of
from clustering.web.components.formatting import label_of, percent
from clustering.web.runs.charts.comparison import Flow, song_flow

MOVES_SHOWN = 12
BARS = (
    (0.9, "Nearly the same groups"),
    (0.65, "Similar groups"),
    (0.3, "Related, but different groups"),
    (0.1, "Mostly different groups"),
    (-1.0, "Almost unrelated groups"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of both runs."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether it is not the same."""
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class Score:
    """One score of both runs; `note` says how to read the two."""

    label: str
    first: str
    second: str
    better: str
    note: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How many songs are in one group of each run."""

    source: int
    target: int
    count: int
    share: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Move:
    """Songs that are in groups which are not each other's match."""

    source: Cluster
    target: Cluster
    count: int


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Two runs side by side: settings, scores, agreement, and which songs moved."""

    comparison: RunComparison
    first: Run
    second: Run
    first_name: str
    second_name: str
    first_clusters: tuple[Cluster, ...]
    second_clusters: tuple[Cluster, ...]
    settings: tuple[Setting, ...]
    verdict: str
    adjusted_rand: str
    adjusted_mutual_information: str
    songs: int
    stayed: str
    no_scores: tuple[str, ...]
    scores: tuple[Score, ...]
    flow: Flow
    table: tuple[tuple[Cluster, tuple[Cell, ...]], ...]
    moves: tuple[Move, ...]

    @classmethod
    def read(cls, comparison: RunComparison) -> ComparisonPage:
        """Read the page of a finished comparison with two queries: the groups of each run."""
        first, second = comparison.first, comparison.second
        ours, theirs = clusters_of(first), clusters_of(second)
        matched = {(i, j) for i, j in comparison.matches}
        table: Sequence[Sequence[int]] = comparison.table
        songs = sum(map(sum, table))
        reasons = why_not_comparable(comparison)
        return cls(
            comparison=comparison,
            first=first,
            second=second,
            first_name=str(first),
            second_name=str(second),
            first_clusters=ours,
            second_clusters=theirs,
            settings=tuple(settings(first, second)),
            verdict=verdict(comparison.adjusted_rand or 0.0),
            adjusted_rand=score(comparison.adjusted_rand),
            adjusted_mutual_information=score(comparison.adjusted_mutual_information),
            songs=songs,
            stayed=percent(sum(table[i][j] for i, j in matched) / max(1, songs)),
            no_scores=tuple(reasons),
            scores=() if reasons else tuple(scores(first, second)),
            flow=song_flow(
                [group_of(cluster) for cluster in ours], [group_of(cluster) for cluster in theirs], table
            ),
            table=tuple(
                (
                    ours[i],
                    tuple(
                        Cell(i, j, count, percent(count / max(1, sum(row))), (i, j) in matched)
                        for j, count in enumerate(row)
                    ),
                )
                for i, row in enumerate(table)
            ),
            moves=moves(ours, theirs, table, matched),
        )


def moves(
    ours: Sequence[Cluster],
    theirs: Sequence[Cluster],
    table: Sequence[Sequence[int]],
    matched: set[tuple[int, int]],
) -> tuple[Move, ...]:
    """Return the largest moves between groups that are not each other's match."""
    moves = [
        Move(ours[i], theirs[j], count)
        for i, row in enumerate(table)
        for j, count in enumerate(row)
        if count and (i, j) not in matched
    ]
    return tuple(sorted(moves, key=lambda move: -move.count)[:MOVES_SHOWN])


def verdict(adjusted_rand: float) -> str:
    """Return the sentence on how far two groupings agree."""
    return next(verdict for border, verdict in BARS if adjusted_rand >= border or border == -1.0)


def settings(first: Run, second: Run) -> list[Setting]:
    """Write every setting of both runs."""
    return [
        Setting(label, write(first), write(second))
        for label, write in (
            ("Algorithm", lambda run: str(run.get_algorithm_display())),
            ("Groups", groups_words),
            ("Features", lambda run: ", ".join(sorted(label_of(name) for name in run.features))),
            ("Feature weights", weights_words),
            ("Scaling", lambda run: str(run.get_scaler_display())),
            ("Missing values", lambda run: str(run.get_missing_display())),
            ("Groups found on", found_on_words),
            ("Random seed", lambda run: str(run.seed)),
            ("Songs", lambda run: f"{run.songs_count:,}"),
        )
    ]


def groups_words(run: Run) -> str:
    """Write how many groups a run has, and how that came about."""
    if run.min_cluster_size is not None:
        return f"{run.k}, minimum group size {run.min_cluster_size:,}"
    return f"{run.k}" if run.k_requested else f"{run.k}, chosen automatically"


def weights_words(run: Run) -> str:
    """Write the weights that are not 1."""
    changed = {name: weight for name, weight in run.weights.items() if weight != 1}
    return ", ".join(f"{label_of(name)} × {changed[name]:g}" for name in sorted(changed)) or "all the same"


def found_on_words(run: Run) -> str:
    """Write which songs decided about the groups."""
    return "all songs" if run.sample_size is None else f"a random sample of {run.sample_size:,} songs"


def why_not_comparable(comparison: RunComparison) -> list[str]:
    """Return why the scores of two runs must not be compared; nothing where they may be."""
    first, second = comparison.first, comparison.second
    reasons = []
    if set(first.features) != set(second.features):
        reasons.append("they use different features")
    if first.scaler != second.scaler:
        reasons.append("their features were scaled differently")
    if first.sample_size != second.sample_size or (first.sample_size and first.seed != second.seed):
        reasons.append("their groups were found on different songs")
    if weights_words(first) != weights_words(second):
        reasons.append("they give features different weights")
    if first.noise_count or second.noise_count:
        reasons.append("one of them leaves songs in no group, which no score counts")
    elif not comparison.measured_songs == first.songs_count == second.songs_count:
        reasons.append("they were measured on different songs")
    return reasons


def scores(first: Run, second: Run) -> list[Score]:
    """Write the scores of two runs on the same scaled features."""
    lows, highs = (
        (first.silhouette_low, second.silhouette_low),
        (first.silhouette_high, second.silhouette_high),
    )
    overlap = None not in (*lows, *highs) and max(map(float, lows)) <= min(map(float, highs))  # type: ignore[arg-type]
    rows = [
        Score(
            "Silhouette",
            score(first.silhouette),
            score(second.silhouette),
            "higher",
            "The intervals overlap, so neither is better." if overlap else "",
        ),
        Score(
            "Davies–Bouldin",
            score(first.davies_bouldin),
            score(second.davies_bouldin),
            "lower",
            "",
        ),
        Score(
            "Calinski–Harabasz",
            score(first.calinski_harabasz),
            score(second.calinski_harabasz),
            "higher",
            "" if first.k == second.k else "It favors fewer groups.",
        ),
    ]
    if first.k == second.k:
        rows.append(Score("Inertia", score(first.inertia), score(second.inertia), "lower", ""))
    return rows
