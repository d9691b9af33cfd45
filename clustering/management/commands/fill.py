"""Fill in features of a dataset from a file or another dataset, in this process."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from clustering.actions.fills import apply_fill, start_fill
from clustering.actions.uploads import start_import, upload_file
from clustering.analysis import AnalysisError
from clustering.analysis.features import FEATURES
from clustering.jobs import runner as jobs
from clustering.jobs.queue import collect_jobs
from clustering.management.arguments import text
from clustering.models import Dataset, Fill, Job
from clustering.songfiles import SongFileError
from clustering.storage import fills
from clustering.storage.fill_matches import KEYS


class Command(BaseCommand):
    """``manage.py fill DATASET --from FILE|DATASET``."""

    help = (
        "Match a dataset's songs with those of a file or another dataset, and with --apply fill in features."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("dataset", type=text, help="id or name")
        parser.add_argument("--from", dest="source", type=text, required=True, metavar="FILE|DATASET")
        parser.add_argument("--apply", action="store_true", help="write what was found")

    def handle(self, **options: Any) -> None:
        """Do it, and end with status 2 and one sentence for what a person can mend."""
        try:
            with collect_jobs():
                self._fill(**options)
        except (SongFileError, AnalysisError) as error:
            raise CommandError(str(error), returncode=2) from error

    def _fill(self, *, dataset: str, source: str, apply: bool, **_: Any) -> None:
        filled = _dataset(dataset)
        path = Path(source)
        found = _imported(filled, path) if path.is_file() else _dataset(source)
        fill = start_fill(filled.owner, filled, found)
        _run(fill)
        fill = Fill.objects.select_related("dataset", "source").get(pk=fill.pk)
        self.stdout.write(_words(fill))
        if not apply:
            self.stdout.write("Nothing was written. Add --apply to fill in these features.")
            return
        apply_fill(filled.owner, fill)
        _run(fill)
        fill.refresh_from_db()
        self.stdout.write(f"Filled in features of {fill.songs_filled:,} songs.")


def _dataset(name: str) -> Dataset:
    """Return a dataset by its id or its name."""
    datasets = Dataset.objects.select_related("owner")
    by_id = (
        datasets.filter(pk=int(name)).first()
        if name.isascii() and name.isdigit() and len(name) < 19
        else None
    )
    if by_id is not None:
        return by_id
    named = list(datasets.filter(name=name)[:2])
    if not named:
        raise AnalysisError(f"There is no dataset {name}, and no file of that name. Check its name or id.")
    if len(named) > 1:
        raise AnalysisError(f"Several datasets are called {name}. Say which one by its id.")
    return named[0]


def _imported(dataset: Dataset, path: Path) -> Dataset:
    """Return the dataset that a file becomes, or has become when it was named before."""
    with path.open("rb") as file:
        upload = upload_file(dataset.owner, file=File(file, name=path.name))
    before = (
        Dataset.objects.filter(
            owner=dataset.owner, uploads__sha256=upload.sha256, uploads__rows_read__gt=0, songs_count__gt=0
        )
        .exclude(pk__in=(dataset.pk, upload.dataset_id))
        .first()
    )
    if before is not None:
        upload.file.delete(save=False)
        upload.dataset.delete()
        return before
    _finish(start_import(dataset.owner, upload, changes={}, name="", then_cluster=False))
    return Dataset.objects.select_related("owner").get(pk=upload.dataset_id)


def _run(fill: Fill) -> None:
    fill.refresh_from_db(fields=["job"])
    if fill.job is not None:
        _finish(fill.job)


def _finish(job: Job) -> None:
    jobs.run_through(job.pk)
    job.refresh_from_db()
    if job.status != Job.Status.SUCCEEDED:
        raise AnalysisError(job.error or "The work was cancelled.")


def _words(fill: Fill) -> str:
    report = fill.report
    lines = [
        f"{fill.dataset}: {report['matched']:,} of {report['songs']:,} songs matched with {fill.source_name}, "
        f"{report['ambiguous']:,} ambiguous, {report['unmatched']:,} unmatched; "
        f"{report['gaining']:,} would get features"
    ]
    lines += [f"  {report['keys'][key.name]:>9,}  by {key.label}" for key in KEYS if report["keys"][key.name]]
    agreement = report["agreement"]
    lines += [
        f"  {FEATURES[name].label}: {found['agreeing'] / found['songs']:.0%} of {found['songs']:,} songs agree"
        for name, found in agreement.items()
    ]
    if differing := fills.differing(agreement):
        names = ", ".join(FEATURES[name].inside for name in differing)
        lines.append(f"Warning: the tables may be of different kinds. They disagree on {names}.")
    return "\n".join(lines)
