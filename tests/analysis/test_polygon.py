"""Points within an outline: known answers, and agreement with the sum of angles."""

import numpy as np
import pytest

from clustering.analysis.polygon import within_polygon

STAR = [(0.0, 3.0), (1.8, -2.4), (-2.9, 0.9), (2.9, 0.9), (-1.8, -2.4)]


def winding(x: float, y: float, polygon: list[tuple[float, float]]) -> int:
    """Return how often the outline goes around a point, by the sum of the angles it is seen under."""
    corners = np.array(polygon) - (x, y)
    angles = np.arctan2(corners[:, 1], corners[:, 0])
    turns = np.diff([*angles, angles[0]])
    return round(float(((turns + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi)))


def test_a_square_holds_its_inside():
    x, y = np.array([0.5, 1.5, -0.5, 0.5], np.float32), np.array([0.5, 0.5, 0.5, 2.0], np.float32)
    assert within_polygon(x, y, [(0, 0), (1, 0), (1, 1), (0, 1)]).tolist() == [True, False, False, False]


def test_squares_side_by_side_share_no_point():
    x, y = np.repeat(np.arange(5.0), 5), np.tile(np.arange(5.0), 5)
    left = within_polygon(x, y, [(0, 0), (2, 0), (2, 4), (0, 4)])
    right = within_polygon(x, y, [(2, 0), (4, 0), (4, 4), (2, 4)])
    assert not (left & right).any()
    assert (left | right).sum() == 16


@pytest.mark.parametrize("turned", [False, True])
def test_agrees_with_the_sum_of_angles(turned):
    """An independent way: what is gone around an odd number of times is inside."""
    points = np.random.default_rng(3).uniform(-3.5, 3.5, (2000, 2))
    polygon = STAR[::-1] if turned else STAR
    expected = [winding(x, y, polygon) % 2 == 1 for x, y in points]
    assert within_polygon(points[:, 0], points[:, 1], polygon).tolist() == expected
    assert 100 < sum(expected) < 1900


def test_no_points_are_none():
    assert within_polygon(np.zeros(0), np.zeros(0), STAR).shape == (0,)
