"""Picture every page with the bundled sample: `python tools/screenshots.py OUT_DIR [PAGE …]`.

Light and dark, 1280 and 390 pixels wide, as `page-theme-width.png`; all pages, or those that are named. Runs on private
servers in a folder that is thrown away, so neither your own data nor a running `make run` is touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustering.analysis.run_settings import RunSettings

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from playwright.sync_api import BrowserContext, Page

    from clustering.models import Dataset, Run

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {1280: 900, 390: 844}
THEMES = ("light", "dark")
CHARTS_DRAWN = 400  # milliseconds after a page has loaded
# What the README shows of the wide pages: the first screen only, kept in docs/screenshots
VERDICT = "verdict-"
FRONT = {"run-overview-light", "run-visualizations-light", "run-metrics-dark"}


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: the picture's name, and the address."""

    name: str
    address: str
    signed_in: bool = True


def main(out: Path, names: list[str]) -> None:
    """Save the pictures of pages into a folder; without names those of all."""
    with tempfile.TemporaryDirectory(prefix="musicclust-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "musicclust.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # playwright keeps an event loop in this thread
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "HTTPS": "false",
            "LOG_LEVEL": "ERROR",
        }
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from clustering.jobs.queue import collect_jobs

        with settings.SERVERS:
            call_command("migrate", verbosity=0)
            with collect_jobs():
                user, shots = fill()
                if not names or any(name.startswith(VERDICT) for name in names):
                    from tools.verdict_pages import fill_verdicts

                    shots += [Shot(VERDICT + name, address) for name, address in fill_verdicts(user).items()]
            if unknown := sorted(set(names) - {shot.name for shot in shots}):
                raise SystemExit(f"There is no page {', '.join(unknown)}.")
            chosen = [shot for shot in shots if not names or shot.name in names]
            with server() as address:
                taken = take(address, session_of(user), chosen, out)
    sys.stdout.write(f"{taken} pictures in {out}\n")


def fill() -> tuple[User, list[Shot]]:
    """Cluster the sample twice, leave an upload half-way, show jobs in each state; return the pages."""
    from django.contrib.auth.models import User
    from django.core.files import File
    from django.urls import reverse
    from django.utils import timezone

    from clustering.actions.comparisons import compare_runs
    from clustering.actions.runs import pin_run, start_run
    from clustering.actions.uploads import SAMPLE, start_import, upload_file
    from clustering.jobs import runner as jobs
    from clustering.models import Dataset, Job

    user = User.objects.create_superuser("mara", password="a long password")
    with SAMPLE.open("rb") as file:
        upload = upload_file(user, file=File(file, name="songs.csv"), name="Sample songs")
        waiting = upload_file(user, file=File(file, name="songs.csv"), name="More songs")
        read = upload_file(user, file=File(file, name="songs.csv"), name="A million songs")
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=True)
    jobs.run_through(job.pk)
    dataset = Dataset.objects.get(pk=upload.dataset_id)
    run = start_run(user, dataset, RunSettings(n_clusters=5))
    jobs.run(run.jobs.get().pk)
    run.refresh_from_db()
    if not run.is_finished:
        raise SystemExit(f"The sample could not be clustered: {run.jobs.get().error}")
    pin_run(user, run)
    add_songs(user, run)
    fill_shots = fill_features(user, dataset)
    comparison = compare_runs(user, list(dataset.runs.all()))
    assert comparison.job_id is not None
    jobs.run(comparison.job_id)
    for due in jobs.reap():  # the catalog
        jobs.run(due)
    song = run.clusters.get(index=0).borderline[0]
    running = Job.objects.create(
        kind="import", owner=user, dataset=read.dataset, subject="A million songs",
        status=Job.Status.RUNNING, stage="Reading songs", done=412_000, total=1_000_000, attempt=1,
        started_at=timezone.now(), heartbeat_at=timezone.now(),
    )  # fmt: skip
    Job.objects.create(
        kind="import", owner=user, subject="Old playlists", status=Job.Status.FAILED, attempt=1,
        started_at=timezone.now(), finished_at=timezone.now(),
        error="old_playlists.csv has only a header and no songs. Export it again, or upload another file.",
    )  # fmt: skip
    send_webhooks(user)
    return user, [
        Shot("login", reverse("login"), signed_in=False),
        Shot("datasets", reverse("datasets")),
        Shot("upload", reverse("upload")),
        Shot("columns", reverse("columns", args=[waiting.dataset_id])),
        Shot("job", reverse("job", args=[running.pk])),
        Shot("jobs", reverse("jobs")),
        Shot("account", reverse("account")),
        Shot("webhooks", reverse("webhooks")),
        Shot("password", reverse("password_change")),
        Shot("two-factor", reverse("two_factor")),
        Shot("activity", reverse("activity")),
        Shot("help", reverse("help")),
        Shot("status", reverse("status")),
        Shot("run-share", reverse("run_share", args=[run.pk])),
        Shot("dataset", reverse("dataset", args=[dataset.pk])),
        Shot("dataset-quality", reverse("dataset_quality", args=[dataset.pk])),
        Shot("dataset-features", reverse("dataset_features", args=[dataset.pk])),
        Shot("dataset-files", reverse("dataset_files", args=[dataset.pk])),
        Shot("songs-add", reverse("songs_add", args=[dataset.pk])),
        *fill_shots,
        Shot("run-new", reverse("run_new", args=[dataset.pk])),
        Shot("sweeps", reverse("sweeps", args=[dataset.pk])),
        Shot("sweep-new", reverse("sweep_new", args=[dataset.pk])),
        Shot("sweep", reverse("sweep", args=[dataset.sweeps.earliest("created_at").pk])),
        Shot("run-overview", reverse("run_overview", args=[run.pk])),
        Shot("run-metrics", reverse("run_metrics", args=[run.pk])),
        Shot("run-visualizations", reverse("run_visualizations", args=[run.pk])),
        Shot("explore", reverse("explore", args=[dataset.pk]) + f"?run={run.pk}&energy=0.5..0.8"),
        Shot("explore-songs", reverse("explore", args=[dataset.pk]) + "?run=none"),
        Shot("run-insights", reverse("run_insights", args=[run.pk])),
        Shot("run-added", reverse("run_added", args=[run.pk])),
        Shot("dataset-runs", reverse("dataset_runs", args=[dataset.pk])),
        Shot("comparison", reverse("comparison", args=[comparison.pk])),
        Shot("comparison-songs", reverse("comparison_songs", args=[comparison.pk, 0, 0])),
        Shot("cluster", reverse("cluster", args=[run.pk, 1])),
        Shot("cluster-features", reverse("cluster_features", args=[run.pk, 1])),
        Shot("cluster-reliability", reverse("cluster_reliability", args=[run.pk, 1])),
        Shot("run-compare", reverse("run_compare", args=[run.pk])),
        Shot("cluster-songs", reverse("cluster_songs", args=[run.pk, 0])),
        Shot("search", reverse("search") + "?q=magn"),
        Shot("song", reverse("song", args=[song])),
        Shot("song-playlists", reverse("song_playlists", args=[song])),
        Shot("similar-songs", reverse("similar_songs", args=[dataset.pk]) + f"?seed={song}"),
        Shot("artists", reverse("artists", args=[dataset.pk])),
        Shot("artist", reverse("artist", args=[dataset.artists.order_by("-songs_count", "pk")[0].pk])),
        Shot("genres", reverse("genres", args=[dataset.pk])),
        Shot("genre", reverse("genre", args=[dataset.genres.order_by("-songs_count", "pk")[0].pk])),
        Shot("decades", reverse("decades", args=[dataset.pk])),
        Shot("playlists", reverse("playlists")),
        Shot("playlist-new", reverse("playlist_new") + f"?run={run.pk}&cluster=1"),
        Shot("playlist-seeds", reverse("playlist_new") + f"?seed={song}"),
        Shot("playlist", reverse("playlist", args=[make_playlist(user, run)])),
        Shot("playlist-import", reverse("playlist_import", args=[dataset.pk])),
        Shot("admin", reverse("admin:index")),
        Shot("admin-songs", reverse("admin:clustering_song_changelist")),
    ]


