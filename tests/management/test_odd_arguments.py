"""Arguments that nobody types: each gets a sentence and status 2, and nothing is replaced that is no file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from clustering.actions.uploads import upload_file
from clustering.models import Dataset
from musicclust.backup import BackupError, make_backup
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db
NO_TEXT = "a\udcff"
TOO_LONG = "x" * 300


@pytest.fixture
def songs(tmp_path: Path) -> str:
    return str(write_csv(tmp_path / "songs.csv", song_rows(30)))


@pytest.mark.parametrize(
    "command",
    [
        ["sign_in_link", NO_TEXT],
        ["two_factor_reset", NO_TEXT],
        ["cluster", "songs.csv", "--name", NO_TEXT],
        ["cluster", "songs.csv", "--owner", NO_TEXT],
    ],
)
def test_what_is_no_text_is_refused(command):
    with pytest.raises(CommandError, match="is not written in UTF-8"):
        call_command(*command)


@pytest.mark.parametrize("command", [["cluster", TOO_LONG], ["restore", TOO_LONG], ["backup", TOO_LONG]])
def test_a_name_that_is_too_long_is_said(command):
    with pytest.raises(CommandError, match="too long") as caught:
        call_command(*command)
    assert caught.value.returncode == 2


@pytest.mark.parametrize("option", ["--export", "--json"])
class TestOutput:
    def test_to_a_folder_is_refused_before_the_work(self, songs, tmp_path, option):
        with pytest.raises(CommandError, match="is a folder") as caught:
            call_command("cluster", songs, option, str(tmp_path))
        assert caught.value.returncode == 2
        assert not Dataset.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_that_cannot_be_written_is_said(self, owner, songs, option):
        with pytest.raises(CommandError, match="No space left on device") as caught:
            call_command("cluster", songs, "--k", "2", option, "/dev/full")
        assert caught.value.returncode == 2


def test_no_name_is_nobody(owner):
    with pytest.raises(CommandError, match="There is no active user “”"):
        call_command("sign_in_link", "")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_backup_takes_the_place_of_files_only(tmp_path, make):
    path = tmp_path / "there"
    make(path)
    with pytest.raises(BackupError, match="is a folder or a device"):
        make_backup(path)
    assert not path.is_file()


@pytest.mark.parametrize("name", ["s\udcff.csv", "a\0.csv", "\ud800"])
def test_a_file_whose_name_is_no_text_is_taken(owner, name):
    file = ContentFile(b"title,energy,tempo\na,0.5,100\nb,0.6,110\n")
    file.name = name
    upload = upload_file(owner, file=file)
    upload.refresh_from_db()
    assert "?" in upload.original_name
