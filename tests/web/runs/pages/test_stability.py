"""What stability says in words."""

import pytest

from clustering.web.runs.pages.stability import interpret_stability


@pytest.mark.parametrize(
    ("jaccard", "headline"),
    [
        (1.0, "Very stable"),
        (0.85, "Very stable"),
        (0.75, "Stable"),
        (0.6, "A pattern with uncertain edges"),
        (0.599, "Do not trust this group"),
        (0.0, "Do not trust this group"),
    ],
)
def test_says_how_far_to_rely_on_a_group(jaccard, headline):
    assert interpret_stability(jaccard).headline == headline
