"""The verdict on a sweep."""

from dataclasses import replace

import pytest

from clustering.analysis.choosing.advice import advise
from clustering.analysis.choosing.candidates import KCandidate

NOTHING = KCandidate(
    k=0, silhouette=0.1, silhouette_low=0.1, silhouette_high=0.1, null_silhouette=0.1, null_deviation=0.005,
    uniform_silhouette=0.1, davies_bouldin=2.0, calinski_harabasz=50.0, inertia=100.0, gap=0.0, gap_error=0.01,
    stability=0.2, stability_low=0.1, stability_high=0.3, jaccard=(), smallest_cluster=10,
)  # fmt: skip


def sweep(**silhouettes_and_stabilities: tuple[float, float]) -> list[KCandidate]:
    """Return candidates for 2 to 10 of which those named (k5=…) have a silhouette and a stability."""
    rows = []
    for k in range(2, 11):
        silhouette, stability = silhouettes_and_stabilities.get(f"k{k}", (0.1, 0.2))
        rows.append(
            replace(NOTHING, k=k, silhouette=silhouette, silhouette_low=silhouette, stability=stability)
        )
    return rows


class TestAdvise:
    def test_none_where_nothing_is_above_the_null(self) -> None:
        advice = advise(sweep(k4=(0.12, 0.9), k7=(0.1, 0.3)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("none", 4, ())
        assert "better than chance" in advice.reason
        assert "0.12" in advice.reason
        assert "agreement 0.90" in advice.reason

    def test_none_where_the_null_itself_wavers_so_much(self) -> None:
        rows = [replace(one, null_deviation=0.05) for one in sweep(k4=(0.2, 0.9))]
        assert advise(rows).verdict == "none"

    def test_none_where_the_interval_reaches_down_to_the_null(self) -> None:
        rows = [replace(one, silhouette_low=one.silhouette - 0.06) for one in sweep(k4=(0.18, 0.9))]
        assert advise(rows).verdict == "none"

    def test_clear_where_one_number_is_high_and_comes_out_again(self) -> None:
        advice = advise(sweep(k4=(0.5, 0.8), k5=(0.7, 1.0), k6=(0.6, 0.9)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("clear", 5, ())
        assert "0.70" in advice.reason
        assert "shuffled songs reach 0.10" in advice.reason
        assert "6 comes next" in advice.reason

    def test_a_neighbor_that_comes_out_again_too_is_no_level_of_its_own(self) -> None:
        assert advise(sweep(k4=(0.6, 1.0), k5=(0.7, 1.0))).verdict == "clear"

    def test_weak_where_two_levels_serve(self) -> None:
        advice = advise(sweep(k3=(0.6, 1.0), k4=(0.5, 0.8), k8=(0.4, 0.9), k9=(0.5, 0.98)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 3, (3, 9))
        assert "3 and 9 groups both serve" in advice.reason
        assert "1.00 and 0.98" in advice.reason

    def test_merged_groups_that_come_out_again_are_no_level(self) -> None:
        advice = advise(
            sweep(k2=(0.44, 1.0), k3=(0.49, 0.74), k4=(0.54, 0.93), k5=(0.63, 1.0), k6=(0.5, 0.9))
        )
        assert (advice.verdict, advice.recommended_k) == ("clear", 5)

    def test_a_finer_number_shows_itself_by_coming_out_again(self) -> None:
        advice = advise(sweep(k3=(0.7, 1.0), k7=(0.38, 0.9), k8=(0.4, 0.93), k9=(0.38, 0.97), k10=(0.3, 0.9)))
        assert (advice.verdict, advice.alternatives) == ("weak", (3, 9))

    def test_weak_where_the_best_does_not_come_out_again(self) -> None:
        advice = advise(sweep(k3=(0.3, 0.7), k4=(0.28, 0.5), k6=(0.2, 0.8)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 3, (3, 6))

    def test_weak_names_no_number_that_does_not_come_out_again(self) -> None:
        advice = advise(sweep(k2=(0.3, 0.62), k4=(0.4, 0.5), k6=(0.2, 0.66), k8=(0.18, 0.9)))
        assert (advice.recommended_k, advice.alternatives) == (8, (6, 8))

    def test_weak_where_none_comes_out_again_says_so_and_names_none(self) -> None:
        advice = advise(sweep(k3=(0.4, 0.6), k4=(0.3, 0.4)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 3, ())
        assert "agree by 0.60 of 1 at most" in advice.reason
        assert "rough cut" in advice.reason

    def test_weak_names_three_at_most(self) -> None:
        advice = advise(sweep(k2=(0.3, 0.9), k4=(0.3, 0.8), k6=(0.3, 0.7), k8=(0.3, 0.68)))
        assert advice.alternatives == (2, 4, 6)

    def test_weak_with_one_number_above_the_null_says_so(self) -> None:
        advice = advise(sweep(k3=(0.2, 0.7)))
        assert (advice.verdict, advice.alternatives) == ("weak", (3,))
        assert "No other number" in advice.reason

    def test_weak_prefers_what_comes_out_again_to_what_scores_best(self) -> None:
        assert advise(sweep(k4=(0.225, 0.52), k8=(0.2, 0.93))).recommended_k == 8

    def test_groups_of_single_features_stand_alone(self) -> None:
        rows = [replace(one, null_silhouette=one.silhouette) for one in sweep(k4=(0.9, 1.0), k5=(0.8, 0.8))]
        advice = advise(rows)
        assert (advice.verdict, advice.recommended_k) == ("clear", 4)
        assert "evenly spread songs reach 0.10" in advice.reason

    @pytest.mark.parametrize("pair", [(0.7, 1.0), (0.1, 0.2)])
    def test_bears_a_single_number(self, pair: tuple[float, float]) -> None:
        (row,) = [one for one in sweep(k5=pair) if one.k == 5]
        advice = advise([row])
        assert advice.recommended_k == 5
        assert advice.reason.count(". ") == 1

    def test_gives_its_reason_in_two_sentences(self) -> None:
        for rows in (
            sweep(),
            sweep(k5=(0.7, 1.0)),
            sweep(k3=(0.6, 1.0), k9=(0.5, 0.98)),
            sweep(k3=(0.2, 0.5)),
            sweep(k3=(0.2, 0.8)),
        ):
            assert advise(rows).reason.count(". ") == 1
