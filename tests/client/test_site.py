"""The client against a real site: the main job from a file to a table, and what is refused."""

from __future__ import annotations

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from musicclust_client import ApiError, Client, JobError, MusicClustError

from clustering.models import Dataset, KeptAnswer, Run

pytestmark = pytest.mark.slow


def test_does_the_main_job_in_one_line(client, worker, songs, tmp_path):
    dataset = client.upload(songs).wait()
    assert dataset.info["songs"] == Dataset.objects.get().songs_count > 500
    run = dataset.run(k="auto").wait(timeout=300)
    table = run.songs()
    assert isinstance(table, pa.Table)
    assert table.num_rows == dataset.info["songs"]
    frame = table.to_pandas()
    assert frame["cluster"].nunique() == Run.objects.get().k
    assert run.verdict["headline"]
    assert len(run.groups()) == Run.objects.get().k
    for name in ("groups.csv", "groups.parquet", "groups.arrow", "groups.PARQUET"):
        run.save(tmp_path / name)
    assert pq.read_table(tmp_path / "groups.parquet").num_rows == table.num_rows
    with (tmp_path / "groups.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in csv.reader(file)) == table.num_rows + 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".groups")]
    assert KeptAnswer.objects.filter(status__in=(201, 202)).count() == 3

    loud = list(dataset.songs(energy_from=0.8, sort="-energy"))
    assert loud[0]["features"]["energy"] >= loud[-1]["features"]["energy"] >= 0.8
    made = client.make_playlist(dataset.id, "Loud", songs=[song["id"] for song in loud[:3]])
    assert [one["id"] for one in client.playlists()] == [made["id"]]
    assert client.save_playlist(made["id"], tmp_path / "loud.M3U8").read_text().startswith("#EXTM3U")
    assert [one.id for one in dataset.runs()] == [run.id]
    run.delete().wait()
    dataset.delete().wait()
    assert list(client.datasets()) == []


def test_columns_can_be_changed_before(client, worker, songs):
    upload = client.upload(songs, name="Mine")
    assert {one["field"] for one in upload.columns} >= {"title", "energy"}
    energy = next(one["column"] for one in upload.columns if one["field"] == "energy")
    dataset = upload.wait({energy: None})
    assert (dataset.info["name"], "energy" in dataset.info["features"]) == ("Mine", False)


def test_refusals_are_sentences_with_codes(client, worker, songs, live_url, make_token, tmp_path):
    dataset = client.upload(songs).wait()
    with pytest.raises(ApiError, match="nonsense") as caught:
        dataset.run(3, features=["nonsense"])
    assert (caught.value.status, caught.value.code) == (422, "refused")
    with pytest.raises(ApiError) as caught:
        dataset.run(3, colour="red")
    assert (caught.value.code, caught.value.errors[0]["field"]) == ("invalid", "body.colour")
    with Client(live_url, make_token(can_write=False)) as reading:
        assert (client.can_write(), reading.can_write()) == (True, False)
        with pytest.raises(ApiError) as caught:
            reading.dataset(dataset.id).run(3)
    assert (caught.value.status, caught.value.code) == (403, "token_read_only")
    with pytest.raises(MusicClustError, match="ends in"):
        next(iter(client.datasets())).run(3).wait().save(tmp_path / "groups.xlsx")
    (tmp_path / "header.csv").write_text("title,energy\n")
    with pytest.raises((ApiError, JobError)):
        client.upload(tmp_path / "header.csv").wait()
