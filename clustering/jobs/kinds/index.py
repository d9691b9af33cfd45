"""From stored songs to the catalog: what search, similar songs, artists, genres and decades are answered from."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, Subquery

from clustering.analysis import AnalysisError
from clustering.jobs.indexing import CatalogRows, analyze_songs, save_rows
from clustering.jobs.kind import JobKind, Reporter
from clustering.jobs.queue import enqueue
from clustering.models import Dataset, Job, Upload
from clustering.storage import catalog
from clustering.storage.song_columns import save_song_columns


class IndexSongs(JobKind[CatalogRows]):
    """Makes a dataset's catalog anew."""

    name = "index"
    label = "Prepare search and similar songs"
    bears_changes = True

    def compute(self, job: Job, reporter: Reporter) -> CatalogRows:
        """Read the songs, and describe their artists, genres and years."""
        if job.dataset is None:
            raise AnalysisError("The dataset was deleted.")
        return analyze_songs(job.dataset, reporter)

    def save(self, job: Job, result: CatalogRows, reporter: Reporter) -> None:
        """Replace the catalog; the texts that songs are found by are made of their rows on the way.

        Where features changed after they were read, it is left to the job that came with the change.
        """
        current = Dataset.objects.select_for_update(no_key=True).get(pk=result.dataset.pk)
        if current.features_changed_at != result.dataset.features_changed_at:
            return
        catalog.clear_catalog(result.dataset)
        save_rows(result, reporter)
        reporter.stage("Storing what songs are explored by")(0, 0)
        save_song_columns(result.dataset)

    def enqueue_due(self) -> None:
        """Enqueue a catalog for each dataset that is due."""
        for dataset in due_datasets():
            enqueue(IndexSongs, owner=dataset.owner, dataset=dataset)


def due_datasets() -> list[Dataset]:
    """Return the datasets whose songs the catalog does not know, and on which nothing is being done.

    One whose last attempt failed or was stopped waits for a retry by hand, or for another file.
    """
    here = OuterRef("pk")
    newest_file = Upload.objects.filter(dataset=OuterRef("dataset")).order_by("-created_at")
    given_up = Job.objects.filter(
        dataset=here,
        kind=IndexSongs.name,
        status__in=(Job.Status.FAILED, Job.Status.CANCELLED),
        created_at__gt=Subquery(newest_file.values("created_at")[:1]),
    )
    outdated = Q(catalog__isnull=True) | ~Q(catalog__songs_count=F("songs_count"))
    outdated |= Q(catalog__built_at__lt=F("features_changed_at"))
    return list(
        Dataset.objects.filter(outdated, songs_count__gt=0).exclude(
            Exists(Job.objects.alive().filter(dataset=here)) | Exists(given_up)
        )
    )
