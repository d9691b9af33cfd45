"""The order of a group's songs."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.models import MemberList, Run
from clustering.storage import members as bulk
from clustering.storage.members import list_members_again, members, save_members
from tests.factories import make_dataset, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run_of_sixty() -> Run:
    return make_run(make_dataset(songs=60))


def in_order(run: Run, cluster: int) -> list[int]:
    """Return what the table of places says."""
    placed = run.assignments.filter(cluster=cluster).order_by("distance", "song")
    return list(placed.values_list("song", flat=True))


class TestMembers:
    def test_are_nearest_first(self, run_of_sixty: Run) -> None:
        rng = np.random.default_rng(3)
        for place in run_of_sixty.assignments.all():
            run_of_sixty.assignments.filter(song=place.song_id).update(distance=float(rng.integers(0, 5)))
        list_members_again(run_of_sixty)
        for cluster in range(3):
            assert members(run_of_sixty, cluster, end=100) == in_order(run_of_sixty, cluster)

    def test_are_read_across_lists(self, run_of_sixty: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "ROWS_PER_LIST", 4)
        list_members_again(run_of_sixty)
        whole = in_order(run_of_sixty, 1)
        assert MemberList.objects.filter(run=run_of_sixty, cluster=1).count() == 5
        for start in range(len(whole)):
            for end in range(start + 1, len(whole) + 3):
                assert members(run_of_sixty, 1, start=start, end=end) == whole[start:end]

    def test_beyond_the_end_are_none(self, run_of_sixty: Run) -> None:
        assert members(run_of_sixty, 1, start=20, end=30) == []
        assert members(run_of_sixty, 9, end=30) == []

    def test_are_the_same_from_memory(self, run_of_sixty: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "ROWS_PER_LIST", 7)
        list_members_again(run_of_sixty)
        stored = list(MemberList.objects.filter(run=run_of_sixty).values_list("cluster", "part", "rows"))
        placed = run_of_sixty.assignments.order_by("?").values_list("song", "cluster", "distance")
        ids, cluster, distance = (np.array(column) for column in zip(*placed, strict=True))
        save_members(
            run_of_sixty, ids - run_of_sixty.dataset.first_song_id, cluster, distance.astype(np.float32)
        )
        assert (
            list(MemberList.objects.filter(run=run_of_sixty).values_list("cluster", "part", "rows")) == stored
        )

    def test_are_stored_once(self, run_of_sixty: Run) -> None:
        before = MemberList.objects.count()
        save_members(run_of_sixty, np.array([2, 1]), np.array([0, 0]), np.array([0.5, 0.25], np.float32))
        assert MemberList.objects.count() == before - 2
        assert members(run_of_sixty, 0, end=9) == [
            run_of_sixty.dataset.first_song_id + 1,
            run_of_sixty.dataset.first_song_id + 2,
        ]
