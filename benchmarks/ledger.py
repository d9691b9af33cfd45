"""What people met with: every request with its time, what they did, and what went wrong without being meant to."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

KINDS = {
    "upload": "uploads",
    "songs_add": "uploads",
    "job": "how far a job is",
    "sweep": "how far a job is",
    "explore_points": "columns of Explore",
    "explore_column": "columns of Explore",
    "explore_marks": "columns of Explore",
    "explore_rows": "search, similar songs",
    "search": "search, similar songs",
    "similar_songs": "search, similar songs",
    "explore_csv": "exports",
    "comparison_csv": "exports",
    "playlist_file": "exports",
    "run_csv": "exports",
    "run_parquet": "exports",
    "run_profiles": "exports",
    "run_notebook": "exports",
    "run_script": "exports",
    "login": "signing in and out",
    "logout": "signing in and out",
}
"""How the table names requests, by the name of their address; the rest are pages, or what changes something."""


@dataclass(frozen=True)
class Asked:
    """One request and its answer."""

    method: str
    name: str
    status: int
    seconds: float

    @property
    def kind(self) -> str:
        """What the table calls it."""
        if self.name in ("upload", "songs_add") and self.method == "GET":
            return "pages"
        if not self.name:
            return "styles and scripts"
        return KINDS.get(self.name) or ("pages" if self.method == "GET" else "changes")


@dataclass(frozen=True)
class Fault:
    """Something that was not meant to happen."""

    who: str
    doing: str
    minute: float
    said: str


@dataclass
class Ledger:
    """Kept by all people together."""

    began: float = field(default_factory=time.monotonic)
    asked: list[Asked] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def minute(self) -> float:
        """How many minutes have passed."""
        return (time.monotonic() - self.began) / 60

    def did(self, what: str) -> None:
        """Count something that somebody did."""
        with self._lock:
            self.done[what] += 1

    def refuse(self, what: str) -> None:
        """Count a refusal that somebody wanted to see, and saw."""
        with self._lock:
            self.refused[what] += 1

    def fault(self, who: str, doing: str, said: str) -> None:
        """Keep what went wrong, and say so at once."""
        with self._lock:
            self.faults.append(Fault(who, doing, round(self.minute, 2), said))
        print(f"  minute {self.minute:.1f}, {who}, {doing}: {said}", flush=True)

    def requests(self) -> dict[str, dict[str, float]]:
        """Return how many requests of each kind there were, and how long they took."""
        with self._lock:
            asked = list(self.asked)
        found = {}
        for kind in sorted({one.kind for one in asked}):
            times = [1000 * one.seconds for one in asked if one.kind == kind]
            found[kind] = {
                "requests": len(times),
                "median_ms": float(np.median(times)),
                "p95_ms": float(np.percentile(times, 95)),
                "worst_ms": max(times),
            }
        return found

    def numbers(self) -> dict[str, Any]:
        """Return everything, for keeping as JSON."""
        by_name = Counter(f"{one.method} {one.name} {one.status}" for one in self.asked)
        return {
            "requests": self.requests(),
            "by_address": dict(sorted(by_name.items())),
            "done": dict(self.done),
            "refused": dict(self.refused),
            "faults": [asdict(fault) for fault in self.faults],
        }
