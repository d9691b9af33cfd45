"""The charts of a sweep."""

from dataclasses import replace

import pytest

from clustering.web.charts.sweep import Measures, measures

TRIED = [
    Measures(
        k=k,
        silhouette=(0.3 - k / 100, 0.29 - k / 100, 0.31 - k / 100),
        null=(0.1, 0.01),
        cloud=0.2 + k / 100,
        stability=(0.9, 0.85, 0.95),
        gap=(0.5, 0.02),
        davies_bouldin=1.5,
        calinski_harabasz=1234.5,
        inertia=99.0,
        smallest_cluster=7,
    )
    for k in (2, 3)
]


class TestMeasures:
    def test_are_one_chart_each(self):
        keys = [chart.key for chart in measures(TRIED, 3)]
        assert keys == [
            "silhouette",
            "stability",
            "gap",
            "davies-bouldin",
            "calinski-harabasz",
            "inertia",
            "smallest",
        ]

    def test_show_the_null_as_a_band(self):
        silhouette = measures(TRIED, 3)[0]
        songs, null, cloud, *bands = silhouette.config["data"]["datasets"]
        assert songs["data"] == pytest.approx([0.28, 0.27])
        assert null["data"] == [0.1, 0.1]
        assert cloud["data"] == [0.22, 0.23]
        assert [round(value, 4) for value in bands[2]["data"]] == [0.0804, 0.0804]
        assert [round(value, 4) for value in bands[3]["data"]] == [0.1196, 0.1196]
        assert bands[3]["backgroundColor"] == "muted:0.18"
        assert silhouette.table.rows[0] == ("2", "0.28", "0.27 to 0.29", "0.10 ± 0.02", "0.22")

    def test_lead_from_a_point_to_its_number(self):
        for chart in measures(TRIED, 3):
            assert chart.config["options"]["targets"] == ["k-2", "k-3"]
            assert chart.config["data"]["datasets"][0]["hints"][1].endswith("recommended")

    def test_leave_out_what_earlier_sweeps_did_not_measure(self):
        bare = [replace(one, null=None, stability=None, gap=None) for one in TRIED]
        silhouette, *others = measures(bare, None)
        assert len(others) == 4
        assert len(silhouette.config["data"]["datasets"]) == 4
        assert silhouette.table.rows[0][3] == "–"
