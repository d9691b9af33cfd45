"""Taking a file, and which column is which."""

import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clustering.actions.uploads import read_again
from clustering.models import Dataset, Job, Upload
from clustering.songfiles import SongFileError
from clustering.songfiles.columns import propose_columns
from clustering.songfiles.parts import Reading
from tests.factories import make_dataset, make_user
from tests.songfiles.shapes import Sheet, write_workbook

pytestmark = pytest.mark.django_db
SONGS = b"track_name,energy,valence,tempo,mood\nA,0.1,0.2,90,3\nB,0.5,0.6,120,4\nC,0.9,0.4,140,5\n"


def csv_file(content: bytes = SONGS, name: str = "my songs.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


@pytest.fixture
def uploaded(client, ada) -> Dataset:
    client.post("/upload/", {"file": csv_file(), "name": ""})
    return Dataset.objects.get()


class TestUpload:
    def test_shows_the_form_with_its_limits(self, client, ada):
        text = client.get("/upload/").content.decode()
        assert 'type="file"' in text
        assert "2,000 columns" in text
        assert "Up to 1 GB" in text

    def test_leads_to_the_columns(self, client, ada):
        answer = client.post("/upload/", {"file": csv_file(), "name": "Mine"})
        dataset = Dataset.objects.get(owner=ada)
        assert dataset.name == "Mine"
        assert answer.headers["Location"] == f"/datasets/{dataset.pk}/columns/"

    def test_names_the_dataset_after_the_file(self, uploaded):
        assert uploaded.name == "my songs"

    @pytest.mark.parametrize(
        "content", [b"", b"track_name,energy\n", b"remark,place\nA,B\n", b"\x89PNG\r\n\x1a\n"]
    )
    def test_says_what_is_wrong_and_keeps_the_name(self, client, ada, content):
        answer = client.post("/upload/", {"file": csv_file(content), "name": "Typed <name>"})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert 'role="alert"' in text
        assert "Typed &lt;name&gt;" in text
        assert not Dataset.objects.exists()

    def test_asks_for_a_file(self, client, ada):
        answer = client.post("/upload/", {"name": "x"})
        assert answer.status_code == 422
        assert "Choose a file first" in answer.content.decode()

    def test_names_the_limit_of_a_file_that_is_too_large(self, client, ada, settings):
        settings.UPLOAD_LIMIT_MB = 0
        assert "the limit is 0 MB" in client.post("/upload/", {"file": csv_file()}).content.decode()

    def test_wants_a_person(self, client):
        assert client.post("/upload/").headers["Location"].startswith("/accounts/login/")


class TestColumns:
    def url(self, dataset: Dataset) -> str:
        return f"/datasets/{dataset.pk}/columns/"

    def test_shows_each_column_with_examples_and_a_proposal(self, client, uploaded):
        answer = client.get(self.url(uploaded))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "mood" in text
        assert '<option value="energy" selected>' in text
        assert "0.9" in text
        assert "not recognized" in text

    def test_begins_the_import(self, client, uploaded, sent):
        answer = client.post(self.url(uploaded), self.choices(client, uploaded) | {"name": "Renamed"})
        job = Job.objects.get()
        uploaded.refresh_from_db()
        assert answer.headers["Location"] == f"/jobs/{job.pk}/"
        assert uploaded.name == "Renamed"
        assert job.kind == "import"

    def test_takes_changes(self, client, uploaded, sent):
        choices = self.choices(client, uploaded) | {"column-4": "popularity", "column-3": ""}
        client.post(self.url(uploaded), choices)
        matches = uploaded.uploads.get().column_map["matches"]
        assert [match["field"] for match in matches][3:] == [None, "popularity"]

    def test_keeps_the_choices_after_an_error(self, client, uploaded, sent):
        choices = self.choices(client, uploaded) | {"column-4": "energy", "name": "Typed"}
        answer = client.post(self.url(uploaded), choices)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "mood" in text.split('role="alert"')[1][:600]
        assert text.count('<option value="energy" selected>') == 2
        assert 'value="Typed"' in text
        assert not Job.objects.exists()

    def test_refuses_what_no_list_offered(self, client, uploaded):
        answer = client.post(self.url(uploaded), self.choices(client, uploaded) | {"column-4": "password"})
        assert answer.status_code == 422
        assert "is not one of the choices. Choose from the list." in answer.content.decode()

    def test_shows_what_would_be_stored_in_another_unit(self, client, uploaded):
        place = [match["field"] for match in uploaded.uploads.get().column_map["matches"]].index("energy")
        assert "0.09" not in client.get(self.url(uploaded)).content.decode()
        asked = {"preview": "1", f"unit-{place}": "tenths", "name": "Typed"}
        answer = client.post(self.url(uploaded), self.choices(client, uploaded) | asked)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "0.09" in text
        assert '<option value="tenths" selected>' in text
        assert 'value="Typed"' in text
        assert not Job.objects.exists()

    def test_finds_the_unit_of_a_new_field_before_it_is_chosen(self, client, uploaded):
        matches = uploaded.uploads.get().column_map["matches"]
        place = [match["column"] for match in matches].index("mood")
        asked = {"preview": "1", f"column-{place}": "popularity"}
        assert client.post(self.url(uploaded), self.choices(client, uploaded) | asked).status_code == 200

    def test_imports_in_the_unit_that_was_chosen(self, client, uploaded, sent):
        place = [match["field"] for match in uploaded.uploads.get().column_map["matches"]].index("energy")
        client.post(self.url(uploaded), self.choices(client, uploaded) | {f"unit-{place}": "tenths"})
        match = uploaded.uploads.get().column_map["matches"][place]
        assert (match["field"], match["unit"], match["settled"]) == ("energy", "tenths", True)

    def test_opens_with_no_known_name_and_takes_what_is_mapped(self, client, ada, sent):
        rows = "".join(f"Song {n},{n / 10},{100 + n}\n" for n in range(9))
        client.post("/upload/", {"file": csv_file(f"nimi,svung,vauhti\n{rows}".encode())})
        dataset = Dataset.objects.get()
        text = client.get(self.url(dataset)).content.decode()
        assert "imported as a list of songs" in text
        client.post(self.url(dataset), {"column-1": "energy", "column-2": "tempo"})
        matches = dataset.uploads.get().column_map["matches"]
        assert [match["field"] for match in matches] == [None, "energy", "tempo"]

    def test_needs_an_audio_feature(self, client, uploaded):
        none = self.choices(client, uploaded) | {f"column-{place}": "" for place in range(4)}
        answer = client.post(self.url(uploaded), none)
        assert answer.status_code == 422
        assert "feature" in answer.content.decode()

    def test_a_second_click_leads_to_the_import_that_the_first_began(self, client, uploaded, sent):
        choices = self.choices(client, uploaded)
        first = client.post(self.url(uploaded), choices)
        second = client.post(self.url(uploaded), choices)
        assert second.headers["Location"] == first.headers["Location"]
        assert Job.objects.count() == 1

    def test_leads_on_when_the_songs_are_there(self, client, ada):
        dataset = make_dataset(ada)
        assert client.get(self.url(dataset)).headers["Location"] == f"/datasets/{dataset.pk}/"

    def test_says_so_when_the_file_is_gone(self, client, uploaded):
        Path(uploaded.uploads.get().file.path).unlink()
        answer = client.get(self.url(uploaded))
        assert answer.status_code == 422
        assert "Upload it again" in answer.content.decode()

    def test_offers_no_list_for_the_thousandth_column(self, client, ada):
        wide = io.StringIO()
        wide.write("energy," + ",".join(f"extra{n}" for n in range(200)) + "\n")
        wide.writelines("0.5," + ",".join("x" * 200) + "\n" for _ in range(4))
        client.post("/upload/", {"file": csv_file(wide.getvalue().encode())})
        answer = client.get(self.url(Dataset.objects.get()))
        assert b"81 more columns are kept" in answer.content
        assert len(answer.content) < 500_000

    def test_belongs_to_the_owner(self, client, uploaded):
        client.force_login(make_user("eve"))
        assert client.get(self.url(uploaded)).status_code == 404

    def test_is_nowhere_without_a_file(self, client, ada):
        assert client.get(self.url(Dataset.objects.create(owner=ada, name="Empty"))).status_code == 404

    def choices(self, client, dataset: Dataset) -> dict[str, str]:
        form = client.get(self.url(dataset)).context["form"]
        return {form.key(row.place): row.proposed for row in form.rows}


class TestReading:
    """How the file was read is shown on the columns page, and changed there."""

    CYRILLIC = "Мой список 2024\ntitle,artist,energy,tempo\n" + "".join(
        f"Тихий сад {number},Северный ветер,0.{number},1{number}0\n" for number in range(1, 9)
    )

    @pytest.fixture
    def cyrillic(self, client, ada) -> Dataset:
        client.post("/upload/", {"file": csv_file(self.CYRILLIC.encode("cp1251"))})
        return Dataset.objects.get()

    def reread(self, client, dataset, **choices):
        fields = {"encoding": "cp1251", "header": "2", "header_rows": "1"} | choices
        data = {f"reading-{name}": value for name, value in fields.items()}
        return client.post(reverse("columns", args=[dataset.pk]), {**data, "name": "My name", "reread": "1"})

    def test_is_shown(self, client, cyrillic):
        page = client.get(reverse("columns", args=[cyrillic.pk])).context["reading"].page
        assert (page.encoding, page.header) == ("cp1251", "2")
        assert page.rows[0].is_above
        assert page.rows[1].is_header
        assert page.rows[2].cells[0] == "Тихий сад 1"

    def test_can_be_changed_and_keeps_the_name(self, client, cyrillic):
        answer = self.reread(client, cyrillic, encoding="koi8_r", header="3")
        assert answer.status_code == 200
        assert answer.context["form"]["name"].value() == "My name"
        assert answer.context["page"].rows[0].column == "Тихий сад 1".encode("cp1251").decode("koi8_r")
        upload = cyrillic.uploads.get()
        assert upload.dialect["encoding"] == "koi8_r"
        assert upload.dialect["parts"][0]["header"] == 3

    def test_is_what_is_imported(self, client, cyrillic, sent):
        self.reread(client, cyrillic, header="3")
        client.post(reverse("columns", args=[cyrillic.pk]), {"column-2": "energy", "name": "x"})
        assert Job.objects.count() == 1
        assert cyrillic.uploads.get().column_map["matches"][2]["field"] == "energy"

    @pytest.mark.parametrize(
        ("choices", "sentence"),
        [
            ({"encoding": "klingon"}, "from the lists"),
            ({"encoding": "utf-16"}, "can’t be read as utf-16"),
            ({"header": "99"}, "from the lists"),
            ({"header": "10", "header_rows": "2"}, "from the lists"),
            ({"header": "8", "header_rows": "3"}, "a header and no songs below it"),
        ],
    )
    def test_that_cannot_be_is_said_and_changes_nothing(self, client, cyrillic, choices, sentence):
        answer = self.reread(client, cyrillic, **choices)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert cyrillic.uploads.get().dialect["parts"][0]["header"] == 2

    def test_of_a_workbook_offers_its_sheets(self, client, ada, tmp_path):
        rows = [["title", "energy"], *[[f"S{number}", f"0.{number}"] for number in range(1, 9)]]
        write_workbook(tmp_path / "x.xlsx", {"May": Sheet(rows), "June": Sheet(rows[:3])})
        client.post("/upload/", {"file": csv_file((tmp_path / "x.xlsx").read_bytes(), "x.xlsx")})
        dataset = Dataset.objects.get()
        page = client.get(reverse("columns", args=[dataset.pk])).context["reading"].page
        assert [value for value, _ in page.sheets] == ["*", "May", "June"]
        assert page.sheet == "*"
        data = {"reading-sheet": "June", "reading-header": "1", "reading-header_rows": "1", "reread": "1"}
        client.post(reverse("columns", args=[dataset.pk]), data)
        assert [part["sheet"] for part in dataset.uploads.get().dialect["parts"]] == ["June"]

    def test_of_parquet_is_nothing_to_choose(self, client, ada, tmp_path):
        pq.write_table(pa.table({"title": ["a"], "energy": [0.5]}), tmp_path / "x.parquet")
        client.post("/upload/", {"file": csv_file((tmp_path / "x.parquet").read_bytes(), "x.parquet")})
        text = client.get(reverse("columns", args=[Dataset.objects.get().pk])).content.decode()
        assert "How the file was read" not in text

    def test_is_settled_with_the_import(self, client, cyrillic, sent):
        client.post(reverse("columns", args=[cyrillic.pk]), {"name": "x", "column-2": "energy"})
        self.reread(client, cyrillic, header="3")
        with pytest.raises(SongFileError, match="can no longer be changed"):
            read_again(cyrillic.uploads.get(), Reading(header=3))
        assert cyrillic.uploads.get().dialect["parts"][0]["header"] == 2

    def test_of_a_further_file_keeps_the_columns_of_the_first(self, client, ada):
        dataset = make_dataset(ada, songs=5)
        first = dataset.uploads.get()
        first.column_map = (
            propose_columns(pa.table({"power": ["1", "2"], "energy": ["0.5", "0.6"]}))
            .changed({"power": "energy", "energy": ""})
            .to_dict()
        )
        first.save()
        further = csv_file(b"My songs\npower,energy,tempo\n0.5,0.6,100\n0.7,0.1,90\n")
        client.post(reverse("songs_add", args=[dataset.pk]), {"file": further})
        address = reverse("songs_add_columns", args=[dataset.pk])
        data = {
            "reading-encoding": "cp1252",
            "reading-header": "2",
            "reading-header_rows": "1",
            "reread": "1",
        }
        page = client.post(address, data).context["page"]
        assert {row.column: row.field for row in page.rows} == {
            "power": "energy",
            "energy": "",
            "tempo": "tempo",
        }
        assert dataset.drafts.get().dialect["encoding"] == "cp1252"


class TestFileNames:
    @pytest.mark.parametrize(
        "name",
        [
            "../../etc/passwd.csv",
            "..\\..\\windows.csv",
            "/etc/shadow",
            "a\r\nSet-Cookie: x=1.csv",
            "….csv",
            "." * 300 + ".csv",
        ],
    )
    def test_become_no_paths(self, client, ada, name):
        file = SimpleUploadedFile("songs.csv", b"title,energy\na,0.5\n")
        vars(file)["_name"] = name  # past the cleaning that a well-behaved client does
        answer = client.post(reverse("upload"), {"file": file})
        assert answer.status_code in {302, 422}
        for found in Upload.objects.all():
            assert re.fullmatch(rf"uploads/{found.dataset_id}/[0-9a-f]{{32}}", found.file.name)
            assert not set(found.original_name) & set("/\\\r\n")
