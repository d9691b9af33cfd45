"""Web, worker and beat as one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from musicclust.local.supervisor import YOUNG_SECONDS, Supervisor, SupervisorError

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def note(data_dir, supervisor=None, processes=()):
    def entry(process):
        return [process.pid, process.create_time()]

    data = {"url": "http://127.0.0.1:1", "processes": [entry(process) for process in processes]}
    if supervisor:
        data["supervisor"] = entry(supervisor)
    (data_dir / "processes.json").write_text(json.dumps(data))


@pytest.fixture
def sleeper():
    with subprocess.Popen(["sleep", "60"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


class TestClearTheWay:
    def test_does_nothing_the_first_time(self, tmp_path):
        Supervisor(tmp_path, free_port()).clear_the_way()

    def test_stops_what_an_unclean_end_left(self, tmp_path, sleeper):
        note(tmp_path, processes=[sleeper])
        Supervisor(tmp_path, free_port()).clear_the_way()
        assert not sleeper.is_running() or sleeper.status() == psutil.STATUS_ZOMBIE

    def test_leaves_alone_who_has_the_number_now(self, tmp_path, sleeper):
        entry = [sleeper.pid, sleeper.create_time() - 1000]
        (tmp_path / "processes.json").write_text(json.dumps({"supervisor": entry, "processes": [entry]}))
        Supervisor(tmp_path, free_port()).clear_the_way()
        assert sleeper.is_running()

    def test_refuses_where_the_site_runs(self, tmp_path, sleeper, monkeypatch):
        monkeypatch.setattr("musicclust.local.supervisor.WAIT_FOR_PREDECESSOR", 0.1)
        note(tmp_path, supervisor=sleeper)
        with pytest.raises(SupervisorError, match=r"already runs from this folder, at http://127\.0\.0\.1:1"):
            Supervisor(tmp_path, free_port()).clear_the_way()
        assert sleeper.is_running()

    def test_says_that_the_port_is_taken(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(SupervisorError, match=rf"Port {port} cannot be used.*PORT=8001"):
                Supervisor(tmp_path, port).clear_the_way()


class Site:
    """`manage.py serve` on a data folder of its own."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.log = folder / "serve.log"
        self.process = None

    def start(self):
        env = {k: v for k, v in os.environ.items() if k not in {"SECRET_KEY", "PYTEST_VERSION"}}
        env |= {"DJANGO_SETTINGS_MODULE": "musicclust.settings", "DATA_DIR": str(self.folder / "data")}
        env |= {"PORT": str(self.port), "DATABASE_URL": "", "REDIS_URL": "", "PYTHONUNBUFFERED": "1"}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--with-parent"],
                cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + 180
        while "Sign in once by this link" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.2)

    def link(self):
        return self.log.read_text().split("by this link: ")[1].split()[0]

    def processes(self):
        """Give everything that runs for this data folder, children and servers."""
        mine = str(self.folder)
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                words = [process.environ().get("DATA_DIR", ""), *process.cmdline()]
                if process.status() != psutil.STATUS_ZOMBIE and mine in " ".join(words):
                    found.append(process)
        return found


@pytest.fixture(scope="class")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"), free_port())
    yield site
    for process in site.processes():
        process.kill()
    site.process.wait(10)


@pytest.mark.slow
class TestServe:
    """In order: each test goes on where the one before it stopped."""

    def test_ends_with_a_link_that_signs_in_once(self, site):
        site.start()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with opener.open(site.link()) as answer:
            assert answer.url == f"http://127.0.0.1:{site.port}/"
        with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(site.link()) as answer:
            assert "/accounts/login/" in answer.url
        password = (site.folder / "data" / "password").read_text().strip()
        assert f"as local with password {password}" in site.log.read_text()

    def test_starts_again_after_kill_9(self, site):
        before = {process.pid for process in site.processes()}
        site.process.kill()
        site.process.wait(10)
        site.start()
        after = site.processes()
        # PostgreSQL and Redis go on; web, worker and beat are new, and none of the old is left.
        kept = {process.name() for process in after if process.pid in before}
        assert kept <= {"postgres", "redis-server", "valkey-server"}, kept

    def test_starts_a_killed_worker_again(self, site):
        def workers():
            return {p for p in site.processes() if "worker" in p.cmdline() and "celery" in p.cmdline()}

        end = time.monotonic() + 60
        while (
            time.time() - min((p.create_time() for p in workers()), default=time.time()) <= YOUNG_SECONDS + 2
        ):
            assert time.monotonic() < end
            time.sleep(0.5)
        old = workers()
        for process in old:
            process.kill()
        while not workers() - old:
            assert site.process.poll() is None, site.log.read_text()
            assert time.monotonic() < end + 60, site.log.read_text()
            time.sleep(0.2)

    def test_leaves_no_process_after_ctrl_c(self, site):
        site.process.send_signal(signal.SIGINT)
        site.process.wait(30)
        assert site.processes() == []
        assert not (site.folder / "data" / "processes.json").exists()
