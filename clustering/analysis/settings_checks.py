"""Whether settings suit a dataset: what would fail, and what will mislead, from the dataset's statistics alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from clustering.analysis.features import feature_named, named
from clustering.analysis.partition import ALGORITHMS, sample_refusal
from clustering.analysis.run_settings import (
    MAX_K,
    MAX_SEED,
    MIN_K,
    MISSING_LABELS,
    RunSettings,
    weight_errors,
)
from clustering.analysis.sampling import MIN_SAMPLE
from clustering.analysis.scaling import SCALERS
from clustering.analysis.song_statistics import ColumnStatistics, SongStatistics

MIN_DEFAULT_CLUSTER_SIZE = 5
"""The smallest group that is looked for unless told otherwise; in larger datasets a hundredth of the songs."""

FAR_OUT = 10.0
"""Standard deviations from the mean beyond which a value is likely to get a cluster of its own."""

RELATED = 0.65
"""A correlation from which what two features share counts twice: energy and loudness have 0.7 to 0.8."""

SAME_TWICE = 0.9
"""A correlation from which two features are nearly one: they share four fifths of their variance."""

IN_ONE_BAR = 0.75
"""When so many songs lie in one of the histogram's bars, both quartiles do."""

FEW_SONGS = 10
"""Songs per group below which groups are chance."""

MANY_GAPS = 0.1
"""The share of songs left out that is worth a word."""

BINARY = ("mode", "explicit")


@dataclass(frozen=True, slots=True)
class SettingsWarning:
    """One thing to know before a run; a run that it `stops` would fail."""

    sentence: str
    stops: bool = False


