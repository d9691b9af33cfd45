"""Slow and silent clients against a running site, and how quickly it answers everybody else meanwhile.

    python -m benchmarks.slow_clients [--seconds 60] [--songs 200000] [--write]

Starts the site twice, by `make run`'s command and by the commands of docker-compose.yml with servers of its own over
TCP, and attacks each. ``--write`` puts the table into docs/security.md.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import composed
from benchmarks.hosts import until
from benchmarks.pages import HOST
from benchmarks.processes import ELSEWHERE, ROOT, run, tree_mb
from benchmarks.site import serving, web_workers
from benchmarks.songs import write_songs

DOCUMENT = ROOT / "docs" / "security.md"
PATIENCE = 10.0
IN_TIME = 1.0
DRIBBLE_SECONDS = 5.0
A_SECOND = 1_000
BODY = 4_000
RECEIVE_BUFFER = 4_096
TICK = 0.2


@dataclass(frozen=True)
class Target:
    """A running site: where it answers, as whom, what is asked for, and the memory of what answers."""

    port: int
    cookie: str
    run: str
    export: str
    memory: Callable[[], float]


@dataclass
class Slow:
    """One kind of slow client: what it sends at first, and what it does now and then."""

    name: str
    count: int
    first: bytes
    dribble: bytes = b""
    reads: bool = False
    _lines: dict[socket.socket, float] = field(default_factory=dict)
    _read: dict[socket.socket, int] = field(default_factory=dict)
    again: int = 0
    taken: int = 0

    def tick(self, port: int) -> None:
        """Open what is missing, send a little, read a little."""
        while len(self._lines) < self.count:
            self._open(port)
        for line in list(self._lines):
            try:
                self._use(line)
            except BlockingIOError:
                continue
            except OSError:
                self._drop(line)

    def _open(self, port: int) -> None:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        line.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            line.connect((HOST, port))
            line.sendall(self.first)
        line.setblocking(False)
        self._lines[line] = time.monotonic()
        self.again += 1

    def _use(self, line: socket.socket) -> None:
        now = time.monotonic()
        if self.reads:
            piece = line.recv(max(1, int(A_SECOND * TICK)))
            self.taken += len(piece)
            if not piece:
                raise ConnectionResetError
            return
        if self.dribble and now - self._lines[line] > DRIBBLE_SECONDS:
            self._lines[line] = now
            line.send(self.dribble)
        if not line.recv(4_096):
            raise ConnectionResetError

    def _drop(self, line: socket.socket) -> None:
        self._lines.pop(line, None)
        line.close()

    def close(self) -> None:
        """Hang up."""
        for line in list(self._lines):
            self._drop(line)


def attacks(target: Target) -> list[Slow]:
    """Return the four kinds, as many of each as one person can have without effort."""
    host = f"Host: {HOST}:{target.port}\r\n"
    body = f"POST /accounts/login/ HTTP/1.1\r\n{host}Content-Type: application/x-www-form-urlencoded\r\n"
    download = f"GET {target.export} HTTP/1.1\r\n{host}Cookie: {target.cookie}\r\n\r\n"
    return [
        Slow("200 idle connections", 200, b""),
        Slow("40 unfinished headers", 40, f"GET / HTTP/1.1\r\n{host}".encode(), b"X-More: 1\r\n"),
        Slow("12 unfinished bodies", 12, f"{body}Content-Length: {BODY}\r\n\r\n".encode(), b"a"),
        Slow("24 downloads at 1 kB/s", 24, download.encode(), reads=True),
    ]


@dataclass(frozen=True)
class Found:
    """What others met with meanwhile."""

    attack: str
    asked: int
    in_time: int
    slowest: float
    before_mb: float
    peak_mb: float

    @property
    def row(self) -> list[str]:
        """Return its cells in the table."""
        return [
            self.attack,
            f"{self.in_time} of {self.asked}",
            f"{self.slowest:.2f} s",
            f"{self.before_mb:,.0f} → {self.peak_mb:,.0f} MB",
        ]


def attack(target: Target, slow: Sequence[Slow], seconds: float) -> Found:
    """Attack for the given time, and request pages meanwhile as other people would."""
    before, end = target.memory(), threading.Event()

    def be_slow() -> None:
        while not end.is_set():
            for one in slow:
                one.tick(target.port)
            time.sleep(TICK)
        for one in slow:
            one.close()

    attacker = threading.Thread(target=be_slow)
    attacker.start()
    try:
        times, peak = _visit(target, seconds)
    finally:
        end.set()
        attacker.join()
    name = slow[0].name if len(slow) == 1 else "all at once"
    return Found(name, len(times), sum(one < IN_TIME for one in times), max(times), before, peak)


def _visit(target: Target, seconds: float) -> tuple[list[float], float]:
    times, peak, end = [], 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        for path in ("/healthz", "/accounts/login/", target.run):
            cookie = target.cookie if path == target.run else ""
            times.append(ask(target.port, path, cookie))
        peak = max(peak, target.memory())
        time.sleep(0.25)
    return times, peak


def ask(port: int, path: str, cookie: str = "") -> float:
    """Ask for a page, and return how long that took; infinitely long where it was not given."""
    began = time.monotonic()
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        line.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = line.getresponse()
        answer.read()
        return time.monotonic() - began if answer.status == 200 else float("inf")
    except (OSError, http.client.HTTPException):
        return float("inf")
    finally:
        line.close()


def warm_up(target: Target) -> None:
    """Ask for everything before it counts: what a process loads once is no growth."""
    for path in ("/accounts/login/", target.run, *[target.export] * 8):
        ask(target.port, path, "" if path == "/accounts/login/" else target.cookie)


def try_all(target: Target, seconds: float) -> list[Found]:
    """Attack in each way, and then in all at once."""
    warm_up(target)
    found = [attack(target, [one], seconds) for one in attacks(target)]
    return [*found, attack(target, attacks(target), seconds)]


HEAD = ("attack", "answers within a second", "slowest", "memory of the web processes")


def main() -> None:
    """Attack both, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slow_clients")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--songs", type=int, default=200_000)
    parser.add_argument("--write", action="store_true", help="put the table into docs/security.md")
    options = parser.parse_args()
    lines = ["| site | " + " | ".join(HEAD) + " |", "|" + "---|" * (len(HEAD) + 1)]
    for name, site in (("make run", by_make_run), ("docker compose", by_compose)):
        with tempfile.TemporaryDirectory(prefix="musicclust-slow-") as folder:
            Path(folder).chmod(0o755)
            with site(Path(folder), options.songs) as target:
                for found in try_all(target, options.seconds):
                    lines.append(f"| {name} | " + " | ".join(found.row) + " |")
                    print(lines[-1], flush=True)
    if options.write:
        begin, end = (f"<!-- slow clients: {word} -->" for word in ("begin", "end"))
        before, rest = DOCUMENT.read_text().split(begin)
        DOCUMENT.write_text(f"{before}{begin}\n\n" + "\n".join(lines) + f"\n\n{end}" + rest.split(end)[1])


