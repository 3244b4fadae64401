"""Direct binary search: the filtered error falls, and hardly a pixel can be improved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import palette_core as pc
from palette_core.arrays import Bytes

# The autocorrelation of a Gaussian of one pixel, and the weight of single pixels by the strength.
DISTANCES = np.arange(-3, 4)
FILTER = np.exp(-np.square(DISTANCES) / 4)
AUTOCORRELATION = np.outer(FILTER, FILTER) / FILTER.sum() ** 2
PIXEL_WEIGHTS = {0.8: 0.15, 1.0: 0.0}


def gradient_of(errors: NDArray[np.float64], pixel_weight: float) -> NDArray[np.float64]:
    """Return half the gradient of the error that is minimized: (H, W, 3) to (H, W, 3)."""
    height, width = errors.shape[:2]
    padded = np.pad(errors, ((3, 3), (3, 3), (0, 0)))
    total = pixel_weight * errors
    for (y, x), weight in np.ndenumerate(AUTOCORRELATION):
        total = total + weight * padded[y : y + height, x : x + width]
    return total


@pytest.fixture(params=sorted(PIXEL_WEIGHTS))
def strength(request: pytest.FixtureRequest) -> float:
    return float(request.param)


def test_the_error_that_the_eye_sees_falls(photo: Bytes, strength: float) -> None:
    pixels = photo[100:220, 200:360]
    palette = pc.find_palette(pixels, 12, dither="dbs")
    weight = PIXEL_WEIGHTS[strength]
    found = []
    for dither in ("floyd-steinberg", "dbs"):
        result = pc.map_pixels(pixels, palette, dither=dither, dither_strength=strength)
        errors = result.to_array().astype(float) - pixels
        found.append((errors * gradient_of(errors, weight)).sum())
    # Most of the error of single pixels cannot be avoided.
    assert found[1] < (0.98 if weight else 0.8) * found[0]


def test_hardly_a_pixel_has_a_better_entry(photo: Bytes, strength: float) -> None:
    pixels = photo[100:160, 200:280]
    options: dict[str, Any] = {"space": "srgb", "dither": "dbs"}
    colors = pc.find_palette(pixels, 8, **options).colors.astype(float)
    result = pc.map_pixels(pixels, colors.astype(int), dither_strength=strength, **options)
    errors = result.to_array().astype(float) - pixels
    weight = PIXEL_WEIGHTS[strength]
    gradient = gradient_of(errors, weight)
    own = AUTOCORRELATION[3, 3] + weight
    change = colors - result.to_array()[:, :, np.newaxis]
    gain = own * np.square(change).sum(axis=-1)
    gain += 2 * (change * gradient[:, :, np.newaxis]).sum(axis=-1)
    # The look-up table has cells of four levels, and there are three passes.
    assert (gain.min(axis=-1) < -own * 8**2).mean() < 0.05


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (2, 3), (5, 4)])
def test_images_smaller_than_the_filter(photo: Bytes, shape: tuple[int, int]) -> None:
    pixels = photo[: shape[0], : shape[1]]
    found = pc.map_pixels(pixels, [[0, 0, 0], [255, 255, 255]], dither="dbs")
    assert found.indices.shape == shape
