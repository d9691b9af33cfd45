"""Import a song file and find its groups in one go, in this process; its options and JSON are a contract."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files import File
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from clustering.actions.datasets import delete_dataset
from clustering.actions.runs import start_run
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis import AnalysisError
from clustering.analysis.partition import ALGORITHMS
from clustering.analysis.presets import PRESETS
from clustering.analysis.run_settings import MISSING_LABELS, RunSettings
from clustering.analysis.scaling import SCALERS
from clustering.exports.csv import export_csv
from clustering.exports.summaries import advice_summary, cluster_summary, run_summary
from clustering.jobs import runner as jobs
from clustering.jobs.queue import collect_jobs
from clustering.management.arguments import changes_of, reading_of, text
from clustering.models import Cluster, Dataset, Job, Run, Song
from clustering.songfiles import SongFileError
from clustering.songfiles.columns import ColumnMap
from clustering.songfiles.encodings import ENCODINGS
from clustering.songfiles.quality import QualityReport

TOP_SONGS = 10


class Command(BaseCommand):
    """``manage.py cluster FILE``."""

    help = "Import a song file and group its songs. Prints a summary; --json and --export write files."
    requires_system_checks = ()
    """They load all addresses, views and forms, a third of a second in which nobody asks for a page."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of the contract."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--k", default="auto", help="number of groups, or auto")
        parser.add_argument("--features", default="", help="a,b,c; the usual ten that the file has")
        parser.add_argument(
            "--preset", default="", choices=["", *PRESETS], help="features and weights at once"
        )
        parser.add_argument("--weights", default="", help="energy=2,tempo=0.5; how much features count")
        usual = RunSettings()
        parser.add_argument("--scaler", default=usual.scaler, choices=list(SCALERS))
        parser.add_argument("--algorithm", default=usual.algorithm, choices=list(ALGORITHMS))
        parser.add_argument("--min-cluster-size", type=int, help="minimum group size, for hdbscan")
        parser.add_argument("--missing", default=usual.missing, choices=list(MISSING_LABELS))
        parser.add_argument("--seed", type=int, default=usual.seed)
        parser.add_argument(
            "--fit-on",
            type=int,
            metavar="N",
            help="find the groups on a sample of N songs, and assign all to them",
        )
        parser.add_argument("--name", type=text, default="")
        parser.add_argument("--owner", type=text, default="", help="user name; the first superuser")
        parser.add_argument(
            "--map",
            nargs="+",
            action="extend",
            default=[],
            metavar="COLUMN=FIELD[:UNIT]",
            help="what a column is, and in what it is written, as in Power=energy:percent",
        )
        parser.add_argument(
            "--header",
            default="",
            metavar="ROW",
            help="the row of the header, as 3, or 3-4 where it is two rows, or none; empty rows do not count",
        )
        parser.add_argument("--sheet", default="", help="the sheet of a workbook, or * for all; those alike")
        parser.add_argument("--encoding", default="", help=f"how a text is encoded: {', '.join(ENCODINGS)}")
        parser.add_argument("--export", type=Path, metavar="OUT.csv")
        parser.add_argument("--json", type=Path, metavar="OUT.json")

    def handle(self, **options: Any) -> None:
        """Do it, and end with status 2 and one sentence for what a person can mend."""
        try:
            with collect_jobs():  # they run in this process, one after the other
                self._cluster(options)
        except (SongFileError, AnalysisError) as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise CommandError(f"{where}{error.strerror or error}.", returncode=2) from error

    def _cluster(self, options: dict[str, Any]) -> None:
        started = time.perf_counter()
        path, k, changes = options["file"], _groups(options["k"]), changes_of(options["map"])
        reading = reading_of(options)
        if not path.is_file():
            raise SongFileError(f"There is no file {path}. Check its name.")
        for out in filter(None, (options["export"], options["json"])):
            if not out.parent.is_dir():
                raise AnalysisError(
                    f"There is no folder {out.parent} to write {out.name} to. Create it first."
                )
            if out.is_dir():
                raise AnalysisError(f"{out} is a folder. Name a file to write to.")
        _migrate_when_needed()
        owner = _owner(options["owner"])
        with path.open("rb") as file:
            upload = upload_file(
                owner, file=File(file, name=path.name), name=options["name"], reading=reading
            )
        try:
            ColumnMap.from_dict(upload.column_map).with_changes(changes).require_features()
            job = start_import(owner, upload, changes=changes, name="", then_cluster=False)
        except SongFileError:  # the file is still at hand, and nobody asked for a draft
            jobs.run(delete_dataset(owner, upload.dataset).pk)
            raise
        self._run(job)
        imported = time.perf_counter() - started
        dataset = Dataset.objects.get(pk=upload.dataset_id)
        try:
            run = start_run(owner, dataset, _settings(options, dataset, k))
        except AnalysisError:  # as above: the file is still at hand
            jobs.run(delete_dataset(owner, dataset).pk)
            raise
        self._run(run.jobs.get())
        run = Run.objects.select_related("dataset", "sweep").get(pk=run.pk)
        if options["export"]:
            _write_export(run, options["export"])
        summary = summarise(run, import_seconds=imported)
        if options["json"]:
            options["json"].write_text(json.dumps(summary, indent=2, ensure_ascii=False), encoding="utf-8")
        self.stdout.write(_words(summary))

    def _run(self, job: Job) -> None:
        with tqdm(leave=False, disable=None) as bar:
            jobs.run_through(job.pk, show=_shown(bar))
        failed = Job.objects.filter(dataset=job.dataset).exclude(status=Job.Status.SUCCEEDED).first()
        if failed is not None:
            raise AnalysisError(failed.error or "The work was cancelled.")


