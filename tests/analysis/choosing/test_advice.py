"""The verdict on a sweep."""

from dataclasses import replace

import pytest

from clustering.analysis.choosing.advice import advise, wider_range
from clustering.analysis.choosing.candidates import KCandidate

NOTHING = KCandidate(
    k=0, silhouette=0.1, silhouette_low=0.1, silhouette_high=0.1, davies_bouldin=2.0, calinski_harabasz=50.0,
    inertia=100.0,
    stability=0.2, stability_low=0.1, stability_high=0.3, jaccard=(), smallest_cluster=10,
    parts_apart=1, draws_apart=(1, 1, 1, 1), resamples=(0.2, 0.2, 0.2), sharpest_border=0.0, softest_border=0.0,
)  # fmt: skip

TOP = 10


def sweep(*parts: int, **silhouettes_and_stabilities: tuple[float, float]) -> list[KCandidate]:
    """Return candidates for 2 to 10.

    `parts` are the parts that 2, 3, … clusters fall into, the last of them for all further numbers; those named
    (k5=…) have a silhouette and a stability.
    """
    rows = []
    for k in range(2, TOP + 1):
        silhouette, stability = silhouettes_and_stabilities.get(f"k{k}", (0.1, 0.2))
        apart = parts[min(k - 2, len(parts) - 1)] if parts else 1
        row = replace(NOTHING, k=k, parts_apart=apart, silhouette=silhouette, silhouette_low=silhouette)
        rows.append(replace(row, stability=stability, resamples=(stability,) * 3, draws_apart=(apart,) * 4))
    return rows


