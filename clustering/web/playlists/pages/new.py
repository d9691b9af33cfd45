"""What a new playlist can be made of: a dataset's fields, its groups and genres, and songs to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from clustering.models import Dataset, Song
from clustering.models.ids import ROWS_PER_BLOCK
from clustering.storage.playlist_rules import ClusterChoice, RuleField, cluster_choices, rule_fields

GENRES_OFFERED = 200


@dataclass(frozen=True, slots=True)
class PlaylistNew:
    """The page of a new playlist."""

    dataset: Dataset
    fields: tuple[RuleField, ...]
    clusters: tuple[ClusterChoice, ...]
    genres: tuple[str, ...]
    """The most common ones, to choose from."""
    seeds: tuple[Song, ...]


def playlist_new(
    user: User | AnonymousUser,
    *,
    dataset: int | None = None,
    run: int | None = None,
    seeds: Sequence[int] = (),
) -> PlaylistNew | None:
    """Return the page for the dataset that is named, or that a run or songs are of; None where there is none."""
    shown = Dataset.objects.visible_to(user)
    if seeds:
        shown = shown.filter(song_block=seeds[0] // ROWS_PER_BLOCK)
    elif run is not None:
        shown = shown.filter(runs=run)
    else:
        shown = shown.filter(pk=dataset or 0)
    found = shown.prefetch_related("uploads").first()
    if found is None:
        return None
    clusters = cluster_choices(found, also=run)
    fields = rule_fields(found, clusters=bool(clusters))
    inside = [song for song in seeds if found.first_song_id < song <= found.last_song_id]
    songs = Song.objects.in_bulk(inside) if inside else {}
    return PlaylistNew(
        dataset=found,
        fields=fields,
        clusters=clusters,
        genres=_genres(found) if any(field.kind == "genre" for field in fields) else (),
        seeds=tuple(songs[song] for song in dict.fromkeys(inside) if song in songs),
    )


def _genres(dataset: Dataset) -> tuple[str, ...]:
    common = dataset.genres.order_by("-songs_count").values_list("name", flat=True)
    return tuple(common[:GENRES_OFFERED])
