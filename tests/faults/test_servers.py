"""PostgreSQL and Redis are restarted, emptied, full, unreachable; a worker or the whole machine is gone.

Limits are those of use: a job counts as lost after 30 seconds, and a check looks every 15.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from clustering.actions.jobs import retry_job
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import kinds, tasks
from clustering.jobs import runner as jobs
from clustering.jobs.queue import collect_jobs
from clustering.models import Dataset, Job, Run, Song, Upload, Worker
from clustering.models.job import MAX_ATTEMPTS
from musicclust.local import machine
from tests.faults import songs
from tests.faults.app import App
from tests.faults.asking import Held, ask_to_stay, stays
from tests.faults.checks import (
    RECOVERY_SECONDS,
    assert_columns_are_the_songs,
    assert_pages_tell,
    assert_sound,
    assert_succeeded,
    ended,
    finish,
    recover,
    wait_until,
)
from tests.faults.conftest import Fault

pytestmark = pytest.mark.faults

K = 8
LARGE = 40_000
GROUPING = "Grouping songs"
AWAY_SECONDS = 60
Faults = Callable[[str, str], Fault]


def run_under_way() -> tuple[Run, Job, Held]:
    """Start a run, and wait until a worker is in the middle of it."""
    dataset = songs.imported(LARGE)
    ask_to_stay("cluster", GROUPING)
    run = start_run(dataset.owner, dataset, RunSettings(n_clusters=K))
    held = stays("cluster", GROUPING)
    return run, run.jobs.get(), held


def import_under_way(upload: Upload) -> tuple[Job, Held]:
    """Start an import, and wait until a worker has stored some of its songs."""
    ask_to_stay("import", "Reading songs")
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    held = stays("import", "Reading songs")
    return job, held


def end_well(app: App, line: Fault, run: Run, job: Job, seconds: float, *, attempts: int | None) -> None:
    """See that a run ended with all its songs in their places, and that its pages say so."""
    finish(app)
    assert_succeeded(job, attempts=attempts)
    assert_pages_tell(run.dataset)
    assert_sound()
    line.recovered(seconds, expected=run.dataset.songs_count, found=run.assignments.count())


def assert_succeeded_after(app: App, job: Job) -> None:
    """The job has succeeded when everything has ended."""
    finish(app)
    assert_succeeded(job)


class TestMachine:
    def test_a_worker_is_killed_from_outside(self, app: App, fault: Faults) -> None:
        line = fault("worker killed, limits of use", "a run")
        run, job, _held = run_under_way()
        at = timezone.now()
        for worker in app.workers.values():
            worker.kill()
        end_well(app, line, run, job, recover(app, [job], at), attempts=2)

    def test_the_power_is_gone(self, app: App, fault: Faults) -> None:
        line = fault("all processes killed, PostgreSQL and Redis too", "a run, and an import")
        upload = songs.uploaded(LARGE)
        run, job, _held = run_under_way()
        importing, _held = import_under_way(upload)
        app.lose_power()
        at = timezone.now()
        app.start_servers()
        app.start()
        seconds = recover(app, [job, importing], at)
        finish(app)
        assert_succeeded(importing, attempts=2)
        assert_pages_tell(upload.dataset)
        assert Song.objects.filter(dataset=upload.dataset_id).count() == LARGE
        assert_columns_are_the_songs(Dataset.objects.get(pk=upload.dataset_id))
        end_well(app, line, run, job, seconds, attempts=2)


class TestRedis:
    def test_is_restarted(self, app: App, fault: Faults) -> None:
        line = fault("Redis restarted", "a run, and another that waits")
        run, job, held = run_under_way()
        waiting = [start_run(run.owner, run.dataset, RunSettings(n_clusters=3, seed=seed)) for seed in (1, 2)]
        at = timezone.now()
        app.redis.stop()
        app.start_servers()
        held.let_go()
        seconds = recover(app, [job, *(one.jobs.get() for one in waiting)], at)
        finish(app)
        assert all(one.assignments.count() == LARGE for one in waiting)
        end_well(app, line, run, job, seconds, attempts=1)

    def test_is_emptied(self, app: App, fault: Faults) -> None:
        """A job whose number was in Redis alone is sent again; what people start afterwards arrives."""
        line = fault("Redis emptied (FLUSHALL)", "a run, and one whose message is lost")
        run, job, held = run_under_way()
        for idle in app.others(app.worker_of(job)):
            idle.kill()
        lost = start_run(run.owner, run.dataset, RunSettings(n_clusters=3))
        with app.broker() as link:
            link.flushall()
        at = timezone.now()
        assert lost.jobs.get().status == Job.Status.QUEUED
        held.let_go()
        seconds = recover(app, [job, lost.jobs.get()], at)
        finish(app)  # so that what is started now waits for nothing but its message
        later = start_run(run.owner, run.dataset, RunSettings(n_clusters=4))
        wait_until(lambda: not later.jobs.filter(status=Job.Status.QUEUED).exists(), seconds=20)
        finish(app)
        assert lost.assignments.count() == later.assignments.count() == LARGE
        end_well(app, line, run, job, seconds, attempts=1)

    def test_is_full(self, app: App, fault: Faults) -> None:
        """What cannot be sent fails at once with what to do; what runs goes on; and then it can be tried again."""
        line = fault("Redis full (noeviction)", "a run, and one that is started")
        run, job, held = run_under_way()
        with app.broker() as link:
            link.config_set("maxmemory", 1)
            held.let_go()
            at = timezone.now()
            refused = start_run(run.owner, run.dataset, RunSettings(n_clusters=3))
            refused_job = refused.jobs.get()
            assert (refused_job.status, refused_job.error) == (Job.Status.FAILED, tasks.NO_BROKER)
            seconds = (timezone.now() - at).total_seconds()
            assert_pages_tell(run.dataset)
            wait_until(lambda: ended(job), seconds=120)
            link.config_set("maxmemory", 0)
        assert retry_job(refused.owner, refused_job)
        assert_succeeded_after(app, refused_job)
        assert refused.assignments.count() == LARGE
        end_well(app, line, run, job, seconds, attempts=1)

    def test_is_unreachable_for_a_minute(self, app: App, fault: Faults) -> None:
        """It is stopped as a process is that the machine swaps out: connections stay open and nothing answers."""
        line = fault(f"Redis silent for {AWAY_SECONDS} s (SIGSTOP)", "a run, and one that is started")
        run, job, held = run_under_way()
        server = app.redis.process()
        assert server is not None
        server.suspend()
        held.let_go()
        try:
            end = time.monotonic() + AWAY_SECONDS
            refused = start_run(run.owner, run.dataset, RunSettings(n_clusters=3))
            refused_job = refused.jobs.get()
            assert (refused_job.status, refused_job.error) == (Job.Status.FAILED, tasks.NO_BROKER)
            assert time.monotonic() < end
            assert_pages_tell(run.dataset)
            assert Client().get("/readyz").json()["redis"] == "failing"
            wait_until(lambda: time.monotonic() > end, seconds=AWAY_SECONDS + 5, app=app, pause=0.5)
        finally:
            server.resume()
        at = timezone.now()
        wait_until(lambda: ended(job), seconds=60, app=app)
        assert retry_job(refused.owner, refused_job)
        seconds = recover(app, [job, refused_job], at)
        assert_succeeded_after(app, refused_job)
        assert refused.assignments.count() == LARGE
        wait_until(lambda: Worker.objects.filter(seen_at__gt=at).exists(), seconds=60, app=app)
        end_well(app, line, run, job, seconds, attempts=1)


class TestDeploy:
    def test_in_the_middle_of_a_run(self, app: App, fault: Faults) -> None:
        """The old workers are asked to stop and give the job back; the new ones do it."""
        line = fault("deploy (SIGTERM to the workers)", "a run")
        run, job, _held = run_under_way()
        for worker in app.workers.values():
            worker.ask_to_stop()
        for worker in app.workers.values():
            worker.wait_until_gone(20)
        at = timezone.now()
        assert not ended(job)
        end_well(app, line, run, job, recover(app, [job], at), attempts=2)


class TestPostgres:
    def test_is_restarted(self, hurried: App, fault: Faults) -> None:
        line = fault("PostgreSQL restarted (immediate)", "a run, and an import")
        upload = songs.uploaded(LARGE)
        run, job, computing = run_under_way()
        importing, storing = import_under_way(upload)
        server = hurried.postgres.process()
        assert server is not None
        at = timezone.now()
        machine.end(server, signal.SIGQUIT)
        for held in (computing, storing):
            held.let_go()
        hurried.start_servers()
        seconds = recover(hurried, [job, importing], at)
        finish(hurried)
        assert_succeeded(importing, attempts=2)
        end_well(hurried, line, run, job, seconds, attempts=None)  # one that computes may not notice

    def test_connections_are_cut(self, hurried: App, fault: Faults) -> None:
        line = fault("connections to PostgreSQL cut", "a run, and an import")
        upload = songs.uploaded(LARGE)
        run, job, computing = run_under_way()
        importing, storing = import_under_way(upload)
        at = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        for held in (computing, storing):
            held.let_go()
        seconds = recover(hurried, [job, importing], at)
        finish(hurried)
        assert_succeeded(importing, attempts=2)
        end_well(hurried, line, run, job, seconds, attempts=None)  # one that computes may not notice


@pytest.fixture
def small_disk(hurried: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Mount a disk of a few megabytes."""
    folder = Path("/tmp") / f"small-disk-{os.getpid()}"  # noqa: S108 – PostgreSQL's account has to reach it
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    if not mounted:
        folder.rmdir()
        pytest.skip("a small disk needs root and the right to mount")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def songs_on_small_disk(hurried: App, small_disk: Path) -> Iterator[Path]:
    """Keep the tables of songs and their places on the small disk."""
    owner = (settings.DATA_DIR / "postgres").stat()
    space = small_disk / "space"
    space.mkdir()
    os.chown(space, owner.st_uid, owner.st_gid)

    def move(place: str) -> None:
        with connection.cursor() as cursor:
            for table in ("clustering_song", "clustering_assignment"):
                cursor.execute(f"ALTER TABLE {table} SET TABLESPACE {place}")

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
    move("small")
    yield small_disk
    hurried.empty()
    move("pg_default")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLESPACE small")


