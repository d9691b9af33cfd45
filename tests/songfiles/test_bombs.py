"""Files that were made to fill the memory: no process takes more than 700 MB, and a sentence says what is wrong.

The whole table is printed by `python -m tests.songfiles.bombs`.
"""

import re
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clustering.songfiles import SongFileError
from clustering.songfiles.limits import MAX_BATCH_BYTES
from clustering.songfiles.readers import read_batches, read_preview, sniff
from tests.songfiles.bombs.makers import BOMBS
from tests.songfiles.bombs.measuring import MOST_MB, make, take_in

QUICK = [
    name for name in BOMBS if name.startswith("Parquet") and re.search(r"dictionary|lists|map|prefixes", name)
]


def check(name, folder):
    path = folder / "songs"
    make(name, path)
    taken = take_in("upload", path)
    assert taken.peak_mb < MOST_MB
    if taken.said == "taken":
        taken = take_in("import", path)
        assert taken.peak_mb < MOST_MB
    assert taken.said.endswith((".", "set aside"))
    return taken.said


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_bomb_in_parquet_is_refused_for_its_column(tmp_path, name):
    assert re.search("column “(lyrics|words)”", check(name, tmp_path))


@pytest.mark.faults
@pytest.mark.parametrize("name", [name for name in BOMBS if name not in QUICK])
def test_no_bomb_fills_the_memory(tmp_path, name):
    check(name, tmp_path)


def written(folder, **columns):
    path = folder / "songs.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def test_a_cell_that_is_too_long_is_named(tmp_path):
    path = written(tmp_path, energy=[0.5] * 3, lyrics=["a", None, "x" * 2**20 + "x"])
    with pytest.raises(SongFileError, match=r"“lyrics” has texts or lists of more than 1 MB \(row 3\)"):
        sniff(path)


def test_a_row_that_is_too_long_is_named(tmp_path):
    columns = {f"c{number}": ["a", "x" * 2**19] for number in range(9)}
    with pytest.raises(SongFileError, match="Row 2 has more than 4 MB"):
        sniff(written(tmp_path, energy=[0.5, 0.6], **columns))


def test_batches_are_cut_by_bytes(tmp_path):
    texts = [f"{number}" + "x" * 200_000 for number in range(300)]
    path = written(tmp_path, energy=[0.5] * 300, lyrics=texts)
    dialect = sniff(path)
    assert read_preview(path, dialect).nbytes < MAX_BATCH_BYTES
    batches = list(read_batches(path, dialect))
    assert all(batch.table.nbytes <= MAX_BATCH_BYTES for batch in batches)
    assert [row for batch in batches for row in batch.row_numbers.tolist()] == list(range(1, 301))
    assert [text for batch in batches for text in batch.table["lyrics"].to_pylist()] == texts


def test_the_process_that_unpacks_has_no_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for it")
    path = written(tmp_path, energy=[0.5] * 3)
    seen = {}
    started = subprocess.Popen

    def watched(*arguments, **options):
        seen.update(options["env"])
        return started(*arguments, **options)

    monkeypatch.setattr("subprocess.Popen", watched)
    sniff(path)
    assert seen
    assert "SECRET_KEY" not in seen
