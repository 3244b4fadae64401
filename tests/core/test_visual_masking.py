"""Visual masking: colours of textured areas have less weight in the design."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.util import view_as_windows

import palette_core as pc
from palette_core.arrays import Bytes, Mask
from palette_core.errors import OptionError
from palette_core.image.histogram import ColorHistogram
from palette_core.image.pixels import Pixels
from palette_core.image.visual_masking import mask_texture

LUMA = np.array([3, 12, 1]) / 16


def half_smooth() -> Bytes:
    """Draw a gradient of blues beside noise in oranges."""
    random = np.random.default_rng(3)
    pixels = np.zeros((80, 160, 3), np.uint8)
    pixels[:, :80, 2] = np.linspace(120, 250, 80)
    pixels[:, 80:] = random.integers((180, 80, 0), (256, 160, 40), (80, 80, 3))
    return pixels


def factors(pixels: Bytes, exponent: float, opaque: Mask | None = None) -> dict[int, float]:
    """Return the factor of the weight of each colour, by its red."""
    image = Pixels(pixels, opaque)
    plain = ColorHistogram.unique(image.opaque_colors())
    masked = mask_texture(plain, image, exponent)
    assert np.array_equal(plain.colors, masked.colors)
    ratio = masked.weights / plain.weights
    return dict(zip(plain.colors[:, 0].tolist(), ratio.tolist(), strict=True))


def test_a_flat_image_keeps_its_weights() -> None:
    assert factors(np.full((9, 7, 3), 90, np.uint8), 1) == {90: 1.0}


def test_the_weight_is_that_of_the_local_deviation() -> None:
    """Noise whose colours are all in one cell has the mean weight of its pixels."""
    random = np.random.default_rng(1)
    pixels = np.full((40, 40, 3), 64, np.uint8)
    pixels[..., 1] += random.integers(0, 8, (40, 40), np.uint8)
    luma = np.floor(pixels @ LUMA)
    inner = view_as_windows(luma, 6).std(axis=(2, 3))
    expected = np.mean((1 + inner / 4) ** -0.5)
    plain = ColorHistogram.unique(pixels.reshape(-1, 3))
    found = mask_texture(plain, Pixels(pixels, None), 0.5)
    assert np.allclose(found.weights / plain.weights, expected, atol=0.02)


def test_transparent_pixels_are_no_texture() -> None:
    pixels = np.full((12, 12, 3), 200, np.uint8)
    pixels[::2] = 10
    opaque = np.ones((12, 12), np.bool_)
    opaque[::2] = False
    opaque[0, 0] = True
    found = factors(pixels, 1, opaque)
    assert found[200] == pytest.approx(found[10])
    opaque[0, 0] = False
    assert factors(pixels, 1, opaque) == {200: 1.0}


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (2, 2), (3, 7)])
def test_small_images_work(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    found = factors(random.integers(0, 256, (*shape, 3), np.uint8), 0.5)
    assert all(0 < factor <= 1 for factor in found.values())


def test_smooth_areas_get_more_entries() -> None:
    pixels = half_smooth()
    shares = []
    for masking in (0, 0.5, 1):
        palette = pc.find_palette(pixels, 16, space="oklab", visual_masking=masking)
        shares.append(int((palette.colors[:, 0] == 0).sum()))
    assert shares[0] < shares[1] <= shares[2]


def test_loose_colors_have_no_texture() -> None:
    pixels = half_smooth().reshape(-1, 3)
    plain, masked = (pc.find_palette(pixels, 8, visual_masking=x) for x in (0, 1))
    assert plain == masked


def test_where_it_does_not_work_it_is_refused() -> None:
    pixels = half_smooth()
    with pytest.raises(OptionError, match="another method"):
        pc.quantize(pixels, 4, method="sklearn-kmeans", visual_masking=0.5)
    with pytest.raises(OptionError, match="set it to 0"):
        pc.find_shared_palette([pixels], 4, visual_masking=0.5)
