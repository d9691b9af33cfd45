"""The examples of docs/api.md, run one after the other as somebody would type them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from clustering.jobs import tasks
from clustering.models import ApiToken, Dataset, Playlist, Run
from tests.factories import make_user
from tests.worker_process import WorkerProcess

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
SAMPLE = DOCUMENT.parent.parent / "samples" / "songs.csv"
JQ = """#!{python}
import json, re, sys
found = json.load(open(sys.argv[3]) if len(sys.argv) > 3 else sys.stdin)
for name, place in re.findall(r"[.](\\w+)|\\[(\\d+)\\]", sys.argv[2]):
    found = found[name] if name else found[int(place)]
print(found)
"""
"""As much of jq as the examples need, for machines without it."""


def script_of_document(url: str, token: str) -> str:
    """Return all examples as one script, with this site and this token in them."""
    text = "\n".join(
        re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    text = text.replace("http://127.0.0.1:8000", url).replace("mct_…", token)
    assert url in text
    assert token in text
    return "set -euo pipefail\n" + re.sub(r"curl -sS(?!.* -f )", "curl -sS --fail-with-body", text)


@pytest.fixture
def beat(worker: WorkerProcess) -> Iterator[None]:
    """Have the worker look for what is due, such as songs to prepare for the search, as celery beat does on a site."""
    over = threading.Event()

    def send() -> None:
        while not over.wait(1):
            tasks.reap.delay()

    sending = threading.Thread(target=send)
    sending.start()
    yield
    over.set()
    sending.join()


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="no curl or bash on this machine"
)
def test_they_do_what_they_say(live_url, beat, tmp_path):
    owner = make_user()
    _, token = ApiToken.issue(owner, "notebook", can_write=True, two_factor=False, expires_at=None)
    shutil.copy(SAMPLE, tmp_path / "songs.csv")
    if shutil.which("jq") is None:
        (tmp_path / "jq").write_text(JQ.format(python=sys.executable))
        (tmp_path / "jq").chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", script_of_document(live_url, token)],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    listed, dataset = Dataset.objects.order_by("songs_count")
    assert dataset.songs_count > 4_000
    assert listed.songs_count == 100
    assert not listed.is_list
    assert Run.objects.get().k == 5
    assert Playlist.objects.get().entries.count() == 10
    table = pa.ipc.open_stream((tmp_path / "groups.arrow").read_bytes()).read_all()
    assert table.num_rows == dataset.songs_count
    assert "#EXTM3U" in done.stdout
