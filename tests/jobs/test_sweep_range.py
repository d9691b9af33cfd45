"""A range of numbers of groups that goes on where its highest number is no answer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User

from clustering.actions.sweeps import delete_sweep
from clustering.analysis.choosing.candidates import KCandidate, score_reference
from clustering.jobs import runner
from clustering.jobs.kinds.candidate import Trial, TryCandidate
from clustering.jobs.kinds.complete_advice import load_array
from clustering.models import Dataset, Job, Sweep, SweepSample
from tests.factories import Silent, make_dataset, make_job, make_sweep
from tests.pipeline import cluster_songs, import_dataset
from tests.songtables import song_rows


def scores(sweep: Sweep, k: int, *, parts_apart: int) -> KCandidate:
    """Return what a number scores of which so many parts stand apart."""
    other = sweep.candidates.values(*(field.name for field in fields(KCandidate))).first()
    return KCandidate(**other | {"k": k, "parts_apart": parts_apart, "draws_apart": [parts_apart] * 4})


def songs_of(distinct: int, features: int) -> bytes:
    """Write songs of which so many differ, each five times."""
    written = io.BytesIO()
    one_song_a_row = np.repeat(np.arange(distinct, dtype=np.float32)[:, None], 5, axis=0)
    np.save(written, np.repeat(one_song_a_row, features, axis=1))
    return written.getvalue()


def try_last(
    dataset: Dataset, *, parts_apart: int, distinct: int, tried: Sequence[int] = (2, 3)
) -> tuple[Sweep, Job]:
    """Save the trial of four groups, the last of 2 to 4, on so many distinct songs; 2 and 3 had `tried` parts."""
    sweep = make_sweep(
        dataset, ks=(2, 3), k_high=4, finished_at=None, verdict="", recommended_k=None, groups_apart=None
    )
    for k, parts in enumerate(tried, start=2):
        sweep.candidates.filter(k=k).update(parts_apart=parts, draws_apart=[parts] * 4)
    songs = songs_of(distinct, len(sweep.features))
    SweepSample.objects.create(sweep=sweep, songs=songs, values=songs)
    job = make_job(dataset=dataset, sweep=sweep, kind="candidate", k=4, subject="Evening songs: advice")
    trial = Trial(sweep, scores(sweep, 4, parts_apart=parts_apart), seconds=0.5)
    TryCandidate().save(job, trial, Silent())
    sweep.refresh_from_db()
    return sweep, job


@pytest.fixture
def dataset(db: None) -> Dataset:
    return make_dataset()


class TestTheLastTrial:
    def test_lets_the_range_go_on(self, dataset: Dataset) -> None:
        sweep, job = try_last(dataset, parts_apart=4, distinct=30)
        assert (sweep.ks, sweep.tried) == (range(2, 11), 3)
        assert (sweep.is_finished, sweep.verdict) == (False, "")
        assert SweepSample.objects.filter(sweep=sweep).exists()
        further = sweep.jobs.exclude(pk=job.pk).order_by("k")
        assert [one.k for one in further] == list(range(5, 11))
        assert {(one.kind, one.subject, one.status) for one in further} == {
            ("candidate", "Evening songs: advice", Job.Status.QUEUED)
        }

    def test_tries_no_more_groups_than_songs_differ(self, dataset: Dataset) -> None:
        sweep, job = try_last(dataset, parts_apart=4, distinct=6)
        assert sweep.ks == range(2, 7)
        assert [one.k for one in sweep.jobs.exclude(pk=job.pk).order_by("k")] == [5, 6]

    def test_says_that_there_may_be_more_where_no_further_song_differs(self, dataset: Dataset) -> None:
        sweep, job = try_last(dataset, parts_apart=4, distinct=4)
        assert (sweep.verdict, sweep.groups_apart, sweep.may_be_more) == (Sweep.Verdict.WEAK, 4, True)
        assert sweep.is_finished
        assert [one.kind for one in sweep.jobs.exclude(pk=job.pk)] == ["complete_advice"]

    def test_concludes_where_the_answer_is_inside(self, dataset: Dataset) -> None:
        sweep, job = try_last(dataset, parts_apart=2, tried=(2, 2), distinct=30)
        assert (sweep.is_finished, sweep.may_be_more, sweep.ks) == (True, False, range(2, 5))
        assert [one.kind for one in sweep.jobs.exclude(pk=job.pk)] == ["complete_advice"]


@pytest.mark.django_db(transaction=True)
def test_fifteen_groups_are_fifteen_and_not_twelve(owner: User, tmp_path: Path) -> None:
    run = cluster_songs(import_dataset(owner, tmp_path, song_rows(450, groups=15, seed=1)))
    assert run.sweep is not None
    assert (run.sweep.verdict, run.sweep.recommended_k, run.k) == (Sweep.Verdict.CLEAR, 15, 15)
    assert [one.k for one in run.sweep.candidates.order_by("k")] == list(run.sweep.ks) == list(range(2, 19))
    assert (run.sweep.tried, run.sweep.groups_apart, run.sweep.may_be_more) == (17, 15, False)
    assert not SweepSample.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_cloud_becomes_a_handful_of_regions(owner: User, tmp_path: Path) -> None:
    run = cluster_songs(import_dataset(owner, tmp_path, song_rows(200, groups=1)))
    assert run.sweep is not None
    assert (run.sweep.verdict, run.sweep.groups_apart) == (Sweep.Verdict.NONE, 1)
    assert run.k in range(4, 9)
    assert list(run.sweep.ks) == list(range(2, 13))
    assert "No number from 2 to 12" in run.sweep.reason


@pytest.mark.django_db(transaction=True)
class TestCompletion:
    def test_compares_every_number_and_lets_go_of_the_songs(self, dataset: Dataset) -> None:
        sweep, _job = try_last(dataset, parts_apart=2, tried=(2, 2), distinct=30)
        sweep.candidates.update(null_silhouette=None, null_cloud_silhouette=None, gap=None)
        runner.run(sweep.jobs.get(kind="complete_advice").pk)
        for one in sweep.candidates.all():
            chance = score_reference(load_array(songs_of(30, len(sweep.features))), one.k, seed=sweep.seed)
            assert (one.null_silhouette, one.gap) == (chance.null_silhouette, chance.gap)
            assert one.null_cloud_silhouette is not None
        assert not SweepSample.objects.exists()

    def test_is_stopped_where_the_advice_is_deleted(self, dataset: Dataset) -> None:
        sweep, trial = try_last(dataset, parts_apart=2, tried=(2, 2), distinct=30)
        Job.objects.filter(pk=trial.pk).update(status=Job.Status.SUCCEEDED)
        job = sweep.jobs.get(kind="complete_advice")
        delete_sweep(dataset.owner, sweep)
        job.refresh_from_db()
        assert (job.status, job.sweep_id) == (Job.Status.CANCELLED, None)
