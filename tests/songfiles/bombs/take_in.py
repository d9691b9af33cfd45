"""Do with one file what the web process does at upload, or a worker at import, and say what it took.

    python -m tests.songfiles.bombs.take_in upload|import FILE

It is a process of its own, so that its peak is the file's.
"""

import json
import resource
import sys
import time
from pathlib import Path

from clustering.songfiles import SongFileError
from clustering.songfiles.arrays import cell_texts
from clustering.songfiles.cleaning import Cleaner
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.readers import estimate_rows, read_batches, read_preview, sniff
from clustering.songfiles.rejected import RejectedFile
from clustering.songfiles.sniffing import sniff_bytes
from clustering.storage.pipeline import ahead


def upload(path: Path) -> str:
    dialect = sniff(path, path.name)
    table = read_preview(path, dialect)
    propose_columns(table)
    for column in table.slice(0, 5).columns:
        cell_texts(column)
    return "taken"


def load(path: Path) -> str:
    dialect = sniff_bytes(path, path.name)
    cleaner = Cleaner(propose_columns(read_preview(path, dialect)))
    estimate_rows(path, dialect)
    songs = 0
    with RejectedFile() as rejected:
        for clean in ahead(cleaner.clean(batch) for batch in read_batches(path, dialect)):
            rejected.add(clean.rejected)
            songs += len(clean.songs)
        cleaner.report().to_dict()
        return f"{songs:,} songs, {rejected.count:,} rows set aside"


def main() -> None:
    step, path = sys.argv[1], Path(sys.argv[2])
    begun = time.perf_counter()
    try:
        said = {"upload": upload, "import": load}[step](path)
    except SongFileError as error:
        said = str(error)
    own = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    seconds = time.perf_counter() - begun
    print(json.dumps({"said": said, "own_mb": own, "child_mb": child, "seconds": seconds}))


if __name__ == "__main__":
    main()
