"""Small helpers that make rows for tests: a person, a dataset with songs, a finished run, a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from clustering.analysis.prediction.fitted_model import FittedModel
from clustering.analysis.progress import Progress, no_progress
from clustering.analysis.scaling import Scaling
from clustering.analysis.scores.comparison import measure_agreement
from clustering.jobs.kinds.index import IndexSongs
from clustering.models import (
    Assignment,
    Cluster,
    Dataset,
    Fill,
    FillMatch,
    Job,
    Playlist,
    Run,
    RunComparison,
    Song,
    Sweep,
    SweepCandidate,
    Upload,
)
from clustering.storage.assignments import load_placed
from clustering.storage.comparisons import count_songs_in_both
from clustering.storage.genre_counts import GenreTally
from clustering.storage.kept_columns import forget_song_columns
from clustering.storage.members import list_members_again

FEATURES = ["danceability", "energy", "valence", "tempo"]
SPREADS = {"danceability": (0.5, 0.2), "energy": (0.6, 0.25), "valence": (0.5, 0.2), "tempo": (120.0, 25.0)}


def make_user(name: str = "ada", **fields: Any) -> User:
    """Make a person, or find them."""
    return User.objects.filter(username=name).first() or User.objects.create_user(
        name, password="a long password", **fields
    )


def make_dataset(
    owner: User | None = None, *, songs: int = 30, name: str = "Evening songs", **fields: Any
) -> Dataset:
    """Make a dataset whose import is done."""
    dataset = Dataset.objects.create(
        owner=owner or make_user(),
        name=name,
        songs_count=songs,
        features=FEATURES,
        report=make_report(songs),
        **fields,
    )
    make_upload(dataset, rows_read=songs + 2, rows_kept=songs, rows_rejected=1, duplicates=1)
    Song.objects.bulk_create(
        Song(
            id=dataset.first_song_id + row,
            dataset=dataset,
            row_number=row,
            external_id=f"id{row}",
            title=f"Song <{row}>",
            artist=f"Artist {row % 7}",
            album="Album",
            genres=["pop", "rock"] if row % 2 else ["jazz"],
            release_year=1990 + row % 30,
            popularity=float(row),
            danceability=0.3 + (row % 10) / 20,
            energy=0.2 + (row % 3) / 4,
            valence=0.4,
            tempo=90.0 + row,
        )
        for row in range(1, songs + 1)
    )
    return dataset


def scatter_songs(dataset: Dataset, *, artists: int) -> Dataset:
    """Give each song features of its own, and songs in turn to so many artists; return the dataset."""
    songs = list(dataset.songs.order_by("id"))
    values = np.random.default_rng(0).random((len(songs), 4))
    for song, row in zip(songs, values, strict=True):
        song.danceability, song.energy, song.valence = row[:3]
        song.tempo = 60 + 120 * row[3]
        song.artist = f"Artist {song.row_number % artists}"
    Song.objects.bulk_update(songs, [*FEATURES, "artist"])
    return dataset


def make_upload(dataset: Dataset, **fields: Any) -> Upload:
    """Make a file of a dataset; nothing lies on the disk."""
    values: dict[str, Any] = {
        "file": f"uploads/{dataset.pk}/file",
        "original_name": "songs.csv",
        "bytes": 12_345,
        "sha256": "0" * 64,
        "dialect": {"format": "csv", "compression": "", "encoding": "utf-8", "delimiter": ","},
    }
    return Upload.objects.create(dataset=dataset, **values | fields)


def make_report(songs: int = 30) -> dict[str, Any]:
    """Return a quality report as an import writes it."""
    columns = [
        {
            "column": name.title(),
            "field": name,
            "label": name.title(),
            "unit": "",
            "missing": 2 if name == "energy" else 0,
            "implausible": 1 if name == "tempo" else 0,
            "implausible_examples": [[7, "0.0"]] if name == "tempo" else [],
            "minimum": mean - 2 * deviation,
            "maximum": mean + 2 * deviation,
            "mean": mean,
            "deviation": deviation,
            "skew": 0.4,
            "constant": False,
            "out_of_range_kept": False,
            "histogram": {
                "edges": [mean + step * deviation for step in range(-2, 3)],
                "counts": [4, songs // 2, songs // 3, 3],
            },
        }
        for name, (mean, deviation) in SPREADS.items()
    ]
    matrix = [[1.0 if x == y else 0.3 for x in range(4)] for y in range(4)]
    return {
        "rows_read": songs + 2,
        "rows_kept": songs,
        "rows_rejected": 1,
        "duplicates": 1,
        "duplicate_examples": [[12, "Song <3> – Artist 3"]],
        "columns": columns,
        "correlations": {"features": FEATURES, "matrix": matrix},
        "warnings": ["1 song has a tempo of 0, which no song has: it counts as missing."],
        "reasons": {},
        "others": [],
        "others_alike": [],
        "decades": False,
        "seconds": 0.4,
    }


def make_model(features: Sequence[str] = FEATURES, clusters: int = 3, **fields: Any) -> dict[str, Any]:
    """Return a model as a run writes it: clusters side by side along the diagonal."""
    width = len(features)
    scaling = Scaling(
        scaler="standard",
        features=tuple(features),
        center=np.array([SPREADS.get(name, (0.0, 1.0))[0] for name in features]),
        spread=np.array([SPREADS.get(name, (0.0, 1.0))[1] for name in features]),
        lambdas=None,
        weights=np.ones(width),
    )
    model = FittedModel(
        scaling=scaling,
        centroids=np.linspace(-1, 1, clusters)[:, None] * np.ones(width),
        axes=np.eye(2, width),
        pca_mean=np.zeros(width),
        axis_words=("energy, tempo ↔ acousticness", "valence ↔ danceability"),
    )
    return model.to_dict() | fields


def genres_of(run: Run, clusters: int = 3) -> dict[str, np.ndarray]:
    """Count the genres of a stored run's songs."""
    placed = load_placed(run, ())
    rows = np.flatnonzero(placed.cluster >= 0)
    tally = GenreTally(run.dataset, clusters)
    tally.add(rows + run.dataset.first_song_id, placed.cluster[rows].astype(np.int32))
    return tally.genres()


