from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clustering', '0021_fit_on_a_sample'),
    ]

    operations = [
        migrations.AddField(
            model_name='playliststep',
            name='wishes',
            field=models.JSONField(default=dict, help_text='{name of a field of the playlist: what it was}'),
        ),
        migrations.RunSQL(
            """UPDATE clustering_playliststep SET wishes = jsonb_build_object('order', "order", 'by_hand', by_hand)""",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveField(
            model_name='playliststep',
            name='by_hand',
        ),
        migrations.RemoveField(
            model_name='playliststep',
            name='order',
        ),
    ]
