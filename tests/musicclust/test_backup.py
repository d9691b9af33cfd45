"""Everything in one file, and back into an empty place."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.sql import SQL, Identifier

from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis.run_settings import RunSettings
from clustering.jobs import runner as jobs
from clustering.jobs.queue import collect_jobs
from clustering.models import AuditEntry, Dataset, Run, Upload
from musicclust import backup, local
from musicclust.backup import BackupError, make_backup, restore_backup, stored_tables
from musicclust.local.postgres import find_binaries
from tests.factories import make_dataset, make_upload, make_user
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
    names = ["run_overview", "run_metrics", "run_visualizations", "run_insights", "run_csv", "run_profiles"]
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
def place(servers, process_env, tmp_path) -> Iterator[dict[str, str]]:
    """Give the environment of an empty folder and an empty database, whose owner may do nothing special."""
    name = f"{settings.DATABASES['default']['NAME']}_empty"
    address = local.database_url(settings.DATA_DIR, "postgres")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'CREATE ROLE "{name}" LOGIN')
        link.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
    with psycopg.connect(local.database_url(settings.DATA_DIR, name), autocommit=True) as link:
        link.execute("CREATE EXTENSION vector")  # which no other may
    owned = local.database_url(settings.DATA_DIR, name).replace("postgres@", f"{name}@")
    yield process_env | {"DATABASE_URL": owned, "MEDIA_ROOT": str(tmp_path / "uploads")}
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        link.execute(f'DROP ROLE "{name}"')


@pytest.fixture(scope="module")
def backup_of_nothing() -> dict[str, bytes]:
    """Hold what `untouched` made, for the next test."""
    return {}


@pytest.fixture
def untouched(tmp_path, backup_of_nothing) -> Path:
    """Give a backup of an empty site."""
    path = tmp_path / "b"
    if not backup_of_nothing:
        make_backup(path)
        backup_of_nothing["b"] = path.read_bytes()
    path.write_bytes(backup_of_nothing["b"])
    return path


def sum_up(address: str, tables: Collection[str]) -> dict[str, str | None]:
    """Return the checksum of each table's rows."""
    row = "SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} AS t"
    with psycopg.connect(address) as link:
        return {table: link.execute(SQL(row).format(Identifier(table))).fetchone()[0] for table in tables}


def command(env: dict[str, str], *words: str) -> str:
    """Run a command in a process of its own."""
    env = env | {"HTTPS": "false", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@collect_jobs()
def import_and_group(owner, folder: Path, number: int, runs: int) -> None:
    path = write_csv(folder / f"songs{number}.csv", song_rows(60, seed=number))
    with path.open("rb") as file:
        upload = upload_file(owner, file=File(file, name=path.name))
    jobs.run(start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False).pk)
    dataset = Dataset.objects.get(pk=upload.dataset_id)
    for k in range(2, 2 + runs):
        run = start_run(owner, dataset, RunSettings(n_clusters=k))
        jobs.run(run.jobs.get().pk)


@pytest.mark.slow
def test_three_datasets_and_five_runs_come_back_the_same(place, process_env, tmp_path):
    for number, runs in enumerate((2, 2, 1)):
        import_and_group(make_user(("ada", "bob")[number % 2]), tmp_path, number, runs)
    assert (Dataset.objects.count(), Run.objects.filter(finished_at__isnull=False).count()) == (3, 5)
    manifest = make_backup(tmp_path / "all.tar")
    said = command(place, "restore", str(tmp_path / "all.tar"))
    rows = sum(manifest.tables.values())
    assert f"{rows:,} rows of {len(manifest.tables)} tables and {len(manifest.files)} files are back" in said

    # row by row, before anybody signs in there; then page by page
    again = command(place, "backup", str(tmp_path / "again.tar"))
    assert f"{rows:,} rows" in again
    with tarfile.open(tmp_path / "again.tar") as tar:
        copied = json.load(tar.extractfile("manifest.json"))
    assert copied["tables"] == manifest.tables
    assert copied["files"] == manifest.files
    assert len(manifest.files) >= 3
    before, after = (sum_up(env["DATABASE_URL"], manifest.tables) for env in (process_env, place))
    assert all(before[table] for table, rows in manifest.tables.items() if rows)
    assert before == after
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


