"""What supervisors, Prometheus and the administrator are told."""

import json
import logging
import re
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clustering.jobs import tasks
from clustering.models import Job, PendingDeletion, Worker
from clustering.web.site.pages import status as queries
from clustering.web.site.pages.connections import Connections
from clustering.web.site.views import status as views
from tests.factories import make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen_worker():
    Worker.see("here")


class TestHealthz:
    def test_asks_nothing_of_the_database(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/healthz").content == b"ok"


class TestReadyz:
    def test_is_ready_when_everything_works(self, client, seen_worker, servers):
        answer = client.get("/readyz")
        parts = ("database", "migrations", "worker", "redis", "disk", "temporary_folder")
        assert (answer.status_code, answer.json()) == (200, dict.fromkeys(parts, "ok"))

    def test_is_not_without_a_worker_seen_within_a_minute(self, client, seen_worker):
        Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["worker"]) == (503, "failing")

    def test_is_not_without_redis(self, client, seen_worker, settings, monkeypatch):
        monkeypatch.setattr(tasks, "queue_lengths", lambda: None)
        assert client.get("/readyz").json()["redis"] == "failing"

    def test_is_not_without_room(self, client, seen_worker, monkeypatch):
        monkeypatch.setattr(queries, "MIN_FREE_MB", 10**12)
        assert client.get("/readyz").json()["disk"] == "failing"

    def test_is_not_without_room_for_what_arrives(self, client, seen_worker, monkeypatch):
        monkeypatch.setattr(queries, "MIN_TEMPORARY_MB", 10**12)
        assert client.get("/readyz").json()["temporary_folder"] == "failing"

    def test_is_not_before_the_migrations(self, client, seen_worker, monkeypatch):
        from django.db.migrations.recorder import MigrationRecorder

        MigrationRecorder.Migration.objects.filter(app="clustering").latest("id").delete()
        assert client.get("/readyz").json()["migrations"] == "failing"

    @pytest.fixture
    def silent(self):
        """Give a port where somebody listens and never answers."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(16)
            yield listener.getsockname()[1]

    def test_waits_seconds_for_a_silent_redis(self, client, seen_worker, silent, monkeypatch):
        monkeypatch.setattr(current_app.conf, "broker_read_url", f"redis://127.0.0.1:{silent}/0")
        began = time.monotonic()
        assert client.get("/readyz").json()["redis"] == "failing"
        assert time.monotonic() - began < 3

    def test_waits_seconds_for_a_silent_postgresql(self, client, seen_worker, silent, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", str(silent))
        began = time.monotonic()
        assert client.get("/readyz").json()["database"] == "failing"
        assert time.monotonic() - began < 4

    def test_is_looked_at_once_at_a_time(self, monkeypatch):
        asked, go_on = [], threading.Event()

        def look(_queues):
            asked.append(1)
            go_on.wait(10)
            return (queries.Check("disk", True, ""),)

        monkeypatch.setattr(views, "run_checks", look)
        readiness = views.Readiness()
        first = threading.Thread(target=readiness.read)
        first.start()
        while not asked:
            time.sleep(0.01)
        assert "failing" in readiness.read().values()  # nothing is known yet
        go_on.set()
        first.join()
        assert readiness.read() == {"disk": "ok"}
        assert len(asked) == 2

    def test_tells_nothing_else(self, client, seen_worker):
        make_run()
        assert set(client.get("/readyz").json().values()) == {"ok"}


class TestReap:
    def test_is_where_a_worker_is_seen(self):
        tasks.reap()
        assert Worker.objects.alive().count() == 1


class TestQueueLengths:
    def test_are_of_each_queue(self, servers):
        lengths = tasks.queue_lengths()
        assert lengths is not None
        assert set(lengths) == {"short", "long", "webhooks"}


class TestStatus:
    def test_says_everything_in_words(self, client, seen_worker, django_assert_max_num_queries):
        make_job(status=Job.Status.RUNNING, stage="Reading songs", heartbeat_at=timezone.now())
        make_job(status=Job.Status.QUEUED)
        client.force_login(make_user("root", is_staff=True))
        with django_assert_max_num_queries(26):
            text = client.get(reverse("status")).content.decode()
        for words in (
            "All systems work",
            "Reading songs",
            "Redis answers",
            "PostgreSQL",
            "Worker on",
            "GB free for uploads",
        ):
            assert words in text

    def test_says_how_much_is_stored_and_allowed(self, client, settings):
        settings.LIMITS = settings.LIMITS | {"runs": 1_234, "playlists": 0}
        run = make_run()
        make_run(run.dataset)
        make_run(make_dataset(make_user("bob")))
        client.force_login(make_user("root", is_staff=True))
        page = client.get(reverse("status"))
        rows = {one.name: (one.total, one.largest, one.most) for one in page.context["page"].stored}
        assert rows["runs"] == (3, 2, 1_234)
        assert rows["places"] == (90, 60, settings.LIMITS["places"])
        text = page.content.decode()
        assert all(words in text for words in ("Limit per person", "1,234", "no limit", "temporary folder"))

    def test_says_how_many_are_connected(self, client):
        client.force_login(make_user("root", is_staff=True))
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            page = client.get(reverse("status"), SERVER_PORT=str(port))
            assert page.context["connections"] == Connections(open=0, slow=0, waiting_bytes=0)
            with socket.create_connection(("127.0.0.1", port)) as idle, server.accept()[0] as answer:
                assert Connections.read(port) == Connections(1, 0, 0)
                answer.setblocking(False)
                with suppress(BlockingIOError):  # until the system takes no more for who does not read
                    while True:
                        answer.send(b"x" * 2**16)
                found = Connections.read(port)
                assert found is not None
                assert (found.open, found.slow) == (1, 1)
                assert found.waiting_bytes > 2**16
                assert idle.recv(1) == b"x"
        text = client.get(reverse("status"), SERVER_PORT=str(port)).content.decode()
        assert "Buffered for slow ones" in text

    def test_is_shown_where_the_system_does_not_tell(self, client, monkeypatch):
        monkeypatch.setattr("clustering.web.site.pages.connections.TABLES", ())
        client.force_login(make_user("root", is_staff=True))
        assert "Buffered for slow ones" not in client.get(reverse("status")).content.decode()

    def test_says_which_version_runs(self, client, monkeypatch):
        monkeypatch.setattr("clustering.web.site.pages.status.__version__", "7.8.9")
        client.force_login(make_user("root", is_staff=True))
        text = " ".join(client.get(reverse("status")).content.decode().split())
        assert "<dt>Version</dt> <dd> 7.8.9 </dd>" in text

    def test_names_files_that_cannot_be_deleted(self, client):
        PendingDeletion.objects.create(name="uploads/1/announced")
        PendingDeletion.objects.create(name="uploads/1/kept", failures=3)
        client.force_login(make_user("root", is_staff=True))
        text = client.get(reverse("status")).content.decode()
        assert "uploads/1/kept" in text
        assert "3 times" in text
        assert "uploads/1/announced" not in text

    def test_says_what_to_do(self, client):
        client.force_login(make_user("root", is_staff=True))
        text = client.get(reverse("status")).content.decode()
        assert "Something is down" in text
        assert "Start worker and beat" in text


class TestMetrics:
    def test_are_for_who_has_the_token(self, client, seen_worker, settings):
        settings.METRICS_TOKEN = "for-prometheus"
        make_job(status=Job.Status.FAILED)
        text = client.get("/metrics", headers={"Authorization": "Bearer for-prometheus"}).content.decode()
        assert 'musicclust_jobs{status="failed"} 1.0' in text
        assert 'musicclust_check_ok{check="worker"} 1.0' in text
        assert "musicclust_workers 1.0" in text
        assert re.search(r"^musicclust_disk_free_bytes [1-9]", text, re.MULTILINE)
        assert re.search(r"^musicclust_temporary_free_bytes [1-9]", text, re.MULTILINE)
        assert 'musicclust_stored{kind="datasets"} 0.0' in text
        assert 'musicclust_limit{kind="runs"}' in text

    @pytest.mark.parametrize("header", ["", "Bearer wrong", "for-prometheus"])
    def test_are_not_there_for_others(self, client, settings, header):
        settings.METRICS_TOKEN = "for-prometheus"
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404

    def test_are_not_there_without_a_token(self, client):
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


class TestLogs:
    def test_name_the_request(self, client, caplog):
        from musicclust.logs import JsonFormatter

        with caplog.at_level(logging.INFO, logger="musicclust.requests"):
            answer = client.get("/healthz", headers={"X-Request-ID": "from-the-proxy"})
        assert answer["X-Request-ID"] == "from-the-proxy"
        line = json.loads(JsonFormatter().format(caplog.records[-1]))
        assert (line["method"], line["path"], line["status"]) == ("GET", "/healthz", 200)

    def test_take_no_id_that_forges_a_line(self, client):
        answer = client.get("/healthz", headers={"X-Request-ID": "x y {}"})
        assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])