def add_songs(user: User, run: Run) -> None:
    """Add a file of some of the sample's songs under other ids, and place them in a run's groups."""
    import csv
    import io

    from django.core.files.base import ContentFile

    from clustering.actions.additions import add_file, place_added_songs, start_addition
    from clustering.actions.uploads import SAMPLE
    from clustering.jobs import runner as jobs

    with SAMPLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    text = io.StringIO()
    csv.writer(text).writerows([header, *([f"later{row[0]}", *row[1:]] for row in rows[100:400])])
    upload = add_file(user, run.dataset, file=ContentFile(text.getvalue().encode(), name="later songs.csv"))
    jobs.run(start_addition(user, upload, changes={}).pk)
    run.dataset.refresh_from_db()
    jobs.run(place_added_songs(user, run).pk)


def fill_features(user: User, sample: Dataset) -> list[Shot]:
    """Match two lists of some of the sample's songs, and fill one of them in; return the pages."""
    import csv

    from django.urls import reverse

    from clustering.actions.fills import apply_fill, start_fill
    from clustering.actions.uploads import SAMPLE
    from clustering.jobs import runner as jobs

    with SAMPLE.open(encoding="utf-8", newline="") as file:
        songs = list(csv.DictReader(file))[:400]
    versions = ("", " - Live", " (feat. Somebody)", " - Remastered 2011")
    named = [
        (song["title"].upper() + versions[place % 4], song["artist"]) for place, song in enumerate(songs)
    ]
    liked = import_rows(
        user,
        "My liked songs",
        ("title", "artist", "energy"),
        [(*name, song["energy"]) for name, song in zip(named, songs, strict=True)],
    )
    columns = ("title", "artist", "album", "energy", "valence", "tempo")
    measured = [[song[name] for name in columns] for song in songs]
    others = [[*row[:2], "Another album", f"{1 - float(row[3]):.3f}", *row[4:]] for row in measured[:40:4]]
    source = import_rows(user, "Measured by an app", columns, [*measured[:300], *others])
    trip = import_rows(user, "Road trip", ("title", "artist"), named)
    fills = [start_fill(user, liked, source), start_fill(user, trip, sample)]
    for fill in fills:
        jobs.run(fill.job_id or 0)
    jobs.run(apply_fill(user, fills[1]).pk)
    blank = import_rows(user, "Only a list", ("title", "artist"), named)
    return [
        Shot("list", reverse("dataset", args=[blank.pk])),
        Shot("fills", reverse("fills", args=[trip.pk])),
        Shot("fill", reverse("fill", args=[fills[0].pk])),
        Shot("fill-ambiguous", reverse("fill_ambiguous", args=[fills[0].pk])),
        Shot("fill-applied", reverse("fill", args=[fills[1].pk])),
    ]


