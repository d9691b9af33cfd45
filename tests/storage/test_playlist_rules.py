"""Rules, and the songs that answer to them."""

import pytest

from clustering.models import Song
from clustering.storage.playlist_rules import (
    Rule,
    Rules,
    cluster_choices,
    count_matches,
    matching,
    rule_fields,
)
from tests.factories import make_dataset, make_run

pytestmark = pytest.mark.django_db

FAST = Rule("tempo", low=110)
CALM = Rule("energy", high=0.2)
JAZZ = Rule("genre", words=("Jazz",))


def rows(dataset, join, *groups):
    found = matching(dataset, Rules(join, groups)).values_list("row_number", flat=True)
    return set(found)


class TestMatching:
    def test_no_rules_are_all_songs(self, dataset):
        make_dataset(dataset.owner)
        assert len(rows(dataset, "all")) == 30

    def test_all_any_and_groups(self, dataset):
        fast, calm, jazz = ({*rows(dataset, "all", (rule,))} for rule in (FAST, CALM, JAZZ))
        assert fast == set(range(20, 31))
        assert calm == set(range(3, 31, 3))  # 0.2 is stored in four bytes
        assert jazz == set(range(2, 31, 2))
        assert rows(dataset, "all", (FAST, CALM)) == fast & calm
        assert rows(dataset, "any", (FAST, CALM)) == fast | calm
        assert rows(dataset, "all", (FAST, CALM), (JAZZ,)) == fast & calm | jazz
        assert rows(dataset, "any", (FAST, CALM), (JAZZ,)) == (fast | calm) & jazz

    def test_clusters_of_the_datasets_own_runs(self, dataset):
        run = make_run(dataset)
        inside = Rule("cluster", run=run.pk, cluster=0)
        assert rows(dataset, "all", (inside,)) == set(range(1, 31, 3))
        assert rows(dataset, "any", (inside, FAST)) == set(range(1, 31, 3)) | set(range(20, 31))
        other = make_run(make_dataset(dataset.owner))
        assert rows(dataset, "all", (Rule("cluster", run=other.pk, cluster=0),)) == set()

    def test_durations_are_minutes_and_own_columns_have_numbers(self, dataset):
        dataset.extra_columns = ["tempo"]
        Song.objects.filter(row_number=4).update(duration_ms=150_000.0, extras=[7.0])
        assert rows(dataset, "all", (Rule("duration_ms", low=2.5, high=2.5),)) == {4}
        assert rows(dataset, "all", (Rule("extra:tempo", low=6),)) == {4}
        assert rows(dataset, "all", (Rule("extra:tempo"),)) == {4}

    def test_flags(self, dataset):
        Song.objects.filter(row_number=4).update(explicit=True)
        assert rows(dataset, "all", (Rule("explicit", flag=True),)) == {4}

    def test_is_counted_with_two_statements(self, dataset, django_assert_num_queries):
        songs = matching(dataset, Rules("all", ((FAST,),)))
        with django_assert_num_queries(4):  # with the savepoint of a test
            assert count_matches(songs) == 11


class TestRules:
    def test_reads_what_it_wrote(self):
        rules = Rules(
            "any", ((FAST, Rule("explicit", flag=False)), (JAZZ, Rule("cluster", run=1, cluster=0)))
        )
        assert Rules.from_dict(rules.to_dict()) == rules


class TestRuleFields:
    def test_offers_what_the_file_has(self, dataset):
        names = [field.name for field in rule_fields(dataset, clusters=False)]
        assert names == dataset.features
        dataset.extra_columns = ["chorus_hit"]
        dataset.uploads.update(column_map={"matches": [{"column": "g", "field": "genres"}, {"field": None}]})
        names = [field.name for field in rule_fields(dataset, clusters=True)]
        assert names == ["cluster", *dataset.features, "genre", "extra:chorus_hit"]


class TestClusterChoices:
    def test_are_the_newest_runs_groups(self, dataset, django_assert_num_queries):
        old, new = make_run(dataset, clusters=2), make_run(dataset, clusters=3)
        make_run(dataset, finished_at=None)
        with django_assert_num_queries(2):
            found = cluster_choices(dataset)
        assert [choice.value for choice in found] == [
            *(f"{new.pk}:{i}" for i in range(3)),
            *(f"{old.pk}:{i}" for i in range(2)),
        ]
