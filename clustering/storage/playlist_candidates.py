"""Which songs a playlist can be made of, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import BigIntegerField, F, FilteredRelation, Func, Q, QuerySet, Value

from clustering.analysis import AnalysisError
from clustering.analysis.playlists.selection import Candidate
from clustering.models import Playlist, Run, Song
from clustering.storage.playlist_rules import Rules, count_matches, matching
from clustering.storage.similar_songs import MAX_SONGS, Similar, find_similar_songs
from clustering.storage.song_filters import Selection, SongFilter, Songs

MAX_CANDIDATES = 20_000
"""Songs that are looked at: forty times the longest playlist, so a limit per artist seldom runs out of them."""


NO_CLUSTER_RULE = (
    "“Most typical” needs a rule about a group. Add one, or choose something else under “If too many match”."
)
RUN_IS_GONE = (
    "The run that this playlist's rules name was deleted. Make a new playlist from a group of another run."
)
NO_POPULARITY = "None of these songs has a popularity. Choose something else under “If too many match”."


@dataclass(frozen=True, slots=True)
class Pool:
    """Songs that could be taken, and how many there are beyond those that were looked at."""

    candidates: tuple[Candidate, ...]
    matches: int


def candidates(playlist: Playlist) -> Pool:
    """Return the songs that a playlist's recipe asks for, as its `selection` has them."""
    if playlist.source == Playlist.Source.RULES:
        return _by_rules(playlist)
    if playlist.source == Playlist.Source.AREA:
        return _by_filter(playlist)
    if playlist.source == Playlist.Source.SEEDS:
        return _by_seeds(playlist)
    return _by_ids(playlist, playlist.recipe["songs"])


def as_candidates(songs: QuerySet[Song]) -> tuple[Candidate, ...]:
    """Return songs as `select_songs` takes them."""
    return tuple(Candidate(*row) for row in songs.values_list("id", "artist", "duration_ms", "title"))


def _by_rules(playlist: Playlist) -> Pool:
    rules = Rules.from_dict(playlist.recipe)
    runs = {rule.run for rule in rules if rule.run is not None}
    if playlist.dataset.runs.filter(pk__in=runs).count() < len(runs):
        raise AnalysisError(RUN_IS_GONE)
    songs = matching(playlist.dataset, rules)
    matches = count_matches(songs)
    if not matches:
        return Pool((), 0)
    if playlist.selection == Playlist.Selection.TYPICAL:
        songs = _typical_first(songs, rules)
    elif playlist.selection == Playlist.Selection.POPULAR:
        songs = _popular_first(songs)
    else:
        songs = songs.order_by(_shuffled(playlist.seed), "id")
    return Pool(as_candidates(songs[:MAX_CANDIDATES]), matches)


def _typical_first(songs: QuerySet[Song], rules: Rules) -> QuerySet[Song]:
    asked = [rule for rule in rules if rule.field == "cluster"]
    if not asked:
        raise AnalysisError(NO_CLUSTER_RULE)
    of_run = FilteredRelation("assignments", condition=Q(assignments__run_id=asked[0].run or 0))
    return songs.annotate(landed=of_run).order_by(F("landed__distance").asc(nulls_last=True), "id")


def _popular_first(songs: QuerySet[Song]) -> QuerySet[Song]:
    if not songs.filter(popularity__isnull=False).exists():
        raise AnalysisError(NO_POPULARITY)
    return songs.order_by(F("popularity").desc(nulls_last=True), "id")


def _shuffled(seed: int) -> Func:
    """Return an order that is nobody's, but the same for the same seed."""
    return Func(F("id"), Value(seed), function="hashint8extended", output_field=BigIntegerField())


def _by_seeds(playlist: Playlist) -> Pool:
    """Return the seeds, and then the neighbors of each in turn."""
    seeds = playlist.recipe["songs"]
    # a seed counts for its artist too, so some neighbors may be one too many
    wanted = playlist.length + 2 * len(seeds) if playlist.unit == Playlist.Unit.SONGS else MAX_SONGS
    asked = Similar(
        tuple(seeds), count=min(wanted, MAX_SONGS), max_per_artist=playlist.max_per_artist or MAX_SONGS
    )
    similar = [one.song.pk for one in find_similar_songs(playlist.dataset, asked).songs]
    return _by_ids(playlist, [*seeds, *similar])


def _by_filter(playlist: Playlist) -> Pool:
    number = playlist.recipe["run"]
    run = Run.objects.filter(pk=number, dataset=playlist.dataset_id).first() if number else None
    if number and run is None:
        return Pool((), 0)
    if run is None and playlist.selection == Playlist.Selection.TYPICAL:
        raise AnalysisError(NO_CLUSTER_RULE)
    selection = Songs(playlist.dataset, run).select(SongFilter.from_dict(playlist.recipe["filter"]))
    ids = _first_of(selection, playlist)
    if not ids:
        return Pool((), 0)
    if playlist.selection == Playlist.Selection.POPULAR:
        songs = _popular_first(Song.objects.filter(id__in=ids))
        return Pool(as_candidates(songs[:MAX_CANDIDATES]), len(selection.song_ids))
    pool = _by_ids(playlist, ids[:MAX_CANDIDATES])
    return Pool(pool.candidates, len(selection.song_ids))


def _first_of(selection: Selection, playlist: Playlist) -> list[int]:
    if playlist.selection == Playlist.Selection.TYPICAL:
        order = np.argsort(selection.distance, kind="stable")
    elif playlist.selection == Playlist.Selection.SURPRISE:
        order = np.random.default_rng(playlist.seed).permutation(len(selection.song_ids))
    else:
        return list(selection.song_ids.tolist())
    return list(selection.song_ids[order].tolist())


def _by_ids(playlist: Playlist, ids: Sequence[int]) -> Pool:
    """Return these songs in this order; one that is not of the dataset is not there."""
    dataset = playlist.dataset
    songs = Song.objects.filter(id__in=[i for i in ids if dataset.first_song_id < i <= dataset.last_song_id])
    found = {candidate.song: candidate for candidate in as_candidates(songs)}
    return Pool(tuple(found[i] for i in ids if i in found), len(found))
