"""Starting runs."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User

from clustering.actions.runs import run_again, start_run
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.models import AuditEntry, Dataset, Job, Run, Upload
from tests.concurrency import call_at_once

pytestmark = pytest.mark.django_db


class TestStartRun:
    def test_takes_the_features_that_the_dataset_has(self, recorded_dataset: Dataset) -> None:
        run = start_run(recorded_dataset.owner, recorded_dataset, RunSettings())
        assert (run.features, run.k_requested) == (["energy", "valence"], None)
        assert run.jobs.get().kind == "sweep"

    def test_without_a_number_of_groups_asks_for_advice_first(self, recorded_dataset: Dataset) -> None:
        run = start_run(recorded_dataset.owner, recorded_dataset, RunSettings(scaler="minmax", seed=7))
        sweep = run.sweep
        assert run.jobs.get().sweep == sweep
        assert (sweep.features, sweep.scaler, sweep.seed) == (run.features, "minmax", 7)
        assert (sweep.k_low, sweep.k_high) == (2, 12)

    def test_with_a_number_of_groups_needs_no_advice(self, recorded_dataset: Dataset) -> None:
        run = start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3))
        assert run.sweep is None
        assert run.jobs.get().kind == "cluster"

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"n_clusters": 1}, "from 2 to 50"),
            ({"n_clusters": 51}, "from 2 to 50"),
            ({"n_clusters": 31}, "30 songs"),
            ({"features": ["smell"]}, "smell is no feature"),
            ({"weights": {"energy": -1}}, "weight of energy is -1"),
            ({"weights": {"energy": float("nan")}}, "weight of energy is nan"),
            ({"weights": {"smell": 2}}, "weight for smell, which is not among"),
            ({"features": ["energy"], "weights": {"energy": 0}}, "All weights are zero"),
            ({"algorithm": "magic"}, "magic is no way to group songs"),
            ({"scaler": "loud"}, "loud is no scaler"),
            ({"missing": "guess"}, "guess is no rule"),
            ({"seed": -1}, "seed is -1, and has to be from 0 to 2,147,483,647"),
            ({"seed": 2**31}, "seed is 2147483648"),
        ],
    )
    def test_says_what_cannot_be(
        self, recorded_dataset: Dataset, settings: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(AnalysisError, match=sentence):
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings(**settings))
        assert not Run.objects.exists()

    @pytest.mark.parametrize("k", [None, 3])
    def test_of_a_double_click_is_one(
        self, recorded_dataset: Dataset, sent: list[int], k: int | None
    ) -> None:
        first = start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=k))
        assert start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=k)) == first
        assert (Job.objects.count(), AuditEntry.objects.filter(action="run_started").count()) == (1, 1)
        assert start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=k, seed=7)) != first
        assert (
            start_run(User.objects.create_user("bob"), recorded_dataset, RunSettings(n_clusters=k)) != first
        )

    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_the_same_moment_is_one(self, recorded_dataset: Dataset, sent: list[int]) -> None:
        settings = RunSettings(n_clusters=3)
        click = partial(start_run, recorded_dataset.owner, recorded_dataset, settings)
        assert call_at_once(click, click) == [Run.objects.get()] * 2
        assert len(sent) == 1

    def test_after_one_that_failed_is_another(self, recorded_dataset: Dataset) -> None:
        first = start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3))
        first.jobs.get().fail_unsent("no broker")
        assert start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3)) != first

    def test_waits_for_the_import(self, upload: Upload) -> None:
        with pytest.raises(AnalysisError, match="no songs yet"):
            start_run(upload.dataset.owner, upload.dataset, RunSettings())

    def test_needs_a_feature(self, recorded_dataset: Dataset) -> None:
        recorded_dataset.features = []
        with pytest.raises(AnalysisError, match="at least one feature"):
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings())

    def test_again_copies_the_settings(self, recorded_dataset: Dataset) -> None:
        first = start_run(
            recorded_dataset.owner,
            recorded_dataset,
            RunSettings(features=("label_code",), n_clusters=3, seed=7),
        )
        first.jobs.get().fail_unsent("no broker")
        again = run_again(recorded_dataset.owner, first)
        assert again.pk != first.pk
        assert (again.features, again.k_requested, again.seed) == (["label_code"], 3, 7)
