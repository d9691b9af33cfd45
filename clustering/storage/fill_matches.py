"""Which song of one dataset is which of another, key by key, in PostgreSQL: a million of a million, in bounded memory.

The keys are in the temporary tables ``fill_target`` and ``fill_source`` (see `fill_keys`). Each key in turn finds
candidates for the songs that no key before it matched. One candidate is a match; of several, the one whose title is
written the same, and any where their features agree: a recording is on several albums. Others are left to the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from clustering.analysis.recordings import FILLED, SAME_LENGTH_MS, tolerance
from clustering.models import Fill

MOST_CANDIDATES = 20
"""Songs of the source with one key that are looked at; of more nobody could tell which it is."""
SHOWN_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Key:
    """Something that songs are matched by: its number in `FillMatch.key`, and what has to be equal."""

    number: int
    name: str
    label: str
    columns: tuple[str, ...]
    condition: str = "true"
    certain: str = "true"
    """What has to hold as well; a candidate of which it does not is left to the person."""
    alike: tuple[str, ...] = ()
    """Columns that have to be equal, too, and may be empty in both."""


_LENGTH = f"(t.length = 'NaN' OR s.length = 'NaN' OR abs(t.length - s.length) <= {SAME_LENGTH_MS:.0f})"
_KNOWN_LENGTH = (
    f"(t.length <> 'NaN' AND s.length <> 'NaN' AND abs(t.length - s.length) <= {SAME_LENGTH_MS:.0f})"
)
_SOUND = ("version", "kinds")
# an id that names another song is no id: the names have to agree where both tables have them
_NAMES = f"""(t.title = 0 OR s.title = 0 OR (t.kinds = s.kinds AND (
    t.title = s.title AND (t.artist = 0 OR s.artist = 0 OR t.artist = s.artist OR t.lead = s.lead OR {_KNOWN_LENGTH})
    OR t.artist <> 0 AND t.artist = s.artist AND {_KNOWN_LENGTH})))"""

_ANY_NAME = (
    "(t.title = 0 OR s.title = 0 OR t.artist = 0 OR s.artist = 0 OR t.title = s.title OR t.artist = s.artist)"
)

KEYS = (
    Key(
        1,
        "spotify_id",
        "Spotify id",
        ("ext",),
        f"t.ext_certain = 1 AND s.ext_certain = 1 AND {_ANY_NAME}",
        _NAMES,
    ),
    Key(2, "isrc", "ISRC", ("isrc",), _ANY_NAME, _NAMES),
    Key(3, "id", "Id in the file", ("ext",), f"t.ext_certain = 0 AND s.ext_certain = 0 AND {_NAMES}"),
    Key(4, "text", "Title and artist", ("title", "artist"), _LENGTH, alike=_SOUND),
    Key(5, "first_artist", "Title and first artist", ("title", "lead"), _KNOWN_LENGTH, alike=_SOUND),
)
BY_NUMBER = {key.number: key for key in KEYS}


def begin_matches() -> None:
    """Make the temporary table that matches are gathered in; it is gone when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE fill_result (song_id bigint, source_id bigint, key smallint, state smallint) "
            "ON COMMIT DROP"
        )


def match_songs(key: Key, features: Sequence[str]) -> None:
    """Match what is left in ``fill_target`` by one key."""
    both = " AND ".join(
        [f"t.{name} = s.{name}" for name in (*key.columns, *key.alike)]
        + [f"t.{name} <> 0" for name in key.columns]
    )
    equal = ", ".join((*key.columns, *key.alike))
    known = " AND ".join(f"{name} <> 0" for name in key.columns)
    statement = f"""
        CREATE TEMPORARY TABLE fill_found ON COMMIT DROP AS
        SELECT t.song_id, s.song_id AS source_id, ({key.certain}) AS certain, t.spelled = s.spelled AS same
        FROM fill_target t JOIN (
            SELECT * FROM (
                SELECT *, row_number() OVER (PARTITION BY {equal} ORDER BY song_id) AS place
                FROM fill_source WHERE {known}
            ) numbered WHERE place <= {MOST_CANDIDATES}
        ) s ON {both} AND {key.condition}
    """  # noqa: S608 – of constants, as all statements here
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("ANALYZE fill_found")
        cursor.execute(_matched(features), {"key": key.number})
        cursor.execute(
            "DELETE FROM fill_target t USING fill_result m "
            "WHERE m.song_id = t.song_id AND m.key = %s AND m.state = 0",
            [key.number],
        )
        cursor.execute(_CANDIDATES, {"key": key.number})
        cursor.execute("DROP TABLE fill_found")


def _matched(features: Sequence[str]) -> str:
    """Keep songs with one certain candidate, or one that is spelled the same, or several whose features agree."""
    agree = " AND ".join(
        f"coalesce(max(song.{name}) - min(song.{name}) <= {tolerance(name)}, true)" for name in features
    )
    values = f"num_nonnulls({', '.join(f'song.{name}' for name in features)})"
    return f"""
        WITH counted AS (
            SELECT song_id, count(*) AS candidates, min(source_id) AS source_id,
                count(*) FILTER (WHERE same) AS alike, min(source_id) FILTER (WHERE same) AS alike_id
            FROM fill_found WHERE certain GROUP BY song_id
        )
        INSERT INTO fill_result (song_id, source_id, key, state)
        SELECT song_id, coalesce(alike_id, source_id), %(key)s, 0 FROM counted WHERE candidates = 1 OR alike = 1
        UNION ALL
        SELECT f.song_id, (array_agg(f.source_id ORDER BY {values} DESC, f.source_id))[1], %(key)s, 0
        FROM fill_found f JOIN counted USING (song_id) JOIN clustering_song song ON song.id = f.source_id
        WHERE certain AND candidates > 1 AND alike <> 1 GROUP BY f.song_id HAVING {agree}
    """  # noqa: S608 – of constants


_CANDIDATES = f"""
    INSERT INTO fill_result (song_id, source_id, key, state)
    SELECT song_id, source_id, %(key)s, 1 FROM (
        SELECT song_id, source_id, row_number() OVER (PARTITION BY song_id ORDER BY source_id) AS place
        FROM fill_found JOIN fill_target USING (song_id)
    ) numbered WHERE place <= {SHOWN_CANDIDATES}
"""  # noqa: S608 – of constants


def store_matches(fill: Fill, features: Sequence[str]) -> None:
    """Store what was found, with the features that each song would get; of songs matched later, no candidates."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE fill_result")
        cursor.execute("ANALYZE fill_target")
        cursor.execute(
            f"""
            INSERT INTO clustering_fillmatch (fill_id, song_id, source_song_id, key, state, written)
            SELECT %(fill)s, song_id, source_id, key_number, state, {mask_of(features)}
            FROM (
                SELECT song_id, source_id, min(r.key) AS key_number, min(r.state) AS state
                FROM fill_result r LEFT JOIN fill_target left_over USING (song_id)
                WHERE r.state = 0 OR left_over.song_id IS NOT NULL
                GROUP BY song_id, source_id
            ) found JOIN clustering_song t ON t.id = song_id JOIN clustering_song s ON s.id = source_id
            ORDER BY song_id
            """,  # noqa: S608 – of constants
            {"fill": fill.pk},
        )
        cursor.execute("ANALYZE clustering_fillmatch")


def mask_of(features: Sequence[str]) -> str:
    """Return SQL for the bits of the features that a song ``t`` lacks and its match ``s`` has."""
    return " + ".join(
        f"(t.{name} IS NULL AND s.{name} IS NOT NULL)::int * {1 << FILLED.index(name)}" for name in features
    )
