"""The private servers: started, shared, stopped, and found again after a crash."""

import importlib.util
import multiprocessing
import os
import shutil
import socket
import stat
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from musicclust import local
from musicclust.local import machine
from musicclust.local import postgres as postgres_module
from musicclust.local import redis as redis_module


@pytest.fixture
def fresh_servers(tmp_path):
    made = local.Servers(tmp_path / "data", durable=False)
    yield made
    made.stop()


def pids(servers):
    return [server.process().pid for server in servers._servers() if server.process()]


def ask(servers, query="SELECT 1"):
    with psycopg.connect(local.database_url(servers.data_dir)) as link:
        return link.execute(query).fetchone()[0]


@pytest.mark.slow
class TestServers:
    def test_start_answer_and_leave_no_process(self, fresh_servers):
        fresh_servers.start()
        assert ask(fresh_servers) == 1
        assert ask(fresh_servers, "SELECT version()").startswith("PostgreSQL 18")
        assert (
            ask(fresh_servers, "SELECT datlocale FROM pg_database WHERE datname = 'musicclust'") == "C.UTF-8"
        )
        started = pids(fresh_servers)
        assert len(started) == 2
        fresh_servers.stop()
        assert not any(psutil.pid_exists(pid) for pid in started)
        fresh_servers.stop()  # a second time does nothing

    def test_run_until_the_last_user_lets_go(self, fresh_servers):
        second = local.Servers(fresh_servers.data_dir, durable=False)
        fresh_servers.start()
        before = pids(fresh_servers)
        second.start()
        assert pids(second) == before
        fresh_servers.stop()
        assert ask(second) == 1
        second.stop()
        assert pids(second) == []

    def test_many_processes_at_the_same_time_start_one_server(self, fresh_servers):
        context = multiprocessing.get_context("spawn")
        with context.Pool(3) as pool:
            found = pool.map(_start_and_look, [fresh_servers.data_dir] * 3, chunksize=1)
        fresh_servers.start()
        assert len({tuple(one) for one in found}) == 1

    def test_recover_from_killed_servers_with_what_they_kept(self, fresh_servers):
        fresh_servers.durable = True
        fresh_servers.start()
        with psycopg.connect(local.database_url(fresh_servers.data_dir)) as link:
            link.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        path = local.redis_url(fresh_servers.data_dir).removeprefix("redis+socket://")
        with redis.Redis(unix_socket_path=path) as link:
            link.lpush("celery", "message")
            time.sleep(1.1)  # Redis writes to the disk every second
        for pid in pids(fresh_servers):
            psutil.Process(pid).kill()
        fresh_servers.stop()
        fresh_servers.start()
        assert ask(fresh_servers, "SELECT answer FROM kept") == 42
        with redis.Redis(unix_socket_path=path) as link:
            assert link.lpop("celery") == b"message"

    def test_ignore_a_number_that_another_program_has_by_now(self, fresh_servers):
        fresh_servers.start()
        fresh_servers.stop()
        for name in ("postgres/postmaster.pid", "redis/redis.pid"):
            (fresh_servers.data_dir / name).write_text(f"{os.getpid()}\n{fresh_servers.data_dir}/postgres\n")
        fresh_servers.start()
        assert ask(fresh_servers) == 1
        assert os.getpid() not in pids(fresh_servers)

    def test_log_no_statement_that_failed_and_let_nobody_read_it(self, fresh_servers):
        with fresh_servers:
            told = "DO $$ BEGIN RAISE EXCEPTION 'x' USING DETAIL = 'token-2'; END $$"
            for query in ("SELECT 'token-1' FROM nowhere", told):
                with pytest.raises(psycopg.Error):
                    ask(fresh_servers, query)
            log = fresh_servers.data_dir / "postgres.log"
            assert 'relation "nowhere" does not exist' in log.read_text()
            assert "token-" not in log.read_text()
        files = [path for path in fresh_servers.data_dir.rglob("*") if path.is_file()]
        assert [path for path in files if path.stat().st_mode & 0o077] == []

    def test_use_a_short_socket_where_the_folder_is_deep(self, tmp_path):
        deep = local.Servers(tmp_path / ("deep" * 20) / "data with spaces", durable=False)
        with deep:
            assert ask(deep) == 1
            folder = Path(local.redis_url(deep.data_dir).removeprefix("redis+socket://")).parent
            assert folder.parent == Path("/tmp")  # noqa: S108
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for server in ("postgres", "redis"):
            local.socket_folder(deep.data_dir, server, local.POSTGRES_SOCKET).rmdir()

    def test_say_why_postgresql_does_not_start(self, fresh_servers, monkeypatch):
        monkeypatch.setattr(postgres_module, "SETTINGS", {"shared_buffers": "nonsense"})
        monkeypatch.setattr(time, "sleep", lambda seconds: None)
        with pytest.raises(local.LocalServerError, match="nonsense"):
            fresh_servers.start()

    def test_say_why_redis_does_not_start(self, fresh_servers, monkeypatch):
        fresh_servers.postgres = False
        monkeypatch.setattr(redis_module, "find_binary", lambda: Path("/bin/false"))
        with pytest.raises(local.LocalServerError, match="Redis does not start"):
            fresh_servers.start()

    def test_say_that_the_folder_is_somebody_elses(self, fresh_servers, monkeypatch):
        def refuse(self):
            raise PermissionError(13, "Permission denied", "/some/folder")

        monkeypatch.setattr(redis_module.Redis, "start", refuse)
        fresh_servers.postgres = False
        with pytest.raises(local.LocalServerError, match="/some/folder belongs to another user"):
            fresh_servers.start()


