"""Everything that must not be lost, in one file: the rows of all tables as pg_dump writes them, and the uploads.

The file is a plain tar, so that nothing in it is larger than the file: `dump` is in pg_dump's custom format,
`files/NAME` is an upload, and `manifest.json`, at the end, says what there is, with counts and checksums.

A backup may be a stranger's, and a dump can hold any SQL: pg_restore would run even the COPY statements written in it.
So nothing of it is run. Migrations make the tables; pg_restore, not connected to the database, writes the rows as text,
and they go into COPY statements of our own.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from musicclust.local import LocalServerError
from musicclust.local.postgres import find_binaries
from musicclust.version import __version__

BLOCK = 2**20
FORMAT = 2
MAX_MANIFEST_BYTES = 2**26
NO_MANIFEST = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
NO_BACKUP = (tarfile.TarError, ValueError, MemoryError, OverflowError, SuspiciousFileOperation)
NO_ROWS = (psycopg.Error, DatabaseError)
# Who is signed in, and who guessed passwords, belongs to one installation.
NOT_STORED = frozenset({"sessions", "axes"})


class BackupError(Exception):
    """A backup cannot be made or restored: the message says why and what to do."""


@dataclass
class Manifest:
    """What a backup holds: the rows of each table, and the checksums of the dump and of each upload."""

    version: str
    made_at: str
    migrations: list[tuple[str, str]]
    tables: dict[str, int]
    dump: str = ""
    files: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it, from a file that may be a stranger's: numbers and checksums are compared later."""
        try:
            values = json.loads(text)
            if values["format"] != FORMAT:
                raise BackupError("It was made by a newer version of musicclust. Install that version first.")
            manifest = cls(**values)
            manifest.migrations = [(app, name) for app, name in manifest.migrations]
            datetime.fromisoformat(manifest.made_at)
            values = [*chain(*manifest.migrations), *manifest.missing, *manifest.files.values()]
            if not all(isinstance(value, str) for value in [*values, *manifest.tables.keys()]):
                raise TypeError("something else stands where a text should be")
        except NO_MANIFEST as error:
            raise ValueError(f"its list of contents is none, {error}") from error
        return manifest


def stored_tables(apps: Apps) -> list[str]:
    """Return the tables to keep, each after those that it refers to: triggers check keys as rows are added.

    Where tables refer to each other in a circle, PostgreSQL checks their keys when the transaction ends.
    """
    ordered: list[str] = []
    begun: set[type[Model]] = set()

    def add(model: type[Model]) -> None:
        if model not in begun:
            begun.add(model)
            for column in model._meta.concrete_fields:
                if column.is_relation:
                    add(cast("type[Model]", column.related_model))
            ordered.append(model._meta.db_table)

    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in NOT_STORED and model._meta.managed and not model._meta.proxy:
            add(model)
    return ordered


def _count_rows(tables: Collection[str]) -> dict[str, int]:
    return {table: _ask(SQL("SELECT count(*) FROM {}").format(Identifier(table))) for table in tables}


def _upload_names(apps: Apps) -> set[str]:
    uploads = apps.get_model("clustering", "Upload").objects
    return set(filter(None, chain(*uploads.values_list("file", "rejected_file"))))


def _ask(query: str | psycopg.sql.Composed) -> Any:
    with connection.cursor() as cursor:
        return cursor.execute(query).fetchone()[0]


def _find_program(name: str, server: int = 0) -> str:
    """Return the newest one, on PATH or of the private PostgreSQL: each reads what older versions wrote."""
    found = [shutil.which(name)]
    with contextlib.suppress(LocalServerError):
        found.append(str(find_binaries() / name))
    versions = {path: int(re.findall(r"\d+", _run(path, "--version"))[0]) for path in found if path}
    newest = max(versions, key=versions.__getitem__, default="")
    if not newest or versions[newest] < server:
        has = f"{newest} is of version {versions[newest]}" if newest else f"there is no {name}"
        raise BackupError(f"Install the client programs of PostgreSQL {server or ''} or later: {has}.")
    return newest


def _run(program: str, *arguments: str, **env: str) -> str:
    done = subprocess.run(  # noqa: S603 – a program of PostgreSQL's
        [program, *arguments], capture_output=True, errors="replace", env=os.environ | env, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2] or f"it ended with {done.returncode}"
        raise BackupError(f"{program} did not succeed: {reason:.300}")
    return done.stdout


# Out


