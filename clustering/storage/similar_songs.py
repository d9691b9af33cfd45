"""Songs like others: near in all features at once, each with its why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from clustering.analysis import AnalysisError
from clustering.analysis.features import feature_named
from clustering.analysis.playlists.recommendation import Neighbor, Pick, choose, explain
from clustering.analysis.playlists.titles import version_key
from clustering.models import Catalog, Dataset, Song, SongVector
from clustering.storage.neighbors import Found, Search, SongFilter, find_neighbors

MAX_SEEDS = 20
MAX_SONGS = 500
PER_ARTIST = 2
MIN_CANDIDATES = 250
CANDIDATES_PER_SONG = 5
NOT_READY = "Similar songs are still being prepared for this dataset. Look again in a minute."


@dataclass(frozen=True, slots=True)
class Similar:
    """What is asked for. ``seeds`` are song ids of one dataset; a weight not named is 1."""

    seeds: tuple[int, ...]
    count: int = 10
    weights: Mapping[str, float] = field(default_factory=dict)
    only: SongFilter = field(default_factory=SongFilter)
    max_per_artist: int = PER_ARTIST
    diversity: float = 0.0
    without: tuple[int, ...] = ()
    """Further songs that must not come up, nor versions of them."""


@dataclass(frozen=True, slots=True)
class SimilarSong:
    """A song that was found, the seed it was found for, how far it is from it, and why."""

    song: Song
    seed: Song
    distance: float
    why: str


@dataclass(frozen=True, slots=True)
class SimilarSongs:
    """What was found: exactly as many as asked for, or ``shortfall`` says why not."""

    songs: tuple[SimilarSong, ...]
    seeds: tuple[Song, ...]
    features: tuple[str, ...]
    shortfall: str


def find_similar_songs(dataset: Dataset, asked: Similar) -> SimilarSongs:
    """Return the songs nearest to each seed in turn; the same request gives the same songs.

    Eight queries at most. Never a seed or another version of one, never two versions of a song, at most
    ``max_per_artist`` songs of an artist over all. Raises AnalysisError where the request cannot be answered.
    """
    catalog = Catalog.objects.select_related("dataset").filter(dataset=dataset).first()
    _check(asked)
    if catalog is None:
        raise AnalysisError(NOT_READY)
    weights = _weights(catalog, asked.weights)
    named = Song.objects.filter(dataset=dataset).in_bulk([*asked.seeds, *asked.without])
    missing = sum(song not in named for song in asked.seeds)
    if missing:
        raise AnalysisError(
            f"{missing} of the chosen songs {'is' if missing == 1 else 'are'} not in {dataset.name}."
        )
    seeds = [named[song] for song in dict.fromkeys(asked.seeds)]
    versions = frozenset(version_key(song.title, song.artist) for song in named.values())
    vectors = dict(SongVector.objects.filter(song_id__in=set(asked.seeds)).values_list("song_id", "vector"))
    known = [seed for seed in seeds if seed.pk in vectors]
    if not known:
        raise AnalysisError(_not_comparable(catalog, seeds))
    search = Search(
        catalog=catalog,
        seeds={seed.pk: vectors[seed.pk] for seed in known},
        without=(*asked.seeds, *asked.without),
        weights=weights,
        only=asked.only,
    )
    limit = max(MIN_CANDIDATES, CANDIDATES_PER_SONG * asked.count)
    found = find_neighbors(search, limit=limit)
    picks = _choose(asked, versions, found, search)
    if len(picks) < asked.count and any(
        size >= limit for size in Counter(one.seed for one in found).values()
    ):
        # a few artists fill all of the nearest places: take the best of each artist from all songs
        found = find_neighbors(search, limit=limit, wanted=asked.count, max_per_artist=asked.max_per_artist)
        picks = _choose(asked, versions, found, search)
    songs = Song.objects.in_bulk([pick.neighbor.song for pick in picks])
    return SimilarSongs(
        songs=tuple(_similar(catalog, known[pick.seed], songs[pick.neighbor.song], pick) for pick in picks),
        seeds=tuple(known),
        features=tuple(catalog.features),
        shortfall=_shortfall(asked, len(picks)),
    )


def _check(asked: Similar) -> None:
    seeds = len(set(asked.seeds))
    if not seeds:
        raise AnalysisError("Choose at least one starting song.")
    if seeds > MAX_SEEDS:
        raise AnalysisError(f"{seeds} starting songs are too many. Choose the {MAX_SEEDS} that matter most.")
    if not 1 <= asked.count <= MAX_SONGS:
        raise AnalysisError(f"{asked.count} songs were requested; the limit is 1 to {MAX_SONGS}.")
    if asked.max_per_artist < 1:
        raise AnalysisError("Allow at least one song per artist.")
    if not 0 <= asked.diversity <= 1:
        raise AnalysisError("Diversity is a number from 0 (only the nearest) to 1 (as different as can be).")


def _weights(catalog: Catalog, given: Mapping[str, float]) -> list[float] | None:
    """Return one weight per feature, None where all count the same."""
    unknown = [name for name in given if name not in catalog.features]
    if unknown:
        raise AnalysisError(f"Songs are not compared on {', '.join(unknown)}.")
    weights = [float(given.get(name, 1.0)) for name in catalog.features]
    if any(not 0 <= weight <= 10 for weight in weights):
        raise AnalysisError("A weight is a number from 0 (does not matter) to 10.")
    if not any(weights) and weights:
        raise AnalysisError(
            "All weights are 0, so all songs would be alike. Give at least one feature a weight."
        )
    return None if len(set(weights)) < 2 else weights


def _not_comparable(catalog: Catalog, seeds: Sequence[Song]) -> str:
    if not catalog.features:
        return (
            "The songs of this dataset have no audio feature in which they differ, so none can be compared."
        )
    gaps = [name for name in catalog.features if getattr(seeds[0], name) is None]
    labels = ", ".join(feature_named(name).label.lower() for name in gaps)
    one = (
        f"“{seeds[0].label}” has no value for {labels}" if gaps else "The song was added after the comparison"
    )
    return f"{one}, so it cannot be compared with other songs."


def _choose(
    asked: Similar, versions: frozenset[Hashable], found: Sequence[Found], search: Search
) -> tuple[Pick, ...]:
    scale = np.ones(len(search.catalog.features)) if search.weights is None else np.array(search.weights)
    neighbors: list[list[Neighbor]] = [[] for _ in search.seeds]
    for one in found:
        neighbors[one.seed].append(
            Neighbor(
                song=one.song_id,
                distance=one.distance,
                artist=one.artist_id,
                version=version_key(one.title, one.artist),
                vector=np.array(one.vector) * scale,
            )
        )
    return choose(
        neighbors,
        asked.count,
        max_per_artist=asked.max_per_artist,
        diversity=asked.diversity,
        without=versions - {None},
    )


def _similar(catalog: Catalog, seed: Song, song: Song, pick: Pick) -> SimilarSong:
    features = catalog.features
    why = explain(
        features,
        {name: getattr(seed, name) for name in features},
        {name: getattr(song, name) for name in features},
        dict(zip(features, catalog.spreads, strict=True)),
    )
    return SimilarSong(song, seed, pick.neighbor.distance, why)


def _shortfall(asked: Similar, count: int) -> str:
    """Say why there are fewer songs than asked for; nothing where there are not."""
    if count >= asked.count:
        return ""
    if not count and not asked.only.is_empty:
        return "No songs match the filters. Widen or remove one."
    where = "in this dataset" if asked.only.is_empty else "that match the filters"
    none = f"There are no other songs {where} that can be compared"
    some = f"Only {count} of the {asked.count} songs: there are no more {where}"
    most = f"when at most {asked.max_per_artist} per artist and one version of each song are taken"
    return f"{some if count else none}, {most}."