class TestStoredTables:
    def test_come_after_what_they_refer_to(self):
        names = [table.removeprefix("clustering_") for table in stored_tables(apps)]
        assert len(set(names)) == len(names)
        for first, then in (
            ("auth_user", "dataset"),
            ("dataset", "song"),
            ("run", "assignment"),
            ("song", "assignment"),
            ("song", "playlistsong"),
            ("run", "sharelink"),
        ):
            assert names.index(first) < names.index(then)


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
        names = make_backup(tmp_path / "b").tables
        assert "auth_user" in names
        assert not {name for name in names if "session" in name or name.startswith("axes")}

    def test_replaces_a_file_only_by_a_whole_one(self, tmp_path, monkeypatch):
        (tmp_path / "b").write_bytes(b"yesterday's")
        monkeypatch.setattr(backup, "_find_program", lambda *_: shutil.which("false"))
        with pytest.raises(CommandError, match="did not succeed"):
            call_command("backup", tmp_path / "b")
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"yesterday's"]


class TestPrograms:
    @pytest.fixture
    def on_path(self, tmp_path, monkeypatch):
        """Put a program of a version alone on PATH."""

        def put(version: str) -> str:
            program = tmp_path / "pg_dump"
            program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
            program.chmod(0o755)
            return str(program)

        monkeypatch.setenv("PATH", str(tmp_path))
        return put

    def test_are_the_newest_of_path_and_wheel(self, on_path):
        newer = on_path("99.1")
        assert backup._find_program("pg_dump", 99) == newer
        on_path("15.18 (Debian 15.18-0+deb12u1)")
        assert backup._find_program("pg_dump", 18) == str(find_binaries() / "pg_dump")

    def test_are_said_to_be_missing(self, on_path, monkeypatch):
        def none() -> Path:
            raise local.LocalServerError("not installed")

        monkeypatch.setattr(backup, "find_binaries", none)
        with pytest.raises(BackupError, match=r"Install the client programs .*there is no pg_dump"):
            backup._find_program("pg_dump", 17)

    def test_are_said_to_be_older_than_the_server(self, on_path):
        with pytest.raises(BackupError, match=r"client programs of PostgreSQL 99 or later: .* version"):
            backup._find_program("pg_dump", 99)


