"""Files that were made to do harm, or that a fuzzer found: refused with a sentence, or read like any other."""

from pathlib import Path

import pytest

from clustering.songfiles import SongFileError
from clustering.songfiles.cleaning import Cleaner
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.readers import estimate_rows, read_batches, read_preview, sniff

FINDINGS = sorted((Path(__file__).parent.parent / "fuzz" / "findings").iterdir())


def take_in(path: Path) -> int:
    """Do with a file what an upload and its import do, and count its songs."""
    dialect = sniff(path, "songs")
    cleaner = Cleaner(propose_columns(read_preview(path, dialect)))
    estimate_rows(path, dialect)
    return sum(len(cleaner.clean(batch).songs) for batch in read_batches(path, dialect))


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_what_the_fuzzer_found_is_refused_with_a_sentence(path):
    with pytest.raises(SongFileError):
        take_in(path)


# Arrow's complaint about its first attempt, which no handler of ours can catch
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bad_row_with_bad_bytes_loses_no_good_one(tmp_path):
    path = tmp_path / "songs.csv"
    good = "é,0.5,100\n".encode()
    path.write_bytes(b"title,energy,tempo\n" + good * 20 + b"bad\x90,0.1,1,2,3,4\n" + good * 3)
    batches = list(read_batches(path, sniff(path)))
    assert sum(batch.table.num_rows for batch in batches) == 23
    assert [(bad.row, bad.line) for batch in batches for bad in batch.bad_rows] == [(21, 22)]
