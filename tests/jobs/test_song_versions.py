"""No list has a song twice: a file with every recording in several versions, and two hundred lists of its songs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from clustering.actions.playlists import PlaylistOptions, make_playlist
from clustering.models import Artist, Dataset, Genre, Playlist, Run, Song
from clustering.storage.similar_songs import Similar, find_similar_songs
from clustering.web.library.pages.artists import ArtistPage
from clustering.web.library.pages.genres import GenrePage
from clustering.web.runs.pages.insights import RunInsightsPage
from clustering.web.runs.pages.overview import RunOverviewPage
from tests.factories import make_catalog, make_user
from tests.made_once import MadeOnce
from tests.pipeline import cluster_songs, import_dataset
from tests.songtables import FEATURES

pytestmark = pytest.mark.django_db(transaction=True)

RECORDINGS = 120
ARTISTS = 30
VERSIONS = (
    ("{}", "{}"),
    ("{} - Live", "{}"),
    ("{} (2011 Remaster)", "{}"),
    ("{} - Radio Edit", "{} feat. Somebody"),
)
"""How the title and the artist of each recording are written."""


def words(number: int) -> str:
    """Return a title that is no other number's."""
    return "Road " + " ".join("abcdefghij"[int(digit)] * 3 for digit in str(number))


def versions() -> list[dict[str, str]]:
    """Return rows in which each version sounds nearly like the others: they would all be in one list."""
    rng = np.random.default_rng(3)
    sounds = rng.random((RECORDINGS, len(FEATURES)))
    rows = []
    for version, (title, artist) in enumerate(VERSIONS):
        for recording in range(RECORDINGS):
            near = sounds[recording] + rng.normal(scale=0.002, size=len(FEATURES))
            row = {name: f"{abs(value):.5f}" for name, value in zip(FEATURES, near, strict=True)}
            row |= {
                "track_id": f"{version}-{recording}",
                "track_name": title.format(words(recording)),
                "artists": artist.format(f"Singer {recording % ARTISTS}"),
                "track_genre": f"genre {recording % 3}",
                "popularity": str(90 - recording % 60),
            }
            row |= {"loudness": f"{-20 + 15 * near[2]:.3f}", "tempo": f"{80 + 80 * abs(near[8]):.3f}"}
            row |= {"duration_ms": f"{150_000 + 100_000 * abs(near[9]):.0f}"}
            rows.append(row)
    return rows


@pytest.fixture
def run(made_once: MadeOnce, tmp_path: Path) -> Run:
    def make() -> Run:
        dataset = import_dataset(make_user("ada"), tmp_path, versions())
        return cluster_songs(make_catalog(dataset), n_clusters=4)

    return made_once(make)


def lists(run: Run) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield lists of song ids, each with what it is."""
    dataset = run.dataset
    for cluster in run.clusters.all():
        yield "typical", cluster.exemplars
        yield "popular", cluster.popular
        yield "borderline", cluster.borderline
    yield "overview", [line.id for row in RunOverviewPage.read(run).rows for line in row.songs]
    for order in ("typical", "popular"):
        for insight in RunInsightsPage.read(run, top=50, order=order).insights:
            yield f"insights, {order}", [line.id for line in insight.songs]
            yield "insights, borderline", [line.id for line in insight.borderline]
    for artist in Artist.objects.filter(dataset=dataset):
        yield artist.name, [song.id for song in ArtistPage.read(artist).songs]
    for genre in Genre.objects.filter(dataset=dataset):
        yield genre.name, [song.id for song in GenrePage.read(genre).typical]
        yield genre.name, [song.id for song in GenrePage.read(genre).untypical]
    box = ((-99.0, -99.0), (99.0, -99.0), (99.0, 99.0), (-99.0, 99.0))
    for seed in range(1, 41):
        found = find_similar_songs(dataset, Similar(seeds=(dataset.first_song_id + seed,), count=20))
        yield "similar", [dataset.first_song_id + seed, *(one.song.pk for one in found.songs)]
    yield from playlists(run, box)


def playlists(run: Run, box: Sequence[tuple[float, float]]) -> Iterator[tuple[str, Sequence[int]]]:
    dataset = run.dataset
    recipes = [[{"field": "energy", "low": low / 10}] for low in range(6)]
    recipes += [[{"field": "cluster", "run": run.pk, "cluster": index}] for index in range(4)]
    options = [
        PlaylistOptions(selection=selection, length=length, unit=unit, max_per_artist=most)
        for selection, (length, unit), most in product(
            ("popular", "surprise"), ((15, "songs"), (40, "songs"), (60, "minutes")), (2, None)
        )
    ]
    for recipe, wish in product(recipes, options):
        yield "rules", made(dataset, "rules", {"join": "all", "groups": [recipe]}, wish)
    for recipe in recipes[6:]:
        wish = PlaylistOptions(selection="typical", length=20, max_per_artist=None)
        yield "typical", made(dataset, "rules", {"join": "all", "groups": [recipe]}, wish)
    for selection in ("typical", "popular", "surprise"):
        wish = PlaylistOptions(selection=selection, length=30, max_per_artist=None)
        yield "area", made(dataset, "area", {"run": run.pk, "filter": {"outline": box}}, wish)
    for first in range(1, 11):
        # the second is a version of the first
        seeds = [dataset.first_song_id + first, dataset.first_song_id + first + RECORDINGS]
        yield "seeds", made(dataset, "seeds", {"songs": seeds}, PlaylistOptions(length=20))
        yield "songs", made(dataset, "songs", {"songs": seeds}, PlaylistOptions(length=2))


def made(dataset: Dataset, source: str, recipe: dict[str, object], wish: PlaylistOptions) -> list[int]:
    playlist = make_playlist(dataset.owner, dataset, name="Mine", source=source, recipe=recipe, options=wish)
    return list(playlist.entries.values_list("song_id", flat=True))


class TestLists:
    def test_have_no_song_twice(self, run: Run) -> None:
        first = run.dataset.first_song_id
        assert Song.objects.count() == len(VERSIONS) * RECORDINGS
        found = list(lists(run))
        assert len(found) >= 200
        repeats = []
        for what, ids in found:
            assert ids, what
            recordings = [(song - first - 1) % RECORDINGS for song in ids]
            if len(set(recordings)) < len(recordings):
                repeats.append((what, sorted(recordings)))
        assert repeats == []

    def test_say_what_was_passed_over(self, run: Run) -> None:
        made(
            run.dataset,
            "rules",
            {"join": "all", "groups": []},
            PlaylistOptions(length=200, max_per_artist=None),
        )
        assert "other versions of a song in it" in Playlist.objects.get().note
