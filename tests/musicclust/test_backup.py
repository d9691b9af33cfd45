"""Everything in one file, and back into an empty place."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.files import File
from django.core.management import CommandError, call_command
from django.db import connection

from clustering import actions, jobs
from clustering.models import AuditEntry, Dataset, Run
from musicclust import local
from musicclust.backup import BackupError, make_backup, restore_backup
from tests.factories import make_dataset, make_user
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
# Prints what every page of every dataset and run shows to its owner, without what differs each time.
PAGES = """
import json, re
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from clustering.models import Dataset, Run
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nobody has collected the files
override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}).enable()
client, pages = Client(HTTP_HOST="localhost"), {}
for dataset in Dataset.objects.order_by("pk"):
    client.force_login(dataset.owner, backend="django.contrib.auth.backends.ModelBackend")
    names = ["run_overview", "run_metrics", "run_pictures", "run_insights", "run_csv", "run_profiles"]
    urls = [reverse("dataset", args=[dataset.pk])]
    urls += [reverse(name, args=[run.pk]) for run in Run.objects.filter(dataset=dataset) for name in names]
    for url in urls:
        answer = client.get(url)
        text = answer.getvalue().decode()
        text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|nonce=")[^"]*', "", text)
        pages[url] = [answer.status_code, text]
