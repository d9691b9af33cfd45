"""What is taken away from a hostile collection: no cell is a formula, and no type of Arrow's makes it fail."""

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from defusedxml.ElementTree import fromstring
from django.core.management import call_command
from django.urls import reverse

from tests.exports.hostile import cells_of, exported, hostile_run, hostile_table
from tests.factories import make_user
from tests.pipeline import fresh
from tests.songfiles.arrow_types import COLUMNS, ROWS
from tests.songtables import song_rows

pytestmark = pytest.mark.django_db(transaction=True)
SEPARATORS = {",": "44", ";": "59", "\t": "9", "|": "124"}
"""As LibreOffice's import filter numbers them."""

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"


@pytest.fixture
def exports(made_once, tmp_path, client):
    return made_once(lambda: exported(client, hostile_run(tmp_path, hostile_table())))


def test_no_cell_begins_like_a_formula(exports):
    assert set(exports) == {"run", "explore", "explore, all songs", "comparison", "rejected", "playlist"}
    for name, data in exports.items():
        for separator in SEPARATORS:
            for cell in cells_of(data, separator):
                bare = cell.strip(' "\t\r\n')
                assert not bare or bare[0] not in SIGNS or is_number(bare), (name, separator, cell)


def test_numbers_stay_numbers(exports):
    rows = exports["run"].decode().splitlines()
    assert sum(",-7.5," in row for row in rows) == 1


def is_number(text: str) -> bool:
    """Tell whether a part is a number, or the beginning of numbers that another separator tells apart."""
    try:
        float(text.split(",")[0].split(";")[0].rstrip('])}" '))
    except ValueError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice is not installed; the values are tested above"
)
def test_libreoffice_opens_no_formula(exports, tmp_path):
    control = b"a,b\n=1+1,x;=1+1\n"
    found = formulas_in_libreoffice(exports | {"control": control}, tmp_path)
    for (name, separator), formulas in found.items():
        sys.stdout.write(f"{name} opened with {separator} has {formulas} formula cells\n")
    assert (found.pop(("control", ",")), found.pop(("control", ";"))) == (1, 2)
    assert found == {(name, separator): 0 for name in exports for separator in ",;"}


def formulas_in_libreoffice(files: dict[str, bytes], folder: Path) -> dict[tuple[str, str], int]:
    """Open files at both separators, with formulas evaluated, and count the cells that are one."""
    found = {}
    for separator in ",;":
        out = folder / f"opened-{SEPARATORS[separator]}"
        paths = []
        for name, data in files.items():
            path = folder / f"{name}.csv"
            path.write_bytes(data)
            paths.append(str(path))
        # separator, quotation mark, UTF-8, first line, …, detect special numbers, …, evaluate formulas
        options = f"CSV:{SEPARATORS[separator]},34,76,1,,0,false,true,false,false,false,-1,true"
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", f"--infilter={options}",
             "--convert-to", "ods", "--outdir", str(out), *paths],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        for name in files:
            with zipfile.ZipFile(out / f"{name}.ods") as opened:
                root = fromstring(opened.read("content.xml"))
            cells = list(root.iter(f"{OFFICE}table-cell"))
            assert cells
            found[name, separator] = sum(f"{OFFICE}formula" in cell.attrib for cell in cells)
    return found


def all_types(count: int = 36) -> pa.Table:
    """Return songs with a column of every type."""
    rows = song_rows(count)
    columns = {name: pa.array([row[name] for row in rows]) for name in rows[0]}
    places = pa.array([row % ROWS for row in range(count)])
    more = {}
    for name, column in COLUMNS.items():
        parts = [column] * (count // ROWS)
        more[f"x {name}"] = pa.chunked_array(parts)
    assert len(places) == count
    return pa.table(columns | more)


def test_every_type_is_exported_everywhere(tmp_path, client):
    run = hostile_run(tmp_path, all_types())
    client.force_login(run.owner)
    assert client.get(reverse("columns", args=[run.dataset_id])).status_code in (200, 302)
    assert all(exported(client, run).values())
    text = client.get(reverse("run_csv", args=[run.pk])).getvalue().decode()
    assert text.count("'=1+1") >= 3 * 4
    answer = client.get(reverse("run_parquet", args=[run.pk]))
    assert answer.status_code == 200
    table = pq.read_table(io.BytesIO(b"".join(answer)))
    assert len(table) == 36
    assert table["x string_view"].to_pylist()[:4] == ["=1+1", "plain", "a;=2", None]
    assert fresh(run).is_finished


def test_the_command_exports_every_type(tmp_path):
    make_user("ann", is_superuser=True)
    pq.write_table(all_types(), tmp_path / "songs.parquet")
    out = tmp_path / "out.csv"
    call_command("cluster", tmp_path / "songs.parquet", "--k", "2", "--export", str(out))
    assert len(cells_of(out.read_bytes(), ",")) > 36 * len(COLUMNS)


def test_a_broken_export_leaves_no_file(tmp_path, monkeypatch):
    make_user("ann", is_superuser=True)
    pq.write_table(all_types(), tmp_path / "songs.parquet")
    out = tmp_path / "out.csv"

    def broken(run):
        yield b"a,b\n"
        raise RuntimeError

    monkeypatch.setattr("clustering.management.commands.cluster.export_csv", broken)
    with pytest.raises(RuntimeError):
        call_command("cluster", tmp_path / "songs.parquet", "--k", "2", "--export", str(out))
    assert list(tmp_path.iterdir()) == [tmp_path / "songs.parquet"]
