"""The verdict on a run: by its borders, by the advice on its settings, or by its silhouette."""

from __future__ import annotations

import pytest

from clustering.exports.verdict import verdict_of, verdict_of_one
from clustering.models import Cluster, Run, Sweep
from clustering.web.components.clusters import clusters_of
from tests.factories import make_run, make_sweep

CLUSTERS = [Cluster(index=0, size=60), Cluster(index=1, size=40)]


def run_of(*parts: int, silhouette: float | None = 0.3, **fields: object) -> Run:
    """Return a run whose clusters belong to these parts; its borders were not looked at where there are none."""
    borders = {"between": [], "parts": list(parts)} if parts else {}
    values = {
        "k": len(parts) or 3,
        "songs_count": 100,
        "borders": borders,
        "silhouette": silhouette,
        "silhouette_low": silhouette,
        "null_silhouette": 0.12,
        "null_deviation": 0.002,
    }
    return Run(**values | fields)


def said(run: Run) -> str:
    """Return the whole verdict in one text."""
    found = verdict_of(run, CLUSTERS)
    return f"{found.headline}. {' '.join(found.sentences)}" if found else ""


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
    def test_tells_what_stands_apart_whatever_the_silhouette_is(
        self, parts: tuple[int, ...], headline: str
    ) -> None:
        assert said(run_of(*parts, silhouette=0.6)).startswith(headline)

    def test_says_how_many_parts_stand_apart(self) -> None:
        assert "3 groups fall into 2 parts" in said(run_of(0, 0, 1))

    def test_knows_better_than_advice_of_groups_that_stand_apart(self) -> None:
        run = run_of(0, 0, sweep=Sweep(verdict="clear", recommended_k=2, groups_apart=2))
        assert said(run).startswith("One continuous landscape")

    def test_of_another_number_cuts_across_the_groups_that_stand_apart(self) -> None:
        run = run_of(0, 0, sweep=Sweep(verdict="clear", recommended_k=3, groups_apart=3))
        assert said(run) == (
            "Some structure. 3 groups stand apart in these songs, but the 2 groups of this run cut across them."
        )

    def test_bows_to_advice_that_looked_at_many_numbers_and_found_none(self) -> None:
        run = run_of(0, 1, sweep=Sweep(verdict="none"))
        assert said(run).startswith("One continuous landscape")
        assert verdict_of_one(Cluster(index=0, silhouette=0.5), run) == "shades into others"

    def test_is_not_surer_than_the_advice(self) -> None:
        weak = Sweep(verdict="weak", recommended_k=3, groups_apart=3, alternatives=[3])
        assert said(run_of(0, 1, 2, sweep=weak)).startswith("Some structure. The 3 groups stand apart")
        clear = Sweep(verdict="clear", recommended_k=2, groups_apart=2)
        assert said(run_of(0, 1, 2, sweep=clear)).endswith("found only 2.")

    def test_a_group_stands_apart_where_it_is_alone_in_its_part(self) -> None:
        run = run_of(0, 0, 1)
        words = [verdict_of_one(Cluster(index=index, silhouette=0.5), run) for index in range(3)]
        assert words == ["shades into others", "shades into others", "stands apart"]


class TestByAdvice:
    """Of a run whose borders were not looked at."""

    @pytest.mark.parametrize(
        ("verdict", "headline"),
        [
            ("clear", "Separate groups"),
            ("weak", "Groups with soft edges"),
            ("none", "One continuous landscape"),
            ("", "Groups with soft edges"),
        ],
    )
    def test_follows_what_looked_at_the_borders(self, verdict: str, headline: str) -> None:
        assert said(run_of(sweep=Sweep(verdict=verdict, recommended_k=3))).startswith(headline)

    def test_of_another_algorithm_is_not_said_to_be_the_groups_that_stand_apart(self) -> None:
        run = run_of(sweep=Sweep(verdict="clear", recommended_k=3), algorithm="mixture")
        assert said(run).startswith("Groups with soft edges")

    def test_of_another_number_is_not_said_to_be_the_groups_that_stand_apart(self) -> None:
        run = run_of(sweep=Sweep(verdict="clear", recommended_k=4, groups_apart=4))
        assert said(run).startswith("Groups with soft edges")
        assert said(run).endswith("4 groups stand apart in these songs: this run merges some of them.")


