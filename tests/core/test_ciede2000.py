from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from palette_core.arrays import Bytes
from palette_core.color.ciede2000 import ciede2000, measure_srgb_differences
from palette_core.color.spaces import linear_to_cielab, srgb_to_linear

from .strategies import colors

# Sharma, Wu and Dalal's test data: two colours in CIELAB, and their difference. They are chosen to
# find mistakes at the seam of the hues, across grey, and around blue.
SHARMA = np.array(
    [
        [50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425],
        [50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615],
        [50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412],
        [50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669],
        [50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461],
        [50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065],
        [50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492],
        [50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977],
        [50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030],
        [50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
        [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)


@pytest.mark.parametrize("order", [(0, 3), (3, 0)])
def test_the_published_pairs(order: tuple[int, int]) -> None:
    first, second = (SHARMA[:, start : start + 3] for start in order)
    # They are printed with four decimals.
    assert ciede2000(first, second) == pytest.approx(SHARMA[:, 6], abs=5.1e-5, rel=0)


def in_cielab(rgb: Bytes) -> np.ndarray:
    return linear_to_cielab(srgb_to_linear(rgb))


def test_single_precision_is_enough_for_pictures(small_photo: Bytes) -> None:
    one, other = small_photo[:-1].reshape(-1, 3), small_photo[1:].reshape(-1, 3)
    exact = ciede2000(in_cielab(one), in_cielab(other))
    assert exact.max() > 30
    assert measure_srgb_differences(one, other) == pytest.approx(exact, abs=1e-3, rel=0)


@given(rgb=colors())
def test_it_is_symmetric_and_nothing_between_equal_colours(rgb: Bytes) -> None:
    other = np.roll(rgb, 1, axis=0)
    found = measure_srgb_differences(rgb, other)
    assert np.array_equal(found, measure_srgb_differences(other, rgb))
    assert np.array_equal(found == 0, (rgb == other).all(axis=1))


@given(rgb=colors())
def test_differences_are_multiples_that_add_up_exactly(rgb: Bytes) -> None:
    found = measure_srgb_differences(rgb, rgb[::-1]).astype(np.float64)
    assert np.array_equal(found * 2**16, np.rint(found * 2**16))


def test_a_difference_does_not_depend_on_its_block(photo: Bytes) -> None:
    one, other = photo[:-1].reshape(-1, 3), photo[1:].reshape(-1, 3)
    whole = measure_srgb_differences(one, other)
    part = slice(777, 60_000)
    assert np.array_equal(measure_srgb_differences(one[part], other[part]), whole[part])


def test_greys_have_no_hue() -> None:
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    lightness = in_cielab(grey)[:, 0]
    exact = np.zeros((256, 3))
    exact[:, 0] = lightness
    color = np.broadcast_to(np.array([200, 30, 60], np.uint8), grey.shape)
    expected = ciede2000(exact, in_cielab(color))
    assert measure_srgb_differences(grey, color) == pytest.approx(expected, abs=1e-3)
    assert measure_srgb_differences(grey[:1], grey[-1:]) == [100.0]
