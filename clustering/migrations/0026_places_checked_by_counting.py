"""The check that placed songs are there begins with a count.

Where a stretch has as many songs as numbers, all its numbers are songs, and counting them takes a fifth of the time of
looking for each: 0.2 s for a million places instead of 0.9 s. Only where a file had rows that were left out are they
still looked for one by one.
"""

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION clustering_assignments_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    block record;
    missing bigint;
BEGIN
    FOR block IN
        SELECT run_id, min(song_id) AS first, max(song_id) AS last FROM added GROUP BY run_id ORDER BY 1
    LOOP
        PERFORM FROM clustering_run JOIN clustering_dataset ON clustering_dataset.id = dataset_id
        WHERE clustering_run.id = block.run_id AND song_block = block.first >> 32 AND song_block = block.last >> 32
        FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE foreign_key_violation USING MESSAGE =
                format('songs %s to %s are not of the dataset of a run %s', block.first, block.last, block.run_id);
        END IF;
"""

# the dataset is locked above, and who deletes songs waits for it: what is counted stays
# a few songs far from each other are looked for as before: counting would read all that lie between them
COUNT = """
        IF block.last - block.first < 2 * block.placed THEN
            IF (SELECT count(*) FROM clustering_song WHERE id BETWEEN block.first AND block.last)
                = block.last - block.first + 1 THEN
                CONTINUE;
            END IF;
        END IF;
"""

REST = """
        SELECT song_id INTO missing FROM added WHERE run_id = block.run_id AND NOT EXISTS (
            SELECT FROM clustering_song
            WHERE clustering_song.id = song_id AND clustering_song.id BETWEEN block.first AND block.last
        ) LIMIT 1;
        IF FOUND THEN
            RAISE foreign_key_violation USING MESSAGE = format('there is no song %s to place', missing);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clustering', '0025_two_factor_in_the_audit_log'),
    ]

    operations = [
        migrations.RunSQL(
            HEAD.replace("AS last FROM", "AS last, count(*) AS placed FROM") + COUNT + REST, HEAD + REST
        ),
    ]