def make_run(dataset: Dataset | None = None, *, clusters: int = 3, **fields: Any) -> Run:
    """Make a finished run in which every song has its cluster, in turn."""
    dataset = dataset or make_dataset()
    songs = list(dataset.songs.order_by("id"))
    values: dict[str, Any] = {
        "features": FEATURES,
        "k": clusters,
        "finished_at": timezone.now(),
        "songs_count": len(songs),
        "left_out": 2,
        "silhouette": 0.2254,
        "silhouette_low": 0.2101,
        "silhouette_high": 0.2407,
        "silhouette_songs": len(songs),
        "null_silhouette": 0.1183,
        "null_deviation": 0.0021,
        "davies_bouldin": 1.5123,
        "calinski_harabasz": 321.4,
        "inertia": 88.25,
        "explained_variance": [0.31, 0.15, 0.3, 0.24],
        "model": make_model(fields.get("features", FEATURES), clusters),
        "overall": {
            name: {
                "edges": [mean + step * deviation for step in range(-2, 3)],
                "mean": mean,
                "deviation": deviation,
            }
            for name, (mean, deviation) in SPREADS.items()
        },
        "associations": {
            "genre": {"cramers_v": 0.21, "by_chance": 0.06, "total": 60, "categories": 3},
            "decade": {"cramers_v": 0.45, "by_chance": 0.05, "total": 30, "categories": 3},
        },
        "timings": {"fit": 0.2, "total": 1.4},
        "peak_mb": 210.0,
        "versions": {"numpy": "2.4.6", "scikit-learn": "1.9.1"},
    }
    run = Run.objects.create(dataset=dataset, owner=dataset.owner, **values | fields)
    for index in range(clusters):
        _make_cluster(run, index, [song.pk for song in songs[index::clusters]], len(songs))
    Assignment.objects.bulk_create(
        Assignment(
            run=run,
            song=song,
            cluster=place % clusters,
            second=(place + 1) % clusters,
            distance=0.1 + place / 10,
            x=(place % clusters) * 2 + place / 50,
            y=place / 20 - 1,
            silhouette=0.2 + (place % 5) / 10,
            sampled=True,
        )
        for place, song in enumerate(songs)
    )
    list_members_again(run)
    run.follow(make_sweep(dataset))
    return run


