"""Everything that must not be lost, in one file: the rows of all tables, and the uploaded files.

The file is a gzipped tar: `tables/NAME` has a table's rows as COPY writes them, `files/NAME` an upload, and
`manifest.json`, at the end, what there is, with counts and checksums. It needs no program of PostgreSQL's, can be taken
while the site runs, and fits every version of PostgreSQL and each later version of musicclust.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg
from django.apps import apps
from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import IntegrityError, NotSupportedError, ProgrammingError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from clustering.models import Dataset, Upload
from clustering.storage import tables
from clustering.storage.tables import Digest, Table

BLOCK = 2**20
FORMAT = 1
NO_MANIFEST = (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError)
"""What reading a list of contents raises where it is none."""
NO_ROWS = (psycopg.DataError, psycopg.IntegrityError, IntegrityError, ProgrammingError, NotSupportedError)
"""What writing rows raises where they do not fit, or where a table that belongs to others is left out."""


class BackupError(Exception):
    """A backup cannot be made or restored: the message says why and what to do."""


@dataclass
class Manifest:
    """What a backup holds."""

    made_at: str
    migrations: list[tuple[str, str]]
    tables: list[tuple[Table, Digest]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def to_json(self) -> bytes:
        """Write it."""
        return json.dumps({"format": FORMAT} | asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it."""
        found: dict[str, Any] = json.loads(text)
        if found["format"] != FORMAT:
            raise BackupError(
                "This backup was made by a newer version of musicclust. Install that version first."
            )
        return cls(
            made_at=_text(found["made_at"]),
            migrations=[(_text(app), _text(name)) for app, name in found["migrations"]],
            tables=[(_table(table), _digest(digest)) for table, digest in found["tables"]],
            files={name: _text(sum_) for name, sum_ in found["files"].items()},
            missing=list(_texts(found["missing"])),
        )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.80} stands where a text should be")
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r:.80} stands where a list should be")
    return tuple(map(_text, values))


def _columns(values: object) -> tuple[str, ...]:
    columns = _texts(values)
    if not columns or len(set(columns)) < len(columns):
        raise ValueError(f"{values!r:.80} stands where different columns should be")
    return columns


def _table(values: dict[str, Any]) -> Table:
    return Table(_text(values["name"]), _columns(values["columns"]), _columns(values["key"]))


def _digest(values: dict[str, Any]) -> Digest:
    return Digest(int(values["rows"]), _text(values["sha256"]))


# Out


