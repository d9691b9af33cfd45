"""Two runs side by side."""

import pytest

from clustering.analysis.prediction.drift import Addition
from clustering.models import Assignment, RunComparison
from clustering.web.runs.pages.comparison import ComparisonPage, verdict
from tests.factories import FEATURES, make_addition, make_comparison, make_dataset, make_run


def addition_of(songs: int, *, after_row: int) -> Addition:
    return Addition.from_dict(make_addition(songs=songs, left_out=0, after_row=after_row))


def compared(second=None, **first):
    dataset = make_dataset(songs=12)
    found = make_comparison(make_run(dataset, **first), make_run(dataset, **(second or {})))
    return RunComparison.objects.select_related("first__dataset", "second__dataset").get(pk=found.pk)


@pytest.mark.django_db
class TestComparison:
    def test_reads_with_two_queries(self, django_assert_num_queries):
        found = compared(clusters=2, second={"clusters": 3})
        with django_assert_num_queries(2):
            page = ComparisonPage.read(found)

        assert page.songs == 12
        assert [(cluster.index, [cell.count for cell in cells]) for cluster, cells in page.table] == [
            (0, [2, 2, 2]),
            (1, [2, 2, 2]),
        ]
        assert page.stayed == "33\u202f%"
        assert page.verdict == "Almost unrelated groups"
        assert len(page.flow.ribbons) == 6
        assert [move.count for move in page.moves] == [2, 2, 2, 2]

    def test_names_the_runs_apart(self):
        page = ComparisonPage.read(compared(clusters=4, second={"clusters": 4, "algorithm": "ward"}))
        assert (page.first_name, page.second_name) == ("4 groups", "4 groups · Ward’s tree")

        page = ComparisonPage.read(compared(clusters=4, second={"clusters": 5}))
        assert (page.first_name, page.second_name) == ("4 groups", "5 groups")

    def test_marks_what_was_set_differently(self):
        page = ComparisonPage.read(compared(second={"scaler": "minmax", "weights": {"energy": 2}}))

        assert [row.label for row in page.settings if row.differs] == ["Feature weights", "Scaling"]
        assert next(row.second for row in page.settings if row.label == "Feature weights") == "Energy × 2"

    def test_compares_scores_in_the_same_space(self):
        page = ComparisonPage.read(compared(clusters=3, second={"clusters": 3, "silhouette_low": 0.3}))

        assert page.no_scores == ()
        assert [row.label for row in page.scores] == [
            "Silhouette", "Davies–Bouldin", "Calinski–Harabasz", "Inertia",
        ]  # fmt: skip
        assert page.scores[0].note == ""

    def test_says_where_the_silhouette_does_not_decide(self):
        assert "intervals overlap" in ComparisonPage.read(compared()).scores[0].note

    def test_does_not_compare_inertia_over_numbers_of_groups(self):
        page = ComparisonPage.read(compared(clusters=2, second={"clusters": 3}))
        assert "Inertia" not in [row.label for row in page.scores]

    @pytest.mark.parametrize(
        ("second", "reason"),
        [
            ({"features": FEATURES[:3]}, "different features"),
            ({"scaler": "robust"}, "scaled differently"),
            ({"weights": {"tempo": 0.5}}, "different weights"),
            ({"songs_count": 11}, "different songs"),
            ({"noise_count": 3}, "in no group"),
        ],
    )
    def test_says_why_scores_cannot_be_compared(self, second, reason):
        page = ComparisonPage.read(compared(second=second))

        assert page.scores == ()
        assert reason in page.no_scores[0]

    def test_compares_scores_where_songs_were_placed_later_in_one_run_only(self):
        first, second = (make_run(dataset, songs_count=10) for dataset in [make_dataset(songs=12)] * 2)
        Assignment.objects.filter(run=first, song__row_number__gt=10).delete()
        second.record_addition(addition_of(2, after_row=10))

        assert ComparisonPage.read(make_comparison(first, second)).no_scores == ()
        assert ComparisonPage.read(make_comparison(second, first)).no_scores == ()

    def test_compares_scores_where_songs_were_placed_later_in_both_runs_at_different_times(self):
        first, second = (make_run(dataset, songs_count=8) for dataset in [make_dataset(songs=12)] * 2)
        Assignment.objects.filter(run=first, song__row_number__gt=10).delete()
        first.record_addition(addition_of(2, after_row=8))
        second.record_addition(addition_of(4, after_row=8))

        assert ComparisonPage.read(make_comparison(first, second)).no_scores == ()

    def test_does_not_compare_scores_of_a_run_before_songs_were_added_and_of_one_with_them(self):
        """Both place the same twelve songs now, but the scores of one count ten of them."""
        first, second = (make_run(dataset, songs_count=10) for dataset in [make_dataset(songs=12)] * 2)
        first.record_addition(addition_of(2, after_row=10))
        second.record_results(songs_count=12)

        (reason,) = ComparisonPage.read(make_comparison(first, second)).no_scores
        assert "different songs" in reason

    def test_does_not_compare_scores_of_as_many_other_songs(self):
        """One left out the second song, the other the third; each has got one since that the other has not."""
        first, second = (make_run(dataset, songs_count=10) for dataset in [make_dataset(songs=12)] * 2)
        for run, row in ((first, 2), (second, 3)):
            Assignment.objects.filter(run=run, song__row_number=row).delete()
            run.record_addition(addition_of(1, after_row=11))

        (reason,) = ComparisonPage.read(make_comparison(first, second)).no_scores
        assert "different songs" in reason

    def test_a_weight_of_1_is_no_weight(self):
        assert ComparisonPage.read(compared(second={"weights": {"tempo": 1.0}})).no_scores == ()


class TestVerdict:
    @pytest.mark.parametrize(
        ("score", "words"), [(1.0, "Nearly the same"), (0.7, "Similar"), (-0.2, "Almost unrelated")]
    )
    def test_is_in_words(self, score, words):
        assert words in verdict(score)
