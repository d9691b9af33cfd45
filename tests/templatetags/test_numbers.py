"""Numbers as people read them."""

from datetime import timedelta

import pytest

from clustering.songfiles.quality import ColumnReport
from clustering.templatetags import numbers


def report(field: str, unit: str = "", *, mean: float | None = None) -> ColumnReport:
    return ColumnReport("column", field, field, unit, mean=mean)


@pytest.mark.parametrize(
    ("filtered", "expected"),
    [
        (numbers.thousands(1234567), "1,234,567"),
        (numbers.thousands(None), "–"),
        (numbers.year_of(1960, False), "1960"),
        (numbers.year_of(1960, True), "1960s"),
        (numbers.year_of(None, True), "–"),
        (numbers.songs(0), "0 songs"),
        (numbers.songs(1), "1 song"),
        (numbers.songs(12345), "12,345 songs"),
        (numbers.share(0.341), "34\u202f%"),
        (numbers.share(0.002), "<\u202f1\u202f%"),
        (numbers.share(0), "0\u202f%"),
        (numbers.share(None), "–"),
        (numbers.percent(0.341), "34.10"),
        (numbers.percent(None), "0.00"),
        (numbers.score(0.225412), "0.23"),
        (numbers.score(-0.1), "−0.10"),
        (numbers.score(27_251.5479), "27,252"),
        (numbers.score_to(0.21, 0.24), "0.21 to 0.24"),
        (numbers.score_to(0.2101, 0.2103), "within 0.01"),
        (numbers.score_to(0.2101, 0.2101), "exact"),
        (numbers.score(None), "–"),
        (numbers.signed(1.234), "+1.23"),
        (numbers.signed(-1.234), "−1.23"),
        (numbers.signed(None), "–"),
        (numbers.value_of(report("energy", mean=0.634), "mean"), "0.63"),
        (numbers.value_of(report("mood score", mean=12.3456), "mean"), "12.35"),
        (numbers.value_of(report("loudness", "scaled", mean=0.82), "mean"), "0.82"),
        (numbers.value_of(report("energy"), "mean"), "–"),
        (numbers.value_of(report("key", mean=5.3), "mean"), "–"),
        (numbers.value_of(report("mode", mean=0.63), "mean"), "–"),
        (numbers.feature_label("duration_ms"), "Duration"),
        (numbers.feature_label("mood score"), "mood score"),
        (numbers.slot(14), 1),
        (numbers.seconds(1.24), "1.2 s"),
        (numbers.seconds(45), "45 s"),
        (numbers.seconds(timedelta(seconds=75)), "1 min 15 s"),
        (numbers.seconds(3_720), "1 h 2 min"),
        (numbers.seconds(None), "–"),
    ],
)
def test_says_it(filtered, expected):
    assert filtered == expected
