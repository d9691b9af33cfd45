"""Comparisons know how many songs the scores of both runs count.

Where no song had been added to either run, these are all that both place, and the table has them. Elsewhere they are
counted: those up to the last song that was there when the runs were made.
"""

from django.db import migrations, models

COUNT = """
UPDATE clustering_runcomparison SET measured_songs = CASE
    WHEN added_songs = 0 THEN (
        SELECT coalesce(sum(songs::bigint), 0)
        FROM jsonb_array_elements("table") AS line, jsonb_array_elements(line) AS songs
    )
    ELSE (
        SELECT count(*) FROM clustering_assignment AS one JOIN clustering_assignment AS other USING (song_id)
        WHERE one.run_id = first.id AND other.run_id = second.id AND song_id <= (song_block << 32) + least(
            (first.additions -> 0 ->> 'after_row')::bigint, (second.additions -> 0 ->> 'after_row')::bigint
        )
    )
END
FROM clustering_run AS first, clustering_run AS second, clustering_dataset
WHERE clustering_runcomparison.finished_at IS NOT NULL AND first.id = first_id AND second.id = second_id AND clustering_dataset.id = first.dataset_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clustering', '0026_places_checked_by_counting'),
    ]

    operations = [
        migrations.AddField(
            model_name='runcomparison',
            name='measured_songs',
            field=models.PositiveIntegerField(default=0, help_text='Songs that the scores of both runs count: none that was added later.'),
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
    ]
