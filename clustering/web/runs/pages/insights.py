"""What each group of a run sounds like: what stands out, its songs, its genres, and the songs at its edge."""

from __future__ import annotations

from dataclasses import dataclass

from clustering.analysis.features import CIRCULAR, FEATURES, SONG_NUMBERS
from clustering.models import Cluster, Run
from clustering.web.components.clusters import clusters_of
from clustering.web.components.formatting import formatted, label_of, percent
from clustering.web.components.songs import SongLine, songs_by_id

TOP_CHOICES = (5, 10, 25, 50, 100)
TOP_DEFAULT = 5
ORDERS = {"typical": "Most typical (closest to the center)", "popular": "Most popular"}
ORDER_DEFAULT = "typical"
MAX_ROWS = 400  # of songs on the page, so that it stays light with fifty groups
BORDERLINE_SHOWN = 5
GENRES_SHOWN = 8
TRAITS_SHOWN = 5
COMMONER = 1.25  # times as common as overall; less is not worth a word
NOTICEABLE = 0.2
# Cohen's d in words; the borders are Cohen's own, with one more for what music often reaches
STRENGTHS = ((1.5, "far"), (0.8, "much"), (0.5, "clearly"), (NOTICEABLE, "a little"))


@dataclass(frozen=True, slots=True)
class Trait:
    """One feature in which a group differs from the other songs."""

    label: str
    words: str  # "much more acoustic"
    short: str  # "more acoustic"
    value: str
    others: str
    effect: float
    bar: int  # 0 to 100, for a bar beside the words


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre that is more common in a group than elsewhere."""

    name: str
    count: int
    share: str
    lift: str


@dataclass(frozen=True, slots=True)
class Insight:
    """One group's part of the page."""

    cluster: Cluster
    traits: tuple[Trait, ...]
    songs: tuple[SongLine, ...]
    genres: tuple[Genre, ...]
    borderline: tuple[SongLine, ...]


@dataclass(frozen=True, slots=True)
class RunInsightsPage:
    """What each group sounds like, with its songs, for all groups of a run."""

    insights: tuple[Insight, ...]
    top: int
    top_shown: int
    order: str
    has_popularity: bool
    has_artists: bool

    @classmethod
    def read(cls, run: Run, *, top: int, order: str) -> RunInsightsPage:
        """Read the page with two queries: the groups, and all songs that it names."""
        clusters = clusters_of(run)
        has_popularity = any(cluster.popular for cluster in clusters)
        if not has_popularity:
            order = ORDER_DEFAULT
        shown = min(top, max(TOP_CHOICES[0], MAX_ROWS // max(1, len(clusters))))
        chosen = {
            cluster.index: (cluster.popular if order == "popular" else cluster.exemplars)[:shown]
            for cluster in clusters
        }
        edge = {cluster.index: cluster.borderline[:BORDERLINE_SHOWN] for cluster in clusters}
        songs = songs_by_id(
            run, clusters, {song for group in (chosen, edge) for ids in group.values() for song in ids}
        )
        insights = tuple(
            Insight(
                cluster=cluster,
                traits=traits(cluster, run),
                songs=tuple(songs[song] for song in chosen[cluster.index] if song in songs),
                genres=genres(cluster),
                borderline=tuple(songs[song] for song in edge[cluster.index] if song in songs),
            )
            for cluster in clusters
        )
        has_artists = any(song.artist for song in songs.values())
        return cls(insights, top, shown, order, has_popularity, has_artists)


def traits(cluster: Cluster, run: Run) -> tuple[Trait, ...]:
    """Return the features in which the group differs noticeably from the other songs, the strongest first."""
    effects = [(name, cluster.effects.get(name) or 0.0) for name in run.features]
    noticeable = [(name, effect) for name, effect in effects if abs(effect) >= NOTICEABLE]
    strongest = sorted(noticeable, key=lambda pair: -abs(pair[1]))[:TRAITS_SHOWN]
    return tuple(
        Trait(
            label=label_of(name),
            words=effect_words(name, effect),
            short=direction_words(name, effect),
            value=formatted(name, cluster.means.get(name), scaled=run.dataset.scaled_features),
            others=formatted(name, mean_of_others(cluster, run, name), scaled=run.dataset.scaled_features),
            effect=effect,
            bar=min(100, round(abs(effect) / 3 * 100)),
        )
        for name, effect in strongest
    )


def effect_words(feature: str, effect: float) -> str:
    """Return the words for an effect size (Cohen's d against all other songs)."""
    strength = next((word for border, word in STRENGTHS if abs(effect) >= border), "hardly")
    return f"{strength} {direction_words(feature, effect)}"


def direction_words(feature: str, effect: float) -> str:
    """Return the words for the direction of an effect."""
    known = FEATURES.get(feature) or SONG_NUMBERS.get(feature)
    if known is None:
        return "higher" if effect > 0 else "lower"
    return known.more if effect > 0 else known.less


def mean_of_others(cluster: Cluster, run: Run, feature: str) -> float | None:
    """Return the mean of all songs outside the group, which follows from the overall mean and the share."""
    if cluster.share >= 1 or feature in CIRCULAR:  # of those the most common value is known, and no mean
        return None
    overall, own = run.feature_summaries[feature].mean, cluster.means[feature]
    return float((overall - cluster.share * own) / (1 - cluster.share))


def genres(cluster: Cluster) -> tuple[Genre, ...]:
    """Return the genres that the group has more of, with how much more and from how many songs."""
    return tuple(
        Genre(found.genre, found.count, percent(found.share), f"{found.lift:.1f}")
        for found in cluster.genre_frequencies
        if found.lift >= COMMONER
    )[:GENRES_SHOWN]
