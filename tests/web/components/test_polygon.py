"""An outline as it arrives from the browser."""

import json

import pytest

from clustering.web.components.polygon import PolygonForm


def test_reads_the_corners():
    form = PolygonForm({"polygon": "[[0, 0], [1.5, 0], [1, -2]]"})
    assert form.is_valid()
    assert form.cleaned_data["polygon"] == [(0.0, 0.0), (1.5, 0.0), (1.0, -2.0)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[[0, 0], [1, 1]]",
        "[[0, 0], [1, 1], [2]]",
        "[[0, 0], [1, 1], [2, NaN]]",
        "[[0, 0], [1, 1], [2, 1e999]]",
        f"[[0, 0], [1, 1], [2, 1{'0' * 400}]]",
        f"[[0, 0], [1, 1], [2, {'9' * 5000}]]",
        '{"a": 1}',
        "7",
        '[["a", 0], [1, 1], [2, 2]]',
        json.dumps([[i, i * i] for i in range(2001)]),
        "[" * 100_000,
    ],
)
def test_refuses_what_is_no_outline(text):
    form = PolygonForm({"polygon": text})
    assert not form.is_valid()
    assert form.errors["polygon"]