def make_backup(path: Path) -> Manifest:
    """Write a backup; a file of that name is replaced only by a whole one."""
    if path.exists() and not path.is_file():  # renaming would take the place of a device
        raise BackupError(f"{path} is a folder or a device. Name a file to write to.")
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.leaf_nodes()
    if executor.migration_plan(nodes):
        raise BackupError("The database is not migrated to this version. Run `manage.py migrate` first.")
    apps = executor.loader.project_state(nodes).apps
    with (
        tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder,
        tarfile.open(Path(folder, "tar"), "w") as tar,
        transaction.atomic(),
    ):
        _dump_tables(stored_tables(apps), Path(folder, "dump"))
        counts = _count_rows(stored_tables(apps))
        manifest = Manifest(__version__, timezone.now().isoformat(), nodes, counts)
        with Path(folder, "dump").open("rb") as dump:
            manifest.dump = _add(tar, "dump", dump)
        for name in sorted(_upload_names(apps)):
            try:
                with default_storage.open(name) as file:
                    manifest.files[name] = _add(tar, f"files/{name}", file)
            except FileNotFoundError:  # its dataset is being deleted
                manifest.missing.append(name)
        _add(tar, "manifest.json", io.BytesIO(json.dumps(asdict(manifest), indent=1).encode()))
        tar.close()
        Path(folder, "tar").chmod(0o600)  # for its owner's eyes alone: it holds what everybody uploaded
        Path(folder, "tar").rename(path)
    return manifest