def import_rows(user: User, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Dataset:
    """Import a few songs as a dataset."""
    import csv
    import io

    from django.core.files.base import ContentFile

    from clustering.actions.uploads import start_import, upload_file
    from clustering.jobs import runner as jobs

    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    upload = upload_file(user, file=ContentFile(text.getvalue().encode(), name=f"{name}.csv"), name=name)
    jobs.run(start_import(user, upload, changes={}, name="", then_cluster=False).pk)
    upload.dataset.refresh_from_db()
    return upload.dataset


def make_playlist(user: User, run: Run) -> int:
    """Make a playlist of one of a run's groups; return its id."""
    from clustering.actions import playlists
    from clustering.actions.playlist_edits import lock_song
    from clustering.actions.playlists import PlaylistOptions

    recipe = {"join": "all", "groups": [[{"field": "cluster", "run": run.pk, "cluster": 0}]]}
    playlist = playlists.make_playlist(
        user,
        run.dataset,
        name="For the evening",
        source="rules",
        recipe=recipe,
        options=PlaylistOptions(length=20, selection="typical", order="arc"),
    )
    first = playlist.entries.order_by("position")[0]
    lock_song(playlist, first.song_id, locked=True)
    return playlist.pk


def send_webhooks(user: User) -> None:
    """Make a webhook that works, with a message that is to be sent again, and one that was switched off."""
    from clustering.actions.webhooks import make_webhook
    from clustering.models import Webhook

    works = make_webhook(user, "https://hooks.example.org/music?from=musicclust")
    for title in ("Import: Sample songs: Done", "Find groups: Sample songs: 5 groups: Done"):
        works.deliveries.create(job_id=1, title=title, body="{}", attempts=1).arrive(204, "")
    late = works.deliveries.create(
        job_id=2, title="Compare runs: Sample songs: Failed", body="{}", attempts=2
    )
    late.fail(503, "Service Unavailable: the queue is full")
    make_webhook(user, "https://old.example.org/").turn_off(Webhook.Off.FAILURES)


def session_of(user: User) -> str:
    """Sign the person in and return the session's key."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


@contextmanager
def server() -> Iterator[str]:
    """Serve the application from a thread of this process."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing of single requests."""

    web = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    web.set_app(get_wsgi_application())
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{web.server_port}"
    finally:
        web.shutdown()
        web.server_close()


def take(address: str, session: str, shots: list[Shot], out: Path) -> int:
    """Picture pages in both themes and widths, and say which have something wrong."""
    import shutil

    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("There is no Chromium on this machine: install it to make screenshots.")
    out.mkdir(parents=True, exist_ok=True)
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            # the map needs WebGL, here without a graphics card
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
            ],
        )
        for theme in THEMES:
            for width, height in WIDTHS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                    reduced_motion="reduce",
                )
                cookie = {"name": "sessionid", "value": session, "url": address}
                for shot in shots:
                    context.clear_cookies()
                    if shot.signed_in:
                        context.add_cookies([cookie])  # type: ignore[list-item]
                    save(context, address + shot.address, out / f"{shot.name}-{theme}-{width}.png")
                    taken += 1
                context.close()
        browser.close()
    return taken


def save(context: BrowserContext, url: str, path: Path) -> None:
    """Picture one page from top to bottom, and say what is wrong with it."""
    page = context.new_page()
    for problem in visit(page, url):
        sys.stderr.write(f"{path.stem}: {problem}\n")
    page.screenshot(path=path, full_page=True)
    if (name := path.stem.removesuffix("-1280")) in FRONT:
        page.screenshot(path=path.with_name(f"front-{name}.png"))
    page.close()


def visit(page: Page, url: str) -> list[str]:
    """Go to an address; return what is wrong with its page: how it answers, what its scripts say, how wide it is."""
    problems = begin_visit(page, url)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(CHARTS_DRAWN)
    return problems + width_problems(page)


def begin_visit(page: Page, url: str) -> list[str]:
    """Go to an address, and return what is wrong so far; its scripts add to the list."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    answer = page.goto(url)
    if answer is None or not answer.ok:
        problems.append(f"answers {answer.status if answer else 'nothing'}")
    return problems


def width_problems(page: Page) -> list[str]:
    """Return what is wrong with the width of a page that is drawn."""
    too_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return ["is wider than the window"] if too_wide else []


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