class TestNone:
    def test_where_all_is_connected(self) -> None:
        advice = advise(sweep(k4=(0.12, 0.9), k7=(0.1, 0.3)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("none", 4, ())
        assert (advice.groups_apart, advice.may_be_more) == (1, False)
        assert "one continuous cloud" in advice.reason
        assert "0.12" in advice.reason
        assert "on resampling (0.90 out of 1;" in advice.reason

    def test_says_that_no_number_comes_out_again(self) -> None:
        assert (
            "(0.64 out of 1, so low that another sample would give other groups;"
            in advise(sweep(k4=(0.1, 0.64))).reason
        )
        assert "so low" not in advise(sweep(k4=(0.1, 0.65))).reason

    def test_however_far_the_silhouette_is_above_shuffled_songs(self) -> None:
        assert advise(sweep(k2=(0.5, 1.0), k4=(0.4, 0.9))).verdict == "none"

    def test_never_takes_two_for_coming_out_again(self) -> None:
        assert advise(sweep(k2=(0.2, 1.0), k3=(0.2, 0.99), k6=(0.2, 0.8), k9=(0.2, 0.9))).recommended_k == 6

    def test_takes_what_there_is_where_no_handy_number_was_tried(self) -> None:
        assert advise(sweep(k2=(0.2, 0.5), k3=(0.2, 0.9))[:2]).recommended_k == 3

    def test_a_number_of_parts_that_is_shown_once_and_never_whole_is_chance(self) -> None:
        assert advise(sweep(1, 1, 1, 2, 1)).verdict == "none"


class TestClear:
    def test_where_one_number_stands_apart_and_comes_out_again(self) -> None:
        advice = advise(sweep(2, 3, 4, 5, k4=(0.5, 0.8), k5=(0.7, 1.0), k6=(0.6, 0.9)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("clear", 5, ())
        assert (advice.groups_apart, advice.may_be_more) == (5, False)
        assert "0.70" in advice.reason
        assert "6 comes next" in advice.reason

    def test_a_neighbor_that_comes_out_again_too_is_no_level_of_its_own(self) -> None:
        assert advise(sweep(2, 3, 4, 5, k4=(0.6, 1.0), k5=(0.7, 1.0))).verdict == "clear"

    def test_merged_groups_that_come_out_again_are_no_level(self) -> None:
        rows = sweep(
            2, 3, 4, 5, k2=(0.44, 1.0), k3=(0.49, 0.74), k4=(0.54, 0.93), k5=(0.63, 1.0), k6=(0.5, 0.9)
        )
        advice = advise(rows)
        assert (advice.verdict, advice.recommended_k) == ("clear", 5)

    def test_small_groups_count_though_a_coarser_number_scores_more(self) -> None:
        advice = advise(sweep(2, 3, 4, 5, k2=(0.5, 0.9), k3=(0.58, 0.9), k5=(0.55, 0.99)))
        assert (advice.verdict, advice.recommended_k) == ("clear", 5)

    def test_of_two_numbers_the_finer_though_fewer_are_shown_more_often(self) -> None:
        assert advise(sweep(2, 3, 4, 2, k4=(0.5, 0.98))).recommended_k == 4


class TestWeak:
    def test_where_two_levels_serve(self) -> None:
        rows = sweep(2, 3, 4, 5, 6, 7, 8, 9, k3=(0.6, 1.0), k4=(0.5, 0.8), k8=(0.4, 0.9), k9=(0.5, 0.98))
        advice = advise(rows)
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 9, (3, 9))
        assert advice.recommended_k >= advice.groups_apart
        assert "3 (broad) and 9 (finer) groups both work" in advice.reason
        assert "1.00 and 0.98" in advice.reason

    def test_where_the_groups_do_not_come_out_again(self) -> None:
        advice = advise(sweep(2, 3, k3=(0.3, 0.7)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 3, (3,))
        assert "only 0.70 out of 1" in advice.reason

    def test_names_no_number_that_does_not_come_out_again(self) -> None:
        advice = advise(sweep(2, 3, k3=(0.3, 0.6)))
        assert (advice.recommended_k, advice.alternatives, advice.groups_apart) == (3, (), 3)

    def test_names_three_at_most(self) -> None:
        rows = sweep(2, 3, 4, 5, 6, 7, 8, 9, k2=(0.6, 1.0), k4=(0.6, 1.0), k6=(0.6, 1.0), k9=(0.5, 1.0))
        assert advise(rows).alternatives == (4, 6, 9)

    def test_where_clusters_are_pieces_of_the_groups(self) -> None:
        advice = advise(sweep(1, 1, 1, 2, k5=(0.1, 0.9)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 5, (5,))
        assert advice.groups_apart == 2
        assert "K-Means with 2 clusters doesn't match" in advice.reason

    def test_where_there_may_be_more(self) -> None:
        advice = advise(sweep(*range(2, TOP + 1), k10=(0.8, 1.0)))
        assert (advice.verdict, advice.recommended_k, advice.alternatives) == ("weak", 10, (10,))
        assert advice.may_be_more
        assert "there may be more groups than 10" in advice.reason


class TestDraws:
    @staticmethod
    def drawn(rows: list[KCandidate], *draws: tuple[int, ...]) -> list[KCandidate]:
        """Return candidates of which each draw shows these parts with 2, 3, … clusters, the last for all others."""
        return [
            replace(one, draws_apart=tuple(parts[min(one.k - 2, len(parts) - 1)] for parts in draws))
            for one in rows
        ]

    def test_are_counted(self) -> None:
        rows = self.drawn(sweep(2, 3, k3=(0.6, 1.0)), (2, 3), (2, 3), (1,), (1,))
        advice = advise(rows)
        assert (advice.groups_apart, advice.draws, advice.draws_agree) == (3, 5, 3)
        assert "3 of 5 random draws of the songs agree" in advice.reason

    def test_groups_that_most_draws_do_not_show_are_none(self) -> None:
        advice = advise(self.drawn(sweep(2, 3, k3=(0.6, 1.0)), (2, 3), (1,), (1,), (1,)))
        assert (advice.verdict, advice.draws_agree) == ("none", 3)

    def test_groups_that_most_draws_show_are_groups_though_the_first_missed_them(self) -> None:
        advice = advise(self.drawn(sweep(1, k3=(0.6, 1.0)), (2, 3), (2, 3), (2, 2), (1,)))
        assert (advice.groups_apart, advice.draws_agree) == (3, 2)

    def test_of_no_groups_the_fewest_parts_that_repeat_as_well_as_any(self) -> None:
        advice = advise(sweep(k4=(0.1, 0.6), k5=(0.1, 0.78), k7=(0.1, 0.84)))
        assert advice.recommended_k == 5
        assert "3 of 3 samples alone give the same number" in advice.reason


class TestWiderRange:
    def test_is_empty_where_the_answer_is_inside(self) -> None:
        assert not wider_range(sweep(2, 3, 4, 5))

    def test_goes_on_where_all_clusters_of_the_highest_number_stand_apart(self) -> None:
        assert wider_range(sweep(*range(2, TOP + 1))) == range(11, 17)

    def test_goes_on_where_one_is_cut_and_two_are_merged(self) -> None:
        assert wider_range(sweep(2, 3, 4, 5, 6, 7, 8, 8, 9)) == range(11, 17)

    def test_ends_at_thirty(self) -> None:
        rows = [replace(NOTHING, k=k, parts_apart=k, draws_apart=(k,) * 4) for k in range(2, 29)]
        assert wider_range(rows) == range(29, 31)
        assert not wider_range(
            [*rows, *(replace(NOTHING, k=k, parts_apart=k, draws_apart=(k,) * 4) for k in (29, 30))]
        )


@pytest.mark.parametrize("parts", [1, 5])
def test_bears_a_single_number(parts: int) -> None:
    (row,) = [one for one in sweep(parts, k5=(0.7, 1.0)) if one.k == 5]
    advice = advise([row])
    assert advice.recommended_k == 5
    assert advice.reason.count(". ") == 2


def test_gives_its_reason_in_three_sentences() -> None:
    for rows in (
        sweep(),
        sweep(2, 3, 4, 5, k5=(0.7, 1.0)),
        sweep(2, 3, 4, 5, 6, 7, 8, 9, k3=(0.6, 1.0), k9=(0.5, 0.98)),
        sweep(2, 3, k3=(0.2, 0.5)),
        sweep(1, 1, 1, 2),
        sweep(*range(2, TOP + 1)),
    ):
        assert advise(rows).reason.count(". ") == 2