print(json.dumps(pages))
"""


@pytest.fixture
def place(servers, process_env, tmp_path) -> dict[str, str]:
    """Give the environment of an empty database and an empty folder."""
    name = f"{settings.DATABASES['default']['NAME']}_empty"
    address = local.database_url(settings.DATA_DIR, "postgres")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')
    yield process_env | {
        "DATABASE_URL": local.database_url(settings.DATA_DIR, name),
        "MEDIA_ROOT": str(tmp_path / "uploads"),
    }
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def command(env: dict[str, str], *words: str) -> str:
    """Run a command in a process of its own."""
    env = env | {"HTTPS": "false", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def import_and_group(owner, folder: Path, number: int, runs: int) -> None:
    path = write_csv(folder / f"songs{number}.csv", song_rows(60, seed=number))
    with path.open("rb") as file:
        upload = actions.upload_file(owner, file=File(file, name=path.name))
    jobs.run(
        actions.start_import(
            upload.dataset.owner, upload, changes={}, name="", then_cluster=False, send=False
        ).pk
    )
    dataset = Dataset.objects.get(pk=upload.dataset_id)
    for k in range(2, 2 + runs):
        run = actions.start_run(owner, dataset, k=k, send=False)
        jobs.run(run.jobs.get().pk)


@pytest.mark.slow
def test_three_datasets_and_five_runs_come_back_the_same(place, process_env, tmp_path):
    for number, runs in enumerate((2, 2, 1)):
        import_and_group(make_user(("ada", "bob")[number % 2]), tmp_path, number, runs)
    assert (Dataset.objects.count(), Run.objects.filter(finished_at__isnull=False).count()) == (3, 5)
    manifest = make_backup(tmp_path / "all.tar.gz")
    said = command(place, "restore", str(tmp_path / "all.tar.gz"))
    rows = sum(digest.rows for _, digest in manifest.tables)
    assert f"{rows:,} rows of {len(manifest.tables)} tables and {len(manifest.files)} files are back" in said

    # row by row, before anybody signs in there; then page by page
    again = command(place, "backup", str(tmp_path / "again.tar.gz"))
    assert f"{rows:,} rows" in again
    with tarfile.open(tmp_path / "again.tar.gz") as tar:
        copied = json.load(tar.extractfile("manifest.json"))
    sums = [(table["name"], digest["rows"], digest["sha256"]) for table, digest in copied["tables"]]
    assert sums == [(table.name, digest.rows, digest.sha256) for table, digest in manifest.tables]
    assert copied["files"] == manifest.files
    before, after = (
        json.loads(command(env, "shell", "-v", "0", "-c", PAGES)) for env in (process_env, place)
    )
    assert len(before) == 3 + 5 * 6
    assert {status for status, _ in before.values()} == {200}
    assert before == after
    # what comes next gets a number that is free
    command(place, "shell", "-v", "0", "-c", (
        "from clustering.models import *; d = Dataset.objects.first();"
        "AuditEntry.record(d.owner, 'renamed', d, 'x')"
    ))  # fmt: skip


class TestBackup:
    def test_is_for_its_owner_alone(self, tmp_path):
        make_backup(tmp_path / "b")
        assert (tmp_path / "b").stat().st_mode & 0o077 == 0
        assert [path.name for path in tmp_path.iterdir()] == ["b"]

    def test_names_a_file_that_is_gone(self, tmp_path):
        dataset = make_dataset()
        assert make_backup(tmp_path / "b").missing == [dataset.uploads.get().file.name]

    def test_keeps_no_sessions(self, tmp_path, client):
        client.force_login(make_user("ada"), backend="django.contrib.auth.backends.ModelBackend")
        names = {table.name for table, _ in make_backup(tmp_path / "b").tables}
        assert "auth_user" in names
        assert not {name for name in names if "session" in name or name.startswith("axes")}


class TestRestore:
    def test_overwrites_nothing(self, tmp_path):
        make_dataset()
        make_backup(tmp_path / "b")
        with pytest.raises(CommandError, match="1 people and 1 datasets here already"):
            call_command("restore", tmp_path / "b")

    def test_refuses_a_damaged_file_before_it_touches_anything(self, tmp_path):
        make_dataset()
        AuditEntry.record(make_user(), "renamed", Dataset.objects.get(), "x" * 250)
        make_backup(tmp_path / "b")
        whole = (tmp_path / "b").read_bytes()
        for damaged in (whole[: len(whole) // 2], b"nothing", b"", whole[:2000] + b"xx" + whole[2002:]):
            (tmp_path / "b").write_bytes(damaged)
            with pytest.raises(BackupError, match="Use another one"):
                restore_backup(tmp_path / "b")

    def test_refuses_what_a_newer_version_made(self, tmp_path):
        make_backup(tmp_path / "b")

        def later(manifest):
            manifest["migrations"].append(["clustering", "9999_later"])
            return manifest

        with pytest.raises(BackupError, match="newer version"):
            restore_backup(_changed(tmp_path / "b", later))

    def test_says_that_there_is_no_file(self, tmp_path):
        with pytest.raises(CommandError, match="There is no file"):
            call_command("restore", tmp_path / "none")


class TestHostileBackup:
    """Somebody else may have written the file: its list of contents is data, and names nothing but our tables."""

    @pytest.mark.parametrize(
        "name",
        [
            """"x" FROM PROGRAM 'touch {mark}' --\"""",
            """"auth_user"; DROP TABLE clustering_run CASCADE; --\"""",
            "pg_authid",
            "pg_catalog.pg_authid",
            "django_migrations",
            "no_such_table",
            "",
        ],
    )
    def test_names_no_table_but_ours(self, tmp_path, name):
        mark = tmp_path / "mark"
        name = name.format(mark=mark)
        runs = _columns("clustering_run")

        def another(manifest):
            table, digest = manifest["tables"][0]
            manifest["tables"].append([table | {"name": name}, digest])
            return manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="which is none of musicclust's"):
            restore_backup(_changed(tmp_path / "b", another, {f"tables/{name}": b""}))
        assert not mark.exists()
        assert _columns("clustering_run") == runs

    @pytest.mark.parametrize("part", ["columns", "key"])
    def test_names_no_column_but_ours(self, tmp_path, part):
        mark = tmp_path / "mark"

        def another(manifest):
            manifest["tables"][0][0][part] = [f""""id") FROM PROGRAM 'touch {mark}' --\""""]
            return manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="which is none of musicclust's"):
            restore_backup(_changed(tmp_path / "b", another))
        assert not mark.exists()

    @pytest.mark.parametrize("name", ["../../outside", "/outside", "uploads/../../outside", ""])
    def test_leaves_no_file_outside(self, tmp_path, settings, name):
        settings.MEDIA_ROOT = tmp_path / "deep" / "er" / "uploads"

        def another(manifest):
            manifest["files"][name] = hashlib.sha256(b"x").hexdigest()
            return manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="no name for a file"):
            restore_backup(_changed(tmp_path / "b", another, {f"files/{name}": b"x"}))
        assert not list(tmp_path.rglob("outside"))

    @pytest.mark.parametrize("rows", [b"no such row\n", b"\x00\n", b"\xff\n", b"1\n2\n\\.\n"])
    def test_says_that_rows_do_not_fit(self, tmp_path, rows):
        def damage(manifest):
            digest = manifest["tables"][0][1]
            digest |= {"sha256": hashlib.sha256(rows).hexdigest(), "rows": 1}
            return manifest

        make_backup(tmp_path / "b")
        with tarfile.open(tmp_path / "b") as tar:
            first = json.load(tar.extractfile("manifest.json"))["tables"][0][0]["name"]
        with pytest.raises(BackupError, match=r"Use another one|Nothing was kept"):
            restore_backup(_changed(tmp_path / "b", damage, {f"tables/{first}": rows}))

    @pytest.mark.parametrize(
        "manifest",
        [
            None,
            [],
            "x",
            {},
            {"format": []},
            {"tables": {}},
            {"tables": [1]},
            {"tables": [[{"name": 1, "columns": ["id"], "key": ["id"]}, {"rows": 1, "sha256": "x"}]]},
            {"tables": [[{"name": "x", "columns": "id", "key": ["id"]}, {"rows": 1, "sha256": "x"}]]},
            {"tables": [[{"name": "x", "columns": ["id"], "key": []}, {"rows": "1", "sha256": "x"}]]},
            {
                "tables": [
                    [{"name": "x", "columns": ["id"], "key": ["id"]}, {"rows": 1, "sha256": "x", "y": 1}]
                ]
            },
            {"migrations": [[["clustering"], "0001_initial"]]},
            {"tables": [[{"name": "x", "columns": ["id"], "key": []}, {"rows": 1, "sha256": "x"}]]},
            {"tables": [[{"name": "x", "columns": ["a", "a"], "key": ["a"]}, {"rows": 1, "sha256": "x"}]]},
            {"migrations": [["clustering"]]},
            {"files": []},
            {"files": {"a": 1}},
            {"missing": [1]},
            {"made_at": 1},
        ],
    )
    def test_is_refused_where_its_list_is_none(self, tmp_path, manifest):
        def replace(old):
            return old | manifest if isinstance(manifest, dict) and manifest else manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match=r"Use another one|newer version"):
            restore_backup(_changed(tmp_path / "b", replace))

    @pytest.mark.parametrize("names", [["a" * 300], ["x" * 5_000], ["a/b", "a/b/c"]])
    def test_says_that_a_file_cannot_be_stored(self, tmp_path, settings, names):
        settings.MEDIA_ROOT = tmp_path / "uploads"

        def another(manifest):
            manifest["files"] |= dict.fromkeys(names, hashlib.sha256(b"x").hexdigest())
            return manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="cannot be stored"):
            restore_backup(_changed(tmp_path / "b", another, {f"files/{name}": b"x" for name in names}))
        assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]

    @pytest.mark.parametrize("kept", [[], ["auth_user"]])
    def test_is_refused_where_tables_are_left_out(self, tmp_path, kept):
        left_out = []

        def fewer(manifest):
            names = [table["name"] for table, _ in manifest["tables"]]
            left_out.extend(f"tables/{name}" for name in names if name not in kept)
            manifest["tables"] = [one for one in manifest["tables"] if one[0]["name"] in kept]
            return manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="Nothing was kept"):
            restore_backup(_changed(tmp_path / "b", fewer, without=left_out))

    def test_is_refused_where_a_number_has_no_end(self, tmp_path):
        def endless(manifest):
            manifest["tables"][0][1]["rows"] = float("inf")
            return manifest

        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="Use another one"):
            restore_backup(_changed(tmp_path / "b", endless))

    def test_is_refused_where_its_list_has_no_end(self, tmp_path):
        make_backup(tmp_path / "b")
        deep = _changed(tmp_path / "b", lambda _: None, {"manifest.json": b"[" * 1_000_000})
        with pytest.raises(BackupError, match="Use another one"):
            restore_backup(deep)


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _changed(
    path: Path,
    change: Callable[[Any], Any],
    members: Mapping[str, bytes] = MappingProxyType({}),
    without: Collection[str] = (),
) -> Path:
    """Write a backup with another list of contents, and with some members replaced, added or left out."""
    changed = path.with_name("changed")
    with tarfile.open(path) as old:
        parts = {member.name: old.extractfile(member).read() for member in old}
    listed = change(json.loads(parts.pop("manifest.json")))
    parts |= {"manifest.json": json.dumps(listed).encode()} | members
    with tarfile.open(changed, "w:gz") as new:
        for name, data in parts.items():
            if name in without:
                continue
            member = tarfile.TarInfo(name)
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return changed