def _start_and_look(data_dir):
    with local.Servers(data_dir, durable=False) as servers:
        found = pids(servers)
        time.sleep(2)  # the others come meanwhile
    return found


class TestFindBinary:
    def test_prefers_the_machines_own(self, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
        assert redis_module.find_binary() == Path("/usr/bin/redis-server")

    def test_says_what_to_install(self, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda name: None)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(local.LocalServerError, match="apt-get install redis-server"):
            redis_module.find_binary()
        with pytest.raises(local.LocalServerError, match="set DATABASE_URL"):
            postgres_module.find_binaries()


class TestPrivateFolder:
    def test_refuses_a_link_that_somebody_has_put_there(self, tmp_path):
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")
        with pytest.raises(local.LocalServerError, match="belongs to another user"):
            machine.private_folder(tmp_path / "link", machine.Account.own())


class TestAccount:
    def test_is_the_same_for_an_ordinary_user(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 4711)
        account = machine.Account.for_postgres(tmp_path)
        assert (account.user, account.is_another, account.start_as) == (4711, False, {})

    def test_is_never_root(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        assert machine.Account.for_postgres(tmp_path / "absent").user != 0
        assert machine.Account.for_postgres(tmp_path / "absent").start_as["extra_groups"] == []


class TestLetThrough:
    def test_opens_the_way_and_nothing_more(self, tmp_path, capsys):
        (tmp_path / "closed" / "data").mkdir(parents=True)
        (tmp_path / "closed").chmod(0o700)
        machine.let_through(machine.Account(65534, 65534), tmp_path / "closed" / "data")
        assert stat.S_IMODE((tmp_path / "closed").stat().st_mode) == 0o701
        assert "closed" in capsys.readouterr().err


class TestMakeReadable:
    def test_mends_what_a_strict_umask_did(self, tmp_path):
        binaries = tmp_path / "bin"
        binaries.mkdir()
        (binaries / "postgres").write_text("#!/bin/sh\nexit 1\n")
        (binaries / "postgres").chmod(0o700)
        postgres_module._make_readable(machine.Account.own(), binaries)
        assert stat.S_IMODE((binaries / "postgres").stat().st_mode) == 0o705


class TestEnd:
    def test_kills_what_does_not_listen(self, tmp_path, monkeypatch):
        monkeypatch.setattr(machine, "STOP_SECONDS", 0.5)
        ready = tmp_path / "ready"
        command = ["sh", "-c", f"trap '' TERM; touch {ready}; while :; do sleep 0.1; done"]
        process = machine.launch(
            command, folder=tmp_path, log=tmp_path / "log", account=machine.Account.own()
        )
        while not ready.exists():
            time.sleep(0.02)
        machine.end(process)
        assert not machine.alive(process)


def test_a_socket_can_be_as_long_as_the_limit_says():
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    path = folder / ("x" * (local.SOCKET_PATH_LIMIT - len(str(folder)) - 1))
    with socket.socket(socket.AF_UNIX) as probe:
        probe.bind(str(path))
    shutil.rmtree(folder)
