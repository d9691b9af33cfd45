from django.db import migrations


def forget_what_is_not_sealed(apps, schema_editor):
    """Nothing can be derived into a secret that an app knows already: whoever has one turns it on again."""
    for app, model in (("otp_totp", "TOTPDevice"), ("otp_static", "StaticDevice")):
        apps.get_model(app, model).objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("clustering", "0030_left_files_due"),
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("otp_totp.totpdevice",),
        ),
        migrations.CreateModel(
            name="RecoveryCodes",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("otp_static.staticdevice",),
        ),
        migrations.RunPython(forget_what_is_not_sealed, migrations.RunPython.noop),
    ]
