"""What a silhouette says in words."""

import pytest

from clustering.exports.separation import interpret_silhouette, words_of_one
from clustering.models import Run


def run_with(silhouette: float | None, *, null: float | None = None, deviation: float | None = None) -> Run:
    return Run(
        silhouette=silhouette, silhouette_low=silhouette, null_silhouette=null, null_deviation=deviation
    )


class TestSeparation:
    @pytest.mark.parametrize(
        ("silhouette", "null", "headline"),
        [
            (0.6, 0.12, "Clear groups"),
            (0.6, 0.58, "Groups by single features"),
            (0.3, 0.12, "Groups with soft edges"),
            (0.3, 0.28, "Hardly any groups"),
            (0.2, 0.12, "Overlapping groups"),
            (0.08, 0.02, "Overlapping groups"),
            (0.14, 0.12, "Hardly any groups"),
            (-0.3, 0.12, "Hardly any groups"),
        ],
    )
    def test_is_judged_by_what_shuffled_songs_score(self, silhouette, null, headline):
        assert interpret_silhouette(run_with(silhouette, null=null, deviation=0.002)).headline == headline

    def test_counts_only_above_what_the_null_wavers(self):
        assert interpret_silhouette(run_with(0.2, null=0.12, deviation=0.03)).headline == "Hardly any groups"

    def test_has_the_numbers_where_it_is_no_better(self):
        assert (
            "0.14 against a random baseline of 0.12"
            in interpret_silhouette(run_with(0.14, null=0.12, deviation=0.0)).sentence
        )

    @pytest.mark.parametrize(
        ("silhouette", "headline"),
        [
            (0.6, "Clear groups"),
            (0.3, "Groups with soft edges"),
            (0.2, "Overlapping groups"),
            (0.1, "Overlapping groups"),
            (-0.3, "Hardly any groups"),
        ],
    )
    def test_of_a_run_without_a_null_is_judged_by_the_silhouette_alone(self, silhouette, headline):
        assert interpret_silhouette(run_with(silhouette)).headline == headline


class TestWordsOfOne:
    @pytest.mark.parametrize(
        ("silhouette", "words"),
        [(0.6, "compact"), (0.2, "overlaps others"), (0.13, "blurs into others")],
    )
    def test_is_judged_by_the_null_of_its_run(self, silhouette, words):
        run = run_with(0.2, null=0.12, deviation=0.002)
        assert words_of_one(silhouette, run) == words
