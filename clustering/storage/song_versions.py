"""Lists of songs in which no song is twice, in whatever version."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice

from clustering.analysis.playlists.titles import one_version_each, version_key
from clustering.models import Song


def one_version_lists(lists: Sequence[Sequence[int]], most: int) -> list[list[int]]:
    """Return lists of song ids, best first, with at most so many songs each, of each song the first version."""
    songs = Song.objects.filter(id__in=set(chain.from_iterable(lists)))
    texts = {song: (title, artist) for song, title, artist in songs.values_list("id", "title", "artist")}
    return [
        list(islice(one_version_each(ids, lambda song: version_key(*texts.get(song, (None, None)))), most))
        for ids in lists
    ]
