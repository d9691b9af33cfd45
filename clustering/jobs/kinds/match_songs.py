"""Which songs of one dataset are which of another: what a fill would write, before anything is written."""

from __future__ import annotations

from clustering.analysis import AnalysisError
from clustering.jobs.filling import GONE, fill_of, offered_features
from clustering.jobs.kind import JobKind, Link, Reporter
from clustering.models import Dataset, Fill, Job
from clustering.storage import fills
from clustering.storage.fill_keys import load_keys
from clustering.storage.fill_matches import KEYS, begin_matches, match_songs, store_matches


class MatchSongs(JobKind[Fill]):
    """Matches the songs of a fill, in the database and by one key after the other."""

    name = "match"
    label = "Match songs"
    bears_changes = True

    def compute(self, job: Job, reporter: Reporter) -> Fill:
        """Find out what is to be matched: all else is done by the database, in `save`."""
        fill = fill_of(job)
        offered_features(fill)
        return fill

    def save(self, job: Job, result: Fill, reporter: Reporter) -> None:
        """Match in temporary tables, and store what was found."""
        fill, source = result, result.source
        if source is None or not fill.dataset.lock() or not source.lock():
            raise AnalysisError(GONE)
        features = offered_features(fill)
        began = fills.moment()
        fills.forget_matches(fill)
        load_keys("fill_target", fill.dataset, reporter.stage("Reading your songs"))
        load_keys("fill_source", source, reporter.stage("Reading the other table"), features=features)
        begin_matches()
        progress = reporter.stage("Matching songs")
        for place, key in enumerate(KEYS):
            progress(place, len(KEYS))
            match_songs(key, features)
        store_matches(fill, features)
        reporter.stage("Comparing features")(0, 0)
        report = fills.count_matches(fill, features)
        agreement = fills.measure_agreement(fill, features)
        fill.record_matches(report | {"agreement": agreement}, at=began)

    def can_retry(self, job: Job, dataset: Dataset) -> bool:
        """Tell whether the fill still waits for its matches."""
        return Fill.objects.filter(job=job, status=Fill.Status.MATCHING, source__isnull=False).exists()

    def result_page(self, job: Job) -> Link | None:
        """Return what was found."""
        fill = Fill.objects.filter(job=job).values_list("pk", flat=True).first()
        return super().result_page(job) if fill is None else Link("fill", (fill,), "See what was matched")