def _settings(options: dict[str, Any], dataset: Dataset, k: int | None) -> RunSettings:
    features, weights = _features(options["features"], dataset), _weights(options["weights"])
    if options["preset"]:
        preset = PRESETS[options["preset"]].weights
        features = features or [name for name in preset if name in dataset.usual_features]
        weights = {name: weight for name, weight in preset.items() if name in features} | weights
    return RunSettings(
        features=tuple(features),
        weights=weights,
        n_clusters=k,
        sample_size=options["fit_on"],
        **{name: options[name] for name in ("algorithm", "min_cluster_size", "scaler", "missing", "seed")},
    )


def summarise(run: Run, *, import_seconds: float) -> dict[str, Any]:
    """Return the JSON contract of a finished run."""
    dataset = run.dataset
    report = QualityReport.from_dict(dataset.report)
    clusters = list(run.clusters.all())
    return {
        "dataset": {
            "id": dataset.pk,
            "name": dataset.name,
            "rows_read": report.rows_read,
            "rows_kept": report.rows_kept,
            "rows_rejected": report.rows_rejected,
            "duplicates": report.duplicates,
            "features": dataset.features,
            "warnings": report.warnings,
        },
        "run": run_summary(run) | {"k_requested": run.k_requested or "auto", "advice": advice_summary(run)},
        "clusters": [_cluster_summary(cluster) for cluster in clusters],
        "seconds": _seconds(run, import_seconds),
        "peak_mb": run.peak_mb,
    }


def _write_export(run: Run, path: Path) -> None:
    """Write the CSV beside its place first: what was broken off must not pass for all of it."""
    if path.exists() and not path.is_file():  # such as /dev/stdout
        with path.open("wb") as out:
            out.writelines(export_csv(run))
        return
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as out:
            out.writelines(export_csv(run))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _cluster_summary(cluster: Cluster) -> dict[str, Any]:
    songs = Song.objects.in_bulk(cluster.exemplars[:TOP_SONGS])
    top = [{"title": songs[pk].title, "artist": songs[pk].artist} for pk in cluster.exemplars[:TOP_SONGS]]
    return cluster_summary(cluster) | {"top_songs": top}


def _seconds(run: Run, import_seconds: float) -> dict[str, float]:
    steps = ("features", "choose_k", "fit", "project", "measure", "save")
    seconds = {"import": round(import_seconds, 3)} | {s: run.timings.get(s, 0.0) for s in steps}
    compared = run.timings.get("null", 0.0) + run.timings.get("borders", 0.0)
    seconds["measure"] = round(seconds["measure"] + compared, 3)
    return seconds | {"total": round(sum(seconds.values()), 3)}


def _words(summary: dict[str, Any]) -> str:
    dataset, run = summary["dataset"], summary["run"]
    lines = [
        f"{dataset['name']}: {dataset['rows_kept']:,} songs of {dataset['rows_read']:,} rows "
        f"({dataset['rows_rejected']:,} rejected, {dataset['duplicates']:,} repeats)",
        f"{run['k']} groups{_found_on(run)}, silhouette {run['silhouette']:.4f} "
        f"({run['silhouette_low']:.4f} to {run['silhouette_high']:.4f}; {_chance(run)}), "
        f"Davies-Bouldin {run['davies_bouldin']:.4f}, {summary['seconds']['total']:.1f} s",
    ]
    if run["advice"]:
        lines.append(run["advice"]["reason"])
    lines += [f"  {c['size']:>9,}  {c['name']}: {c['description']}" for c in summary["clusters"]]
    return "\n".join(lines)


def _found_on(run: dict[str, Any]) -> str:
    return f" found on {run['fitted_songs']:,} songs" if "fit_on" in run else ""


def _chance(run: dict[str, Any]) -> str:
    null = run["null_silhouette"]
    return "no random baseline" if null is None else f"random baseline {null:.4f}"


def _shown(bar: tqdm[Any]) -> Callable[[str, int, int], None]:
    def show(stage: str, done: int, total: int) -> None:
        bar.set_description_str(stage, refresh=False)
        bar.total = total or None
        bar.n = done
        bar.refresh()

    return show


def _groups(text: str) -> int | None:
    if text == "auto":
        return None
    try:
        return int(text)
    except ValueError:
        raise AnalysisError(f"--k must be auto or a whole number; it is {text}.") from None


def _features(text: str, dataset: Dataset) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in dataset.number_columns]
    if unknown:
        named = ", ".join(f"“{name}”" for name in unknown)
        raise AnalysisError(f"This file has no feature called {named}. It has {', '.join(dataset.features)}.")
    return names


def _weights(text: str) -> dict[str, float]:
    weights = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = pair.rpartition("=")
        try:
            weights[name.strip()] = float(number)
        except ValueError:
            raise AnalysisError(
                f"--weights takes FEATURE=NUMBER, as in energy=2, and {pair} is none."
            ) from None
    return weights


def _owner(username: str) -> User:
    if username:
        owner = User.objects.filter(username=username).first()
        if owner is None:
            raise AnalysisError(
                f"There is no user {username}. Create one in the administration, or leave --owner out."
            )
        return owner
    first = User.objects.filter(is_superuser=True).order_by("pk").first()
    return first or User.objects.create_superuser("local")


def _migrate_when_needed() -> None:
    connection = connections["default"]
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