class TestDisk:
    def test_of_the_database_is_full(self, hurried: App, songs_on_small_disk: Path, fault: Faults) -> None:
        line = fault("disk of PostgreSQL full", "an import")
        ballast = songs_on_small_disk / "ballast"
        ballast.write_bytes(bytes(20 << 20))
        at = timezone.now()
        job = start_import(songs.person(), songs.uploaded(60_000), changes={}, name="", then_cluster=False)
        wait_until(lambda: ended(job), seconds=60, app=hurried)
        seconds = (timezone.now() - at).total_seconds()
        assert (job.status, job.error) == (Job.Status.FAILED, jobs.DISK_FULL)
        assert_pages_tell(job.dataset)
        assert_sound()
        ballast.unlink()
        assert retry_job(job.owner, job)
        assert_succeeded_after(hurried, job)
        assert_pages_tell(job.dataset)
        assert_sound()
        line.recovered(seconds, expected=60_000, found=Song.objects.count())

    def test_of_the_uploads_is_full(self, hurried: App, small_disk: Path, fault: Faults) -> None:
        line = fault("disk of the uploads full", "an upload")
        folder = Path(settings.MEDIA_ROOT) / "uploads"
        folder.symlink_to(small_disk)
        (small_disk / "ballast").write_bytes(bytes(23 << 20))
        owner = songs.person()
        client = Client(raise_request_exception=False)
        client.force_login(owner)
        at = timezone.now()
        file = ContentFile(songs.csv_of(songs.MANY), name="noise.csv")
        answer = client.post("/upload/", {"file": file, "name": "Noise"})
        seconds = (timezone.now() - at).total_seconds()
        assert answer.status_code == 422
        assert "disk" in answer.content.decode()
        (small_disk / "ballast").unlink()
        assert [path for path in small_disk.rglob("*") if path.is_file()] == []
        shutil.rmtree(small_disk / "uploads", ignore_errors=True)
        folder.unlink()
        line.recovered(seconds, expected=0, found=Dataset.objects.count())


