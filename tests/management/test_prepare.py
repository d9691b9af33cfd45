"""A database made ready for its first visitor."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.django_db
class TestPrepare:
    def test_makes_somebody_who_can_sign_in(self, client, data_dir):
        call_command("prepare")
        password = (data_dir / "password").read_text().strip()
        assert (data_dir / "password").stat().st_mode & 0o777 == 0o600
        assert User.objects.get(username="local").check_password(password)
        assert User.objects.get().is_superuser

    def test_does_nothing_twice(self, data_dir):
        call_command("prepare")
        password = (data_dir / "password").read_text()
        call_command("prepare")
        assert (data_dir / "password").read_text() == password

    def test_gives_a_password_to_whom_the_command_line_made(self, data_dir):
        User.objects.create_superuser("local")
        call_command("prepare")
        assert User.objects.get().has_usable_password()

    def test_makes_nobody_where_there_are_people(self, data_dir):
        User.objects.create_user("mary", password="something-long")
        call_command("prepare")
        assert [user.username for user in User.objects.all()] == ["mary"]
        assert not (data_dir / "password").exists()
