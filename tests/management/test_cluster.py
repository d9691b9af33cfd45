"""``manage.py cluster``: the contract of scripts."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from clustering.models import Dataset, Job
from tests.made_once import MadeOnce
from tests.songfiles.shapes import Sheet, write_workbook
from tests.songtables import song_rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def songs_csv(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "songs.csv", song_rows(60))


def cluster(path: Path, *options: str) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("cluster", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@dataclass(frozen=True)
class Done:
    """What the command prints and writes of sixty songs without further options."""

    printed: str
    written: dict[str, Any]
    exported: list[dict[str, str]]


@pytest.fixture
def done(made_once: MadeOnce, songs_csv: Path, tmp_path: Path) -> Done:
    def run() -> Done:
        out, export = tmp_path / "out.json", tmp_path / "out.csv"
        printed = cluster(songs_csv, "--json", str(out), "--export", str(export))
        with export.open(encoding="utf-8", newline="") as file:
            return Done(printed, json.loads(out.read_text()), list(csv.DictReader(file)))

    return made_once(run)


class TestCluster:
    def test_prints_a_summary(self, done: Done) -> None:
        assert "60 songs of 60 rows" in done.printed
        assert "3 groups" in done.printed

    def test_writes_the_json_of_the_contract(self, songs_csv: Path, tmp_path: Path) -> None:
        cluster(songs_csv, "--k", "4", "--seed", "7", "--json", str(tmp_path / "out.json"))
        found = json.loads((tmp_path / "out.json").read_text())
        assert set(found) == {"dataset", "run", "clusters", "seconds", "peak_mb"}
        assert set(found["dataset"]) == {
            "id", "name", "rows_read", "rows_kept", "rows_rejected", "duplicates", "features", "warnings",
        }  # fmt: skip
        assert set(found["run"]) == {
            "id", "algorithm", "k", "k_requested", "scaler", "features", "seed", "songs", "left_out",
            "silhouette", "silhouette_low", "silhouette_high", "silhouette_songs", "null_silhouette", "davies_bouldin",
            "calinski_harabasz", "inertia", "explained_variance", "advice", "null_cloud_silhouette", "parts_apart",
        }  # fmt: skip
        assert set(found["clusters"][0]) == {
            "index", "name", "description", "size", "share", "means", "z", "top_songs",
        }  # fmt: skip
        assert list(found["seconds"]) == [
            "import", "features", "choose_k", "fit", "project", "measure", "save", "total",
        ]  # fmt: skip
        assert -1 < found["run"]["null_silhouette"] < found["run"]["silhouette"]
        assert (found["run"]["k"], found["run"]["seed"], len(found["clusters"])) == (4, 7, 4)
        assert found["seconds"]["total"] > 0
        assert found["peak_mb"] > 10

    def test_tells_what_the_advice_rests_on(self, done: Done) -> None:
        advice = done.written["run"]["advice"]
        assert set(advice) == {
            "verdict", "recommended_k", "alternatives", "reason", "groups_apart", "may_be_more", "candidates",
            "draws", "draws_agree", "unjudged", "split_features",
        }  # fmt: skip
        assert (advice["verdict"], advice["groups_apart"], advice["may_be_more"]) == ("clear", 3, False)
        assert (advice["draws"], advice["draws_agree"]) == (5, 5)
        assert all(0 < one["null_cloud_silhouette"] < 1 for one in advice["candidates"])

    def test_exports_the_songs(self, done: Done) -> None:
        assert len(done.exported) == 60

    def test_takes_features_names_and_columns(self, songs_csv: Path) -> None:
        cluster(
            songs_csv,
            "--features",
            "energy,valence",
            "--name",
            "Mine",
            "--map",
            "album_name=",
            "tempo=",
            "--k",
            "3",
        )
        dataset = Dataset.objects.get()
        assert dataset.name == "Mine"
        assert "tempo" not in dataset.features
        assert dataset.runs.get().features == ["energy", "valence"]

    def test_takes_header_sheet_and_encoding(self, songs_csv: Path, tmp_path: Path) -> None:
        rows = [line.split(",") for line in songs_csv.read_text().splitlines()]
        two = [["Song", *[""] * (len(rows[0]) - 1)], rows[0], *rows[1:]]
        write_workbook(tmp_path / "songs.xlsx", {"Half": Sheet(two[:32]), "All": Sheet(two)})
        assert "60 songs of 60 rows" in cluster(
            tmp_path / "songs.xlsx", "--sheet", "All", "--header", "2", "--k", "3"
        )
        path = tmp_path / "cyrillic.csv"
        path.write_bytes(songs_csv.read_text().replace("Song", "Песня").encode("cp1251"))
        cluster(path, "--encoding", "cp1251", "--name", "Cyrillic", "--header", "1-1", "--k", "3")
        upload = Dataset.objects.get(name="Cyrillic").uploads.get()
        assert upload.dialect["encoding"] == "cp1251"
        with pytest.raises(CommandError, match="--header takes a row"):
            cluster(path, "--header", "first")

    def test_finds_groups_on_a_sample(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "more.csv", song_rows(700))
        printed = cluster(path, "--fit-on", "500", "--k", "3", "--json", str(tmp_path / "out.json"))
        assert "3 groups found on 500 songs" in printed
        found = json.loads((tmp_path / "out.json").read_text())["run"]
        assert (found["fit_on"], found["fitted_songs"], found["songs"]) == (500, 500, 700)

    def test_makes_a_user_where_there_is_none(self, done: Done) -> None:
        owner = Dataset.objects.get().owner
        assert (owner.username, owner.is_superuser) == ("local", True)
        assert not owner.has_usable_password()

    def test_takes_an_owner(self, songs_csv: Path) -> None:
        User.objects.create_user("ada")
        cluster(songs_csv, "--owner", "ada", "--k", "3")
        assert Dataset.objects.get().owner.username == "ada"

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            (["--k", "many"], "must be auto or a whole number"),
            (["--k", "51"], "between 2 and 50"),
            (["--features", "smell"], "no feature called “smell”"),
            (["--map", "energy"], "no equals sign"),
            (["--owner", "nobody"], "no user nobody"),
            (["--seed", "-1"], "it is -1"),
            (["--fit-on", "9"], "9 songs is too small"),
            (["--fit-on", "500", "--algorithm", "ward"], "can’t be fitted on a sample"),
            (["--export", "/nowhere/out.csv"], "no folder /nowhere"),
            (["--json", "/nowhere/out.json"], "no folder /nowhere"),
        ],
    )
    def test_what_can_be_mended_ends_with_two(
        self, songs_csv: Path, options: list[str], sentence: str
    ) -> None:
        with pytest.raises(CommandError, match=sentence) as caught:
            cluster(songs_csv, *options)
        assert caught.value.returncode == 2
        assert not Dataset.objects.exists(), "the file is still at hand, and nobody asked for a dataset alone"

    def test_columns_that_cannot_be_leave_nothing(self, songs_csv: Path) -> None:
        with pytest.raises(CommandError, match="no column “smell”"):
            cluster(songs_csv, "--map", "smell=energy")
        assert not Dataset.objects.exists()

    def test_an_absent_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"no file .*absent\.csv"):
            cluster(tmp_path / "absent.csv")

    def test_a_failed_job_ends_with_its_sentence(self, tmp_path: Path) -> None:
        path = write_csv(tmp_path / "two.csv", song_rows(2))
        with pytest.raises(CommandError, match="at least 3"):
            cluster(path)
        assert Job.objects.get().status == Job.Status.FAILED
