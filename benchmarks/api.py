"""A million songs by the REST API: `python -m benchmarks.api [SONGS]`.

A site of its own gets the file as one stream, imports it and groups it. Prints the memory of the web processes before
and at most during the upload, the seconds of each export, and those of each list.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.processes import ELSEWHERE, Peak, pss_mb, run
from benchmarks.site import Site, serving, web_workers
from benchmarks.songs import write_songs

ROUNDS = 3
ASKED = 10
PATIENCE = 900.0
ISSUE = """
from django.contrib.auth.models import User
from clustering.actions.tokens import make_token
print(make_token(User.objects.get(username="local"), "benchmark", can_write=True, days=1, two_factor=False)[1])
"""


def main() -> None:
    """Measure everything once, and print it."""
    songs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="musicclust-api-") as name:
        folder = Path(name)
        write_songs(folder / "songs.csv", songs)
        env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        env |= {"DATA_DIR": str(folder / "data"), "LOG_LEVEL": "WARNING"}
        with serving(env, folder / "site.log") as site:
            token = run([sys.executable, "manage.py", "shell", "-v0", "-c", ISSUE], env=env).output.split()[
                -1
            ]
            address = f"http://127.0.0.1:{site.port}/api/v1/"
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=address, headers=headers, timeout=PATIENCE) as client:
                dataset = upload(client, site, folder / "songs.csv")
                run_id = group(client, dataset)
                run(
                    [sys.executable, "-m", "benchmarks.app", "wait"], env=env
                )  # the search is prepared beside it
                exports(client, run_id)
                lists(client, dataset, run_id)


def upload(client: httpx.Client, site: Site, path: Path) -> int:
    """Send the file, and import it; return the dataset."""
    client.get("datasets")  # the processes are there, and have loaded everything
    time.sleep(3)
    before = _web_mb(site)
    began = time.perf_counter()
    with Peak(lambda: _web_mb(site), 20) as peak:
        answer = client.post(
            "uploads",
            params={"name": path.name},
            content=_pieces(path),
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(path.stat().st_size)},
        ).raise_for_status()
    seconds = time.perf_counter() - began
    megabytes = path.stat().st_size / 2**20
    print(
        f"upload: {megabytes:.0f} MB in {seconds:.1f} s; web processes {before:.0f} MB, at most {peak.value:.0f} MB"
    )
    sent = answer.json()
    job = client.post(
        f"datasets/{sent['dataset']}/uploads/{sent['id']}/import", json={"columns": {}, "then_run": False}
    ).raise_for_status()
    print(f"import: {_wait(client, job.json()):.1f} s", flush=True)
    return int(sent["dataset"])


def group(client: httpx.Client, dataset: int) -> int:
    """Find six groups; return the run."""
    job = client.post(f"datasets/{dataset}/runs", json={"n_clusters": 6}).raise_for_status().json()
    print(f"run: {_wait(client, job):.1f} s", flush=True)
    return int(client.get(f"datasets/{dataset}/runs").json()["items"][0]["id"])


def exports(client: httpx.Client, run_id: int) -> None:
    """Read all songs with their groups in each form, in turn."""
    seconds: dict[str, list[float]] = {"csv": [], "parquet": [], "arrow": []}
    for _ in range(ROUNDS):
        for ending, taken in seconds.items():
            began, size = time.perf_counter(), 0
            with client.stream("GET", f"runs/{run_id}/songs.{ending}") as answer:
                answer.raise_for_status()
                size = sum(map(len, answer.iter_bytes()))
            taken.append(time.perf_counter() - began)
            if len(taken) == ROUNDS:
                print(f"{ending}: {size / 2**20:.0f} MB in {_listed(taken)} s", flush=True)


def lists(client: httpx.Client, dataset: int, run_id: int) -> None:
    """Read the first two pages of each list."""
    longest = {"limit": 200}
    addresses: dict[str, Mapping[str, Any]] = {
        "datasets": {},
        f"datasets/{dataset}/uploads": {},
        f"datasets/{dataset}/runs": {},
        f"datasets/{dataset}/songs": longest,
        f"datasets/{dataset}/songs?sort=-tempo": longest,
        f"datasets/{dataset}/songs?sort=title": longest,
        f"datasets/{dataset}/songs?energy_from=0.8&tempo_to=100": longest,
        f"datasets/{dataset}/songs?run={run_id}&cluster=1": longest,
        f"datasets/{dataset}/artists": longest,
        f"datasets/{dataset}/genres": longest,
        f"runs/{run_id}/clusters": {},
        f"runs/{run_id}/clusters/0/songs": longest,
        "playlists": {},
        "jobs": {},
    }
    for path, asked in addresses.items():
        bare, _, query = path.partition("?")
        params = {**asked, **dict(pair.split("=") for pair in query.split("&") if pair)}
        for page in ("first", "second"):
            taken, body = [], {}
            for _ in range(ASKED):
                began = time.perf_counter()
                body = client.get(bare, params=params).raise_for_status().json()
                taken.append(1000 * (time.perf_counter() - began))
            rows = len(body["items"] if isinstance(body, dict) else body)
            name = path.replace(str(dataset), "…").replace(str(run_id), "…")
            print(
                f"{name}, {page} page of {rows}: median {statistics.median(taken):.0f} ms, slowest {max(taken):.0f} ms"
            )
            following = isinstance(body, dict) and body.get("next")
            if not following:
                break
            params = {**params, "cursor": following}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(2**16):
            yield piece


def _web_mb(site: Site) -> float:
    return sum(pss_mb(psutil.Process(pid)) for pid in web_workers(site.pid))


def _wait(client: httpx.Client, job: Mapping[str, Any]) -> float:
    """Wait for a job; return how long that took."""
    began = time.perf_counter()
    while True:
        now = client.get(f"jobs/{job['id']}").raise_for_status().json()
        if now["status"] == "succeeded":
            return time.perf_counter() - began
        if now["status"] not in {"queued", "running"}:
            raise SystemExit(f"{now}")
        time.sleep(0.2)


def _listed(seconds: list[float]) -> str:
    return ", ".join(f"{one:.1f}" for one in seconds)


if __name__ == "__main__":
    main()