class TestRestore:
    def test_overwrites_nothing(self, tmp_path):
        make_dataset()
        make_backup(tmp_path / "b")
        with pytest.raises(CommandError, match="1 people and 1 datasets here already"):
            call_command("restore", tmp_path / "b")

    def test_brings_back_rows_of_any_length(self, tmp_path):
        dataset = make_dataset()
        texts = ["x" * 250, r"\.", "\n\\.\n", "COPY x FROM stdin;", "\t\\N"]
        for text in texts:
            AuditEntry.record(make_user(), "renamed", dataset, text)
        report = {"long": "y" * 3 * backup.BLOCK}
        Dataset.objects.update(report=report)
        make_backup(tmp_path / "b")
        _empty()
        restore_backup(tmp_path / "b")
        assert Dataset.objects.get().report == report
        assert Dataset.objects.get().songs.count() == 30
        assert sorted(AuditEntry.objects.values_list("subject", flat=True)) == sorted(texts)

    def test_takes_no_part_of_a_row_for_the_end(self):
        parts = [b"a\\", b"\\.\n", b"b\n", b"\\.\n", b"c\n"]
        assert list(backup._rows(iter(parts))) == parts[:3]

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

    def test_refuses_what_an_older_version_made_where_the_tables_are_newer(self, tmp_path):
        make_backup(tmp_path / "b")
        with pytest.raises(BackupError, match="tables here are newer than the backup"):
            restore_backup(_changed(tmp_path / "b", _older))

    @pytest.mark.slow
    def test_migrates_what_an_older_version_made(self, place, tmp_path):
        make_dataset()
        rows = sum(make_backup(tmp_path / "b").tables.values())
        assert f"{rows:,} rows" in command(place, "restore", str(_changed(tmp_path / "b", _older)))
        assert f"{rows:,} rows" in command(place, "backup", str(tmp_path / "again"))

    def test_says_which_version_restores_the_former_format(self, tmp_path):
        with tarfile.open(tmp_path / "b", "w:gz") as tar:
            for name in ("tables/auth_user", "manifest.json"):
                tar.addfile(tarfile.TarInfo(name))
        with pytest.raises(BackupError, match=r"made by musicclust 0\.1\.0\. Restore it with that version"):
            restore_backup(tmp_path / "b")

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
    def test_names_no_table_but_ours(self, tmp_path, untouched, name):
        mark = tmp_path / "mark"
        name = name.format(mark=mark)
        runs = _columns("clustering_run")

        def another(manifest):
            manifest["tables"][name] = 0
            return manifest

        with pytest.raises(BackupError, match="Use another one"):
            restore_backup(_changed(untouched, another, {f"tables/{name}": b""}))
        with pytest.raises(BackupError, match="which is none of musicclust's"):
            restore_backup(_changed(untouched, another))
        assert not mark.exists()
        assert _columns("clustering_run") == runs

    @pytest.mark.parametrize(
        ("made", "dropped", "arguments"),
        [
            ("CREATE FUNCTION bad() RETURNS int RETURN 1", "DROP FUNCTION bad", []),
            ("CREATE TABLE bad (id int)", "DROP TABLE bad", ["--data-only", "--table=bad"]),
            (
                "CREATE SCHEMA bad CREATE TABLE auth_user (id int)",
                "DROP SCHEMA bad CASCADE",
                ["--data-only", "--table=bad.auth_user"],
            ),
            ("CREATE SEQUENCE bad", "DROP SEQUENCE bad", ["--table=bad"]),
            (
                "SELECT lo_from_bytea(4711, 'bad')",
                "SELECT lo_unlink(4711)",
                ["--data-only", "--large-objects"],
            ),
            ("SELECT", "SELECT", ["--data-only"]),  # sessions and migrations too
        ],
    )
    def test_holds_nothing_but_rows_of_ours(self, tmp_path, made, dropped, arguments):
        tables = make_backup(tmp_path / "b").tables
        if "--table" in "".join(arguments):
            arguments = [*arguments, *(f"--table=public.{table}" for table in tables)]
        with connection.cursor() as cursor:
            cursor.execute(made)
            hostile = _dump(tmp_path, *arguments)
            cursor.execute(dropped)
            cursor.execute("SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_proc ORDER BY 1")
            before = cursor.fetchall()
            with pytest.raises(BackupError, match=r"dump holds .* which is none of musicclust's"):
                restore_backup(_with_dump(tmp_path / "b", hostile))
            cursor.execute("SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_proc ORDER BY 1")
            assert cursor.fetchall() == before

    @pytest.mark.parametrize(
        "statement",
        [
            "COPY public.auth_user FROM PROGRAM 'touch hostile_mark';",
            "COPY public.auth_user (id) FROM PROGRAM 'touch hostile_mark';",
            """COPY public.auth_user ("id") FROM PROGRAM 'touch hostile_mark'; --", last_name) FROM stdin;""",
            "COPY public.auth_group (id) FROM stdin;",
            "COPY other.auth_user (id) FROM stdin;",
            "COPY public.auth_user (no_such_column) FROM stdin;",
            "DROP TABLE clustering_run CASCADE;",
            "",
        ],
    )
    def test_loads_no_table_by_a_statement_of_its_own(self, tmp_path, statement):
        mark = settings.DATA_DIR / "postgres" / "hostile_mark"  # where the server is at home
        make_dataset()
        tables = make_backup(tmp_path / "b").tables
        hostile = _with_statement(_dump(tmp_path, "--data-only", *_only(tables)), "auth_user", statement)
        (tmp_path / "dump").write_bytes(hostile)
        _empty()
        if "PROGRAM" in statement:  # what pg_restore would do
            _program("pg_restore", "--data-only", "--table=auth_user", str(tmp_path / "dump"), _dbname())
            mark.unlink()
        runs = _columns("clustering_run")
        with pytest.raises(BackupError, match=r"Nothing was kept\. Use another one"):
            restore_backup(_with_dump(tmp_path / "b", hostile))
        assert not mark.exists()
        assert _columns("clustering_run") == runs
        assert not Dataset.objects.exists()

    @pytest.mark.parametrize(
        "rows",
        [
            b"no such row\n",
            b"\x00\n",
            b"\xff\n",
            b"1\n2\n\\.\n",
            b"\n\\.\nDROP TABLE clustering_run CASCADE;\nCOPY public.auth_user (id) FROM PROGRAM 'false';\n",
        ],
    )
    def test_says_that_rows_do_not_fit(self, tmp_path, rows):
        AuditEntry.record(make_user(), "renamed", make_dataset(), "x" * 250)
        tables = make_backup(tmp_path / "b").tables
        dump = _dump(tmp_path, "--data-only", "--compress=0", *_only(tables))
        assert dump.count(b"x" * 250) == 1
        hostile = dump.replace(b"x" * 250, rows.ljust(250, b"x"))
        _empty()
        runs = _columns("clustering_run")
        with pytest.raises(BackupError, match=r"Nothing was kept"):
            restore_backup(_with_dump(tmp_path / "b", hostile))
        assert _columns("clustering_run") == runs
        assert not Dataset.objects.exists()

    def test_keeps_the_keys_of_songs(self, tmp_path):
        dataset = make_dataset()
        tables = make_backup(tmp_path / "b").tables
        dump = _dump(tmp_path, "--data-only", "--compress=0", *_only(tables))
        first = str(dataset.first_song_id + 1).encode()
        assert dump.count(first) == 1
        elsewhere = str(int(first) + (1 << 32)).encode()
        _empty()
        with pytest.raises(BackupError, match=r"not in the block of a dataset .*Nothing was kept"):
            restore_backup(_with_dump(tmp_path / "b", dump.replace(first, elsewhere)))

    def test_is_refused_where_its_dump_is_none(self, untouched):
        for dump in (b"", b"PGDMP", b"PGDMP" + b"\xff" * 1000, b"SELECT 1;\n" * 100):
            with pytest.raises(BackupError, match="pg_restore did not succeed"):
                restore_backup(_with_dump(untouched, dump))

    @pytest.mark.parametrize("name", ["../../outside", "/outside", "uploads/../../outside", ""])
    def test_leaves_no_file_outside(self, tmp_path, untouched, settings, name):
        settings.MEDIA_ROOT = tmp_path / "deep" / "er" / "uploads"

        def another(manifest):
            manifest["files"][name] = hashlib.sha256(b"x").hexdigest()
            return manifest

        with pytest.raises(BackupError, match=r"path traversal attempt|Could not derive file name"):
            restore_backup(_changed(untouched, another, {f"files/{name}": b"x"}))
        assert not list(tmp_path.rglob("outside"))

    @pytest.mark.parametrize(
        "kind",
        [
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.CHRTYPE,
            tarfile.FIFOTYPE,
            tarfile.DIRTYPE,
            tarfile.GNUTYPE_SPARSE,
            tarfile.REGTYPE,
        ],
    )
    def test_holds_nothing_but_its_own_plain_files(self, tmp_path, untouched, kind):
        names = ["dump", "files/x", "/etc/passwd", "../outside", "files/../../outside", "manifest.json", "x"]
        for name, first in product(names, (True, False)):
            strange = tarfile.TarInfo(name)
            strange.type, strange.linkname = kind, "/etc/passwd"
            with tarfile.open(untouched) as old, tarfile.open(tmp_path / "changed", "w") as new:
                members = [(member, old.extractfile(member)) for member in old]
                members.insert(0 if first else len(members), (strange, None))
                for member, file in members:
                    new.addfile(member, file)
            with pytest.raises(BackupError, match=r"Nothing was kept\. Use another one"):
                restore_backup(tmp_path / "changed")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "changed"]

    @pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
    def test_is_refused_where_it_says_to_be_larger_than_it_is(self, untouched, kind):
        whole = untouched.read_bytes()
        for size in (2**33, 2**62, -512, -1024):
            large = tarfile.TarInfo("files/x")
            large.type, large.size = kind, size
            untouched.write_bytes(large.tobuf(tarfile.GNU_FORMAT) + whole)
            with pytest.raises(BackupError, match="Nothing was kept"):
                restore_backup(untouched)

    @pytest.mark.parametrize(
        "manifest",
        [
            None,
            [],
            "x",
            {},
            {"format": []},
            {"format": 3},
            {"tables": []},
            {"tables": {"auth_user": 1}},
            {"tables": {"auth_user": "1"}},
            {"tables": 1},
            {"migrations": [[["clustering"], "0001_initial"]]},
            {"migrations": [["clustering"]]},
            {"migrations": []},
            {"files": []},
            {"files": {"a": 1}},
            {"missing": [1]},
            {"missing": ["a"]},
            {"missing": 1},
            {"made_at": 1},
            {"made_at": "\x1b[2J"},
            {"dump": 1},
            {"dump": "x"},
            {"version": 1, "more": 1},
        ],
    )
    def test_is_refused_where_its_list_is_none(self, untouched, manifest):
        def replace(old):
            return old | manifest if isinstance(manifest, dict) and manifest else manifest

        with pytest.raises(BackupError, match=r"Use another one|newer"):
            restore_backup(_changed(untouched, replace))

    def test_is_refused_where_its_list_was_altered(self, tmp_path):
        make_user()
        make_backup(tmp_path / "b")
        _empty()
        wrong: tuple[object, ...] = (-1, 5, "1", None, [], {}, 1.5, float("inf"))
        for rows in wrong:

            def alter(manifest, rows=rows):
                manifest["tables"]["auth_user"] = rows
                return manifest

            with pytest.raises(BackupError, match=r"auth_user came back with 1 rows, .* Use another one"):
                restore_backup(_changed(tmp_path / "b", alter))

    @pytest.mark.parametrize("names", [["a" * 300], ["x" * 5_000], ["a/b", "a/b/c"], ["settings.py"]])
    def test_holds_no_file_but_uploads(self, tmp_path, untouched, settings, names):
        settings.MEDIA_ROOT = tmp_path / "uploads"

        def another(manifest):
            manifest["files"] |= dict.fromkeys(names, hashlib.sha256(b"x").hexdigest())
            return manifest

        with pytest.raises(BackupError, match="none of its uploads"):
            restore_backup(_changed(untouched, another, {f"files/{name}": b"x" for name in names}))
        assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]

    @pytest.mark.parametrize("names", [["a" * 300], ["a/b", "a/b/c"]])
    def test_says_that_a_file_cannot_be_stored(self, tmp_path, settings, names):
        settings.MEDIA_ROOT = tmp_path / "uploads"
        dataset = make_dataset()
        Upload.objects.all().delete()
        for number, name in enumerate(names):
            make_upload(dataset, file=name, first_row=number)

        def another(manifest):
            manifest["missing"] = []
            manifest["files"] |= dict.fromkeys(names, hashlib.sha256(b"x").hexdigest())
            return manifest

        make_backup(tmp_path / "b")
        _empty()
        with pytest.raises(
            BackupError,
            match=r"cannot be restored: .*(File name too long|directory|File exists).* Nothing was kept",
        ):
            restore_backup(_changed(tmp_path / "b", another, {f"files/{name}": b"x" for name in names}))
        assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
        assert not Dataset.objects.exists()

    def test_leaves_files_that_are_there_as_they_are(self, tmp_path, settings):
        settings.MEDIA_ROOT = tmp_path / "uploads"
        name = make_dataset().uploads.get().file.name
        default_storage.save(name, ContentFile(b"first"))
        make_backup(tmp_path / "b")
        _empty()
        with pytest.raises(BackupError, match="is here already, and uploads want an empty place"):
            restore_backup(tmp_path / "b")
        assert [path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == [b"first"]

    @pytest.mark.parametrize("kept", [[], ["auth_user"]])
    def test_is_refused_where_tables_are_left_out(self, tmp_path, kept):
        def fewer(manifest):
            manifest["tables"] = {name: rows for name, rows in manifest["tables"].items() if name in kept}
            return manifest

        tables = make_backup(tmp_path / "b").tables
        with pytest.raises(BackupError, match="Nothing was kept"):
            restore_backup(_changed(tmp_path / "b", fewer))
        dump = _dump(tmp_path, "--data-only", *_only(set(tables) & {*kept, "clustering_run"}))
        with pytest.raises(BackupError, match="Nothing was kept"):
            restore_backup(_with_dump(tmp_path / "b", dump))

    def test_is_refused_where_its_list_has_no_end(self, untouched):
        deep = _changed(untouched, lambda _: None, {"manifest.json": b"[" * 1_000_000})
        with pytest.raises(BackupError, match="Use another one"):
            restore_backup(deep)


def _older(manifest: dict[str, Any]) -> dict[str, Any]:
    others = [[app, name] for app, name in manifest["migrations"] if app != "auth"]
    return manifest | {"migrations": [*others, ["auth", "0011_update_proxy_permissions"]]}


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _empty() -> None:
    call_command("flush", interactive=False, verbosity=0)


def _program(name: str, *arguments: str) -> None:
    subprocess.run([find_binaries() / name, *arguments], check=False, capture_output=True)


def _dbname() -> str:
    return f"--dbname={connection.connection.info.dsn}"


def _only(tables: Collection[str]) -> list[str]:
    return [f"--table=public.{table}" for table in tables]


def _dump(folder: Path, *arguments: str) -> bytes:
    """Have pg_dump write what a backup would not."""
    connection.ensure_connection()
    _program("pg_dump", "--format=custom", *arguments, f"--file={folder / 'dump'}", _dbname())
    dump = (folder / "dump").read_bytes()
    (folder / "dump").unlink()
    return dump


def _with_statement(dump: bytes, table: str, statement: str) -> bytes:
    """Load a table by another statement: it stands in the dump behind its length."""
    begin = dump.index(f"COPY public.{table} (".encode())
    end = dump.index(b";\n", begin) + 2
    length = lambda text: b"\0" + len(text).to_bytes(4, "little")  # noqa: E731
    old, new = dump[begin:end], f"{statement}\n".encode() if statement else b""
    assert dump.count(length(old) + old) == 1
    return dump.replace(length(old) + old, length(new) + new)


def _with_dump(path: Path, dump: bytes) -> Path:
    def another(manifest: dict[str, Any]) -> dict[str, Any]:
        return manifest | {"dump": hashlib.sha256(dump).hexdigest()}

    return _changed(path, another, {"dump": dump})


def _changed(
    path: Path,
    change: Callable[[Any], Any],
    members: Mapping[str, bytes] = MappingProxyType({}),
) -> Path:
    """Write a backup with another list of contents, and with some members replaced or added."""
    changed = path.with_name("changed")
    with tarfile.open(path) as old:
        parts = {member.name: old.extractfile(member).read() for member in old}
    listed = json.dumps(change(json.loads(parts.pop("manifest.json")))).encode()
    parts |= {"manifest.json": listed, **members}
    parts["manifest.json"] = parts.pop("manifest.json")  # the last, as it is written
    with tarfile.open(changed, "w") as new:
        for name, data in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return changed