def _dump_tables(tables: list[str], dump: Path) -> None:
    """Have pg_dump write the tables as they are in the snapshot of this transaction, which begins here."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    server, schema = connection.connection.info, _ask("SELECT current_schema()")
    _run(
        _find_program("pg_dump", server.server_version // 10_000),
        "--format=custom",
        "--data-only",
        "--encoding=UTF8",
        f"--snapshot={_ask('SELECT pg_export_snapshot()')}",
        *(f'--table="{schema}"."{table}"' for table in tables),
        f"--file={dump}",
        f"--dbname={server.dsn}",
        PGPASSWORD=server.password,
    )


def _add(tar: tarfile.TarFile, name: str, file: Any) -> str:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    member.size = file.seek(0, os.SEEK_END)
    file.seek(0)
    digest = _digest(file)
    file.seek(0)
    tar.addfile(member, file)
    return digest


def _digest(file: Any) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


# In


def restore_backup(path: Path) -> Manifest:
    """Fill an empty place from a backup, after seeing that it is whole; compare all of it before it counts."""
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    try:
        with _open(path) as tar, tempfile.NamedTemporaryFile() as dump, contextlib.ExitStack() as undo:
            manifest = _verify(tar)
            shutil.copyfileobj(_member(tar, "dump"), dump, BLOCK)
            dump.flush()
            apps = _make_tables(manifest, dump.name)
            with transaction.atomic():
                _load_tables(stored_tables(apps), dump.name)
                if strange := _upload_names(apps) ^ {*manifest.files, *manifest.missing}:
                    raise ValueError(f"{min(strange)!r:.80} is not among its files, or none of its uploads")
                for name in manifest.files:
                    if default_storage.exists(name):
                        raise FileExistsError(f"{name} is here already, and uploads want an empty place")
                    saved = default_storage.save(name, File(_member(tar, f"files/{name}")))
                    undo.callback(default_storage.delete, saved)
                _compare(manifest)
            undo.pop_all()
    except (*NO_BACKUP, *NO_ROWS, OSError) as error:
        reason = str(error).partition("\n")[0].encode("unicode_escape").decode()
        advice = "" if isinstance(error, OSError) else " Use another one."
        raise BackupError(f"{path} cannot be restored: {reason:.300}. Nothing was kept.{advice}") from error
    call_command("migrate", interactive=False, verbosity=0)
    models = installed_apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for statement in [*connection.ops.sequence_reset_sql(no_style(), models), "ANALYZE"]:
            cursor.execute(statement)
    return manifest


def _open(path: Path) -> tarfile.TarFile:
    with contextlib.suppress(tarfile.TarError, EOFError), tarfile.open(path, "r:gz") as tar:
        if (first := tar.next()) and first.name.startswith("tables/"):
            raise BackupError(f"{path} was made by musicclust 0.1.0. Restore it with that version.")
    return tarfile.open(path, "r:")


def _verify(tar: tarfile.TarFile) -> Manifest:
    """Read the whole file once: a damaged backup must not be half restored."""
    sums: dict[str, str] = {}
    for member in tar:
        if not member.isreg() or member.issparse() or member.name in sums or "manifest.json" in sums:
            raise ValueError(f"it holds {member.name!r:.80}, which is no part of a backup")
        sums[member.name] = _digest(_member(tar, member))
    if sums.pop("manifest.json", None) is None:
        raise ValueError("it was cut off, its list of contents is missing")
    manifest = Manifest.from_json(_member(tar, "manifest.json").read(MAX_MANIFEST_BYTES))
    expected = {"dump": manifest.dump} | {f"files/{name}": digest for name, digest in manifest.files.items()}
    if wrong := sorted(name for name in expected.keys() | sums if expected.get(name) != sums.get(name)):
        raise ValueError(f"{wrong[0]!r:.80} is not what was saved")
    for name in manifest.files:
        validate_file_name(name, allow_relative_path=True)
    return manifest


def _member(tar: tarfile.TarFile, member: str | tarfile.TarInfo) -> IO[bytes]:
    return cast("IO[bytes]", tar.extractfile(member))


def _make_tables(manifest: Manifest, dump: str) -> Apps:
    """Migrate an empty place to the version of the backup, once it is seen that both fit together."""
    executor = MigrationExecutor(connection)
    if set(manifest.migrations) - executor.loader.graph.nodes.keys():
        raise BackupError(
            f"The backup was made by a newer version of musicclust, {manifest.version!r:.20}. Install that first."
        )
    if any(backwards for _, backwards in executor.migration_plan(manifest.migrations)):
        raise BackupError("The tables here are newer than the backup. Restore into an empty database.")
    if "clustering_dataset" in connection.introspection.table_names():
        people, datasets = _count_rows(["auth_user", "clustering_dataset"]).values()
        if people or datasets:
            raise BackupError(
                f"There are {people} people and {datasets} datasets here already, and nothing is overwritten. "
                "Restore into an empty database, or a new DATA_DIR."
            )
    apps = executor.loader.project_state(manifest.migrations).apps
    _check_tables({*stored_tables(apps)}, manifest, dump)
    executor.migrate(manifest.migrations)
    return apps


def _check_tables(tables: set[str], manifest: Manifest, dump: str) -> None:
    """See that the list of contents and the dump name our tables, and that nothing else is in the dump."""
    if manifest.tables.keys() != tables:
        wrong = min(manifest.tables.keys() ^ tables)
        raise ValueError(f"it names {wrong!r:.80}, which is none of musicclust's tables, or leaves it out")
    schema = re.escape(_ask("SELECT current_schema()"))
    ours = rf"\d+; \d+ \d+ (SEQUENCE SET {schema} \S+|TABLE DATA {schema} ({'|'.join(tables)})) .*"
    listing = _run(_find_program("pg_restore"), "--format=custom", "--list", dump)
    for line in filter(None, listing.split("\n")):
        if not line.startswith(";") and not re.fullmatch(ours, line):
            raise ValueError(f"its dump holds {line!r:.80}, which is none of musicclust's tables")


def _load_tables(tables: list[str], dump: str) -> None:
    pg_restore, schema = _find_program("pg_restore"), _ask("SELECT current_schema()")
    with connection.cursor() as cursor:
        cursor.execute(SQL("TRUNCATE {}").format(SQL(", ").join(map(Identifier, tables))))
    for table in tables:
        command = [pg_restore, "--format=custom", "--data-only", f"--table={table}", "--file=-", dump]
        with subprocess.Popen(  # noqa: S603 – a program of PostgreSQL's
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=BLOCK
        ) as process:
            _load_table(schema, table, cast("IO[bytes]", process.stdout))
    connection.check_constraints()


def _load_table(schema: str, table: str, script: IO[bytes]) -> None:
    """Take the rows of the first COPY statement of a script, if it is the expected one, and nothing else."""
    lines = iter(lambda: script.readline(BLOCK), b"")
    given = next((line for line in lines if line.startswith(b"COPY ")), b"").decode(errors="replace")
    expected = rf'COPY "?{re.escape(schema)}"?\."?{table}"? \(([\w", ]+)\) FROM stdin;\n'
    if not (found := re.fullmatch(expected, given, re.ASCII)):
        raise ValueError(f"the rows of {table} are loaded by {given!r:.80}")
    columns = SQL(", ").join(Identifier(name.strip('"')) for name in found[1].split(", "))
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        rows = _rows(lines)
        while some := b"".join(islice(rows, 64)):
            copy.write(some)


def _rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    begins = True  # a line longer than a block comes in parts
    for line in lines:
        if begins and line == b"\\.\n":
            return
        yield line
        begins = line.endswith(b"\n")
    raise ValueError("the rows of a table have no end")


def _compare(manifest: Manifest) -> None:
    for table, rows in _count_rows(manifest.tables).items():
        if rows != manifest.tables[table]:
            raise ValueError(f"{table} came back with {rows:,} rows, which is not what was saved")
    for name, digest in manifest.files.items():
        with default_storage.open(name) as file:
            if _digest(file) != digest:
                raise ValueError(f"the file {name} did not come back as it was saved")