class TestSentences:
    def test_of_separate_groups(self) -> None:
        clear = Sweep(verdict="clear", recommended_k=3, groups_apart=3)
        assert said(run_of(0, 1, 2, sweep=clear)) == (
            "Separate groups. Few songs lie between any two of the groups, so you can treat them as different kinds "
            "of music."
        )
        assert said(run_of(0, 1, sweep=clear)).endswith("this run merges some of them.")
        assert "fall into 3 parts" in said(run_of(0, 1, 2, 2, sweep=clear))

    def test_of_some_structure(self) -> None:
        weak = Sweep(verdict="weak", recommended_k=4, alternatives=[2, 4], groups_apart=4)
        assert said(run_of(0, 1, 2, 3, sweep=weak)) == (
            "Some structure. The 4 groups stand apart, with few songs between any two of them. "
            "2 (broad) and 4 (finer) groups both work."
        )
        weak.may_be_more = True
        assert "There may be more" in said(run_of(0, 1, 2, 3, sweep=weak))

    def test_of_one_landscape(self) -> None:
        found = said(run_of(0, 0, 0))
        assert "How many there are is your choice." in found
        assert "build playlists" in found

    def test_of_regions_that_no_other_sample_shows(self) -> None:
        doubtful = [Cluster(index=index, size=30, stability=0.4) for index in range(3)]
        found = verdict_of(run_of(0, 0, 0), doubtful)
        assert found is not None
        assert "don’t rely on any of them" in " ".join(found.sentences)
        assert "build playlists" not in " ".join(found.sentences)
        doubtful[1].stability = 0.7
        assert "build playlists" in " ".join(verdict_of(run_of(0, 0, 0), doubtful).sentences)

    def test_of_draws_that_do_not_all_agree(self) -> None:
        sweep = Sweep(verdict="none", draws=5, draws_agree=5)
        assert "agree" not in said(run_of(0, 0, sweep=sweep))
        sweep.draws_agree = 3
        assert said(run_of(0, 0, sweep=sweep)).endswith("3 of 5 random draws of the songs agree.")

    def test_of_what_could_not_be_judged(self) -> None:
        found = verdict_of(run_of(0, 0, sweep=Sweep(verdict="none", unjudged=["Too few."])), CLUSTERS)
        assert found is not None
        assert found.unjudged == ("Too few.",)


class TestFlattery:
    """What the silhouette alone would get wrong."""

    @staticmethod
    def said(sizes: list[int], noise_count: int = 0, silhouette: float | None = 0.7) -> tuple[str, str]:
        run = Run(silhouette=silhouette, songs_count=sum(sizes) + noise_count, noise_count=noise_count)
        found = verdict_of(run, [Cluster(size=size) for size in sizes])
        return (found.headline, " ".join(found.sentences)) if found else ("", "")

    def test_is_none_where_songs_are_in_several_groups(self) -> None:
        assert self.said([60, 40])[0] == "Clear groups"
        assert self.said([60, 40], noise_count=30)[0] == "Clear groups"
        assert self.said([60, 40], silhouette=None) == ("", "")

    def test_one_giant_group_is_no_clear_groups(self) -> None:
        headline, sentence = self.said([1960, 40])
        assert headline == "Nearly all in one group"
        assert sentence.startswith("1,960 of all 2,000 songs are in one.")
        assert "the 2,000 songs that are in a group" in self.said([1960, 40], noise_count=50)[1]

    def test_groups_of_a_few_songs_say_nothing_of_the_others(self) -> None:
        headline, sentence = self.said([60, 40], noise_count=900)
        assert headline == "Most songs are in no group"
        assert "Only 100 of 1,000 songs" in sentence


@pytest.mark.django_db
class TestAdviceOfOthers:
    def test_counts_for_a_run_on_the_same_settings(self) -> None:
        run = make_run()
        run.follow(None)
        make_sweep(run.dataset, verdict=Sweep.Verdict.NONE)
        run = Run.objects.get(pk=run.pk)
        found = verdict_of(run, clusters_of(run))
        assert found is not None
        assert found.headline == "One continuous landscape"

    def test_does_not_count_where_a_run_finds_its_number_itself(self) -> None:
        run = make_run(algorithm="hdbscan")
        run.follow(None)
        make_sweep(run.dataset, verdict=Sweep.Verdict.NONE)
        assert Run.objects.get(pk=run.pk).advice is None
