"""Throw bytes at the way a file takes from upload to songs: sniff, preview, match columns, read, clean.

    python -m tests.fuzz.fuzz_readers FOLDER [seconds]

needs atheris (Linux). It mutates small files of every kind in whatever way reaches new code, keeps each input that
ends in anything but a `SongFileError`, once for each place in the code, and prints figures at the end.
"""

from __future__ import annotations

import gzip
import io
import os
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

import atheris
import openpyxl
import pyarrow as pa
import pyarrow.parquet

from tests.songfiles.spreadsheets import ods_table, write_ods, write_xlsb, xlsb_sheet

with atheris.instrument_imports(include=["clustering.songfiles"]):
    from clustering.songfiles import SongFileError
    from clustering.songfiles.cleaning import Cleaner
    from clustering.songfiles.columns import propose_columns
    from clustering.songfiles.readers import estimate_rows, read_batches, read_preview, sniff

CSV = (
    "track_id,track_name,artists,track_genre,release_date,explicit,key,energy,danceability,tempo,duration_ms\n"
    'a1,"Song, one",Ada;Bob,pop,1999-01-01,True,C#,0.5,0.6,120.5,200000\n'
    "a2,Sång två,Ada,\"['pop', 'rock']\",2001,False,3,50%,0.7,0,3:20\n"
    "a2,=1+1,Bob,jazz,x,1,-1,0.9,7e-1,99999,1e9\n"
)
MAX_MEGABYTES = 1024
"""What one file may take."""

FUZZER_MEGABYTES = 8192
"""What the process may: under atheris it grows by some kilobytes with each input, which is no fault of ours."""


def seeds() -> list[bytes]:
    """Return a small file of each kind."""
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    rows = [line.split(",") for line in CSV.replace('"', "").splitlines()]
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    parquet = io.BytesIO()
    pyarrow.parquet.write_table(
        pa.table({"title": ["a", "b"], "energy": [0.5, None], "tempo": [1, 2]}), parquet
    )
    texts = [CSV, CSV.replace(",", "\t"), CSV.replace(",", ";"), "sep=;\n" + CSV.replace(",", ";")]
    plain = [
        text.encode(encoding) for text in texts for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    ]
    shapes = [
        "My songs\n\n" + CSV,
        CSV.replace('"Song, one"', r'"Song \"one\", x"'),
        CSV.replace(",", ", "),
        "\n".join('"' + line.replace('"', '""') + '"' for line in CSV.splitlines()),
        "ä" + CSV.encode().decode("latin-1"),
        CSV.partition("\n")[2],
    ]
    plain += [shape.encode() for shape in shapes] + [
        "Тихий сад,青\n".encode(code, "replace") for code in ("cp1251", "cp932")
    ]
    others = Path(tempfile.mkdtemp(dir="/dev/shm"))
    write_ods(others / "ods", ods_table("Songs", rows))
    write_xlsb(others / "xlsb", {"Songs": xlsb_sheet(rows)})
    plain += [(others / name).read_bytes() for name in ("ods", "xlsb")]
    kinds = [*plain, buffer.getvalue(), parquet.getvalue()]
    return kinds + [gzip.compress(kind) for kind in kinds]


class Trial:
    """One file after the other, and what went wrong."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.end = time.monotonic() + seconds
        self.begun = time.monotonic()
        self.inputs = self.refused = self.read = 0
        self.found: dict[str, int] = {}
        self.slowest = 0.0
        self.largest = 0.0
        self.path = Path(tempfile.mkdtemp(dir="/dev/shm")) / "file"

    def __call__(self, data: bytes) -> None:
        """Read one file as the application does."""
        self.inputs += 1
        self.path.write_bytes(data)
        begun, before, peak = time.monotonic(), memory_mb(), peak_mb()
        try:
            dialect = sniff(self.path, "songs")
            cleaner = Cleaner(propose_columns(read_preview(self.path, dialect)))
            estimate_rows(self.path, dialect)
            for batch in read_batches(self.path, dialect):
                cleaner.clean(batch)
            cleaner.report().to_dict()
            self.read += 1
        except SongFileError:
            self.refused += 1
        except Exception as error:
            self.keep(data, error)
        if peak_mb() > peak:  # otherwise an earlier file took more
            self.largest = max(self.largest, peak_mb() - before)
            if peak_mb() - before > MAX_MEGABYTES:
                self.keep(data, MemoryError(f"{peak_mb() - before:,.0f} MB"))
        took = time.monotonic() - begun
        if took > max(self.slowest, 2.0):
            (self.folder / f"slow-{took:.0f}s").write_bytes(data)
        self.slowest = max(self.slowest, took)
        if time.monotonic() > self.end:
            self.report()
            os._exit(0)  # libFuzzer would take an ordinary end for a crash

    def keep(self, data: bytes, error: Exception) -> None:
        """Keep the input, once for each place that an error comes from."""
        last = traceback.extract_tb(error.__traceback__)
        own = next(
            (frame for frame in reversed(last) if "songfiles" in frame.filename), last[-1] if last else None
        )
        place = (
            f"{type(error).__name__}-{Path(own.filename).stem}-{own.lineno}" if own else type(error).__name__
        )
        if place not in self.found:
            (self.folder / place).write_bytes(data)
            print(place, repr(error)[:300], flush=True)  # noqa: T201
        self.found[place] = self.found.get(place, 0) + 1

    def report(self) -> None:
        """Print the figures."""
        minutes = (time.monotonic() - self.begun) / 60
        print(  # noqa: T201
            f"{self.inputs:,} inputs in {minutes:.1f} minutes: {self.read:,} read to their end, "
            f"{self.refused:,} refused with a sentence, {len(self.found)} findings; "
            f"slowest {self.slowest:.1f} s, at most {self.largest:,.0f} MB for one of them",
            flush=True,
        )
        print(self.found, flush=True)  # noqa: T201


def memory_mb() -> float:
    """Return what this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def peak_mb() -> float:
    """Return the most that it ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run for the time that is asked for."""
    folder = Path(sys.argv[1])
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 600
    options = [
        "-max_len=20000",
        f"-rss_limit_mb={FUZZER_MEGABYTES}",
        "-timeout=60",
        "-verbosity=0",
        str(corpus),
    ]
    options += [f"-artifact_prefix={folder}/", str(corpus)]
    atheris.Setup([sys.argv[0], *options], Trial(folder, seconds))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
