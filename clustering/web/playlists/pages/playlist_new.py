"""What a new playlist can be made of: a dataset's fields, its groups and genres, and songs to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clustering.models import Dataset, Song
from clustering.storage.playlist_rules import ClusterChoice, RuleField, cluster_choices, rule_fields

GENRES_OFFERED = 200


@dataclass(frozen=True, slots=True)
class PlaylistNewPage:
    """What the form for a new playlist offers."""

    dataset: Dataset
    fields: tuple[RuleField, ...]
    clusters: tuple[ClusterChoice, ...]
    genres: tuple[str, ...]
    """The most common ones, to choose from."""
    seeds: tuple[Song, ...]

    @classmethod
    def read(cls, dataset: Dataset, *, run: int | None = None, seeds: Sequence[int] = ()) -> PlaylistNewPage:
        """Read what a playlist of a dataset can be made of, also by the groups of a run, or like songs of it."""
        clusters = cluster_choices(dataset, also=run)
        fields = rule_fields(dataset, clusters=bool(clusters))
        inside = [song for song in seeds if dataset.first_song_id < song <= dataset.last_song_id]
        songs = Song.objects.in_bulk(inside) if inside else {}
        return cls(
            dataset=dataset,
            fields=fields,
            clusters=clusters,
            genres=_genres(dataset) if any(field.kind == "genre" for field in fields) else (),
            seeds=tuple(songs[song] for song in dict.fromkeys(inside) if song in songs),
        )


def _genres(dataset: Dataset) -> tuple[str, ...]:
    common = dataset.genres.order_by("-songs_count").values_list("name", flat=True)
    return tuple(common[:GENRES_OFFERED])
