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