class TestMemory:
    def test_a_task_always_runs_out_of_it(self, hurried: App, fault: Faults) -> None:
        """The test does what the kernel does: it kills the process that works on the job, each time, and no other."""
        line = fault("out of memory, each time", "a run")
        dataset = songs.imported(LARGE)
        ask_to_stay("cluster", GROUPING)
        run = start_run(dataset.owner, dataset, RunSettings(n_clusters=K))
        job = run.jobs.get()
        for _attempt in range(MAX_ATTEMPTS):
            self._kill(hurried, stays("cluster", GROUPING))
            ask_to_stay("cluster", GROUPING)
        at = timezone.now()
        wait_until(lambda: ended(job), seconds=RECOVERY_SECONDS)
        seconds = (timezone.now() - at).total_seconds()
        assert (job.status, job.attempt, job.error) == (Job.Status.FAILED, MAX_ATTEMPTS, jobs.DIED)
        assert all(worker.alive for worker in hurried.workers.values())
        finish(hurried)
        assert_pages_tell(dataset)
        assert_sound()
        line.recovered(seconds, expected=0, found=run.assignments.count())

    @staticmethod
    def _kill(app: App, held: Held) -> None:
        children = [child for worker in app.workers.values() for child in worker.children()]
        (large,) = [child for child in children if child.pid == held.pid]
        large.kill()
        held.let_go()


class TestMessages:
    def test_the_same_comes_twice_at_once(self, hurried: App, fault: Faults) -> None:
        line = fault("the same message four times, to two workers at once", "a run")
        dataset = songs.imported(LARGE)
        with collect_jobs():
            run = start_run(dataset.owner, dataset, RunSettings(n_clusters=K))
        job = run.jobs.get()
        ask_to_stay("cluster", GROUPING)
        at = timezone.now()
        sent = [
            tasks.run_job.apply_async(args=(job.pk,), queue=kinds.of(job).queue(job)).id for _ in range(4)
        ]
        held = stays("cluster", GROUPING)
        wait_until(lambda: sum(self._answered(hurried, message) for message in sent) == 3, seconds=60)
        held.let_go()
        seconds = recover(hurried, [job], at)
        finish(hurried)
        begun = sum(
            worker.words.count(f"job {job.pk} (cluster) begins".encode())
            for worker in hurried.workers.values()
        )
        assert begun == 1
        end_well(hurried, line, run, job, seconds, attempts=1)

    @staticmethod
    def _answered(app: App, message: str) -> bool:
        words = f"run_job[{message}] succeeded".encode()
        return any(words in worker.words for worker in app.workers.values())
