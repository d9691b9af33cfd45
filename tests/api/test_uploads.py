"""Files by the API: sent, settled, imported, and gone again."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clustering.api.areas.uploads import NewFileName
from clustering.jobs.runner import run_through
from clustering.models import AuditEntry, Dataset, PendingDeletion, Upload
from tests.factories import make_dataset, make_user

pytestmark = pytest.mark.django_db
SONGS = b"title,artist,mood,danceability,energy,tempo\n" + b"".join(
    b"Song %d,Artist %d,%d,0.%d,0.%d,%d\n" % (n, n % 5, n % 3, n % 9 + 1, n % 7 + 1, 80 + n)
    for n in range(40)
)


def send(script, address, data, kind="application/octet-stream", **headers):
    sent = {"Authorization": f"Bearer {script.text}"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return script.client.generic("POST", f"/api/v1/{address}", data, content_type=kind, headers=sent)


@pytest.fixture
def uploaded(script, sent):
    answer = send(script, "uploads?name=songs.csv&dataset_name=Mine", SONGS)
    assert answer.status_code == 201, answer.content
    return json.loads(answer.content)


class TestUpload:
    def test_proposes_its_columns(self, script, uploaded):
        assert uploaded["file_name"] == "songs.csv"
        assert uploaded["bytes"] == len(SONGS)
        fields = {one["column"]: one["field"] for one in uploaded["columns"]}
        assert fields["energy"] == "energy"
        assert fields["mood"] is None
        assert script.get(f"datasets/{uploaded['dataset']}")["name"] == "Mine"
        assert script.get(f"datasets/{uploaded['dataset']}/uploads/{uploaded['id']}") == uploaded
        assert script.all(f"datasets/{uploaded['dataset']}/uploads") == [uploaded]

    def test_says_how_numbers_are_written_and_whether_a_person_chose_it(self, script, sent):
        rows = b"".join(b"Song %d;0,%d;1.%03d\n" % (n, n % 9 + 1, n) for n in range(30))
        answer = send(script, "uploads?name=songs.csv", b"title;energy;plays\n" + rows)
        upload = json.loads(answer.content)
        found = {one["column"]: (one["decimal"], one["settled"]) for one in upload["columns"]}
        assert found["energy"] == (",", False)
        address = f"datasets/{upload['dataset']}/uploads/{upload['id']}"
        assert (
            script.send("POST", f"{address}/import", {"columns": {"plays": "popularity:as is:,"}}).status_code
            == 202
        )
        found = {one["column"]: (one["decimal"], one["settled"]) for one in script.get(address)["columns"]}
        assert found["plays"] == (",", True)

    def test_says_where_it_is(self, script):
        answer = send(script, "uploads?name=songs.csv", SONGS)
        assert script.get(answer["Location"]) == json.loads(answer.content)

    @pytest.mark.parametrize("name", [".", "..", "/", "a/", "a/.."])
    def test_says_that_a_folder_is_no_files_name(self, script, name):
        answer = send(script, f"uploads?name={name}", SONGS)
        found = json.loads(answer.content)
        assert (answer.status_code, found["code"]) == (422, "invalid")
        assert "such as songs.csv" in found["detail"]

    @pytest.mark.parametrize("name", ["...", ".csv", "..csv", "a/b.csv", "../b.csv", ""])
    def test_may_be_called_anything_else(self, script, name):
        pattern = NewFileName.model_json_schema()["properties"]["name"]["anyOf"][0]["pattern"]
        assert re.search(pattern, name)
        assert send(script, f"uploads?name={name}", SONGS).status_code == 201

    def test_is_called_by_one_line(self, script):
        answer = send(script, "uploads?name=a%0Ab%0D%E2%80%A8.csv", SONGS)
        assert json.loads(answer.content)["file_name"] == "a?b??.csv"

    def test_is_the_same_as_a_form(self, script, uploaded):
        data = {"file": SimpleUploadedFile("songs.csv", SONGS)}
        client = Client(headers={"Authorization": f"Bearer {script.text}"})
        found = client.post("/api/v1/uploads?dataset_name=Mine", data).json()
        for name in ("dataset", "id", "created_at"):
            del found[name], uploaded[name]
        assert found == uploaded

    def test_names_the_token_in_the_log(self, script, uploaded):
        entry = AuditEntry.objects.get(action=AuditEntry.Action.UPLOADED)
        assert (entry.actor, entry.token) == (script.token.owner, f"notebook ({script.token.key})")

    def test_refuses_what_is_no_song_file_and_keeps_nothing(self, script):
        for data in (b"\n", b"\0\1\2", b"%PDF-1.7"):
            answer = send(script, "uploads?name=songs.csv", data)
            assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "refused")
        assert not Dataset.objects.exists()
        assert not PendingDeletion.objects.exists()

    def test_refuses_what_is_too_large_before_it_comes(self, script, settings):
        settings.UPLOAD_LIMIT_MB = 0
        answer = send(script, "uploads?name=songs.csv", SONGS)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "too_large")

    def test_refuses_what_came_in_part(self, script):
        answer = script.client.generic(
            "POST",
            "/api/v1/uploads?name=songs.csv",
            b"",
            headers={"Authorization": f"Bearer {script.text}"},
            **{
                "CONTENT_LENGTH": str(len(SONGS)),
                "CONTENT_TYPE": "application/octet-stream",
                "wsgi.input": io.BytesIO(SONGS[:100]),
            },
        )
        found = json.loads(answer.content)
        assert (answer.status_code, found["code"]) == (400, "malformed")
        assert f"100 of {len(SONGS):,} bytes" in found["detail"]
        assert not Dataset.objects.exists()

    def test_takes_a_body_without_a_length(self, script):
        answer = script.client.generic(
            "POST",
            "/api/v1/uploads?name=songs.csv",
            b"",
            headers={"Authorization": f"Bearer {script.text}", "Transfer-Encoding": "chunked"},
            **{
                "CONTENT_TYPE": "application/octet-stream",
                "CONTENT_LENGTH": "",
                "wsgi.input": io.BytesIO(SONGS),
            },
        )
        assert answer.status_code == 201, answer.content
        assert json.loads(answer.content)["bytes"] == len(SONGS)

    def test_needs_a_type_and_a_part(self, script):
        assert send(script, "uploads", SONGS, "text/csv").status_code == 415
        data = {"other": SimpleUploadedFile("songs.csv", SONGS)}
        client = Client(headers={"Authorization": f"Bearer {script.text}"})
        assert client.post("/api/v1/uploads", data).status_code == 400
        assert send(script, "uploads", b"x", "multipart/form-data; boundary=").status_code == 400

    def test_obeys_limits(self, script, settings):
        settings.LIMITS = settings.LIMITS | {"datasets": 1}
        make_dataset(make_user(), songs=0)
        answer = send(script, "uploads?name=songs.csv", SONGS)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (422, "limit_reached")


class TestRead:
    """A file that is read in another way, before it is imported."""

    FILE = "Список\ntitle,energy,tempo\n" + "".join(f"Тихий сад {n},0.{n},1{n}0\n" for n in range(1, 9))

    @pytest.fixture
    def address(self, script, sent):
        found = json.loads(send(script, "uploads?name=x.csv", self.FILE.encode("cp1251")).content)
        assert found["reading"]["encoding"] == "cp1251"
        assert found["reading"]["header"] == 2
        assert found["reading"]["first_rows"][2] == ["Тихий сад 1", "0.1", "110"]
        return f"datasets/{found['dataset']}/uploads/{found['id']}"

    def read(self, script, address, **body):
        return send(script, f"{address}/read", json.dumps(body).encode(), "application/json")

    def test_changes_its_columns(self, script, address):
        found = json.loads(self.read(script, address, encoding="koi8_r", header=3).content)
        assert [one["column"] for one in found["columns"]][1:] == ["0.1", "110"]
        assert script.get(address) == found

    def test_finds_what_is_left_out(self, script, address):
        self.read(script, address, encoding="koi8_r", header=3)
        found = json.loads(self.read(script, address).content)
        assert (found["reading"]["encoding"], found["reading"]["header"]) == ("cp1251", 2)

    @pytest.mark.parametrize(
        "body", [{"encoding": "klingon"}, {"header": 31}, {"header_rows": 0}, {"sheet": "A"}]
    )
    def test_refuses_what_cannot_be(self, script, address, body):
        answer = self.read(script, address, **body)
        assert answer.status_code in {400, 422}, answer.content

    def test_is_settled_with_the_import(self, script, address):
        send(script, f"{address}/import", b"{}", "application/json")
        assert self.read(script, address, header=0).status_code in {409, 422}


class TestImport:
    def start(self, script, uploaded, **body):
        return script.send("POST", f"datasets/{uploaded['dataset']}/uploads/{uploaded['id']}/import", body)

    @pytest.mark.django_db(transaction=True)  # a running job has a thread of its own
    def test_is_a_job(self, script, uploaded, sent):
        answer = self.start(
            script, uploaded, columns={"mood": "popularity", "title": None}, name="Ours", then_run=False
        )
        assert answer.status_code == 202
        job = json.loads(answer.content)
        assert script.get(answer["Location"]) == job
        assert (job["status"], job["dataset"]) == ("queued", uploaded["dataset"])
        run_through(job["id"])
        assert script.get(answer["Location"])["status"] == "succeeded"
        dataset = script.get(f"datasets/{uploaded['dataset']}")
        assert (dataset["name"], dataset["songs"]) == ("Ours", 40)
        quality = script.get(f"datasets/{uploaded['dataset']}/quality")
        assert (quality["rows_read"], quality["rows_kept"]) == (40, 40)
        assert quality == script.get(f"datasets/{uploaded['dataset']}/uploads/{uploaded['id']}/quality")
        songs = script.all(f"datasets/{uploaded['dataset']}/songs")
        assert {one["title"] for one in songs} == {None}
        assert sorted({one["popularity"] for one in songs}) == [0, 1, 2]

    def test_happens_once(self, script, uploaded):
        assert self.start(script, uploaded).status_code == 202
        again = self.start(script, uploaded)
        assert (again.status_code, json.loads(again.content)["code"]) == (422, "refused")
        Upload.objects.update(rows_read=40)
        assert self.start(script, uploaded).status_code == 409

    @pytest.mark.parametrize(
        "columns",
        [
            {"energy": "colour"},
            {"colour": "energy"},
            {"title": "energy"},
            {"mood": "tempo", "tempo": "tempo"},
        ],
    )
    def test_refuses_columns_that_cannot_be(self, script, uploaded, columns):
        answer = self.start(script, uploaded, columns=columns)
        assert answer.status_code == 422
        assert script.all("jobs") == []

    def test_is_for_who_may_change_the_dataset(self, uploaded, stranger):
        Dataset.objects.update(visibility="shared")
        address = f"datasets/{uploaded['dataset']}"
        assert self.start(stranger, uploaded).status_code == 404
        assert stranger.get(address)["id"] == uploaded["dataset"]
        assert stranger.all(f"{address}/uploads") == []  # nobody else sees what is not settled yet
        assert stranger.send("GET", f"{address}/uploads/{uploaded['id']}").status_code == 404


class TestFurtherFile:
    @pytest.mark.django_db(transaction=True)  # a running job has a thread of its own
    def test_brings_more_songs(self, script, uploaded, sent):
        address = f"datasets/{uploaded['dataset']}/uploads"
        job = script.send("POST", f"{address}/{uploaded['id']}/import", {"then_run": False})
        run_through(json.loads(job.content)["id"])
        more = SONGS.replace(b"Song", b"Other")
        answer = send(script, f"{address}?name=more.csv", more)
        assert answer.status_code == 201, answer.content
        job = script.send("POST", f"{address}/{json.loads(answer.content)['id']}/import", {})
        assert job.status_code == 202
        run_through(json.loads(job.content)["id"])
        assert script.get(f"datasets/{uploaded['dataset']}")["songs"] == 80
        again = send(script, f"{address}?name=more.csv", more)
        assert (again.status_code, json.loads(again.content)["code"]) == (422, "refused")


def test_rejected_rows_are_a_file(script, dataset):
    upload = dataset.uploads.get()
    address = f"datasets/{dataset.pk}/uploads/{upload.pk}/rejected.csv"
    assert script.send("GET", address).status_code == 404
    upload.rejected_file.save("x", SimpleUploadedFile("x", b"row,line,reason,text\n"))
    answer = script.send("GET", address)
    assert answer.getvalue() == b"row,line,reason,text\n"
    assert "rejected rows.csv" in answer["Content-Disposition"]
    assert script.send("GET", address, If_None_Match=answer["ETag"]).status_code == 304
    default_storage.delete(upload.rejected_file.name)
    assert script.send("GET", address).status_code == 404


class TestDataset:
    def test_is_listed_read_changed(self, script, dataset):
        found = script.get(f"datasets/{dataset.pk}")
        assert script.all("datasets") == [found]
        assert (found["songs"], found["visibility"], found["owner"]) == (30, "private", "ada")
        changed = json.loads(
            script.send("PATCH", f"datasets/{dataset.pk}", {"name": "New", "visibility": "shared"}).content
        )
        assert changed == found | {"name": "New", "visibility": "shared"}
        assert script.problem("PATCH", f"datasets/{dataset.pk}", {"name": "  "})["code"] == "refused"

    @pytest.mark.django_db(transaction=True)  # a running job has a thread of its own
    def test_is_deleted_by_a_job(self, script, dataset, sent):
        answer = script.send("DELETE", f"datasets/{dataset.pk}")
        assert answer.status_code == 202
        run_through(json.loads(answer.content)["id"])
        assert script.send("GET", f"datasets/{dataset.pk}").status_code == 404
        assert script.get(answer["Location"])["status"] == "succeeded"

    def test_has_no_report_before_its_import(self, script):
        dataset = make_dataset(songs=0)
        dataset.report = {}
        dataset.save()
        assert script.problem("GET", f"datasets/{dataset.pk}/quality")["code"] == "conflict"
