"""Batches of cells, and what the cleaner makes of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from clustering.songfiles.cleaning import SONG_SCHEMA, Cleaner
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.formats.records import Batch


def batch_of(columns, first=1):
    table = pa.table(columns)
    numbers = np.arange(first, first + table.num_rows)
    return Batch(table, numbers.astype(np.int32), numbers + 1)


def cleaned(columns, **options):
    """Return the songs, the rejected rows and the report of one batch."""
    batch = batch_of(columns)
    cleaner = Cleaner(propose_columns(batch.table), **options)
    clean = cleaner.clean(batch)
    assert clean.songs.schema == SONG_SCHEMA
    return clean.songs, clean.rejected, cleaner.report()


def numbers(name, count=30, low=0.1, high=0.9):
    return [f"{low + (high - low) * index / count:.4f}" for index in range(count)]
