from django.db import migrations

from clustering.models.song import RealField


class Migration(migrations.Migration):
    dependencies = [
        ("clustering", "0016_comparison_added_songs"),
    ]

    # Catalogues are worked out of the songs: without one, a dataset gets a new one within a minute.
    operations = [
        migrations.RunSQL("DELETE FROM clustering_songvector; DELETE FROM clustering_catalog", migrations.RunSQL.noop),
        *(
            migrations.AddField("songvector", name, RealField(default=0.0, **words), preserve_default=False)
            for name, words in (
                ("release_year", {}),
                ("popularity", {}),
                ("tempo", {}),
                ("explicit", {"help_text": "1 for yes, 0 for no."}),
            )
        ),
    ]
