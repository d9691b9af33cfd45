"""Jobs that delete a run are told from those that delete a dataset, also when the run is gone.

A job that lost its run counts as one that deleted a run where its subject is not the dataset's name: it can then not be
tried again, which is harmless, where the other mistake would delete the dataset.
"""

from django.db import migrations, models

TELL_APART = """
UPDATE clustering_job SET kind = 'delete_run' WHERE kind = 'delete' AND (
    run_id IS NOT NULL
    OR EXISTS (SELECT FROM clustering_dataset WHERE clustering_dataset.id = dataset_id AND name <> subject)
)
"""
TAKE_TOGETHER = "UPDATE clustering_job SET kind = 'delete' WHERE kind = 'delete_run'"


class Migration(migrations.Migration):

    dependencies = [
        ('clustering', '0023_places_by_run'),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('import', 'Import songs'), ('sweep', 'Advise on the number of groups'), ('candidate', 'Try a number of groups'), ('add', 'Add songs'), ('cluster', 'Find groups'), ('assign', 'Place added songs'), ('delete', 'Delete'), ('delete_run', 'Delete a run'), ('compare', 'Compare runs'), ('index', 'Prepare search and similar songs')], max_length=10),
        ),
        migrations.RunSQL(TELL_APART, TAKE_TOGETHER),
    ]
