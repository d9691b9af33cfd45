"""One song: its features beside its group and the dataset, which group it is in and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from clustering.analysis.describing.belonging import Belonging, explain_belonging
from clustering.analysis.features import FEATURES
from clustering.models import Assignment, Cluster, Dataset, Run, Song
from clustering.models.song import title_of
from clustering.storage.fills import sources_of
from clustering.web.components.clusters import clusters_of
from clustering.web.components.formatting import formatted, label_of, percent
from clustering.web.components.tracks import IN_WORDS, Track, track

MAX_RUNS = 20
PULLS_SHOWN = 4
SPOTIFY_ID = re.compile(
    r"^(?:spotify:track:|https?://open\.spotify\.com/(?:[\w-]+/)?track/)?([0-9A-Za-z]{22})\b"
)
SURE = ((0.4, "Clearly"), (0.2, "Fairly clearly"), (0.08, "Only just"), (0.0, "Borderline"))


@dataclass(frozen=True, slots=True)
class Pull:
    """One feature that pulls the song to a group."""

    label: str
    song: str
    own: str
    other: str
    bar: int


@dataclass(frozen=True, slots=True)
class Membership:
    """The song's group in a run, how clearly it belongs there, and why."""

    run: Run
    cluster: Cluster
    second: Cluster | None
    headline: str
    sentence: str
    to_own: tuple[Pull, ...]
    to_other: tuple[Pull, ...]


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A run that has the song."""

    id: int
    words: str


@dataclass(frozen=True, slots=True)
class SongPage:
    """A song: its features beside its group and the dataset, and its membership in a run."""

    song: Song
    title: str
    dataset: Dataset
    membership: Membership | None
    runs: tuple[RunChoice, ...]
    lines: tuple[Track, ...]
    missing: tuple[str, ...]
    spotify: str
    in_words: tuple[str, ...]
    """The key, the mode and the metre."""
    filled_from: tuple[tuple[str, str, str], ...]
    """Where features came from that the file does not have: the table, the features, and what was matched."""

    @classmethod
    def read(cls, song: Song, *, run_id: int | None = None) -> SongPage:
        """Read a song's page, with a constant number of queries."""
        placed = list(
            Assignment.objects.filter(song=song, run__dataset=song.dataset_id, run__finished_at__isnull=False)
            .select_related("run")
            .defer("run__model", "run__overall")
            .order_by("-run__created_at")[:MAX_RUNS]
        )
        chosen = next((row for row in placed if row.run_id == run_id), placed[0] if placed else None)
        run = Run.objects.get(pk=chosen.run_id) if chosen else None
        clusters = {cluster.index: cluster for cluster in clusters_of(run)} if run else {}
        membership = None
        if run and chosen:
            membership = _membership(
                song, run, clusters.get(chosen.cluster), clusters.get(chosen.second), chosen.membership
            )
        names = [name for name in FEATURES if name in song.dataset.features and name not in IN_WORDS]
        cluster = membership.cluster if membership else None
        return cls(
            song=song,
            title=title_of(song.title, song.external_id, song.row_number),
            dataset=song.dataset,
            membership=membership,
            runs=tuple(RunChoice(row.run_id, str(row.run)) for row in placed),
            lines=tuple(_line(song, name, cluster) for name in names),
            missing=tuple(label_of(name).lower() for name in names if getattr(song, name) is None),
            spotify=spotify_address(song.external_id),
            in_words=tuple(
                formatted(name, getattr(song, name), scaled=song.dataset.scaled_features)
                for name in IN_WORDS
                if getattr(song, name) is not None
            ),
            filled_from=_filled_from(song),
        )


def spotify_address(external_id: str | None) -> str:
    """Return where Spotify plays a song whose id is one of Spotify's; nothing for any other."""
    match = SPOTIFY_ID.match(external_id or "")
    return f"https://open.spotify.com/track/{match[1]}" if match else ""


