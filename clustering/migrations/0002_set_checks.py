"""Referential checks per statement instead of per row; see sql/set_checks.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("clustering", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "set_checks.sql").read_text(),
            (SQL / "drop_set_checks.sql").read_text(),
        )
    ]
