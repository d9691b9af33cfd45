"""Filling in features from another table: what is matched, what is written, and that it can be undone."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from clustering.actions.datasets import delete_dataset, share_dataset
from clustering.actions.fills import (
    apply_fill,
    choose_candidates,
    discard_fill,
    start_fill,
    undo_fill,
    upload_source,
)
from clustering.actions.jobs import BusyError, cancel_job, retry_job
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.exports.csv import export_csv
from clustering.jobs import runner as jobs
from clustering.models import AuditEntry, Dataset, Fill, FillMatch, Job, Run, Song
from clustering.storage import fills
from clustering.storage import songs as song_rows
from tests.concurrency import call_and_disconnect, call_elsewhere, is_waited_for_a_lock, wait_until
from tests.factories import make_user
from tests.filltables import Row, invented_songs, split

pytestmark = pytest.mark.django_db(transaction=True)


def as_csv(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def imported(rows: list[Row], name: str = "songs", *, owner: str = "ada") -> Dataset:
    upload = upload_file(make_user(owner), file=ContentFile(as_csv(rows), name=f"{name}.csv"))
    job = start_import(upload.dataset.owner, upload, changes={}, name="", then_cluster=False)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.SUCCEEDED, job.error
    return Dataset.objects.get(pk=upload.dataset_id)


def matched(dataset: Dataset, source: Dataset) -> Fill:
    fill = start_fill(dataset.owner, dataset, source)
    jobs.run(fill.job_id)
    return checked(fill, Fill.Status.READY)


def applied(fill: Fill) -> Fill:
    jobs.run(apply_fill(fill.owner, fill).pk)
    return checked(fill, Fill.Status.APPLIED)


def undone(fill: Fill) -> Fill:
    jobs.run(undo_fill(fill.owner, fill).pk)
    return checked(fill, Fill.Status.UNDONE)


def checked(fill: Fill, status: str) -> Fill:
    fill = Fill.objects.select_related("dataset", "source", "job", "owner").get(pk=fill.pk)
    assert fill.status == status, fill.job and fill.job.error
    return fill


def values_of(dataset: Dataset) -> list[tuple[Any, ...]]:
    """Return all that is known of the songs."""
    names = [field.attname for field in Song._meta.fields]
    return list(dataset.songs.order_by("id").values_list(*names))


def finished_run(dataset: Dataset, *features: str) -> Run:
    run = start_run(dataset.owner, dataset, RunSettings(features=features, n_clusters=2))
    jobs.run(run.jobs.get().pk)
    run = Run.objects.select_related("dataset").get(pk=run.pk)
    assert run.is_finished
    return run


def songs(*titles: str, artist: str = "Björk", **columns: list[str]) -> list[Row]:
    rows = [{"title": title, "artist": artist} for title in titles]
    for name, cells in columns.items():
        for row, cell in zip(rows, cells, strict=True):
            row[name] = cell
    return rows


def numbers(count: int, start: float = 0.1) -> list[str]:
    return [f"{start + number * 0.9 / count:.4f}" for number in range(count)]


def dataset_is_held(dataset: Dataset) -> bool:
    with transaction.atomic():
        free = Dataset.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=dataset.pk)
        return free.first() is None


class TestTruth:
    """Half of a table without features, filled from the whole with other ids and other titles."""

    @pytest.mark.parametrize("seed", [0, 1, 2])
    def test_is_found(self, seed):
        tables = split(invented_songs(1_200, seed=seed), seed=seed)
        dataset = imported(tables.wanted, "list")
        source = imported(tables.source, "features")
        applied(matched(dataset, source))
        filled = {song.row_number: song for song in dataset.songs.filter(energy__isnull=False).order_by("id")}
        right = 0
        for row, song in filled.items():
            true = tables.truth[row - 1]
            assert true is not None, f"{song.title} is a version of its own"
            right += song.energy == pytest.approx(float(tables.source[true]["energy"]), abs=1e-5)
        can = [row for row, possible in enumerate(tables.matchable, start=1) if possible]
        assert right / len(filled) >= 0.995
        assert sum(row in filled for row in can) / len(can) >= 0.95


class TestKeys:
    def fill(self, wanted: list[Row], source: list[Row]) -> dict[str, Any]:
        fill = matched(imported(wanted, "list"), imported(source, "features"))
        return fill.report

    def test_spotify_ids_are_one_however_they_are_written(self):
        ids = [f"{number:022d}" for number in range(3)]
        written = [ids[0], f"spotify:track:{ids[1]}", f"https://open.spotify.com/track/{ids[2]}?si=1"]
        report = self.fill(
            songs("A", "B", "C", track_id=ids), [{"uri": i, "energy": "0.5", "tempo": "100"} for i in written]
        )
        assert report["keys"]["spotify_id"] == report["gaining"] == 3

    def test_isrcs_match_where_ids_differ(self):
        codes = ["USRC17607839", "us-rc1-76-07840", "USRC17607841"]
        report = self.fill(
            songs("A", "B", "C", isrc=codes),
            [{"id": f"x{n}", "isrc": code.upper(), "energy": "0.5"} for n, code in enumerate(codes)],
        )
        assert report["keys"]["isrc"] == 3

    def test_two_files_of_one_export_are_joined_by_their_id(self):
        report = self.fill(
            songs("A", "B", "C", track_id=["TR1", "TR2", "TR3"]),
            [{"track_id": f"TR{n}", "energy": "0.5"} for n in (3, 2, 1)],
        )
        assert report["keys"]["id"] == 3

    def test_an_id_that_names_another_song_is_none(self):
        ids = [f"{number:022d}" for number in range(3)]
        report = self.fill(
            songs("A", "B", "C", track_id=ids),
            songs("D", "E", "F", track_id=ids, energy=numbers(3)),
        )
        assert (report["matched"], report["ambiguous"]) == (0, 3)

    def test_an_id_of_which_neither_title_nor_artist_agree_is_not_even_a_candidate(self):
        ids = [f"{number:022d}" for number in range(3)]
        report = self.fill(
            songs("A", "B", "C", track_id=ids),
            songs("D", "E", "F", artist="Somebody", track_id=ids, energy=numbers(3)),
        )
        assert report["unmatched"] == 3

    def test_numbers_of_rows_match_nothing_where_names_differ(self):
        rows = ["1", "2", "3"]
        report = self.fill(songs("A", "B", "C", id=rows), songs("D", "E", "F", id=rows, energy=numbers(3)))
        assert report["unmatched"] == 3

    @pytest.mark.parametrize(
        "version", ["Live", "Acoustic", "Remix", "Sped Up", "Slowed", "Instrumental", "Karaoke", "Demo"]
    )
    def test_versions_that_sound_otherwise_are_not_the_studio_recording(self, version):
        titles = [f"A - {version}", f"B ({version} Version)", "C"]
        report = self.fill(songs(*titles), songs("A", "B", f"C [{version}]", energy=numbers(3)))
        assert (report["matched"], report["ambiguous"]) == (0, 0)

    def test_versions_match_each_other(self):
        report = self.fill(
            songs("A - Live", "B (Acoustic)", "C - X Remix"),
            songs("a (live)", "b - acoustic version", "c (x remix)", energy=numbers(3)),
        )
        assert report["keys"]["text"] == 3

    def test_a_song_of_a_concert_album_is_not_the_studio_recording(self):
        report = self.fill(
            songs("A", "B", "C", album=["Debut"] * 3),
            songs("A", "B", "C", album=["Live at Wembley", "MTV Unplugged", "Debut"], energy=numbers(3)),
        )
        assert report["keys"]["text"] == 1

    def test_lengths_that_differ_are_two_recordings(self):
        report = self.fill(
            songs("A", "B", "C", duration_ms=["200000", "200000", ""]),
            songs("A", "B", "C", duration_ms=["201500", "204000", "1000"], energy=numbers(3)),
        )
        assert report["keys"]["text"] == 2

    def test_the_first_of_several_artists_is_enough_where_the_length_says_so_too(self):
        wanted = songs("A", "B", "C", duration_ms=["200000", "", "200000"])
        source = songs("A", "B", "D", artist="Björk, Somebody", duration_ms=["200000"] * 3, energy=numbers(3))
        assert self.fill(wanted, source)["keys"]["first_artist"] == 1

    def test_a_recording_on_several_albums_is_one_where_its_features_agree(self):
        source = songs("A", "A", "B", "B", "C", album=["x", "y"] * 2 + ["z"], id=list("12345"))
        for row, energy in zip(source, ("0.5", "0.51", "0.2", "0.8", "0.3"), strict=True):
            row["energy"] = energy
        report = self.fill(songs("A", "B", "C"), source)
        assert (report["matched"], report["ambiguous"], report["unmatched"]) == (2, 1, 0)

    def test_of_several_the_one_that_is_spelled_the_same(self):
        source = songs("A", "A - Remastered 2011", "B", id=list("123"), energy=["0.1", "0.9", "0.3"])
        report = self.fill(songs("a - remastered 2011", "B", "C"), source)
        assert (report["matched"], report["ambiguous"]) == (2, 0)


class TestList:
    def test_is_found_and_compared_by_nothing(self):
        dataset = imported(songs("A", "B", "C"), "list")
        for due in jobs.reap():
            jobs.run(due)
        assert dataset.jobs.get(kind="index").status == Job.Status.SUCCEEDED
        assert dataset.catalog.compared == 0
        with pytest.raises(AnalysisError, match="Fill in features"):
            start_run(dataset.owner, dataset, RunSettings())
        source = imported(songs("A", "B", "C", energy=numbers(3)), "features")
        applied(matched(dataset, source))
        for job in dataset.jobs.filter(kind="index").alive():
            jobs.run(job.pk)
        dataset = Dataset.objects.select_related("catalog").get(pk=dataset.pk)
        assert (dataset.catalog.compared, dataset.catalog.features) == (3, ["energy"])


class TestApply:
    def tables(self) -> tuple[Dataset, Dataset]:
        wanted = songs("A", "B", "C", "D", energy=["0.9", "", "0.7", "0.6"], tempo=["", "", "100", ""])
        wanted[1]["tempo"] = "101"
        source = songs(
            "A", "B", "C", "X", energy=["0.1", "0.2", "0.3", "0.4"], tempo=["120", "121", "122", "1"]
        )
        for row, valence in zip(source, ("0.4", "0.5", "0.6", "0.7"), strict=True):
            row["valence"] = valence
        return imported(wanted, "list"), imported(source, "features")

    def test_fills_gaps_and_writes_nothing_over(self):
        dataset, source = self.tables()
        applied(matched(dataset, source))
        values = list(dataset.songs.order_by("id").values_list("energy", "tempo", "valence"))
        rounded = [tuple(v and round(v, 3) for v in row) for row in values]
        assert rounded == [(0.9, 120, 0.4), (0.2, 101, 0.5), (0.7, 100, 0.6), (0.6, None, None)]

    def test_is_undone_without_a_trace(self):
        dataset, source = self.tables()
        before, fields = values_of(dataset), (dataset.features, dataset.quality)
        run = finished_run(dataset, "energy")
        export = b"".join(export_csv(run))
        first = applied(matched(dataset, source))
        assert b"".join(export_csv(run)) != export
        undone(first)
        dataset = Dataset.objects.get(pk=dataset.pk)
        assert values_of(dataset) == before
        assert (dataset.features, dataset.quality) == fields
        assert b"".join(export_csv(run)) == export
        assert not FillMatch.objects.exists()

    def test_two_fills_are_undone_in_any_order(self):
        dataset, source = self.tables()
        before = values_of(dataset)
        other = imported(
            songs("D", energy=["0.1"], valence=["0.9"]) + songs("Y", "Z", energy=["0", "1"]), "other"
        )
        first = applied(matched(dataset, source))
        second = applied(matched(Dataset.objects.get(pk=dataset.pk), other))
        assert dataset.songs.get(title="D").valence == pytest.approx(0.9)
        undone(first)
        assert Dataset.objects.get(pk=dataset.pk).features == ["energy", "valence", "tempo"]
        undone(second)
        assert values_of(dataset) == before

    def test_describes_the_features_anew(self):
        dataset, source = self.tables()
        applied(matched(dataset, source))
        dataset = Dataset.objects.get(pk=dataset.pk)
        assert dataset.features == ["energy", "valence", "tempo"]
        columns = {column.field: column for column in dataset.quality.columns}
        assert (columns["valence"].missing, columns["tempo"].missing) == (1, 1)
        assert columns["valence"].mean == pytest.approx(0.5)
        assert dataset.quality.correlations.features == dataset.features
        assert dataset.jobs.filter(kind="index", status=Job.Status.QUEUED).exists()

    def test_exports_say_where_features_came_from(self):
        dataset, source = self.tables()
        run = finished_run(dataset, "energy")
        applied(matched(dataset, source))
        rows = list(csv.DictReader(io.StringIO(b"".join(export_csv(run)).decode())))
        assert [row["features_from"] for row in rows] == ["features"] * 3 + [""]
        assert [row["valence"] for row in rows] == ["0.4", "0.5", "0.6", ""]
        assert [(row["energy"], row["energy_2"]) for row in rows] == [
            ("0.9", "0.9"), ("", "0.2"), ("0.7", "0.7"), ("0.6", "0.6"),
        ]  # fmt: skip

    def test_is_refused_while_a_run_reads_the_songs_and_the_other_way_round(self):
        dataset, source = self.tables()
        fill = matched(dataset, source)
        run = start_run(dataset.owner, dataset, RunSettings(features=("energy",), n_clusters=2))
        with pytest.raises(BusyError, match="Try again"):
            apply_fill(fill.owner, fill)
        cancel_job(run.owner, run.jobs.get())
        job = apply_fill(fill.owner, fill)
        assert apply_fill(fill.owner, fill) == job
        with pytest.raises(BusyError, match="Fill in features"):
            start_run(dataset.owner, dataset, RunSettings(features=("energy",), n_clusters=2))

    @pytest.mark.parametrize("act", [apply_fill, undo_fill])
    def test_is_asked_for_again_while_it_is_done(self, act, monkeypatch):
        """Whoever asks holds the dataset before the fill, and so has the job to do."""
        fill = matched(*self.tables())
        if act is undo_fill:
            fill = applied(fill)
        job = act(fill.owner, fill)
        with ThreadPoolExecutor(1) as pool:
            asked = []

            def ask_meanwhile(table: str) -> None:
                asked.append(pool.submit(call_and_disconnect, lambda: act(fill.owner, fill)))
                wait_until(lambda: asked[0].done() or is_waited_for_a_lock(), seconds=30)

            monkeypatch.setattr(song_rows, "refresh_statistics", ask_meanwhile)
            jobs.run(job.pk)
            assert asked[0].result(60) == job
        job.refresh_from_db()
        assert (job.status, job.error) == (Job.Status.SUCCEEDED, "")

    @pytest.mark.parametrize("ends", ["applied", "undone"])
    def test_waits_for_whoever_holds_the_dataset_before_it_holds_the_fill(self, ends, monkeypatch):
        """The other one comes at the end of the job, when it is written what became of the fill."""
        fill = matched(*self.tables())
        act = apply_fill
        if ends == "undone":
            fill, act = applied(fill), undo_fill
        job = act(fill.owner, fill)
        record = getattr(Fill, f"record_{ends}")
        held = []

        def record_it(fill: Fill, *args: Any) -> None:
            record(fill, *args)
            held.append(call_elsewhere(lambda: dataset_is_held(fill.dataset)))

        monkeypatch.setattr(Fill, f"record_{ends}", record_it)
        jobs.run(job.pk)
        assert held == [True]

    @pytest.mark.parametrize(("first", "then"), [(apply_fill, undo_fill), (undo_fill, apply_fill)])
    def test_is_refused_while_the_opposite_is_done(self, first, then):
        fill = matched(*self.tables())
        if first is undo_fill:
            fill = applied(fill)
        job = first(fill.owner, fill)
        with pytest.raises(BusyError, match="Try again"):
            then(fill.owner, fill)
        assert first(fill.owner, fill) == job

    def test_is_refused_where_features_changed_since(self):
        dataset, source = self.tables()
        fill = matched(dataset, source)
        Dataset.objects.get(pk=source.pk).record_fill(features=source.features, filled_report={})
        fill = checked(fill, Fill.Status.READY)
        with pytest.raises(AnalysisError, match="Match them again"):
            apply_fill(fill.owner, fill)

    def test_warns_where_the_tables_are_of_two_kinds(self):
        titles = [f"Song {n}" for n in range(30)]
        low, high = numbers(30), numbers(30)[::-1]
        dataset = imported(songs(*titles, energy=low, tempo=["100"] * 30), "list")
        source = imported(songs(*titles, energy=high, tempo=["101"] * 30, valence=low), "features")
        agreement = matched(dataset, source).report["agreement"]
        assert fills.differing(agreement) == ["energy"]
        assert agreement["tempo"] == {"songs": 30, "agreeing": 30, "difference": pytest.approx(1)}

    def test_chosen_candidates_are_filled_in(self):
        source = songs("A", "A", "B", "C", id=list("1234"), energy=["0.1", "0.9", "0.3", "0.4"])
        dataset = imported(songs("A", "B", "C"), "list")
        fill = matched(dataset, imported(source, "features"))
        (candidates,) = fills.ambiguous_songs(fill)
        assert [round(one["source"]["energy"], 1) for one in candidates] == [0.1, 0.9]
        choose_candidates(fill.owner, fill, {candidates[0]["song_id"]: candidates[1]["source"]["id"]})
        applied(fill)
        assert dataset.songs.get(title="A").energy == pytest.approx(0.9)


class TestInTheMiddle:
    @pytest.fixture
    def fill(self) -> Fill:
        dataset = imported(songs("A", "B", "C"), "list")
        return matched(dataset, imported(songs("A", "B", "C", energy=numbers(3)), "features"))

    def stopped(self, fill: Fill, monkeypatch: pytest.MonkeyPatch, how: Callable[[Job], None]) -> Job:
        """Stop a job after it wrote and before its transaction ends."""
        job = apply_fill(fill.owner, fill)
        write = fills.write_features

        def stop(*values: Any) -> Any:
            found = write(*values)
            how(job)
            return found

        monkeypatch.setattr(fills, "write_features", stop)
        before = values_of(fill.dataset)
        with contextlib.suppress(SystemExit):
            jobs.run(job.pk)
        monkeypatch.undo()
        job.refresh_from_db()
        assert values_of(fill.dataset) == before
        assert checked(fill, Fill.Status.READY).dataset.features == []
        return job

    def test_cancelled_writes_nothing_and_can_be_tried_again(self, fill, monkeypatch):
        def cancel(job: Job) -> None:
            call_elsewhere(lambda: cancel_job(fill.owner, Job.objects.get(pk=job.pk)))

        job = self.stopped(fill, monkeypatch, cancel)
        assert job.status == Job.Status.CANCELLED
        assert retry_job(fill.owner, job)
        jobs.run(job.pk)
        checked(fill, Fill.Status.APPLIED)
        assert not retry_job(fill.owner, job)

    def test_killed_writes_nothing_and_goes_on(self, fill, monkeypatch):
        def kill(job: Job) -> None:
            raise SystemExit

        job = self.stopped(fill, monkeypatch, kill)
        assert job.status == Job.Status.QUEUED
        jobs.run(job.pk)
        checked(fill, Fill.Status.APPLIED)

    def test_failed_writes_nothing(self, fill, monkeypatch):
        def fail(job: Job) -> None:
            raise AnalysisError("No.")

        assert self.stopped(fill, monkeypatch, fail).status == Job.Status.FAILED

    def test_the_source_is_deleted(self, fill):
        jobs.run(delete_dataset(fill.owner, fill.source).pk)
        fill = checked(fill, Fill.Status.READY)
        with pytest.raises(AnalysisError, match="was deleted"):
            apply_fill(fill.owner, fill)

    def test_the_dataset_is_deleted_with_its_matches(self, fill):
        applied(fill)
        jobs.run(delete_dataset(fill.owner, fill.dataset).pk)
        assert not Fill.objects.exists()
        assert not FillMatch.objects.exists()

    def test_another_fill_takes_its_place(self, fill):
        again = matched(fill.dataset, fill.source)
        assert list(Fill.objects.all()) == [again]
        assert not FillMatch.objects.exclude(fill=again).exists()

    def test_discarded_leaves_nothing(self, fill):
        discard_fill(fill.owner, fill)
        assert not Fill.objects.exists()
        assert not FillMatch.objects.exists()

    def test_what_was_done_is_kept(self, fill):
        undone(applied(fill))
        done = AuditEntry.objects.filter(dataset_id=fill.dataset_id).values_list("action", flat=True)
        assert set(done) >= {AuditEntry.Action.FILLED, AuditEntry.Action.FILL_UNDONE}


class TestSource:
    def test_from_a_second_file(self):
        dataset = imported(songs("A", "B", "C"), "list")
        file = ContentFile(as_csv(songs("A", "B", "C", energy=numbers(3))), name="features.csv")
        upload = upload_source(dataset.owner, dataset, file=file)
        assert dataset.fills.get().status == Fill.Status.WAITING
        job = start_import(dataset.owner, upload, changes={}, name="", then_cluster=False)
        jobs.run_through(job.pk)
        fill = checked(dataset.fills.get(), Fill.Status.READY)
        assert fill.report["gaining"] == 3

    def test_needs_features(self):
        dataset = imported(songs("A", "B", "C"), "list")
        with pytest.raises(AnalysisError, match="no audio features"):
            start_fill(dataset.owner, dataset, imported(songs("A", "B", "C"), "other"))
        with pytest.raises(AnalysisError, match="from itself"):
            start_fill(dataset.owner, dataset, dataset)
        assert not Fill.objects.exists()

    def test_a_source_that_is_not_shared_any_more_cannot_be_applied(self):
        dataset = imported(songs("A", "B", "C"), "list")
        source = imported(songs("A", "B", "C", energy=numbers(3)), "features", owner="eve")
        share_dataset(source.owner, source, Dataset.Visibility.SHARED)
        fill = matched(dataset, source)
        share_dataset(source.owner, source, Dataset.Visibility.PRIVATE)
        with pytest.raises(AnalysisError, match="not shared with you"):
            apply_fill(dataset.owner, fill)


class TestUnmatched:
    def test_are_read_in_parts(self, monkeypatch):
        monkeypatch.setattr(fills, "ROWS_AT_ONCE", 2)
        dataset = imported(songs(*"ABCDEFG"), "list")
        fill = matched(dataset, imported(songs("B", "X", "Y", energy=numbers(3)), "features"))
        assert [row[3] for part in fills.unmatched_songs(fill) for row in part] == list("ACDEFG")
