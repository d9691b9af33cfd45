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
def run() -> Run:
    return make_run(make_dataset(songs=60))


def in_order(run: Run, cluster: int) -> list[int]:
    """Return what the table of places says."""
    placed = run.assignments.filter(cluster=cluster).order_by("distance", "song")
    return list(placed.values_list("song", flat=True))


class TestMembers:
    def test_are_nearest_first(self, run: Run) -> None:
        rng = np.random.default_rng(3)
        for place in run.assignments.all():
            run.assignments.filter(song=place.song_id).update(distance=float(rng.integers(0, 5)))
        list_members_again(run)
        for cluster in range(3):
            assert members(run, cluster, end=100) == in_order(run, cluster)

    def test_are_read_across_lists(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "ROWS_PER_LIST", 4)
        list_members_again(run)
        whole = in_order(run, 1)
        assert MemberList.objects.filter(run=run, cluster=1).count() == 5
        for start in range(len(whole)):
            for end in range(start + 1, len(whole) + 3):
                assert members(run, 1, start=start, end=end) == whole[start:end]

    def test_beyond_the_end_are_none(self, run: Run) -> None:
        assert members(run, 1, start=20, end=30) == []
        assert members(run, 9, end=30) == []

    def test_are_the_same_from_memory(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "ROWS_PER_LIST", 7)
        list_members_again(run)
        stored = list(MemberList.objects.filter(run=run).values_list("cluster", "part", "rows"))
        placed = run.assignments.order_by("?").values_list("song", "cluster", "distance")
        ids, cluster, distance = (np.array(column) for column in zip(*placed, strict=True))
        save_members(run, ids - run.dataset.first_song_id, cluster, distance.astype(np.float32))
        assert list(MemberList.objects.filter(run=run).values_list("cluster", "part", "rows")) == stored

    def test_are_stored_once(self, run: Run) -> None:
        before = MemberList.objects.count()
        save_members(run, np.array([2, 1]), np.array([0, 0]), np.array([0.5, 0.25], np.float32))
        assert MemberList.objects.count() == before - 2
        assert members(run, 0, end=9) == [run.dataset.first_song_id + 1, run.dataset.first_song_id + 2]
