"""Large images: their palettes are designed from a sample, and nothing is lost by it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, METHODS, DesignProblem
from palette_core.image import sampling
from palette_core.image.histogram import ColorHistogram
from palette_core.image.pixels import Pixels
from palette_core.image.sampling import draw_stratified, sample_colors
from palette_core.mapping.nearest_srgb import find_nearest_srgb

from .hashes import thread_count

HEIGHT, WIDTH = 1500, 1600
BADGE = (230, 20, 180)


@pytest.fixture(scope="module")
def large(photo: Bytes) -> Bytes:
    """A photo enlarged to 2.4 megapixels, with the noise of a sensor."""
    enlarged = Image.fromarray(photo).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(1).normal(0, 2.5, (HEIGHT, WIDTH, 3))
    return np.clip(np.asarray(enlarged) + noise, 0, 255).round().astype(np.uint8)


def use_all_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "_MIN_PIXELS", 1 << 62)


def measure_mse(pixels: Bytes, colors: int, **options: Any) -> float:
    return pc.compare(pixels, pc.quantize(pixels, colors, **options).to_array()).mse


def test_one_pixel_of_every_run_is_drawn() -> None:
    for count, draws in ((2_400_000, 1 << 18), (7_000_003, 1 << 19), (100, 100)):
        drawn = draw_stratified(count, draws)
        runs = np.arange(draws + 1) * count // draws
        assert (runs[:-1] <= drawn).all()
        assert (drawn < runs[1:]).all()
        assert drawn.dtype == np.int64


@pytest.mark.parametrize("width", [1024, 1600, 1601, 3050, 4096])
def test_all_columns_and_rows_are_drawn_equally_often(width: int) -> None:
    # A sample with a constant stride misses columns if the width is a multiple of it.
    height = 4_000_000 // width
    drawn = draw_stratified(height * width, 1 << 18)
    for places, count in ((drawn % width, width), (drawn // width, height)):
        found = np.bincount(places, minlength=count)
        expected = len(drawn) / count
        assert np.abs(found - expected).max() < 6 * np.sqrt(expected) + 2


@pytest.mark.parametrize("period", [2, 3, 4, 5, 8, 9, 16])
def test_stripes_keep_their_shares(period: int) -> None:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    grain = np.random.default_rng(2).integers(0, 16, (HEIGHT, WIDTH, 3), np.uint8)
    for place in (x, y, x + y):
        image = np.where((place % period == 0)[..., np.newaxis], grain + 200, grain + 20)
        sample = sample_colors(Pixels(image.astype(np.uint8), None), 16)
        is_light = sample.colors[:, 0] > 100
        share = sample.weights[is_light].sum() / sample.weights.sum()
        assert share == pytest.approx(1 / period, abs=0.006)


def test_only_opaque_pixels_are_drawn(large: Bytes) -> None:
    opaque = np.ones(large.shape[:2], np.bool_)
    opaque[: HEIGHT // 20] = False
    image = large.copy()
    image[~opaque] = (0, 255, 0)
    sample = sample_colors(Pixels(image, opaque), 16)
    assert not (sample.colors == (0, 255, 0)).all(axis=1).any()
    assert sample.weights.sum() == 1 << 17


def test_images_of_few_colours_are_not_sampled(large: Bytes) -> None:
    page = large.copy()
    page[:, : WIDTH * 2 // 3] = (255, 255, 255)
    grey = np.repeat(large[..., :1], 3, axis=2)
    dithered = pc.quantize(large, 64, dither="blue-noise").to_array()
    for image in (page, grey, dithered, large[: HEIGHT // 2]):
        assert sample_colors(Pixels(image, None), 256) is None


@pytest.mark.parametrize(("space", "colors"), [("srgb", 16), ("srgb", 256), ("oklab", 64)])
def test_a_sample_is_as_good_as_all_pixels(
    large: Bytes, space: str, colors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sampled = pc.find_palette(large, colors, space=space, keep_exact=0).colors
    use_all_pixels(monkeypatch)
    exact = pc.find_palette(large, colors, space=space, keep_exact=0).colors
    assert not np.array_equal(sampled, exact)
    histogram = ColorHistogram.unique(large.reshape(-1, 3))
    points = SPACES[space].from_srgb(histogram.colors)
    errors = []
    for palette in (sampled, exact):
        apart = (
            points
            - SPACES[space].from_srgb(palette)[
                pc.map_pixels(histogram.colors, palette, space=space).indices
            ]
        )
        errors.append((np.square(apart).sum(axis=1) * histogram.weights).sum())
    assert errors[0] <= 1.01 * errors[1]


@pytest.mark.parametrize("colors", [4, 32])
def test_more_effort_is_not_worse(large: Bytes, colors: int) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    for pixels in (large, noise):
        errors = [measure_mse(pixels, colors, effort=name, keep_exact=0) for name in EFFORTS]
        assert all(later <= earlier for earlier, later in pairwise(errors))


def test_every_pixel_gets_its_nearest_entry(large: Bytes) -> None:
    result = pc.quantize(large, 32)
    part = slice(700, 720)
    nearest = find_nearest_srgb(large[part].reshape(-1, 3), result.palette.colors)
    assert np.array_equal(result.indices[part].reshape(-1), nearest)


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("dither", ["none", "floyd-steinberg"])
def test_a_small_region_keeps_its_colour(large: Bytes, space: str, dither: str) -> None:
    # 0.09 % of the pixels, as on smaller images.
    image = large.copy()
    image[900:945, 1200:1248] = BADGE
    for effort in EFFORTS:
        palette = pc.find_palette(image, 16, space=space, dither=dither, effort=effort).colors
        assert np.abs(palette.astype(int) - BADGE).max(axis=1).min() <= 24


def test_a_flat_colour_is_exact(large: Bytes) -> None:
    image = large.copy()
    image[:, :200] = (250, 249, 245)
    assert sample_colors(Pixels(image, None), 32) is not None
    assert (250, 249, 245) in pc.find_palette(image, 32)


def test_options_that_need_every_colour_use_all_pixels(
    large: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = np.ones(large.shape[:2])
    choices: list[dict[str, Any]] = [
        {"weights": weights},
        {"rare": 0.5},
        {"locked": [(1, 2, 3)]},
        {"grid": "rgb444"},
        {"start": [(0, 0, 0), (255, 255, 255)]},
        {"method": "wu"},
        {"colors": "auto", "target_psnr": 22.0},
    ]
    options = [{"colors": 8, "effort": "fast"} | choice for choice in choices]
    palettes = [pc.find_palette(large, **some) for some in options]
    use_all_pixels(monkeypatch)
    assert palettes == [pc.find_palette(large, **some) for some in options]


def test_the_number_of_threads_does_not_matter(large: Bytes) -> None:
    results = []
    for threads in (1, 8):
        with thread_count(threads):
            result = pc.quantize(large, 64)
        results.append((result.palette.colors.tobytes(), result.indices.tobytes()))
    assert results[0] == results[1]


def test_a_session_gives_the_same_results(large: Bytes) -> None:
    session = pc.Session(large)
    steps: list[dict[str, Any]] = [
        {"colors": 8},
        {"colors": 256, "effort": "fast"},
        {"colors": 8, "effort": "high"},
        {"colors": 8, "rare": 0.5},
        {"colors": 8, "visual_masking": 0.5},
    ]
    for options in steps:
        kept, fresh = session.quantize(**options), pc.quantize(large, **options)
        assert kept.palette == fresh.palette
        assert np.array_equal(kept.indices, fresh.indices)


@pytest.mark.parametrize(("space", "count"), [("srgb", 4), ("oklab", 2)])
def test_a_palette_is_kept_if_another_is_better_by_chance(space: str, count: int) -> None:
    # Of uniform noise, no palette of few colours is better than another one by much.
    colors = np.random.default_rng(5).integers(0, 256, (50_000, 3), np.uint8)
    histogram = ColorHistogram.unique(colors)
    fast, balanced, other = (
        METHODS["kmeans"].solve(
            DesignProblem(histogram, count, SPACES[space], effort=effort, sample=sample)
        )
        for effort, sample in (("fast", histogram), ("balanced", histogram), ("balanced", None))
    )
    assert np.array_equal(fast.colors, balanced.colors)
    assert not np.array_equal(fast.colors, other.colors)


def test_a_thinned_histogram_keeps_the_shares() -> None:
    histogram = ColorHistogram.unique(
        np.random.default_rng(6).integers(0, 12, (90_000, 3), np.uint8)
    )
    thinned = histogram.thin(30_000)
    assert abs(thinned.weights.sum() - 30_000) <= 1
    third = dict(zip(map(bytes, thinned.colors), thinned.weights, strict=True))
    for color, weight in zip(map(bytes, histogram.colors), histogram.weights, strict=True):
        assert abs(third[color] - weight / 3) <= 1
    assert histogram.thin(90_000) is histogram