def _filled_from(song: Song) -> tuple[tuple[str, str, str], ...]:
    if song.dataset.features_changed_at is None:
        return ()
    return tuple(
        (table, ", ".join(label_of(name).lower() for name in names), key)
        for table, names, key in sources_of(song.dataset, song.pk)
    )


def _line(song: Song, name: str, cluster: Cluster | None) -> Track:
    return track(
        song.dataset,
        name,
        getattr(song, name),
        beside=cluster.means.get(name) if cluster else None,
    )


def _membership(
    song: Song, run: Run, cluster: Cluster | None, second: Cluster | None, sure: float | None
) -> Membership | None:
    if cluster is None:
        return None
    if second is cluster:
        second = None
    if cluster.is_noise:
        near = f" The nearest is “{second.name}”." if second else ""
        return Membership(run, cluster, second, "In no group", f"It lies between the groups.{near}", (), ())
    belonging = _belonging(song, run, cluster, second) if second else None
    if belonging is None or second is None:
        return Membership(run, cluster, second, "", "", (), ())
    headline, sentence = _sureness(belonging, second)
    if sure is not None:
        sentence += f" It belongs with {percent(sure)}, as this algorithm reckons."
    return Membership(
        run=run,
        cluster=cluster,
        second=second,
        headline=headline,
        sentence=sentence,
        to_own=_pulls(song, belonging, cluster, second, sign=1),
        to_other=_pulls(song, belonging, cluster, second, sign=-1),
    )


def _belonging(song: Song, run: Run, cluster: Cluster, second: Cluster) -> Belonging | None:
    """Return how the song lies between the centers of two clusters; nothing for the songs of no cluster."""
    model = run.fitted_model
    if cluster.is_noise or second.is_noise:
        return None
    values = [_value(song, name, song.dataset) for name in run.features]
    filled = [
        model.medians.get(name) if value is None else value
        for name, value in zip(run.features, values, strict=True)
    ]
    if any(value is None for value in filled):
        return None
    scaled = model.scaling.transform(np.array([filled], dtype=np.float32))[0].astype(np.float64)
    own, other = model.centroids[cluster.index], model.centroids[second.index]
    columns = [name for name in run.features for _ in range(2 if name in model.scaling.circular else 1)]
    return explain_belonging(scaled, own, other, columns)


def _value(song: Song, name: str, dataset: Dataset) -> float | None:
    if name in dataset.extra_columns:
        place = dataset.extra_columns.index(name)
        return song.extras[place] if song.extras and place < len(song.extras) else None
    value: float | None = getattr(song, name, None)
    return value


def _sureness(belonging: Belonging, second: Cluster) -> tuple[str, str]:
    if belonging.margin < 0:
        return (
            "Closer to another center",
            f"The center of “{second.name}” is closer, but this algorithm doesn’t only look at centers.",
        )
    degree = next(degree for border, degree in SURE if belonging.margin >= border)
    return (
        f"{degree} in this group",
        f"The song is {percent(belonging.margin)} closer to this group’s center than to that of the next group, "
        f"“{second.name}”.",
    )


def _pulls(
    song: Song, belonging: Belonging, cluster: Cluster, second: Cluster, *, sign: int
) -> tuple[Pull, ...]:
    """Return the features that pull one way, the strongest first."""
    largest = max((abs(value) for value in belonging.pulls.values()), default=0.0) or 1.0
    strong = sorted(
        ((name, value * sign) for name, value in belonging.pulls.items() if value * sign > largest / 50),
        key=lambda pair: -pair[1],
    )
    return tuple(
        Pull(
            label=label_of(name),
            song=formatted(name, _value(song, name, song.dataset), scaled=song.dataset.scaled_features),
            own=formatted(name, cluster.means.get(name), scaled=song.dataset.scaled_features),
            other=formatted(name, second.means.get(name), scaled=song.dataset.scaled_features),
            bar=round(value / largest * 100),
        )
        for name, value in strong[:PULLS_SHOWN]
    )