def make_sweep(dataset: Dataset | None = None, *, ks: tuple[int, ...] = (2, 3, 4), **fields: Any) -> Sweep:
    """Make a finished sweep that advises three groups."""
    dataset = dataset or make_dataset()
    values: dict[str, Any] = {
        "features": FEATURES,
        "k_low": ks[0],
        "k_high": ks[-1],
        "songs_count": dataset.songs_count,
        "tried": len(ks),
        "verdict": Sweep.Verdict.WEAK,
        "recommended_k": ks[len(ks) // 2],
        "alternatives": list(ks[:2]),
        "groups_apart": 3,
        "reason": "There is structure. But no single number is the right one.",
        "seconds": 3.5,
        "finished_at": timezone.now(),
    }
    sweep = Sweep.objects.create(dataset=dataset, owner=dataset.owner, **values | fields)
    SweepCandidate.objects.bulk_create(
        SweepCandidate(
            sweep=sweep,
            k=k,
            silhouette=0.25 - k / 100,
            silhouette_low=0.24 - k / 100,
            silhouette_high=0.26 - k / 100,
            null_silhouette=0.12,
            null_deviation=0.004,
            null_cloud_silhouette=0.17,
            null_cloud_deviation=0.006,
            uniform_silhouette=0.08,
            davies_bouldin=1.4 + k / 100,
            calinski_harabasz=400.0 - k,
            inertia=120.0 - 5 * k,
            gap=0.3 + k / 100,
            gap_error=0.01,
            stability=1.0 - k / 20,
            stability_low=0.95 - k / 20,
            stability_high=min(1.0, 1.05 - k / 20),
            jaccard=[1.0 - place / 10 for place in range(k)],
            smallest_cluster=10 - k,
            parts_apart=min(k, 3),
            draws_apart=[min(k, 3)] * 4,
            resamples=[1.0 - k / 20] * 12,
            sharpest_border=0.95,
            softest_border=0.9 - k / 10,
        )
        for k in ks
    )
    return sweep


def _make_cluster(run: Run, index: int, songs: list[int], total: int) -> Cluster:
    numbers = {name: mean + (index - 1) * deviation / 2 for name, (mean, deviation) in SPREADS.items()}
    return Cluster.objects.create(
        run=run,
        index=index,
        size=len(songs),
        share=len(songs) / total if total else 0,
        generated_name=["Energetic and danceable", "Calm and acoustic", "Mixed"][index % 3]
        + (f" {index}" if index > 2 else ""),
        sentence="Energetic songs: energy 0.78 (dataset 0.61); a third of all songs.",
        color_index=index,
        silhouette=0.2 + index / 20,
        silhouette_low=0.15,
        silhouette_high=0.3,
        silhouette_songs=len(songs),
        silhouette_share_negative=0.05,
        stability=0.9 - index / 5,
        means=numbers,
        medians=numbers,
        deviations={name: deviation for name, (_, deviation) in SPREADS.items()},
        z={name: (index - 1) / 2 * (-1) ** place for place, name in enumerate(FEATURES)},
        effects={name: (index - 1) * 0.6 * (-1) ** place for place, name in enumerate(FEATURES)},
        scaled_means={name: (index - 1) / 2 * (-1) ** place for place, name in enumerate(FEATURES)},
        histograms={name: [1, 4, 3, 2] for name in FEATURES},
        exemplars=songs[:10],
        popular=songs[::-1][:10],
        borderline=songs[-5:],
        genres=[{"genre": "jazz", "count": 5, "share": 0.5, "lift": 1.6}],
        decades=[{"decade": 1990, "count": 4, "share": 0.4, "lift": 1.2}],
        neighbors=[{"index": (index + 1) % 3, "count": len(songs)}],
    )


def make_fill(dataset: Dataset, *, source: Dataset | None = None, **fields: Any) -> Fill:
    """Make a fill whose songs are matched: each with that of the same row, and the second with two candidates."""
    source = source or make_dataset(
        dataset.owner, songs=dataset.songs_count, name="Source", visibility=dataset.visibility
    )
    report = {
        "songs": dataset.songs_count,
        "keys": {"spotify_id": 0, "isrc": 0, "id": 0, "text": dataset.songs_count - 1, "first_artist": 0},
        "matched": dataset.songs_count - 1,
        "gaining": 1,
        "ambiguous": 1,
        "unmatched": 0,
        "features": {"energy": 1},
        "agreement": {"energy": {"songs": 5, "agreeing": 4, "difference": 0.02}},
    }
    values = {"status": Fill.Status.READY, "report": report, "matched_at": timezone.now()} | fields
    fill = Fill.objects.create(
        dataset=dataset, owner=dataset.owner, source=source, source_name=source.name, **values
    )
    FillMatch.objects.bulk_create(
        FillMatch(
            fill=fill,
            song_id=dataset.first_song_id + row,
            source_song_id=source.first_song_id + other,
            key=4,
            state=int(row == 2),
            written=2,
        )
        for row in range(1, dataset.songs_count + 1)
        for other in ((2, 3) if row == 2 else (row,))
    )
    return fill


def make_comparison(first: Run, second: Run) -> RunComparison:
    """Compare two finished runs here and now."""
    found = RunComparison.objects.create(first=first, second=second)
    both = count_songs_in_both(first, second)
    agreement = measure_agreement(both.table)
    found.record(
        table=both.table.tolist(),
        measured_songs=both.measured,
        matches=[[place, place] for place in range(min(both.table.shape))],
        adjusted_rand=agreement.adjusted_rand,
        adjusted_mutual_information=agreement.adjusted_mutual_information,
    )
    found.refresh_from_db()
    return found


def make_job(owner: User | None = None, *, dataset: Dataset | None = None, **fields: Any) -> Job:
    """Make a job."""
    values: dict[str, Any] = {"kind": "import", "subject": "Evening songs"}
    return Job.objects.create(
        owner=owner or (dataset.owner if dataset else make_user()), dataset=dataset, **values | fields
    )


def make_playlist(dataset: Dataset | None = None, *, songs: int = 6, **fields: Any) -> Playlist:
    """Make a playlist of a dataset's first songs."""
    dataset = dataset or make_dataset()
    values: dict[str, Any] = {
        "owner": dataset.owner,
        "name": "Night drive",
        "source": Playlist.Source.RULES,
        "recipe": {"join": "all", "groups": []},
        "length": songs,
    }
    playlist = Playlist.objects.create(dataset=dataset, **values | fields)
    playlist.replace_songs([dataset.first_song_id + row for row in range(1, songs + 1)], set())
    return playlist


def make_addition(fit: str = "poorly", **fields: Any) -> dict[str, Any]:
    """Return what a run keeps of songs that were placed."""
    drift = {
        "songs": 200,
        "far": 30,
        "share": 0.15,
        "low": 0.107,
        "high": 0.206,
        "expected": 0.01,
        "fit": fit,
        "shifted": [],
        "shares_before": [0.5, 0.3, 0.2],
        "shares_after": [0.1, 0.1, 0.8],
        "features": [
            {
                "name": name,
                "before": 0.5,
                "after": 0.6,
                "effect": place / 10,
                "gap": 0.2,
                "counts": [50, 50, 60, 40],
            }
            for place, name in enumerate(FEATURES)
        ],
    }
    return {
        "songs": 200,
        "left_out": 3,
        "after_row": 30,
        "at": "2026-11-25T20:00:00+00:00",
        "drift": drift,
    } | fields


class Silent:
    """Hears what a stage is doing, and nothing more."""

    def stage(self, name: str) -> Progress:
        """Begin a step."""
        return no_progress


def make_catalog(dataset: Dataset | None = None) -> Dataset:
    """Make what a dataset's songs are found and compared by, and return the dataset."""
    dataset = dataset or make_dataset()
    forget_song_columns(dataset)  # tests change songs by hand
    job = make_job(dataset=dataset, kind="index", status=Job.Status.SUCCEEDED)
    kind = IndexSongs()
    with transaction.atomic():
        kind.save(job, kind.compute(job, Silent()), Silent())
    return dataset
