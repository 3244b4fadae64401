from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from palette_core.histogram import ColorHistogram
from palette_core.pixels import Bytes

from .strategies import SEEDS, colors


@given(colors())
def test_unique_colours_and_their_counts(rgb: Bytes) -> None:
    histogram = ColorHistogram.unique(rgb)
    expected, counts = np.unique(rgb, axis=0, return_counts=True)
    assert np.array_equal(histogram.colors, expected)
    assert np.array_equal(histogram.weights, counts)
    assert histogram.colors.dtype == np.uint8
    assert histogram.weights.dtype == np.float64
    assert len(histogram) == len(expected)


@given(colors(), SEEDS)
def test_the_order_of_the_pixels_has_no_say(rgb: Bytes, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(rgb)
    one, other = ColorHistogram.unique(rgb), ColorHistogram.unique(shuffled)
    assert np.array_equal(one.colors, other.colors)
    assert np.array_equal(one.weights, other.weights)


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (1, 0, 255)])
def test_one_colour(color: tuple[int, int, int]) -> None:
    histogram = ColorHistogram.unique(np.array([color] * 5, np.uint8))
    assert histogram.colors.tolist() == [list(color)]
    assert histogram.weights.tolist() == [5]


@given(colors())
def test_every_pixel_has_a_bin_in_picture_order(rgb: Bytes) -> None:
    histogram = ColorHistogram.every_pixel(rgb)
    assert np.array_equal(histogram.colors, rgb)
    assert histogram.weights.tolist() == [1] * len(rgb)
    assert len(histogram) == len(rgb)
