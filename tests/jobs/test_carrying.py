"""Names and colors from run to run."""

import pytest

from clustering.jobs.fitting.inheritance import inherit_names_and_colors
from clustering.models import Cluster, Run
from tests.factories import FEATURES, make_dataset, make_run

CENTERS = [(-1.0, 1.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0), (0.0, -1.0, 0.0, 0.0)]
NAMES = ["Energetic", "Calm", "Mixed", "Acoustic"]


def z(center, shift=0.0):
    return {name: value + shift for name, value in zip(FEATURES, center, strict=True)}


def new_groups(run, centers, shift=0.0):
    return [
        Cluster(run=run, index=place, size=1, share=0.1, generated_name=NAMES[place], sentence="",
                color_index=place, z=z(center, shift))
        for place, center in enumerate(centers)
    ]  # fmt: skip


@pytest.mark.django_db
class TestCarryOver:
    @pytest.fixture
    def before(self):
        run = make_run(make_dataset(songs=6))
        for cluster, center in zip(run.clusters.order_by("index"), CENTERS, strict=True):
            Cluster.objects.filter(pk=cluster.pk).update(
                z=z(center), color_index=cluster.index + 3, generated_name=f"Made {cluster.index}"
            )
        run.clusters.filter(index=1).update(own_name="Night drive")
        return run

    @pytest.fixture
    def next_run(self, before):
        return Run.objects.create(dataset=before.dataset, owner=before.owner, features=FEATURES)

    def test_finds_groups_again_whatever_their_order(self, before, next_run):
        new = new_groups(next_run, [CENTERS[1], CENTERS[2], CENTERS[0]])
        inherit_names_and_colors(next_run, new)

        assert [one.color_index for one in new] == [4, 5, 3]
        assert [one.name for one in new] == ["Night drive", "Made 2", "Made 0"]
        assert new[0].inherited_from == before.clusters.get(index=1)

    def test_gives_a_new_group_a_color_of_its_own(self, before, next_run):
        new = new_groups(next_run, [*CENTERS, (5.0, 5.0, 5.0, 5.0)])
        inherit_names_and_colors(next_run, new)

        assert [one.color_index for one in new] == [3, 4, 5, 0]
        assert new[3].name == "Acoustic"
        assert new[3].inherited_from is None

    def test_passes_on_a_color_but_no_name_where_a_group_has_moved(self, before, next_run):
        new = new_groups(next_run, CENTERS, shift=0.4)
        inherit_names_and_colors(next_run, new)

        assert [one.color_index for one in new] == [3, 4, 5]
        assert [one.name for one in new] == NAMES[:3]

    def test_passes_on_nothing_where_groups_are_others(self, before, next_run):
        new = new_groups(next_run, CENTERS, shift=3.0)
        inherit_names_and_colors(next_run, new)

        assert [one.color_index for one in new] == [0, 1, 2]

    def test_passes_on_own_names_but_no_made_ones_over_other_features(self, before, next_run):
        next_run.features = FEATURES[:3]
        new = new_groups(next_run, CENTERS)
        inherit_names_and_colors(next_run, new)

        assert [one.name for one in new] == ["Energetic", "Night drive", "Mixed"]

    def test_does_not_compare_runs_with_few_features_in_common(self, before, next_run):
        next_run.features = [FEATURES[0], "loudness", "liveness"]
        new = new_groups(next_run, CENTERS)
        inherit_names_and_colors(next_run, new)

        assert [one.color_index for one in new] == [0, 1, 2]

    def test_never_calls_two_groups_alike(self, before, next_run):
        before.clusters.filter(index=0).update(generated_name="Acoustic")
        new = new_groups(next_run, [*CENTERS, (5.0, 5.0, 5.0, 5.0)])
        inherit_names_and_colors(next_run, new)

        names = [one.generated_name for one in new]
        assert len(set(names)) == len(names)
        assert names[0] == "Energetic"

    def test_takes_the_pinned_run_before_the_newest(self, before, next_run):
        make_run(before.dataset)
        before.dataset.pin(before)
        next_run.dataset = before.dataset
        new = new_groups(next_run, CENTERS)
        inherit_names_and_colors(next_run, new)

        assert new[1].name == "Night drive"

    def test_leaves_songs_of_no_group_alone(self, before, next_run):
        new = new_groups(next_run, CENTERS)
        new[2].is_noise = True
        inherit_names_and_colors(next_run, new)

        assert (new[2].color_index, new[2].name) == (2, "Mixed")

    def test_does_nothing_for_a_first_run(self):
        dataset = make_dataset(songs=3)
        run = Run.objects.create(dataset=dataset, owner=dataset.owner, features=FEATURES)
        new = new_groups(run, CENTERS)
        inherit_names_and_colors(run, new)

        assert [one.color_index for one in new] == [0, 1, 2]

    def test_outlives_the_run_it_came_from(self, before, next_run):
        new = new_groups(next_run, CENTERS)
        inherit_names_and_colors(next_run, new)
        Cluster.objects.bulk_create(new)
        before.delete()

        assert next_run.clusters.get(index=1).name == "Night drive"
        assert next_run.clusters.get(index=1).inherited_from is None
