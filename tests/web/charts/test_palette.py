"""The colors of clusters."""

import re
from pathlib import Path

from clustering.web.charts import CLUSTER_COLORS, NOISE_COLOR, NOISE_SHADES, cluster_color

CSS = (Path(__file__).resolve().parents[3] / "static/css/palette.css").read_text()


def contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


class TestPalette:
    def test_is_the_one_of_the_style_sheet(self):
        found = re.findall(r"--cluster-(\d+): (#[0-9a-f]{6})", CSS)
        light = [color for _, color in found[: len(CLUSTER_COLORS)]]
        dark = [color for _, color in found[len(CLUSTER_COLORS) :]]
        assert list(zip(light, dark, strict=True)) == list(CLUSTER_COLORS)

    def test_has_a_grey_of_its_own_for_songs_of_no_group(self):
        assert tuple(re.findall(r"--cluster-none: (#[0-9a-f]{6})", CSS)) == NOISE_SHADES
        assert ".cluster-none {" in CSS
        assert all(NOISE_SHADES[shade] not in {pair[shade] for pair in CLUSTER_COLORS} for shade in (0, 1))

    def test_has_a_class_for_each_color(self):
        assert all(f".cluster-{slot} {{" in CSS for slot in range(len(CLUSTER_COLORS)))

    def test_has_no_color_twice(self):
        for shade in (0, 1):
            assert len({pair[shade] for pair in CLUSTER_COLORS}) == len(CLUSTER_COLORS) >= 12

    def test_stands_out_from_the_page(self):
        for light, dark in CLUSTER_COLORS:
            assert contrast(light, "#ffffff") > 2.4
            assert contrast(dark, "#1a1e28") > 3


class TestClusterColor:
    def test_repeats_after_the_last(self):
        assert cluster_color(3) == cluster_color(3 + len(CLUSTER_COLORS)) == "cluster:3"

    def test_is_grey_for_songs_of_no_group(self):
        assert cluster_color(NOISE_COLOR, 0.5) == "cluster:none:0.5"

    def test_can_be_transparent(self):
        assert cluster_color(1, 0.25) == "cluster:1:0.25"
