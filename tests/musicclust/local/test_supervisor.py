"""Web and workers as one."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from musicclust.local import LocalServerError, Servers
from musicclust.local.supervisor import MARK, Supervisor, SupervisorError

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started_from(data_dir):
    """Start something that looks like a process of the site in this folder."""
    return subprocess.Popen(["sleep", "60"], env=os.environ | {MARK: str(data_dir)})


@pytest.fixture
def supervisor(tmp_path):
    return Supervisor(Servers(tmp_path, postgres=False, redis=False), free_port())


class TestClaim:
    def test_does_nothing_the_first_time(self, supervisor):
        with supervisor.claim():
            pass

    def test_stops_what_an_unclean_end_left(self, supervisor):
        with started_from(supervisor.data_dir) as process, supervisor.claim():
            assert process.wait(1) is not None  # psutil may have taken its status first

    def test_leaves_alone_what_another_folder_has_started(self, supervisor):
        with started_from(supervisor.data_dir / "other") as process, supervisor.claim():
            assert process.poll() is None
            process.kill()

    def test_refuses_where_the_site_runs(self, supervisor, monkeypatch):
        monkeypatch.setattr("musicclust.local.supervisor.WAIT_FOR_PREDECESSOR", 0.1)
        second = Supervisor(supervisor.servers, free_port())
        with supervisor.claim(), started_from(supervisor.data_dir) as process:
            says = rf"already runs from this folder, at {supervisor.url} \(process {os.getpid()}\)"
            with pytest.raises(SupervisorError, match=says), second.claim():
                pass
            assert process.poll() is None
            process.kill()

    def test_waits_for_one_that_is_just_ending(self, supervisor):
        entered = threading.Event()

        def hold():
            with supervisor.claim():
                entered.set()
                time.sleep(0.5)

        holder = threading.Thread(target=hold)
        holder.start()
        assert entered.wait(10)
        with Supervisor(supervisor.servers, free_port()).claim():
            holder.join(1)
            assert not holder.is_alive()

    def test_says_that_the_port_is_taken(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            supervisor = Supervisor(Servers(tmp_path, postgres=False, redis=False), port)
            with (
                pytest.raises(SupervisorError, match=rf"Port {port} cannot be used.*PORT=8001"),
                supervisor.claim(),
            ):
                pass


RUN = """
import sys
from pathlib import Path
from musicclust.local import Servers, supervisor
supervisor.commands = lambda port, places: {"web": ["sh", "-c", "echo 100% wrong; exit 3"]}
supervisor.PROGRAM |= {"startretries": "2"}
servers = Servers(Path(sys.argv[1]), postgres=False, redis=False)
sys.exit(supervisor.Supervisor(servers, 1).run())
"""


@pytest.mark.slow
def test_gives_up_what_ends_again_and_again_and_shows_what_it_wrote(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", RUN, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "100% wrong\n" * 3), done.stderr


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

    def leaders(self, word):
        """Give what the supervisor has started itself, by a word of its command line."""
        found = []
        for process in self.processes():
            with suppress(psutil.Error):  # it has just ended
                above = process.parent()
                if above and "musicclust.local.supervisor" in above.cmdline() and word in process.cmdline():
                    found.append(process)
        return found

    def is_well(self):
        """Tell whether the site answers, and has its database, its broker and a worker."""
        with suppress(urllib.error.URLError, OSError):
            return set(json.load(self.ask("/readyz")).values()) == {"ok"} and self.ask("/accounts/login/")
        return False

    def ask(self, path):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10)

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
        # PostgreSQL and Redis go on; web and worker are new, and none of the old is left.
        kept = {process.name() for process in after if process.pid in before}
        assert kept <= {"postgres", "redis-server", "valkey-server"}, kept

    def test_starts_again_what_is_killed_twice_within_seconds(self, site):
        for name in ("musicclust.web", "worker@%h"):
            for _time in range(2):
                (old,) = site.leaders(name)
                old.kill()
                until(lambda name=name, old=old: site.leaders(name) not in ([], [old]), site, 20)
        until(site.is_well, site, 60)

    def test_starts_what_answers_again_at_once(self, site):
        (leader,) = site.leaders("musicclust.web")
        for _time in range(2):
            children = leader.children()
            assert len(children) == 2
            for child in children:
                child.kill()
            until(lambda old=children: not {*old} & {*leader.children()}, site, 10)
            until(lambda: len(leader.children()) == 2, site, 10)
        assert site.leaders("musicclust.web") == [leader]
        until(site.is_well, site, 60)

    def test_lets_nobody_else_read_its_files(self, site):
        files = [path for path in (site.folder / "data").rglob("*") if path.is_file()]
        assert [path for path in files if path.stat().st_mode & 0o077] == []

    @pytest.mark.parametrize("server", ["postgres/postmaster.pid", "redis/redis.pid"])
    def test_starts_a_killed_server_again_within_20_seconds(self, site, server):
        until(site.is_well, site, 90)
        file = site.folder / "data" / server
        old = int(file.read_text().split()[0])
        os.kill(old, signal.SIGKILL)

        def is_back():
            return file.exists() and file.read_text().split()[:1] not in ([], [str(old)]) and site.is_well()

        until(is_back, site, 20)

    def test_leaves_no_process_after_ctrl_c(self, site):
        site.process.send_signal(signal.SIGINT)
        assert site.process.wait(30) == 0
        assert site.processes() == []
        with Supervisor(Servers(site.folder / "data"), site.port).claim():
            pass


class TestPlaces:
    """Where it cannot run it says so, and leaves nothing running."""

    @staticmethod
    def serve(data_dir, **env):
        env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **env}
        return subprocess.run(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=env, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    @pytest.mark.parametrize("place", ["/dev/null/songs", "/proc/songs", "/etc/passwd", "/tmp/two\nlines"])  # noqa: S108
    def test_a_folder_that_cannot_be_is_told(self, place):
        done = self.serve(place)
        assert done.returncode == 1
        assert "DATA_DIR" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.slow
    @pytest.mark.parametrize("port", ["abc", "99999", "0", "-1"])
    def test_a_port_that_cannot_be_is_told(self, tmp_path, port):
        done = self.serve(tmp_path / "data", PORT=port)
        assert done.returncode
        assert "PORT is a number from 1 to 65535" in done.stderr
        assert "Traceback" not in done.stderr
        assert Site(tmp_path, 0).processes() == []

    @pytest.mark.slow
    def test_a_folder_may_have_any_name(self, tmp_path):
        folder = tmp_path / """one, two; "three" 'four' #5 100% \\ à"""
        for _time in range(2):
            with Servers(folder) as servers:
                assert all(server.process() for server in servers._servers())
        assert not any(server.process() for server in servers._servers())

    @pytest.mark.slow
    def test_what_has_started_stops_where_the_rest_does_not_start(self, tmp_path, monkeypatch):
        monkeypatch.setattr("musicclust.local.redis.Redis._answers", lambda _redis: False)
        monkeypatch.setattr("musicclust.local.machine.START_SECONDS", 1)
        with pytest.raises(LocalServerError), Servers(tmp_path):
            pass
        assert Site(tmp_path, 0).processes() == []


def until(condition, site, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert site.process.poll() is None, site.log.read_text()
        assert time.monotonic() < end, site.log.read_text()
        time.sleep(0.2)
