"""What every answer has; and forms about something that somebody else deletes in the same moment."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from clustering.models import Cluster, Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(run: Run) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(run.owner)
    return client


def delete_before(monkeypatch: pytest.MonkeyPatch, name: str, run: Run) -> None:
    """Delete a run after a view has looked it up, and before it acts."""
    act: Callable[..., object] = resolve_name(name)

    def act_too_late(*args: object, **kwargs: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM clustering_assignment WHERE run_id = %s", [run.pk])
        Run.objects.get(pk=run.pk).delete()
        return act(*args, **kwargs)

    monkeypatch.setattr(name, act_too_late)


class TestGoneMeanwhile:
    @pytest.mark.parametrize(
        ("action", "address", "form"),
        [
            ("clustering.web.runs.views.cluster.rename_cluster", "clusters/0/rename", {"name": "Mine"}),
            ("clustering.web.runs.views.overview.delete_run", "delete", {}),
            ("clustering.web.datasets.views.dataset_runs.pin_run", "pin", {}),
            ("clustering.web.runs.views.share.make_share_link", "share/", {"days": "7"}),
        ],
    )
    def test_is_answered_as_a_page_that_is_not_there(
        self,
        run: Run,
        client: Client,
        monkeypatch: pytest.MonkeyPatch,
        action: str,
        address: str,
        form: dict[str, str],
    ) -> None:
        delete_before(monkeypatch, action, run)
        assert client.post(f"/runs/{run.pk}/{address}", form).status_code == 404

    def test_says_what_is_wrong_where_that_is_not_it(
        self, run: Run, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def twice(*args: object) -> None:
            Cluster.objects.create(run=run, index=0, size=1, share=1, color_index=0)

        monkeypatch.setattr("clustering.web.runs.views.cluster.rename_cluster", twice)
        answer = client.post(f"/runs/{run.pk}/clusters/0/rename", {"name": "Mine"})
        assert answer.status_code == 500
        with pytest.raises(IntegrityError):
            twice()