def make_backup(path: Path) -> Manifest:
    """Write a backup; a file of that name is replaced only by a whole one."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("The database is not migrated to this version. Run `manage.py migrate` first.")
    manifest = Manifest(
        made_at=timezone.now().isoformat(), migrations=sorted(executor.loader.applied_migrations)
    )
    part = path.with_name(f"{path.name}.part")
    try:
        # it holds what everybody uploaded: for its owner's eyes alone
        with (
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
            tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar,
            transaction.atomic(),
        ):
            with connection.cursor() as cursor:  # all tables as they were at one moment
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for table in tables.stored_tables():
                manifest.tables.append((table, _add_table(tar, table)))
            for name in _file_names():
                _add_file(tar, name, manifest)
            _add(tar, "manifest.json", io.BytesIO(manifest.to_json()))
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _file_names() -> Iterator[str]:
    for upload in Upload.objects.order_by("pk").iterator():
        yield from filter(None, (upload.file.name, upload.rejected_file.name))


def _add_table(tar: tarfile.TarFile, table: Table) -> Digest:
    digest, rows = hashlib.sha256(), 0
    with tempfile.TemporaryFile() as copy:  # a tar wants to know the size first
        for block in tables.read_table(table):
            digest.update(block)
            rows += block.count(b"\n")
            copy.write(block)
        copy.seek(0)
        _add(tar, f"tables/{table.name}", copy)
    return Digest(rows, digest.hexdigest())


def _add_file(tar: tarfile.TarFile, name: str, manifest: Manifest) -> None:
    try:
        with default_storage.open(name) as file:
            digest = _sum_up(iter(lambda: file.read(BLOCK), b""))
            file.seek(0)
            _add(tar, f"files/{name}", file)
    except FileNotFoundError:  # its dataset is being deleted
        manifest.missing.append(name)
    else:
        manifest.files[name] = digest


def _add(tar: tarfile.TarFile, name: str, file: Any) -> None:
    member = tarfile.TarInfo(name)
    member.mode = 0o600
    member.size = file.seek(0, os.SEEK_END)
    file.seek(0)
    tar.addfile(member, file)


def _sum_up(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


# In


def restore_backup(path: Path) -> Manifest:
    """Fill an empty place from a backup, after seeing that the backup is whole; compare all of it before it counts."""
    manifest = _verify(path)
    _migrate_as_it_was(manifest)
    _check_names(manifest)
    saved: list[str] = []
    try:
        with transaction.atomic(), tarfile.open(path, "r:gz") as tar:
            tables.empty_tables([table for table, _ in manifest.tables])
            known = {f"tables/{table.name}": table for table, _ in manifest.tables}
            for member, file in _members(tar):
                if member.name in known:
                    tables.write_table(known[member.name], _blocks(file))
                elif member.name.startswith("files/"):
                    saved.append(_save(member.name.removeprefix("files/"), file))
            connection.check_constraints()
            _compare(manifest)
    except BaseException as error:
        for name in saved:
            default_storage.delete(name)
        if isinstance(error, NO_ROWS):
            reason = str(error).splitlines()[0]
            raise BackupError(f"Its rows do not fit their tables ({reason}). Nothing was kept.") from error
        raise
    call_command("migrate", interactive=False, verbosity=0)
    _set_sequences()
    tables.analyze_tables()
    return manifest


def _verify(path: Path) -> Manifest:
    """Read the whole file once: a damaged backup must not be half restored."""
    sums: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r:gz") as tar:
            for member, file in _members(tar):
                if member.name == "manifest.json":
                    manifest = Manifest.from_json(file.read())
                else:
                    sums[member.name] = _sum_up(_blocks(file))
    except (tarfile.TarError, EOFError, OSError, zlib.error, *NO_MANIFEST) as error:
        if isinstance(error, FileNotFoundError):
            raise BackupError(f"There is no file {path}.") from None
        raise BackupError(f"{path} is no backup, or was cut off ({error}). Use another one.") from error
    if manifest is None:
        raise BackupError(f"{path} is no whole backup: its list of contents is missing. Use another one.")
    expected = {f"tables/{table.name}": digest.sha256 for table, digest in manifest.tables}
    expected |= {f"files/{name}": digest for name, digest in manifest.files.items()}
    if wrong := sorted(name for name in expected.keys() | sums if expected.get(name) != sums.get(name)):
        raise BackupError(
            f"{path} is damaged: {', '.join(wrong[:5])} is not what was saved. Use another one."
        )
    return manifest


def _migrate_as_it_was(manifest: Manifest) -> None:
    """Make the tables of the version that the backup comes from."""
    executor = MigrationExecutor(connection)
    recorded = set(manifest.migrations)
    if newer := sorted(name for app, name in recorded - set(executor.loader.graph.nodes)):
        raise BackupError(
            f"The backup comes from a newer version of musicclust (it knows {newer[-1]}). Install that version first."
        )
    if Dataset._meta.db_table in connection.introspection.table_names():
        if set(executor.loader.applied_migrations) - recorded:
            raise BackupError(
                "The tables here are newer than the backup. Restore into an empty database, or a new DATA_DIR."
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM auth_user), (SELECT count(*) FROM clustering_dataset)"
            )
            people, datasets = cursor.fetchone()
        if people or datasets:
            raise BackupError(
                f"There are {people} people and {datasets} datasets here already, and nothing is overwritten. "
                "Restore into an empty database, or a new DATA_DIR."
            )
    graph = executor.loader.graph
    last = [
        node
        for node in sorted(recorded)
        if not any(
            child.key in recorded and child.key[0] == node[0] for child in graph.node_map[node].children
        )
    ]
    executor.migrate(last)


def _check_names(manifest: Manifest) -> None:
    """Refuse what would be written anywhere but into our tables and uploads: the file may be a stranger's."""
    ours = tables.columns_here()
    del ours[MigrationRecorder.Migration._meta.db_table]
    for table, _ in manifest.tables:
        strange = [table.name] if table.name not in ours else {*table.columns, *table.key} - ours[table.name]
        if strange:
            raise BackupError(
                f"The backup names {min(strange)!r:.80}, which is none of musicclust's tables and columns. "
                "Use another one."
            )
    for name in manifest.files:
        try:
            validate_file_name(name, allow_relative_path=True)
        except SuspiciousFileOperation:
            raise BackupError(
                f"The backup holds {name!r:.80}, which is no name for a file. Use another one."
            ) from None


def _compare(manifest: Manifest) -> None:
    for table, digest in manifest.tables:
        if (found := tables.digest_table(table)) != digest:
            raise BackupError(
                f"{table.name} came back with {found.rows:,} rows that are not the {digest.rows:,} saved. "
                "Nothing was kept."
            )


def _save(name: str, file: IO[bytes]) -> str:
    try:
        given = default_storage.save(name, File(file))
    except (OSError, SuspiciousFileOperation) as error:
        reason = getattr(error, "strerror", None) or "another file is in its way"
        raise BackupError(f"The file {name!r:.80} cannot be stored ({reason}). Nothing was kept.") from error
    if given != name:
        default_storage.delete(given)
        raise BackupError(f"There is a file {name} here already. Restore into an empty place for uploads.")
    return given


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in tar:
        file = tar.extractfile(member)
        if file is not None:
            yield member, file


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(BLOCK), b"")


def _set_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(statement)
