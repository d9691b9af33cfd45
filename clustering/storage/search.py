"""Finding songs by words: candidates in bounded number, which the page then puts into order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clustering.models import Dataset
from clustering.storage import binary

MAX_MATCHES = 200
MAX_EXACT = 50
MAX_WORDS = 10
MAX_RANGES = 30  # of ids, one for each dataset
SHORTEST_PREFIX = 2  # one Latin letter begins a fifth of all words; one Chinese sign is a word


def matching_songs(words: str, datasets: Sequence[Dataset]) -> tuple[list[int], bool]:
    """Return the ids of songs with all the words, the last of which may be the beginning of one, and whether there
    may be more.

    ``words`` are plain. Texts lie in the order of popularity, so that of very many matches the most popular are found;
    songs that are called exactly so, or are by an artist who is, are always among them. A materialised query is planned
    as if all its rows were read, and yet stops when enough are: planned for the first few, it would read all songs to
    learn that a word is nowhere.
    """
    # small datasets are found by their range of ids, before the texts of a large one are read for nothing
    ranges = " OR ".join(
        f"song_id BETWEEN {dataset.first_song_id:d} AND {dataset.last_song_id:d}"
        for dataset in datasets[:MAX_RANGES]
    )
    within = f"AND ({ranges})" if len(datasets) <= MAX_RANGES else ""
    exact = (
        "UNION (SELECT song_id FROM clustering_songtext WHERE title = %(words)s AND dataset_id = ANY(%(datasets)s) "
        "LIMIT %(exact)s) "
        "UNION (SELECT song_id FROM clustering_songtext JOIN clustering_artist ON clustering_artist.id = artist_id "
        "WHERE key = %(words)s AND clustering_artist.dataset_id = ANY(%(datasets)s) LIMIT %(exact)s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH matching AS MATERIALIZED "  # noqa: S608
            f"(SELECT song_id, dataset_id FROM clustering_songtext WHERE words @@ %(query)s::tsquery {within}), "
            "first AS MATERIALIZED "
            "(SELECT song_id FROM matching WHERE dataset_id = ANY(%(datasets)s) LIMIT %(most)s) "
            f"SELECT song_id, (SELECT count(*) FROM first) FROM (SELECT song_id FROM first {exact}) AS candidates",
            {
                "words": words,
                "query": _query(words),
                "datasets": [dataset.pk for dataset in datasets],
                "most": MAX_MATCHES,
                "exact": MAX_EXACT,
            },
        )
        rows = cursor.fetchall()
    return [row[0] for row in rows], bool(rows) and rows[0][1] >= MAX_MATCHES


def all_matching(words: str, dataset: Dataset) -> NDArray[np.int64]:
    """Return the ids of all songs of a dataset with all the words, the last of which may be the beginning of one."""
    statement = (
        "COPY (SELECT song_id FROM clustering_songtext WHERE words @@ %s::tsquery AND song_id BETWEEN %s AND %s) "
        "TO STDOUT (FORMAT binary)"
    )
    bounds = (dataset.first_song_id, dataset.last_song_id)
    rows = [
        part["song_id"] for part in binary.copy_out(statement, {"song_id": ">i8"}, (_query(words), *bounds))
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *rows])


def _query(words: str) -> str:
    """Return plain words as PostgreSQL writes a tsquery: they hold nothing that would have to be escaped."""
    *whole, last = words.split()[:MAX_WORDS]
    mark = ":*" if len(last) >= SHORTEST_PREFIX or not last.isascii() else ""
    return " & ".join([*(f"'{word}'" for word in whole), f"'{last}'{mark}"])
