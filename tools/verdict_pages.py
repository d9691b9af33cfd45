"""Pages for each verdict on the number of groups: of songs with separate groups, with two levels, of one landscape."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Floats = NDArray[np.float64]

SONGS = 900
RANGES = {
    "danceability": (0.2, 0.95),
    "energy": (0.1, 0.98),
    "loudness": (-24.0, -3.0),
    "speechiness": (0.03, 0.5),
    "acousticness": (0.0, 0.98),
    "instrumentalness": (0.0, 0.5),
    "liveness": (0.05, 0.6),
    "valence": (0.05, 0.95),
    "tempo": (65.0, 185.0),
    "duration_ms": (120_000.0, 360_000.0),
}
WORDS = (
    "River",
    "Night",
    "Summer",
    "Glass",
    "Paper",
    "Golden",
    "Silent",
    "Northern",
    "Hollow",
    "Velvet",
    "Distant",
)


def fill_verdicts(user: User) -> dict[str, str]:
    """Group songs of each verdict, into the advised number of groups and one more; return pages and addresses."""
    from django.core.files.base import ContentFile
    from django.urls import reverse

    from clustering.actions.comparisons import compare_runs
    from clustering.actions.runs import run_with_groups
    from clustering.actions.uploads import start_import, upload_file
    from clustering.jobs import runner as jobs
    from clustering.models import Dataset, Sweep

    pages: dict[str, str] = {}
    for verdict in Sweep.Verdict.values:
        file = ContentFile(song_file(verdict), name="songs.csv")
        upload = upload_file(user, file=file, name=f"Songs: {Sweep.Verdict(verdict).label.lower()}")
        jobs.run_through(start_import(user, upload, changes={}, name="", then_cluster=True).pk)
        dataset = Dataset.objects.get(pk=upload.dataset_id)
        run, sweep = dataset.runs.get(), dataset.sweeps.get()
        if sweep.verdict != verdict:
            raise SystemExit(f"The songs of verdict {verdict} were called {sweep.verdict}.")
        other = run_with_groups(user, run, (run.k or 0) + 1)
        jobs.run_through(other.jobs.get().pk)
        comparison = compare_runs(user, list(dataset.runs.all()))
        assert comparison.job_id is not None
        jobs.run(comparison.job_id)
        pages |= {
            f"{verdict}-overview": reverse("run_overview", args=[run.pk]),
            f"{verdict}-other": reverse("run_overview", args=[other.pk]),
            f"{verdict}-metrics": reverse("run_metrics", args=[run.pk]),
            f"{verdict}-advice": reverse("sweep", args=[sweep.pk]),
            f"{verdict}-group": reverse("cluster", args=[run.pk, 0]),
            f"{verdict}-comparison": reverse("comparison", args=[comparison.pk]),
        }
    return pages


def song_file(verdict: str, *, seed: int = 5) -> bytes:
    """Return a CSV file of invented songs that the advice calls "clear", "weak" or "none"."""
    rng = np.random.default_rng(seed)
    spread = _one_cloud(rng)
    if verdict == "clear":
        spread = 0.35 * spread + 2.2 * rng.normal(size=(3, spread.shape[1]))[np.arange(SONGS) % 3]
    if verdict == "weak":  # two far apart, each of two that are nearer
        far, near = rng.normal(size=(2, spread.shape[1])), rng.normal(size=(4, spread.shape[1]))
        which = np.arange(SONGS) % 4
        spread = 0.35 * spread + 3 * far[which // 2] + 1.1 * near[which]
    shares = 1 / (1 + np.exp(-spread / spread.std()))
    low, high = np.array(list(RANGES.values())).T
    values = low + shares * (high - low)
    if verdict == "none":  # a few songs without vocals, in a cloud that does not part
        values[: SONGS // 40, list(RANGES).index("instrumentalness")] = rng.uniform(0.65, 0.75, SONGS // 40)
    return _write(values, rng)


def _one_cloud(rng: np.random.Generator) -> Floats:
    """Draw songs whose features go together as energy, loudness and acousticness do."""
    shared = rng.normal(size=(SONGS, 2)) @ rng.normal(size=(2, len(RANGES)))
    drawn: Floats = shared + rng.normal(size=(SONGS, len(RANGES)))
    return drawn


def _write(values: Floats, rng: np.random.Generator) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["track_id", "track_name", "artists", "track_genre", "popularity", *RANGES])
    for number, row in enumerate(values):
        title = f"{WORDS[number % len(WORDS)]} {WORDS[number // len(WORDS) % len(WORDS)]} {number}"
        about = [f"v{number}", title, f"Artist {number % 120}", f"genre {number % 5}", int(rng.integers(90))]
        writer.writerow([*about, *(f"{value:.5f}" for value in row)])
    return text.getvalue().encode()
