"""How many songs runs have placed: what most of the database is."""

from __future__ import annotations

from django.db import connection

from clustering.models import Job

STATEMENT = """
    SELECT run.owner_id, sum(CASE
        WHEN run.finished_at IS NOT NULL THEN run.songs_count
            + (SELECT coalesce(sum((one ->> 'songs')::bigint), 0) FROM jsonb_array_elements(run.additions) one)
        WHEN EXISTS (SELECT FROM clustering_job job WHERE job.run_id = run.id AND job.status = ANY(%(alive)s))
            THEN dataset.songs_count
        ELSE 0 END)::bigint
    FROM clustering_run run JOIN clustering_dataset dataset ON dataset.id = run.dataset_id
    WHERE %(owner)s::bigint IS NULL OR run.owner_id = %(owner)s
    GROUP BY run.owner_id
"""


def count_places(owner: int | None) -> dict[int, int]:
    """Return by owner how many songs their runs have placed, or will have when they are done."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"owner": owner, "alive": [str(status) for status in Job.ALIVE]})
        return dict(cursor.fetchall())