def complete_settings(settings: RunSettings, statistics: SongStatistics) -> RunSettings:
    """Decide what settings leave open, and leave out what their algorithm does not need.

    Examples
    --------
    >>> songs = SongStatistics(name="Mine", songs=20_000, features=["energy"], usual_features=["energy"])
    >>> settings = complete_settings(RunSettings(algorithm="hdbscan", n_clusters=4), songs)
    >>> settings.features, settings.n_clusters, settings.min_cluster_size
    (('energy',), None, 200)
    """
    settings = replace(
        settings, features=tuple(dict.fromkeys(settings.features or statistics.usual_features))
    )
    algorithm = ALGORITHMS.get(settings.algorithm)
    if algorithm is None or algorithm.needs_n_clusters:
        return replace(settings, min_cluster_size=None)
    usual = max(MIN_DEFAULT_CLUSTER_SIZE, statistics.songs // 100)
    return replace(settings, n_clusters=None, min_cluster_size=settings.min_cluster_size or usual)


def check_settings(settings: RunSettings, statistics: SongStatistics) -> tuple[SettingsWarning, ...]:
    """Say what will fail or mislead, the failures first.

    Parameters
    ----------
    settings : RunSettings
        As `complete_settings` returns them.
    statistics : SongStatistics

    Examples
    --------
    >>> songs = SongStatistics(name="Mine", songs=30, features=["energy", "mode"])
    >>> for warning in check_settings(RunSettings(features=("energy", "mode"), n_clusters=12), songs):
    ...     print(warning.sentence)
    Mode has only two values, so groups will mostly be its two halves. Leave it out or lower its weight.
    30 songs in 12 groups are fewer than 10 each: such small groups are mostly noise. Choose at most 3.
    """
    errors = [*_errors(settings, statistics)]
    if settings.algorithm in ALGORITHMS:
        used = [name for name in settings.features if settings.weights.get(name, 1.0) > 0]
        errors += _size_errors(settings, statistics)
        errors += _constants(statistics, used)
        warnings = [*_warnings(settings, statistics, used)]
    else:
        warnings = []
    return (
        *(SettingsWarning(sentence, stops=True) for sentence in errors),
        *(SettingsWarning(sentence) for sentence in warnings),
    )


def _errors(settings: RunSettings, statistics: SongStatistics) -> Iterator[str]:
    """Say what could not be used with any algorithm."""
    if not statistics.songs:
        yield "This dataset has no songs yet. Wait for its import to finish."
    if not settings.features and statistics.is_list:
        yield (
            f"{statistics.name} has no audio features, so its songs cannot be grouped by sound. Fill in features from "
            "another table first."
        )
    elif not settings.features:
        yield (
            f"None of the usual features of {statistics.name} differs from song to song. "
            "Choose at least one feature that does."
        )
    if unknown := [name for name in settings.features if name not in statistics.features]:
        yield f"“{statistics.name}” has no feature called {', '.join(f'“{name}”' for name in unknown)}."
    if settings.scaler not in SCALERS:
        yield f"“{settings.scaler}” is not a scaling method. Choose one of {', '.join(SCALERS)}."
    if settings.missing not in MISSING_LABELS:
        yield f"“{settings.missing}” is not a way to handle missing values. Choose one of {', '.join(MISSING_LABELS)}."
    if not 0 <= settings.seed <= MAX_SEED:
        yield f"The random seed must be between 0 and {MAX_SEED:,}; it is {settings.seed}."
    yield from weight_errors(settings.features, settings.weights)
    if settings.algorithm not in ALGORITHMS:
        yield f"“{settings.algorithm}” is not an algorithm. Choose one of {', '.join(ALGORITHMS)}."


def _size_errors(settings: RunSettings, statistics: SongStatistics) -> Iterator[str]:
    """Say what the algorithm cannot do with so many songs."""
    algorithm, songs = ALGORITHMS[settings.algorithm], statistics.songs
    k, size, sample = settings.n_clusters, settings.min_cluster_size, settings.sample_size
    if reason := algorithm.refusal(songs):
        yield reason
    if k is not None and not MIN_K <= k <= MAX_K:
        yield f"The number of groups must be between {MIN_K} and {MAX_K}; it is {k}."
    elif k is not None and k > songs:
        yield f"{songs:,} songs can’t be divided into {k} groups. Choose fewer groups."
    if size is not None and not MIN_K <= size <= songs:
        yield f"The minimum group size must be between {MIN_K} and {songs:,}; it is {size:,}."
    if sample is not None and sample < MIN_SAMPLE:
        yield f"A sample of {sample:,} songs is too small. Use {MIN_SAMPLE:,} or more."
    elif sample is not None and (reason := sample_refusal(algorithm)):
        yield reason


def _warnings(settings: RunSettings, statistics: SongStatistics, used: Sequence[str]) -> Iterator[str]:
    """Say what will mislead."""
    yield from _binaries(statistics, used)
    yield from _outliers(settings, statistics, used)
    yield from _zeros(settings, statistics, used)
    yield from _twins(statistics, used)
    yield from _gaps(settings, statistics)
    yield from _few_songs(settings, statistics)
    yield from _borrowed_number(settings)


def _constants(statistics: SongStatistics, used: Sequence[str]) -> Iterator[str]:
    if not statistics.is_complete:
        return
    for name in used:
        column = statistics.columns.get(name)
        if column is not None and column.constant:
            yield f"{feature_named(name).label} is the same for every song and cannot tell them apart. Leave it out."


def _binaries(statistics: SongStatistics, used: Sequence[str]) -> Iterator[str]:
    for name in used:
        if name in BINARY or _has_two_values(statistics.columns.get(name)):
            yield (
                f"{feature_named(name).label} has only two values, so groups will mostly be its two halves. "
                "Leave it out or lower its weight."
            )


def _has_two_values(column: ColumnStatistics | None) -> bool:
    if column is None or column.histogram is None or column.minimum is None or column.maximum is None:
        return False
    counts, edges = column.histogram.counts, column.histogram.edges
    if not edges[0] <= column.minimum <= column.maximum <= edges[-1]:
        return False  # the outermost bars hold all that lies beyond
    return len(counts) > 2 and not any(counts[1:-1]) and counts[0] > 0 and counts[-1] > 0


def _outliers(settings: RunSettings, statistics: SongStatistics, used: Sequence[str]) -> Iterator[str]:
    if not ALGORITHMS[settings.algorithm].needs_n_clusters or settings.scaler == "yeo-johnson":
        return  # which leave odd songs in no group, or bring them near
    for name in used:
        column, feature = statistics.columns.get(name), named(name, statistics.scaled)
        if column is None or column.mean is None or not column.deviation:
            continue
        outermost = _outermost(column)
        away = abs(outermost - column.mean) / column.deviation
        if away > FAR_OUT:
            yield (
                f"{feature.label} reaches {feature.format(outermost)}, {away:.0f} times the usual distance "
                f"from the mean ({feature.format(column.mean)}): "
                + (
                    "all other songs are squeezed together on this scale. "
                    if settings.scaler == "minmax"
                    else "a few such songs may form a group of their own. "
                )
                + "Yeo–Johnson scaling brings them closer."
            )


def _outermost(column: ColumnStatistics) -> float:
    """Return the value that is farthest from the mean."""
    mean = column.mean or 0.0
    ends = [end for end in (column.minimum, column.maximum) if end is not None]
    return max(ends, key=lambda end: abs(end - mean), default=mean)


def _zeros(settings: RunSettings, statistics: SongStatistics, used: Sequence[str]) -> Iterator[str]:
    if settings.scaler != "robust":
        return
    for name in used:
        column = statistics.columns.get(name)
        if column is None or column.histogram is None:
            continue
        counts = column.histogram.counts
        if max(counts) > IN_ONE_BAR * sum(counts):
            yield (
                f"Most songs have nearly the same {feature_named(name).inside}: robust scaling exaggerates "
                "the few others until they alone decide. Choose another scaling."
            )


def _twins(statistics: SongStatistics, used: Sequence[str]) -> Iterator[str]:
    for one, other in combinations(used, 2):
        r = statistics.correlations.get((one, other))
        if r is None or abs(r) < RELATED:
            continue
        pair = f"{feature_named(one).label} and {feature_named(other).inside}"
        if abs(r) >= SAME_TWICE:
            said = "nearly the same" if r > 0 else "nearly opposites"
            yield (
                f"{pair} are {said} (correlation {r:+.2f}), so together they count almost double. Halve their weights "
                "or leave one out."
            )
        else:
            yield (
                f"{pair} are related (correlation {r:+.2f}), so what they share counts twice. That is fine if it "
                "matters to you; otherwise, lower their weights."
            )


def _gaps(settings: RunSettings, statistics: SongStatistics) -> Iterator[str]:
    if settings.fills_gaps or not statistics.songs:
        return
    missing = {
        name: statistics.columns[name].missing for name in settings.features if name in statistics.columns
    }
    most = max(missing, key=missing.__getitem__, default=None)
    if most and missing[most] > MANY_GAPS * statistics.songs:
        yield (
            f"{missing[most]:,} of {statistics.songs:,} songs have no {feature_named(most).inside} and will "
            "be skipped. Leave the feature out, or fill in the median."
        )


def _few_songs(settings: RunSettings, statistics: SongStatistics) -> Iterator[str]:
    k, songs = settings.n_clusters, statistics.songs
    if k is not None and k <= songs < FEW_SONGS * k:
        yield (
            f"{songs:,} songs in {k} groups are fewer than {FEW_SONGS} each: such small groups are mostly "
            f"noise. Choose at most {max(2, songs // FEW_SONGS)}."
        )


def _borrowed_number(settings: RunSettings) -> Iterator[str]:
    algorithm = ALGORITHMS[settings.algorithm]
    if settings.n_clusters is None and algorithm.other_shapes:
        yield (
            f"The number of groups is chosen with K-Means; another may suit {algorithm.label} better. "
            f"{algorithm.other_shapes}"
        )
