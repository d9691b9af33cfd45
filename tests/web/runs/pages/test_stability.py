"""What stability says in words."""

import pytest

from clustering.web.runs.pages.stability import interpret_stability


@pytest.mark.parametrize(
    ("jaccard", "headline"),
    [
        (1.0, "Very stable"),
        (0.85, "Very stable"),
        (0.75, "Stable"),
        (0.6, "Uncertain edges"),
        (0.599, "Unstable"),
        (0.0, "Unstable"),
    ],
)
def test_says_how_far_to_rely_on_a_group(jaccard, headline):
    assert interpret_stability(jaccard).headline == headline
