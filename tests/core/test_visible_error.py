"""Visible error: of several palettes of few colours, the one that keeps what the eye sees."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.util import view_as_blocks
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design.visible_error import (
    _lost_structure,
    _reduce,
    _to_cones,
    choose_palette,
)
from palette_core.image.pixels import Pixels

OKLAB = SPACES["oklab"]
HALVES = slice(0, 8), slice(8, 16)


def steps(levels: int) -> Bytes:
    """Return a palette of evenly distributed greys."""
    greys = np.linspace(0, 255, levels).round().astype(np.uint8)
    return np.repeat(greys[:, np.newaxis], 3, axis=1)


def draw_ramp() -> Bytes:
    """Draw a gradient from black to white of 128 x 256 pixels."""
    return np.repeat(np.tile(np.arange(256, dtype=np.uint8), (128, 1))[..., np.newaxis], 3, axis=2)


def test_lost_structure_follows_its_formula() -> None:
    random = np.random.default_rng(4)
    original, result = random.random((2, 3, 8, 8), np.float32)
    errors = []
    for before, after in zip(original, result, strict=True):
        windows = [view_as_blocks(x, (4, 4)).astype(float) for x in (before, after)]
        one, two = (w - w.mean(axis=(2, 3), keepdims=True) for w in windows)
        total = one.var(axis=(2, 3)) + two.var(axis=(2, 3)) + 0.0009
        errors.append(1 - (2 * (one * two).mean(axis=(2, 3)) + 0.0009) / total)
    assert _lost_structure(original, result) == pytest.approx(np.mean(errors), rel=1e-4)


def test_white_and_black_have_the_values_of_libjxl() -> None:
    """White has X 0, Y 0.845 and B 0.845 after the bias is subtracted, black has 0."""
    colors = np.array([[255] * 3, [0] * 3], np.uint8)
    cones = np.repeat(_to_cones(colors), 16, axis=1).reshape(3, 2, 4, 4)
    x, y, b = next(_reduce(np.tile(cones, (1, 1, 2, 2))))
    assert x == pytest.approx(0, abs=1e-3)
    assert b == pytest.approx(0, abs=1e-3)
    assert y[0] - y[1] == pytest.approx(0.845, abs=0.002)


def test_a_gradient_with_more_steps_looks_better() -> None:
    image = Pixels(draw_ramp(), None)
    assert choose_palette([steps(4), steps(12), steps(6)], image, OKLAB) == 1


def test_a_lost_hue_counts() -> None:
    pixels = draw_ramp()
    pixels[40:90, 100:200] = (200, 40, 40)
    red, grey = (
        np.append(steps(8), [x], axis=0).astype(np.uint8) for x in ((200, 40, 40), [90] * 3)
    )
    assert choose_palette([grey, red], Pixels(pixels, None), OKLAB) == 1


def test_transparent_blocks_do_not_count() -> None:
    pixels = draw_ramp()
    dark, light = (
        np.append(steps(16)[part], [[128] * 3], axis=0).astype(np.uint8) for part in HALVES
    )
    for number, columns in enumerate((slice(0, 128), slice(128, 256))):
        opaque = np.zeros(pixels.shape[:2], np.bool_)
        opaque[:, columns] = True
        assert choose_palette([dark, light], Pixels(pixels, opaque), OKLAB) == number
        assert choose_palette([light, dark], Pixels(pixels, opaque), OKLAB) == 1 - number
    opaque[:] = False
    assert choose_palette([light, dark], Pixels(pixels, opaque), OKLAB) == 0


def test_small_images_keep_the_first_palette() -> None:
    pixels = draw_ramp()[:63]
    assert choose_palette([steps(2), steps(16)], Pixels(pixels, None), OKLAB) == 0


@pytest.fixture(scope="module")
def photo() -> Bytes:
    """Return a part of a photo, 200 x 300."""
    image: Bytes = load_sample_image("flower.jpg")[100:300, 200:500]
    return image


def test_few_colors_in_oklab_look_better(photo: Bytes) -> None:
    """By this measure, the default is better than the design without masking."""
    space = OKLAB.with_lightness_weight(1.25)
    for count in (8, 12):
        default, plain = (
            pc.find_palette(photo, count, space="oklab", visual_masking=x).colors for x in (None, 0)
        )
        assert choose_palette([plain, default], Pixels(photo, None), space) == 1


def test_palettes_go_from_dark_to_light(photo: Bytes) -> None:
    for count in range(8, 16):
        palette = pc.find_palette(photo, count, space="oklab")
        assert len(palette) == count
        assert np.array_equal(palette.colors, palette.sorted("luminance").colors)


def test_an_image_keeps_its_own_palette(photo: Bytes) -> None:
    start = pc.find_palette(photo, 8, space="oklab")
    again = pc.find_palette(photo, 8, space="oklab", start=start)
    assert len(set(map(tuple, start.colors.tolist())) & set(map(tuple, again.colors.tolist()))) >= 7
