"""Numbers of a file as numbers, and all that a number would not keep as text: in Arrow and Parquet alike."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from clustering.actions.uploads import start_import, upload_file
from clustering.exports.arrow import export_arrow
from clustering.exports.kinds import kind_of
from clustering.exports.parquet import export_parquet
from clustering.jobs import runner as jobs
from clustering.models import Dataset
from tests.factories import make_user
from tests.pipeline import cluster_songs

pytestmark = pytest.mark.django_db(transaction=True)

ENGLISH = (
    "title,track_id,code,energy,streams,loudness,tempo,valence,plays,note\n",
    '{t},12345678901234567{n},00{n},{n}0%,"1,03{n},000",-{n}.5 dB,12{n}.5,0.{n},{n},{m}\n',
)
GERMAN = (
    "Titel;Energie;Tempo;Lautheit;Streams;Stimmung;Aufrufe;Jahr\n",
    "{t};{n}0,7 %;13{n},237;-{n},807 dB;1.03{n}.000;0,{n};1.23{n};199{n}\n",
)


def exports(owner: User, text: tuple[str, str]) -> pa.Table:
    """Import a file of nine songs, group them, and return their Arrow table, which is the Parquet one too."""
    rows = (text[1].format(t=f"Song {n}", n=n, m="" if n == 4 else n / 4) for n in range(1, 10))
    upload = upload_file(owner, file=ContentFile((text[0] + "".join(rows)).encode(), name="songs.csv"))
    job = start_import(owner, upload, changes={}, name="", then_cluster=False)
    jobs.run_through(job.pk)
    run = cluster_songs(Dataset.objects.get(pk=upload.dataset_id), n_clusters=3)
    table = pa.ipc.open_stream(b"".join(export_arrow(run))).read_all()
    assert table == pq.read_table(io.BytesIO(b"".join(export_parquet(run))))
    return table


def test_ids_codes_and_units_come_as_they_are_in_the_file():
    table = exports(make_user("ann"), ENGLISH)
    first = {name: table[name][0].as_py() for name in table.column_names}
    assert first["track_id"] == "123456789012345671"
    assert first["code"] == "001"
    assert first["energy"] == "10%"
    assert first["loudness"] == "-1.5 dB"
    assert (first["streams"], first["tempo"], first["valence"], first["plays"]) == (1_031_000, 121.5, 0.1, 1)
    assert table["note"].to_pylist()[2:5] == [0.75, None, 1.25]
    assert len(set(table["track_id"].to_pylist())) == 9


def test_numbers_are_read_with_the_mark_of_their_column():
    table = exports(make_user("ann"), GERMAN)
    first = {name: table[name][0].as_py() for name in table.column_names}
    assert first["Energie"] == "10,7 %"
    assert first["Lautheit"] == "-1,807 dB"
    assert (first["Tempo"], first["Streams"], first["Stimmung"]) == (131.237, 1_031_000, 0.1)
    assert (first["Aufrufe"], first["Jahr"]) == (1231, 1991)


@pytest.mark.parametrize(
    "cell",
    [
        *("007", "-01", "1234567890123456", "+5", "0x1", "12E5", "1e+999", "inf", "nan", "NA", "-"),
        *("80%", "5 dB", "1,23", "1,0000", "1.234.567", "3:45", "١"),
    ],
)
def test_what_a_number_would_not_keep_makes_a_column_text(cell):
    assert kind_of(pa.chunked_array([["1", "", None], ["2.5", cell]]), ".") == pa.string()


@pytest.mark.parametrize(
    ("cells", "mark", "kind"),
    [
        (["1", "-2", " 3 ", "", "123456789012345"], ".", pa.int64()),
        (["1", "1,036,000", "1 036 000"], ".", pa.int64()),
        (["1,036.5", ".5", "1.", "1e-05", "0.30000000000000004"], ".", pa.float64()),
        (["1.036", "7"], ",", pa.int64()),
        (["1.036,5", ",5", "1,5E-05"], ",", pa.float64()),
        (["0.5"], ",", pa.string()),
        (["1,281"], "", pa.string()),
        (["1.5"], "none", pa.string()),
        (["15"], "none", pa.int64()),
        (["", None, " "], ".", pa.null()),
    ],
)
def test_kinds_of_plain_numbers(cells, mark, kind):
    assert kind_of(pa.chunked_array([cells], pa.string()), mark) == kind
