"""The examples of the client's README and the notebook in docs/, run one cell after the other."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from clustering.models import Dataset, Playlist, Run

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "clients" / "python" / "README.md"
NOTEBOOK = ROOT / "docs" / "client.ipynb"
pytestmark = pytest.mark.slow


def run_cells(cells: list[str]) -> dict[str, Any]:
    """Run cells as a notebook does, and give the names that they leave."""
    space: dict[str, Any] = {}
    try:
        for number, cell in enumerate(cells):
            exec(compile(ast.parse(cell), f"cell {number}", "exec"), space)  # noqa: S102 – they are ours
    finally:
        space["client"].close()
    return space


def test_readme_does_what_it_says(live_url, make_token, worker, songs, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", live_url)
    cells = re.findall(
        r"^```python\n(.*?)^```", text.replace("mct_…", make_token()), re.MULTILINE | re.DOTALL
    )
    space = run_cells(cells)
    assert space["table"].num_rows == Dataset.objects.earliest("created_at").songs_count
    assert Run.objects.latest("created_at").k == 5
    assert (tmp_path / "groups.parquet").exists()
    assert 10 < Playlist.objects.get().entries.count() <= 20  # two of each artist
    assert (tmp_path / "loud.m3u8").read_text().startswith("#EXTM3U")
    said = capsys.readouterr().out
    assert "of the songs, stability" in said
    assert "refused " in said


def test_notebook_does_the_main_job(live_url, make_token, worker, tmp_path, monkeypatch, capsys):
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert all(cell.get("outputs", []) == [] for cell in notebook["cells"])
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUSICCLUST_URL", live_url)
    monkeypatch.setenv("MUSICCLUST_TOKEN", make_token())
    run_cells(["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"])
    assert pq.read_table(tmp_path / "groups.parquet").num_rows == Dataset.objects.get().songs_count
    assert "random baseline" in capsys.readouterr().out
