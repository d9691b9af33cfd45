"""Runs by the API: started, read with their uncertainty, taken away as files; advice and comparisons."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from django.core.files.base import ContentFile

from clustering.models import Job, Run, RunComparison, Sweep
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.readers import Dialect, read_preview
from tests.factories import FEATURES, make_comparison, make_dataset, make_job, make_run, make_user

pytestmark = pytest.mark.django_db


class TestStart:
    def test_is_a_job_of_a_run(self, script, dataset, sent):
        body = {
            "features": ["energy", "tempo"],
            "weights": {"energy": 2},
            "n_clusters": 4,
            "scaler": "minmax",
        }
        answer = script.send("POST", f"datasets/{dataset.pk}/runs", body)
        assert answer.status_code == 202
        job = json.loads(answer.content)
        assert (job["kind"], job["status"], answer["Location"]) == (
            "cluster",
            "queued",
            f"/api/v1/jobs/{job['id']}",
        )
        assert Job.objects.get().pk == job["id"]
        run = script.get(f"runs/{job['run']}")
        assert (run["finished"], run["job"], run["k"]) == (False, job["id"], None)
        settings = run["settings"]
        assert settings == Run.objects.get().settings.to_dict()
        assert {name: settings[name] for name in body} == body
        assert script.all(f"datasets/{dataset.pk}/runs")[0]["id"] == run["id"]

    def test_chooses_the_number_by_advice(self, script, dataset, sent):
        job = json.loads(script.send("POST", f"datasets/{dataset.pk}/runs", {}).content)
        assert job["kind"] == "sweep"
        assert script.get(f"runs/{job['run']}")["advice"] == job["advice"]
        assert script.get(f"advice/{job['advice']}")["finished"] is False

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"n_clusters": 1}, "invalid"),
            ({"n_clusters": "3"}, "invalid"),
            ({"n_clusters": 3.5}, "invalid"),
            ({"n_clusters": True}, "invalid"),
            ({"seed": 2**31}, "invalid"),
            ({"weights": {"energy": 9}}, "invalid"),
            ({"weights": {"energy": "2"}}, "invalid"),
            ({"scaler": "magic"}, "invalid"),
            ({"algorithm": "magic"}, "invalid"),
            ({"features": ["energy", "energy"]}, "invalid"),
            ({"features": ["colour"]}, "refused"),
            ({"k": 3}, "invalid"),
            ({"n_clusters": 40}, "refused"),
            ({"sample_size": 100}, "invalid"),
        ],
    )
    def test_says_what_cannot_be(self, script, dataset, sent, body, code):
        assert script.problem("POST", f"datasets/{dataset.pk}/runs", body)["code"] == code
        assert not Run.objects.exists()
        assert sent == []

    def test_is_for_who_may_change_the_dataset(self, stranger, sent):
        dataset = make_dataset(visibility="shared")
        assert stranger.problem("POST", f"datasets/{dataset.pk}/runs", {})["code"] == "not_found"


class TestRun:
    def test_is_read_with_its_uncertainty(self, script, run):
        found = script.get(f"runs/{run.pk}")
        assert found["silhouette"] == {
            "value": 0.2254,
            "low": 0.2101,
            "high": 0.2407,
            "songs": 30,
            "null": 0.1183,
            "null_deviation": 0.0021,
        }
        assert found["verdict"]["headline"]
        assert found["verdict"]["tone"] in {"good", "fair", "poor"}
        assert found["associations"]["genre"] == {"cramers_v": 0.21, "by_chance": 0.06}
        assert found["pinned"] is False

    def test_is_pinned(self, script, run):
        assert json.loads(script.send("PATCH", f"runs/{run.pk}", {"pinned": True}).content)["pinned"] is True
        assert script.get(f"datasets/{run.dataset_id}")["pinned_run"] == run.pk
        script.send("PATCH", f"runs/{run.pk}", {"pinned": False})
        assert script.get(f"datasets/{run.dataset_id}")["pinned_run"] is None

    def test_is_deleted_by_a_job(self, script, run, sent):
        answer = script.send("DELETE", f"runs/{run.pk}")
        assert (answer.status_code, json.loads(answer.content)["kind"]) == (202, "delete_run")

    def test_has_no_results_before_it_is_finished(self, script, run):
        Run.objects.update(finished_at=None)
        assert script.get(f"runs/{run.pk}")["verdict"] is None
        for part in ("clusters", "clusters/0", "clusters/0/songs", "songs.csv", "songs.arrow", "profiles"):
            found = script.problem("GET", f"runs/{run.pk}/{part}")
            assert (found["status"], found["code"]) == (409, "conflict"), part
        assert script.problem("PATCH", f"runs/{run.pk}", {"pinned": True})["code"] == "refused"

    def test_has_no_songs_to_place(self, script, run):
        assert script.problem("POST", f"runs/{run.pk}/place")["code"] == "refused"


class TestClusters:
    def test_are_read(self, script, run):
        found = script.get(f"runs/{run.pk}/clusters")
        assert [one["index"] for one in found] == [0, 1, 2]
        assert script.get(f"runs/{run.pk}/clusters/1") == found[1]
        assert set(found[0]["means"]) == set(FEATURES)
        assert script.problem("GET", f"runs/{run.pk}/clusters/3")["code"] == "not_found"

    def test_get_names(self, script, run):
        name = script.get(f"runs/{run.pk}/clusters/0")["name"]
        changed = json.loads(script.send("PATCH", f"runs/{run.pk}/clusters/0", {"name": "Loud"}).content)
        assert changed["name"] == "Loud"
        script.send("PATCH", f"runs/{run.pk}/clusters/0", {"name": ""})
        assert script.get(f"runs/{run.pk}/clusters/0")["name"] == name

    def test_have_members_nearest_first(self, script, run):
        found = script.all(f"runs/{run.pk}/clusters/1/songs?limit=3")
        placed = run.assignments.filter(cluster=1).order_by("distance", "song_id")
        assert [one["song"]["id"] for one in found] == [one.song_id for one in placed]
        assert [one["distance"] for one in found] == [one.distance for one in placed]


class TestFiles:
    @pytest.fixture
    def run(self):
        dataset = make_dataset(songs=6)
        text = b"title,energy\n" + b"".join(b"Song %d,0.%d\n" % (row, row) for row in range(1, 7))
        upload = dataset.uploads.get()
        upload.file.save("songs.csv", ContentFile(text))
        with upload.on_disk() as path:
            table = read_preview(path, Dialect.from_dict(upload.dialect))
        upload.column_map = propose_columns(table).to_dict()
        upload.rows_read = upload.rows_kept = 6
        upload.save()
        return make_run(dataset, clusters=2, left_out=0)

    def test_say_the_same(self, script, run):
        csv, parquet, arrow = (
            script.send("GET", f"runs/{run.pk}/songs.{kind}") for kind in ("csv", "parquet", "arrow")
        )
        assert arrow["Content-Type"] == "application/vnd.apache.arrow.stream"
        assert "filename=" in arrow["Content-Disposition"]
        table = pa.ipc.open_stream(arrow.getvalue()).read_all()
        assert table.schema.field("energy").type == pa.float64()
        assert table == pyarrow.parquet.read_table(io.BytesIO(parquet.getvalue()))
        read = pyarrow.csv.read_csv(io.BytesIO(csv.getvalue()))
        assert read.column_names == table.column_names
        assert read["energy"].to_pylist() == table["energy"].to_pylist()
        assert read["cluster"].to_pylist() == table["cluster"].to_pylist() == [0, 1, 0, 1, 0, 1]

    def test_have_profiles(self, script, run):
        found = script.get(f"runs/{run.pk}/profiles")
        assert found["run"]["k"] == 2
        assert len(found["clusters"]) == 2


class TestAdvice:
    def test_is_asked_for(self, script, dataset, sent):
        def ask():
            ks = {"k_low": 2, "k_high": 5}
            return script.send("POST", f"datasets/{dataset.pk}/advice", ks, Idempotency_Key="advice")

        answer = ask()
        assert answer.status_code == 202
        job = json.loads(answer.content)
        found = script.get(f"advice/{job['advice']}")
        assert (found["k_low"], found["k_high"], found["verdict"], found["candidates"]) == (2, 5, "", [])
        assert json.loads(ask().content)["id"] == job["id"]
        assert Sweep.objects.count() == 1
        assert (
            script.problem("POST", f"datasets/{dataset.pk}/advice", {"k_low": 5, "k_high": 2})["code"]
            == "refused"
        )

    def test_is_read_and_followed(self, script, run, sent):
        sweep = Sweep.objects.get()
        found = script.get(f"advice/{sweep.pk}")
        assert (found["verdict"], found["headline"], found["recommended_k"]) == ("weak", "Some structure", 3)
        first = found["candidates"][0]
        assert first["k"] == 2
        assert first["silhouette_low"] < first["silhouette"] < first["silhouette_high"]
        assert script.all(f"datasets/{run.dataset_id}/advice")[0]["id"] == sweep.pk
        answer = script.send("POST", f"advice/{sweep.pk}/runs", {"k": 4})
        assert answer.status_code == 202
        assert script.get(f"runs/{json.loads(answer.content)['run']}")["settings"]["n_clusters"] == 4
        assert script.problem("POST", f"advice/{sweep.pk}/runs", {"k": 9})["code"] == "refused"


class TestComparisons:
    def test_are_a_job_and_then_there(self, script, run, sent):
        other = make_run(run.dataset, clusters=2)
        answer = script.send("POST", "comparisons", {"runs": [other.pk, run.pk]})
        assert answer.status_code == 202
        comparison = RunComparison.objects.get()
        assert answer["Link"] == f'</api/v1/comparisons/{comparison.pk}>; rel="related"'
        assert script.get(f"comparisons/{comparison.pk}")["finished"] is False
        assert (
            script.problem("GET", f"comparisons/{comparison.pk}/songs?first=0&second=0")["code"] == "conflict"
        )

    def test_are_read(self, script, run):
        comparison = make_comparison(run, make_run(run.dataset, clusters=2))
        found = script.get(f"comparisons/{comparison.pk}")
        assert (found["finished"], found["first"]) == (True, run.pk)
        answer = script.send("POST", "comparisons", {"runs": [found["second"], found["first"]]})
        assert (answer.status_code, json.loads(answer.content)) == (200, found)
        songs = script.all(f"comparisons/{comparison.pk}/songs?first=0&second=1&limit=2")
        assert len(songs) == found["table"][0][1]
        assert [one["id"] for one in songs] == sorted(one["id"] for one in songs)

    def test_are_of_two_runs_that_one_may_see(self, script, stranger, run):
        other = make_run(make_dataset(make_user("eve")))
        for runs in ([run.pk, run.pk], [run.pk, other.pk], [run.pk, 1]):
            assert script.problem("POST", "comparisons", {"runs": runs})["code"] == "refused"
        assert script.problem("POST", "comparisons", {"runs": [run.pk]})["code"] == "invalid"


class TestJobs:
    def test_are_listed_cancelled_tried_again(self, script, dataset, sent):
        job = make_job(dataset=dataset, kind="index", status=Job.Status.QUEUED)
        assert [one["id"] for one in script.all(f"jobs?status=queued&dataset={dataset.pk}")] == [job.pk]
        assert script.all("jobs?status=failed") == []
        answer = script.send("POST", f"jobs/{job.pk}/cancel")
        assert (answer.status_code, json.loads(answer.content)["status"]) == (202, "cancelled")
        assert script.problem("POST", f"jobs/{job.pk}/cancel")["code"] == "conflict"
        assert json.loads(script.send("POST", f"jobs/{job.pk}/retry").content)["status"] == "queued"
        assert script.problem("POST", f"jobs/{job.pk}/retry")["code"] == "conflict"

    def test_are_ones_own(self, stranger, dataset):
        job = make_job(dataset=dataset)
        assert stranger.all("jobs") == []
        for method, address in (("GET", ""), ("POST", "/cancel"), ("POST", "/retry")):
            assert stranger.problem(method, f"jobs/{job.pk}{address}")["code"] == "not_found"
