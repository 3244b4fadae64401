"""Flat areas, which dithering leaves alone where they are exact, and adaptive dithering."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from palette_core.arrays import Bytes, Mask
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS
from palette_core.dither.adaptive import find_flat_pixels
from palette_core.dither.base import DitherProblem
from palette_core.dither.error_diffusion import ErrorDiffusion
from palette_core.dither.exact_areas import find_exact_areas
from palette_core.mapping.lookup_table import find_unique_colors
from palette_core.mapping.nearest_entry import NearestEntryFinder

DITHERING = [name for name in DITHERS if name != "none"]
EVERY_DITHER = pytest.mark.parametrize("name", DITHERING)
KERNELS = [name for name in DITHERS if isinstance(DITHERS[name], ErrorDiffusion)]


@pytest.fixture
def textured_and_flat() -> tuple[Bytes, Bytes, Mask]:
    """Return an image of texture and flat areas, a palette, and where areas are exactly in it."""
    rng = np.random.default_rng(4)
    pixels = rng.integers(60, 200, (60, 90, 3), dtype=np.uint8)
    palette = np.array([[200, 40, 40], [128, 128, 128], [134, 128, 128], [60, 160, 90]], np.uint8)
    pixels[10:40, 20:50] = palette[1]
    pixels[40:56, 30:70] = palette[3]
    pixels[5:30, 60:80] = (164, 84, 84)  # flat, but not in the palette
    pixels[56:59, 2] = palette[0]  # a line is no area
    is_exact = np.zeros(pixels.shape[:2], np.bool_)
    is_exact[10:40, 20:50] = is_exact[40:56, 30:70] = True
    return pixels, palette, is_exact


@EVERY_DITHER
@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("space", SPACES)
def test_flat_areas_in_a_colour_of_the_palette_do_not_change(
    name: str, space: str, adaptive: bool, textured_and_flat: tuple[Bytes, Bytes, Mask]
) -> None:
    pixels, palette, is_exact = textured_and_flat
    for strength in (0.75, 1.0):
        found = pc.map_pixels(
            pixels, palette, space=space, dither=name, dither_strength=strength,
            dither_adaptive=adaptive,
        )  # fmt: skip
        assert np.array_equal(found.to_array()[is_exact], pixels[is_exact])
    if not adaptive:
        assert len(np.unique(found.indices[10:25, 65:75])) > 1


def test_exact_areas_equal_a_plain_loop(
    textured_and_flat: tuple[Bytes, Bytes, Mask],
) -> None:
    pixels, palette, is_exact = textured_and_flat
    assert np.array_equal(find_exact_areas(pixels, palette, None), is_exact)
    assert find_exact_areas(pixels[:, :18], palette, None) is None
    assert find_exact_areas(pixels[:1], palette, None) is None
    opaque = np.random.default_rng(2).random(is_exact.shape) < 0.7
    expected = np.zeros(is_exact.shape, np.bool_)
    for y, x in np.ndindex(59, 89):
        square = np.s_[y : y + 2, x : x + 2]
        expected[square] |= (is_exact & opaque)[square].all() and not np.ptp(
            pixels[square].reshape(4, 3), axis=0
        ).any()
    assert np.array_equal(find_exact_areas(pixels, palette, opaque), expected)


@pytest.mark.parametrize("name", KERNELS)
def test_exact_areas_change_nothing_around_them(
    name: str, textured_and_flat: tuple[Bytes, Bytes, Mask]
) -> None:
    pixels, palette, is_exact = textured_and_flat
    finder = NearestEntryFinder(palette, SPACES["oklab"])
    diffused = DITHERS[name](DitherProblem(rgb=pixels, finder=finder, strength=1.0))
    found = pc.map_pixels(pixels, palette, space="oklab", dither=name, dither_strength=1.0).indices
    assert np.array_equal(found[~is_exact], diffused[~is_exact])
    assert not np.array_equal(found, diffused)


@EVERY_DITHER
@pytest.mark.parametrize("width", [256, 1024])
def test_a_gradient_through_the_palette_gets_no_step(name: str, width: int) -> None:
    ramp = np.repeat((np.arange(width) * 256 // width).astype(np.uint8)[:, np.newaxis], 3, axis=1)
    pixels = ramp[np.newaxis].repeat(64, axis=0)
    levels = np.array([0, 85, 170, 255])
    palette = np.repeat(levels[:, np.newaxis], 3, axis=1)
    found = pc.map_pixels(pixels, palette, space="srgb", dither=name, dither_strength=1.0)
    # Means over 1/16 of the range; Atkinson's kernel loses a quarter of the error.
    side = width // 16
    means = found.to_array()[..., 0].reshape(64, 16, side).mean(axis=(0, 2))
    expected = pixels[..., 0].reshape(64, 16, side).mean(axis=(0, 2))
    assert np.abs(means - expected).max() < {"atkinson": 12}.get(name, 6)


# Adaptive dithering


@EVERY_DITHER
def test_flat_areas_close_to_the_palette_are_left_alone(name: str) -> None:
    palette = np.array([[0, 0, 0], [120, 120, 120], [255, 255, 255]])
    pixels = np.full((80, 80, 3), 122, np.uint8)
    pixels[:, 60:] = np.linspace(130, 250, 20).astype(np.uint8)[:, np.newaxis]
    found = pc.map_pixels(pixels, palette, dither=name, dither_adaptive=True, dither_strength=1)
    assert (found.indices[:, :59] == 1).all()
    assert set(np.unique(found.indices[:, 60:])) >= {1, 2}
    everywhere = pc.map_pixels(pixels, palette, dither=name, dither_strength=1).indices
    # Ordered dithering would leave so close a colour alone, and Atkinson's kernel loses its error.
    if name in KERNELS and name != "atkinson":
        assert len(np.unique(everywhere[:, :59])) > 1


def test_flat_pixels_equal_a_plain_loop(drawn: Bytes) -> None:
    finder = NearestEntryFinder(pc.find_palette(drawn, 12).colors, SPACES["oklab"])
    mapped = finder.find_nearest_of_pixels(drawn)
    opaque = np.ones(mapped.shape, bool)
    opaque[30:33, 30:33] = False
    found = find_flat_pixels(drawn, finder, mapped, opaque, find_unique_colors(drawn))
    space = SPACES["oklab"]
    points = space.from_srgb(drawn.reshape(-1, 3)).reshape(drawn.shape)
    close = np.linalg.norm(points - finder.entries[mapped], axis=-1) <= 4.5
    for y, x in np.ndindex(mapped.shape):
        around = np.s_[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
        expected = (close & opaque)[around].all() and (mapped[around] == mapped[y, x]).all()
        assert found[y, x] == expected
    assert 0 < found.sum() < found.size
