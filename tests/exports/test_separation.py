"""What a silhouette says in words."""

import pytest

from clustering.exports.separation import interpret_silhouette, separation, separation_of_one
from clustering.models import Cluster, Run, Sweep


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
        assert separation(run_with(silhouette, null=null, deviation=0.002)).headline == headline

    def test_counts_only_above_what_the_null_wavers(self):
        assert separation(run_with(0.2, null=0.12, deviation=0.03)).headline == "Hardly any groups"

    def test_has_the_numbers_where_it_is_no_better(self):
        assert "0.14, and 0.12 when" in separation(run_with(0.14, null=0.12, deviation=0.0)).sentence

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
        assert separation(run_with(silhouette)).headline == headline

    @pytest.mark.parametrize(
        ("verdict", "headline"),
        [
            ("clear", "Separate groups"),
            ("weak", "Groups with soft edges"),
            ("none", "One continuous landscape"),
            ("", "Groups with soft edges"),
        ],
    )
    def test_follows_the_advice_that_looked_at_the_borders(self, verdict, headline):
        run = run_with(0.3, null=0.12, deviation=0.002)
        run.sweep = Sweep(verdict=verdict)
        assert separation(run).headline == headline

    def test_of_another_algorithm_is_not_said_to_be_the_groups_that_stand_apart(self):
        run = run_with(0.3, null=0.12, deviation=0.002)
        run.algorithm, run.sweep = "mixture", Sweep(verdict="clear")
        assert separation(run).headline == "Groups with soft edges"

    def test_is_unknown_without_a_silhouette(self):
        assert separation(run_with(None)) is None


def bordered(*parts: int) -> dict[str, list[int]]:
    """Return the borders of clusters that belong to these parts."""
    return {"between": [], "parts": list(parts)}


class TestByBorders:
    """Of a run whose number of groups was chosen by hand."""

    @pytest.mark.parametrize(
        ("parts", "headline"),
        [
            ((0, 0, 0), "One continuous landscape"),
            ((0, 1, 2), "Separate groups"),
            ((0, 0, 1), "Some structure"),
        ],
    )
    def test_tells_what_stands_apart_whatever_the_silhouette_is(self, parts, headline):
        run = run_with(0.6, null=0.12, deviation=0.002)
        run.borders = bordered(*parts)
        assert separation(run).headline == headline

    def test_says_how_many_parts_stand_apart(self):
        run = run_with(0.6)
        run.borders = bordered(0, 0, 1)
        assert "3 groups fall into 2 parts" in separation(run).sentence

    def test_knows_better_than_advice_of_groups_that_stand_apart(self):
        run = run_with(0.3)
        run.sweep, run.borders = Sweep(verdict="clear"), bordered(0, 0)
        assert separation(run).headline == "One continuous landscape"

    def test_bows_to_advice_that_looked_at_many_numbers_and_found_none(self):
        run = run_with(0.3)
        run.sweep, run.borders = Sweep(verdict="none"), bordered(0, 1)
        assert separation(run).headline == "One continuous landscape"
        assert separation_of_one(Cluster(index=0, silhouette=0.5), run) == "shades into others"

    def test_a_group_stands_apart_where_it_is_alone_in_its_part(self):
        run = run_with(0.3)
        run.borders = bordered(0, 0, 1)
        said = [separation_of_one(Cluster(index=index, silhouette=0.5), run) for index in range(3)]
        assert said == ["shades into others", "shades into others", "stands apart"]


class TestSeparationOfOne:
    @pytest.mark.parametrize(
        ("silhouette", "words"),
        [(None, ""), (0.6, "compact"), (0.2, "overlaps others"), (0.13, "blurs into others")],
    )
    def test_is_judged_by_the_null_of_its_run(self, silhouette, words):
        run = run_with(0.2, null=0.12, deviation=0.002)
        assert separation_of_one(Cluster(silhouette=silhouette), run) == words


class TestClearness:
    """What the silhouette alone would get wrong."""

    @staticmethod
    def said(sizes: list[int], noise_count: int = 0, silhouette: float | None = 0.7):
        run = Run(silhouette=silhouette, songs_count=sum(sizes) + noise_count, noise_count=noise_count)
        return interpret_silhouette(run, [Cluster(size=size) for size in sizes])

    def test_is_the_silhouette_where_songs_are_in_several_groups(self):
        assert self.said([60, 40]).headline == "Clear groups"
        assert self.said([60, 40], noise_count=30).headline == "Clear groups"
        assert self.said([60, 40], silhouette=None) is None

    def test_one_giant_group_is_no_clear_groups(self):
        said = self.said([1960, 40])
        assert (said.headline, said.tone) == ("Nearly all in one group", "poor")
        assert said.sentence.startswith("1,960 of all 2,000 songs are in one.")
        assert "the 2,000 songs that are in a group" in self.said([1960, 40], noise_count=50).sentence

    def test_groups_of_a_few_songs_say_nothing_of_the_others(self):
        said = self.said([60, 40], noise_count=900)
        assert said.headline == "Most songs are in no group"
        assert "Only 100 of 1,000 songs" in said.sentence
