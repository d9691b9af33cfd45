"""How much memory a file takes at upload and at import."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
MOST_MB = 700
"""No process may take more for any file of at most 50 MB."""


@dataclass(frozen=True)
class Taken:
    """What one step said, and the largest of its processes."""

    said: str
    peak_mb: float
    seconds: float


def make(name: str, path: Path) -> None:
    """Write a bomb in a process of its own, which may need some memory for it."""
    code = (
        "import sys, pathlib; from tests.songfiles.bombs.makers import BOMBS; "
        "BOMBS[sys.argv[1]](pathlib.Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, name, str(path)], cwd=ROOT, check=True, timeout=900)


def take_in(step: str, path: Path) -> Taken:
    """Run a step in a process of its own."""
    command = [sys.executable, "-m", "tests.songfiles.bombs.take_in", step, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        raise AssertionError(f"{path.name} at {step}: status {done.returncode}\n{done.stderr[-3000:]}")
    answer = json.loads(done.stdout)
    return Taken(answer["said"], max(answer["own_mb"], answer["child_mb"]), answer["seconds"])
