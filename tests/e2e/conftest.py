"""Songs that keep a real worker busy."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from clustering.analysis.features import DEFAULT_FEATURES
from clustering.models import Dataset
from clustering.storage.songs import copy_songs, encode_songs
from tests.factories import make_report, make_upload, make_user
from tests.songtables import arrow_table


@pytest.fixture
def some_noise(transactional_db: None) -> Dataset:
    """Make a dataset of 25,000 songs, enough for advice to take a while."""
    return make_noise(25_000)


@pytest.fixture
def much_noise(transactional_db: None) -> Dataset:
    """Make a dataset of 300,000 songs, which keeps a worker some seconds."""
    return make_noise(300_000)


def make_noise(songs: int) -> Dataset:
    """Make a dataset of noise, on which K-Means takes the longest."""
    rng = np.random.default_rng(0)
    columns = {name: pa.array(rng.random(songs, dtype=np.float32)) for name in DEFAULT_FEATURES}
    dataset = Dataset.objects.create(owner=make_user("ada"), name="noise")
    copy_songs(encode_songs(dataset, arrow_table(**columns)))
    make_upload(dataset, rows_read=songs, rows_kept=songs)
    report = make_report(songs) | {"columns": []}
    dataset.record_import(songs=songs, features=list(DEFAULT_FEATURES), extra_columns=[], report=report)
    return dataset
