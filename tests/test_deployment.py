"""The commands of docker-compose.yml, tried against a PostgreSQL and a Redis that are started by hand over TCP."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from benchmarks import composed
from benchmarks.composed import SERVICES, command
from musicclust.local.postgres import QUIET
from musicclust.local.supervisor import commands
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    with composed.postgres(tmp_path_factory.mktemp("tcp"), free_port()) as url:
        yield url


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with composed.broker(tmp_path_factory.mktemp("broker"), free_port()) as url:
        yield url


@pytest.fixture(scope="module")
def project_copy(tmp_path_factory):
    return composed.copy_project(tmp_path_factory.mktemp("app"))


@pytest.mark.slow
def test_services_work_with_servers_elsewhere(postgres, broker, project_copy, tmp_path):
    port = free_port()
    env = composed.environment(postgres, broker, tmp_path / "data")
    for words in (composed.collecting(), command("migrate", port, tmp_path)):
        done = subprocess.run(words, cwd=project_copy, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with ExitStack() as stack:
        logs = {name: tmp_path / f"{name}.log" for name in ("web", "worker", "quick", "beat")}
        processes = {}
        for name, log in logs.items():
            process = processes[name] = stack.enter_context(
                subprocess.Popen(
                    command(name, port, tmp_path),
                    cwd=project_copy,
                    env=env,
                    start_new_session=True,
                    stdout=stack.enter_context(log.open("wb")),
                    stderr=subprocess.STDOUT,
                )
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)

        def until(pattern, *some):
            end = time.monotonic() + 120
            while not any(re.search(pattern, log.read_text()) for log in some):
                assert time.monotonic() < end, {name: log.read_text()[-2000:] for name, log in logs.items()}
                time.sleep(0.2)

        until("ready", logs["worker"])
        until("Sending due task reap", logs["beat"])
        until("ready", logs["quick"])
        until("clustering.jobs.tasks.reap.* succeeded", logs["worker"], logs["quick"])
        until_answered(port, processes["web"])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            assert answer.read() == b"ok"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=30) as answer:
            styles = re.search(
                r'href="(/static/vendor/tabler/css/tabler\.min\.\w{12}\.css)"', answer.read().decode()
            )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{styles.group(1)}", timeout=30) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
        ping = SERVICES["worker"]["healthcheck"]["test"][1].replace("$$HOSTNAME", socket.gethostname())
        done = subprocess.run(
            [sys.executable, "-m", *ping.split()],
            cwd=project_copy,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "pong" in done.stdout, done.stdout + done.stderr


def until_answered(port, process):
    end = time.monotonic() + 120
    while True:
        assert process.poll() is None
        assert time.monotonic() < end
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.2)


class TestCompose:
    def test_is_reached_from_this_machine_alone(self):
        published = [port for service in SERVICES.values() for port in service.get("ports", [])]
        assert published == ["127.0.0.1:${PORT:-8000}:8000"]

    def test_names_exact_versions(self):
        images = [service["image"] for service in SERVICES.values() if service["image"] != "musicclust"]
        stages = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        for image in images + [stage for stage in stages if ":" in stage]:
            assert re.fullmatch(r"[\w/]+:\d+\.\d+\.\d+-[\w-]+", image), image

    def test_serves_as_the_image_and_the_supervisor_do(self):
        here = ["python", "-m", "musicclust.web"]
        assert SERVICES["web"]["command"] == [*here, "0.0.0.0", "8000"]  # noqa: S104 – the container's own
        last = re.search(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
        assert json.loads(last[1]) == SERVICES["web"]["command"]
        assert commands(1, 1)["web"][1:4] == [*here[1:], "127.0.0.1"]

    def test_logs_no_statement_that_failed(self):
        words = " ".join(SERVICES["postgres"]["command"])
        assert all(f"-c {name}={value}" in words for name, value in QUIET.items())

    def test_every_service_is_watched(self):
        assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == ["migrate"]

    def test_nothing_runs_before_the_tables_are_there(self):
        for name in ("web", "worker", "quick", "beat"):
            needs = SERVICES[name]["depends_on"]
            assert needs["migrate"]["condition"] == "service_completed_successfully"
