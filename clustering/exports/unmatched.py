"""The songs that a fill found nothing for, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from clustering.models import Fill
from clustering.songfiles.formula_injection import escape
from clustering.storage.fills import UNMATCHED, unmatched_songs


def export_unmatched(fill: Fill) -> Iterator[bytes]:
    """Yield the songs with their row in the file and what names them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("row", *UNMATCHED[1:]))
    for rows in unmatched_songs(fill):
        writer.writerows([escape(str(cell)) if cell is not None else "" for cell in row] for row in rows)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()
