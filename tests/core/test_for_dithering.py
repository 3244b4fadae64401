"""Palettes for dithering: what is mixed of them is nearer to the colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.colorspaces import SPACES
from palette_core.design import METHODS
from palette_core.design.clusters import Floats, Points
from palette_core.design.for_dithering import _best_entries, _best_mixes, for_dithering
from palette_core.histogram import Cells, ColorHistogram
from palette_core.pixels import Bytes

from .strategies import pictures

NOISE = 0.15


def _means(pixels: Bytes) -> Floats:
    height, width = (side // 8 for side in pixels.shape[:2])
    whole = pixels[: 8 * height, : 8 * width].astype(np.float64)
    return whole.reshape(height, 8, width, 8, 3).mean(axis=(1, 3))


def _cast(before: Bytes, after: Bytes) -> float:
    return float(np.square(_means(before) - _means(after)).mean())


def _random_points(count: int, seed: int) -> Points:
    random = np.random.default_rng(seed)
    return Points.of(Cells(random.uniform(0, 255, (count, 3)), random.uniform(1, 9, count)))


def _error(points: Points, entries: Floats, noise: float) -> Floats:
    """Give the least error of every point over all pairs of entries, and many shares."""
    shares = np.linspace(0, 1, 201)[:, np.newaxis, np.newaxis]
    best = np.full(len(points), np.inf)
    for one in entries:
        for other in entries:
            mix = one * (1 - shares) + other * shares
            missed = np.square(points.rows[:, :3] - mix).sum(axis=-1)
            apart = np.square(one - other).sum()
            best = np.minimum(
                best, (missed + (noise * shares * (1 - shares) * apart)[..., 0]).min(axis=0)
            )
    return best


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("dither", ["floyd-steinberg", "blue-noise"])
def test_a_photo_keeps_its_colors_better(space: str, dither: str) -> None:
    photo = load_sample_image("flower.jpg")
    plain = pc.find_palette(photo, 16, space=space)
    before = pc.map_pixels(photo, plain, space=space, dither=dither)
    after = pc.quantize(photo, 16, space=space, dither=dither)
    assert len(after.palette) == 16
    assert _cast(photo, after.to_array()) < 0.9 * _cast(photo, before.to_array())


def test_find_palette_finds_that_of_quantize() -> None:
    photo = load_sample_image("china.jpg")[::4, ::4]
    options = {"space": "oklab", "dither": "stucki", "dither_strength": 0.5}
    found = pc.find_palette(photo, 12, **options)
    assert found == pc.quantize(photo, 12, **options).palette
    assert found != pc.find_palette(photo, 12, space="oklab")
    # No neighbours are needed for that.
    assert pc.find_palette(photo.reshape(-1, 3), 12, **options) == found


def test_without_strength_it_is_the_palette_without_dithering() -> None:
    photo = load_sample_image("china.jpg")[::4, ::4]
    found = pc.find_palette(photo, 12, dither="burkes", dither_strength=0)
    assert found == pc.find_palette(photo, 12)


@pytest.mark.parametrize("method", [name for name in METHODS if name != "kmeans"])
def test_methods_to_compare_with_keep_their_palettes(method: str) -> None:
    photo = load_sample_image("china.jpg")[::8, ::8]
    found = pc.find_palette(photo, 8, method=method, dither="floyd-steinberg")
    assert found == pc.find_palette(photo, 8, method=method)


def test_flat_colors_stay_beside_others() -> None:
    """Two large flat areas and a narrow gradient: the flat ones are in the palette, exactly."""
    pixels = np.empty((90, 256, 3), np.uint8)
    pixels[:40] = (200, 30, 60)
    pixels[40:80] = (20, 120, 90)
    pixels[80:] = np.arange(256, dtype=np.uint8)[:, np.newaxis]
    quantized = pc.quantize(pixels, 8, dither="floyd-steinberg")
    missed = np.abs(quantized.to_array()[:80].astype(int) - pixels[:80])
    assert (missed <= 2).all()


@settings(max_examples=40, deadline=None)
@given(pictures(), st.integers(1, 12), st.floats(0, 1), st.sampled_from(list(SPACES)))
def test_entries_are_unique_and_not_more(
    pixels: Bytes, colors: int, strength: float, space: str
) -> None:
    found = pc.find_palette(
        pixels, colors, space=space, dither="atkinson", dither_strength=strength
    )
    assert 1 <= len(found) <= colors
    assert len(set(found)) == len(found)


def test_mixes_are_the_best_of_all() -> None:
    points = _random_points(300, 1)
    entries = np.random.default_rng(2).uniform(0, 255, (7, 3))
    nearest, mate, share = _best_mixes(points, entries, NOISE)
    share = share[:, np.newaxis]
    mix = entries[nearest] * (1 - share) + entries[mate] * share
    apart = np.square(entries[nearest] - entries[mate]).sum(axis=1)
    found = np.square(points.rows[:, :3] - mix).sum(axis=1)
    found += NOISE * (share * (1 - share))[:, 0] * apart
    best = _error(points, entries, NOISE)
    # One of the two is the nearest entry here; that is the best pair for nearly all points.
    assert np.median(found - best) <= 0.01
    assert (found * points.weights).sum() <= 1.05 * (best * points.weights).sum()


@pytest.mark.parametrize("moved", range(5))
def test_entries_are_the_best_for_their_mixes(moved: int) -> None:
    points = _random_points(200, 3)
    start = np.random.default_rng(4).uniform(0, 255, (5, 3))
    mixes = _best_mixes(points, start, NOISE)

    def error(entries: Floats) -> float:
        share = mixes.share[:, np.newaxis]
        mix = entries[mixes.nearest] * (1 - share) + entries[mixes.mate] * share
        apart = np.square(entries[mixes.nearest] - entries[mixes.mate]).sum(axis=1)
        found = np.square(points.rows[:, :3] - mix).sum(axis=1)
        return float(((found + NOISE * (share * (1 - share))[:, 0] * apart) * points.weights).sum())

    best = _best_entries(points, mixes, start, NOISE)
    for axis in range(3):
        for step in (-0.5, 0.5):
            other = best.copy()
            other[moved, axis] += step
            assert error(other) > error(best)


def test_one_entry_and_few_points() -> None:
    histogram = ColorHistogram.unique(np.array([[0, 0, 0], [9, 9, 9]], np.uint8))
    one = np.array([[4, 4, 4]], np.uint8)
    assert np.array_equal(for_dithering(one, histogram, SPACES["srgb"], 1.0), one)
