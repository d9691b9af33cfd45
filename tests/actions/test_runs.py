"""Starting runs."""

from __future__ import annotations

from typing import Any

import pytest

from clustering.actions.runs import rename_run, run_again, start_run
from clustering.analysis import AnalysisError
from clustering.analysis.run_settings import RunSettings
from clustering.models import AuditEntry, Dataset, Run, Upload

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
            ({"n_clusters": 1}, "between 2 and 50"),
            ({"n_clusters": 51}, "between 2 and 50"),
            ({"n_clusters": 31}, "30 songs"),
            ({"features": ["smell"]}, "no feature called “smell”"),
            ({"weights": {"energy": -1}}, "weight of energy must be between 0 and 5; it is -1"),
            ({"weights": {"energy": float("nan")}}, "it is nan"),
            ({"weights": {"smell": 2}}, "“smell” has a weight but is not one"),
            ({"features": ["energy"], "weights": {"energy": 0}}, "All weights are zero"),
            ({"algorithm": "magic"}, "“magic” is not an algorithm"),
            ({"scaler": "loud"}, "“loud” is not a scaling method"),
            ({"missing": "guess"}, "“guess” is not a way to handle missing values"),
            ({"seed": -1}, "seed must be between 0 and 2,147,483,647; it is -1"),
            ({"seed": 2**31}, "it is 2147483648"),
        ],
    )
    def test_says_what_cannot_be(
        self, recorded_dataset: Dataset, settings: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(AnalysisError, match=sentence):
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings(**settings))
        assert not Run.objects.exists()

    def test_while_the_same_is_being_made_is_another(self, recorded_dataset: Dataset) -> None:
        settings = RunSettings(n_clusters=3)
        first = start_run(recorded_dataset.owner, recorded_dataset, settings)
        assert start_run(recorded_dataset.owner, recorded_dataset, settings) != first

    def test_waits_for_the_import(self, upload: Upload) -> None:
        with pytest.raises(AnalysisError, match="no songs yet"):
            start_run(upload.dataset.owner, upload.dataset, RunSettings())

    def test_needs_a_feature(self, recorded_dataset: Dataset) -> None:
        recorded_dataset.features = []
        with pytest.raises(AnalysisError, match="Fill in features"):
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


class TestNamesOfRuns:
    def test_tell_runs_of_one_dataset_apart(self, recorded_dataset: Dataset) -> None:
        first, second = (
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3)) for _ in range(2)
        )
        tempo = start_run(
            recorded_dataset.owner, recorded_dataset, RunSettings(features=("energy",), n_clusters=3)
        )
        assert [str(run) for run in (first, second, tempo)] == [
            "3 groups · energy and valence",
            "3 groups · energy and valence #2",
            "3 groups · energy",  # another name: only runs called the same are counted
        ]

    def test_of_automatic_runs_are_told_apart_once_their_number_is_known(
        self, recorded_dataset: Dataset
    ) -> None:
        runs = [
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=k))
            for k in (None, None, 3)
        ]
        before = [str(run).split(" · ")[0] for run in runs]
        for run in runs:
            run.record_results(k=3)
        names = [str(Run.objects.get(pk=run.pk)) for run in runs]
        assert before == ["Automatic number of groups"] * 2 + ["3 groups"]
        assert names == [f"3 groups · energy and valence{end}" for end in (" #2", " #3", "")]

    def test_are_the_persons_own_until_taken_back(self, recorded_dataset: Dataset) -> None:
        run = start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3))
        rename_run(run.owner, run, "  For   the bar ", note="calmer")
        run.refresh_from_db()
        assert (str(run), run.note) == ("For the bar", "calmer")
        assert AuditEntry.objects.filter(
            subject__endswith="the run 3 groups · energy and valence, now For the bar"
        ).exists()
        rename_run(run.owner, run, "", note="")
        assert str(run) == run.generated_name

    def test_are_not_given_twice(self, recorded_dataset: Dataset) -> None:
        first, second = (
            start_run(recorded_dataset.owner, recorded_dataset, RunSettings(n_clusters=3)) for _ in range(2)
        )
        rename_run(first.owner, first, "Bar", note="")
        with pytest.raises(AnalysisError, match="called “bar”"):
            rename_run(second.owner, second, "bar", note="")
        rename_run(first.owner, first, "Bar", note="the same again")