@contextlib.contextmanager
def by_make_run(folder: Path, songs: int) -> Iterator[Target]:
    """Start the site as `make run` does, with a run of the given number of songs."""
    env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    env |= {"DATA_DIR": str(folder / "data"), "LOG_LEVEL": "ERROR"}
    with serving(env, folder / "site.log") as site:
        yield _prepared(env, ROOT, folder, songs, site.port, lambda: sum(map(tree_mb, web_workers(site.pid))))


@contextlib.contextmanager
def by_compose(folder: Path, songs: int) -> Iterator[Target]:
    """Start the web service of docker-compose.yml, with servers over TCP, and a run of so many songs."""
    ports = [_free_port() for _ in range(3)]
    places = [folder / name for name in ("tcp", "broker", "app")]
    for place in places:
        place.mkdir()
    with composed.postgres(places[0], ports[0]) as database, composed.broker(places[1], ports[1]) as broker:
        env = composed.environment(database, broker, folder / "data") | {"LOG_LEVEL": "ERROR"}
        app = composed.copy_project(places[2])
        for words in (composed.collecting(), composed.command("migrate", ports[2], folder)):
            subprocess.run(words, cwd=app, env=env, check=True, capture_output=True)
        web = composed.command("web", ports[2], folder)
        with subprocess.Popen(web, cwd=app, env=env) as process:
            try:
                until(lambda: ask(ports[2], "/healthz") < PATIENCE, "the site answers", alive=process)
                yield _prepared(env, app, folder, songs, ports[2], lambda: tree_mb(process.pid))
            finally:
                process.terminate()


def _prepared(
    env: Mapping[str, str], app: Path, folder: Path, songs: int, port: int, memory: Callable[[], float]
) -> Target:
    """Import songs, group them, and sign their owner in."""
    write_songs(folder / "songs.csv", songs)

    def step(*words: str | Path) -> str:
        return run([sys.executable, *words], env=env, cwd=app).output

    step("manage.py", "prepare")
    step("manage.py", "cluster", folder / "songs.csv", "--k", "6", "--json", folder / "summary.json")
    number = json.loads((folder / "summary.json").read_text())["run"]["id"]
    where = json.loads(step("-m", "benchmarks.app", "visit", str(number)).splitlines()[-1])
    return Target(port, where["cookie"], where["pages"]["run_overview"], where["csv"], memory)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    main()
