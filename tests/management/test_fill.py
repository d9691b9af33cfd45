"""``manage.py fill``."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from clustering.actions.uploads import start_import, upload_file
from clustering.jobs import runner as jobs
from clustering.jobs.queue import collect_jobs
from clustering.models import Dataset
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dataset() -> Dataset:
    upload = upload_file(
        make_user(), file=ContentFile(b"title,artist\nA,x\nB,x\nC - Live,x\n", name="list.csv")
    )
    with collect_jobs():
        jobs.run(start_import(upload.dataset.owner, upload, changes={}, name="").pk)
    return Dataset.objects.get(pk=upload.dataset_id)


@pytest.fixture
def features(tmp_path: Path) -> Path:
    path = tmp_path / "features.csv"
    path.write_text("title,artist,energy\na,X,0.5\nB (2011 Remaster),x,0.6\nC,x,0.7\n", encoding="utf-8")
    return path


def fill(*arguments: str) -> str:
    out = StringIO()
    call_command("fill", *arguments, stdout=out)
    return out.getvalue()


def test_says_what_matches_and_writes_nothing(dataset, features):
    printed = fill("list", "--from", str(features))
    assert "2 of 3 songs matched with features, 0 ambiguous, 1 unmatched; 2 would get features" in printed
    assert "2  by Title and artist" in printed
    assert "Nothing was written" in printed
    assert not dataset.songs.filter(energy__isnull=False).exists()


def test_applies_and_takes_a_file_that_is_known_for_what_it_became(dataset, features):
    fill(str(dataset.pk), "--from", str(features))
    printed = fill(str(dataset.pk), "--from", str(features), "--apply")
    assert "Filled in features of 2 songs." in printed
    assert Dataset.objects.count() == 2
    assert dataset.songs.filter(energy__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("nowhere", "--from", "list"), "no dataset nowhere"), (("list", "--from", "list"), "from itself")],
)
def test_refuses_with_a_sentence(dataset, arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        fill(*arguments)
    assert refused.value.returncode == 2
