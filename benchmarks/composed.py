"""The services of docker-compose.yml by hand: their commands on this machine, with PostgreSQL and Redis over TCP."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis
import yaml

from benchmarks.processes import ROOT
from musicclust.local import machine
from musicclust.local.postgres import find_binaries
from musicclust.local.redis import find_binary

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
NOT_COPIED = frozenset({".env", ".git", "staticfiles"})


def command(service: str, port: int, folder: Path) -> list[str]:
    """Give a service's command line as this machine can run it, with a folder in place of the image's /tmp."""
    here = {"0.0.0.0": "127.0.0.1", "8000": str(port), "/tmp": str(folder)}  # noqa: S104, S108 – what the image has
    words = [re.sub("|".join(here), lambda found: here[found[0]], w) for w in SERVICES[service]["command"]]
    program = {"python": [], "celery": ["-m", "celery"]}[words[0]]
    return [sys.executable, *program, *words[1:]]


def collecting() -> list[str]:
    """Give the command with which the image collects its static files."""
    found = re.search(r"manage\.py collectstatic.*", (ROOT / "Dockerfile").read_text())
    assert found
    return [sys.executable, *found.group().split()]


def environment(postgres: str, broker: str, data: Path) -> dict[str, str]:
    """Give the variables that the services have."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(data.parent),
        "DATABASE_URL": postgres,
        "REDIS_URL": broker,
    }
    return env | {"SECRET_KEY": "x" * 50, "DATA_DIR": str(data), "HTTPS": "false", "PYTHONUNBUFFERED": "1"}


@contextmanager
def postgres(folder: Path, port: int) -> Iterator[str]:
    """Run PostgreSQL with a password over TCP, and give its address."""
    account, binaries = machine.Account.for_postgres(folder / "data"), find_binaries()
    if account.is_another:
        machine.let_through(account, folder, binaries)
    data = machine.private_folder(folder / "data", account)
    (folder / "password").write_text("secret")
    (folder / "password").chmod(0o644)
    make: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "musicclust", "-A", "scram-sha-256"]
    make += ["--pwfile", folder / "password", "--no-sync"]
    make += shlex.split(SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"])
    subprocess.run(make, check=True, capture_output=True, cwd=data, **account.start_as)
    serve: list[str | Path] = [binaries / "postgres", "-D", data, "-p", str(port), "-c", "fsync=off"]
    serve += ["-c", "unix_socket_directories=", *SERVICES["postgres"]["command"][1:]]
    process = machine.launch(serve, folder=data, log=folder / "log", account=account)
    url = f"postgresql://musicclust:secret@127.0.0.1:{port}"

    def answers() -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(f"{url}/postgres", autocommit=True) as link:
            link.execute("CREATE DATABASE musicclust")
            return True
        return False

    try:
        if not machine.wait_until(answers, process):
            raise SystemExit(f"PostgreSQL does not start:\n{machine.tail(folder / 'log')}")
        yield f"{url}/musicclust"
    finally:
        machine.end(process, signal.SIGINT)


@contextmanager
def broker(folder: Path, port: int) -> Iterator[str]:
    """Run Redis over TCP, and give its address."""
    options = SERVICES["redis"]["command"][1:]
    process = machine.launch(
        [find_binary(), "--port", str(port), "--dir", str(folder), *options],
        folder=folder, log=folder / "log", account=machine.Account.own(),
    )  # fmt: skip

    def answers() -> bool:
        with suppress(redis.RedisError), redis.Redis(port=port) as link:
            return bool(link.ping())
        return False

    try:
        if not machine.wait_until(answers, process):
            raise SystemExit(f"Redis does not start:\n{machine.tail(folder / 'log')}")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        machine.end(process)


def copy_project(folder: Path) -> Path:
    """Copy the project, as the image does, so that collected files do not land in the working tree."""
    for path in ROOT.iterdir():
        if path.name not in NOT_COPIED and not path.name.startswith(".data"):
            (folder / path.name).symlink_to(path)
    for name in ("musicclust", "manage.py"):
        (folder / name).unlink()
    subprocess.run(["cp", "-r", ROOT / "musicclust", ROOT / "manage.py", folder], check=True)
    return folder
