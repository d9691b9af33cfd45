"""From charts to their songs: every mark has an address, and each address shows as many songs as the chart says."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client

from clustering.models import Run
from clustering.web.charts import Chart, with_links
from clustering.web.charts.figure import Table
from clustering.web.components.clusters import clusters_of
from clustering.web.datasets.pages.dataset import DatasetPage
from clustering.web.library.pages.decades import DecadesPage
from clustering.web.runs.pages.cluster import ClusterPage
from clustering.web.runs.pages.visualizations import RunVisualizationsPage
from tests.factories import make_catalog, make_user


def test_a_chart_keeps_what_it_was() -> None:
    chart = Chart("a", "A", "", {"options": {"scales": {}}}, Table(("A",), (("x",), ("y",))))
    linked = with_links(chart, ["/1", "/2"], rows=["/1", ""])
    assert linked.config["options"] == {"scales": {}, "songs": ["/1", "/2"]}
    assert linked.table.linked_rows == (("/1", ("x",)), ("", ("y",)))
    assert "songs" not in chart.config["options"]
    assert chart.table.linked_rows == (("", ("x",)), ("", ("y",)))


def shown(client: Client, address: str) -> int:
    """Return how many songs an address of Explore shows."""
    where = urlsplit(address)
    page = client.get(f"{where.path}rows?{where.query}").content.decode()
    return int(re.search(r'data-total="(\d+)"', page)[1])


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def client(self, run: Run) -> Client:
        run.dataset.uploads.update(
            column_map={"matches": [{"field": name, "column": name} for name in ("genres", "release_year")]}
        )
        client = Client()
        client.force_login(make_user("ada"))
        return client

    def test_of_a_run_show_its_groups(self, run: Run, client: Client) -> None:
        page, groups = RunVisualizationsPage.read(run), clusters_of(run)
        by_group = [one for (one,) in page.map.config["options"]["songs"]]
        assert [shown(client, one) for one in by_group] == [cluster.size for cluster in groups]
        cells = page.heatmap.config["options"]["songs"]
        assert len(cells) == len(page.heatmap.config["data"]["datasets"][0]["data"])
        assert [shown(client, cells[place]) for place in (0, len(run.features), -1)] == [10, 10, 10]

    def test_of_a_dataset_add_up_to_its_songs(self, run: Run, client: Client) -> None:
        page = DatasetPage.read(run.dataset, run.owner)
        for chart in page.distributions:
            bars = chart.config["options"]["songs"]
            assert len(bars) == len(chart.config["data"]["labels"])
            assert sum(shown(client, one) for one in bars) == 30
        assert page.correlations is not None
        assert shown(client, page.correlations.config["options"]["songs"][1]) == 30

    def test_of_a_group_add_up_to_it(self, run: Run, client: Client) -> None:
        page = ClusterPage.read(run, 1)
        assert page is not None
        for chart in page.distributions:
            own, rest = chart.config["options"]["songs"]
            assert (sum(shown(client, one) for one in own), sum(shown(client, one) for one in rest)) == (
                10,
                20,
            )

    def test_of_decades_show_their_songs(self, run: Run, client: Client) -> None:
        page = DecadesPage.read(make_catalog(run.dataset))
        if page.songs is None:
            return
        counts = page.songs.config["data"]["datasets"][0]["data"]
        assert [shown(client, one) for one in page.songs.config["options"]["songs"]] == counts
