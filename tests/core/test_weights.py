"""Emphasis: pixels that count more than others, and colours that are rare but mean something."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import METHODS
from palette_core.image.histogram import ColorHistogram

from .reference_metrics import image_error
from .strategies import SEEDS, colors, images

OF_WEIGHTS = [name for name in METHODS if not METHODS[name].every_pixel]
RED = (214, 30, 40)


@pytest.fixture(scope="module")
def chart() -> Bytes:
    """A map: depths and heights in fourteen tints, and a marker of 21 pixels in red."""
    y, x = np.mgrid[0:240, 0:320]
    height = np.sin(x / 46) * np.cos(y / 34) + 0.4 * np.sin((x + 2 * y) / 22)
    bands = np.clip((height + 1.4) * 5, 0, 13).astype(int)
    sea = np.linspace([20, 60, 120], [170, 215, 235], 7)
    land = np.linspace([70, 130, 70], [235, 225, 190], 7)
    pixels = np.vstack([sea, land]).astype(np.uint8)[bands]
    pixels[(y - 60) ** 2 + (x - 90) ** 2 < 7] = RED
    return pixels


def nearest(palette: pc.Palette, color: tuple[int, int, int]) -> float:
    return float(np.linalg.norm(palette.colors.astype(float) - color, axis=1).min())


# Rare colours


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_a_small_region_in_a_colour_of_its_own_survives(chart: Bytes, space: str) -> None:
    assert (chart == RED).all(axis=-1).sum() == 21
    plain, rare = (pc.quantize(chart, 8, rare=x, space=space) for x in (0, 0.75))
    assert nearest(plain.palette, RED) > 60
    assert nearest(rare.palette, RED) == 0
    marked = rare.indices[(chart == RED).all(axis=-1)]
    assert len(set(marked.tolist())) == 1
    assert (rare.indices == marked[0]).sum() == 21


@pytest.mark.parametrize("method", OF_WEIGHTS)
def test_at_one_every_colour_counts_the_same(picture: Bytes, method: str) -> None:
    unique = np.unique(picture.reshape(-1, 3), axis=0)
    rare = pc.find_palette(picture, 16, rare=1, method=method, keep_exact=0)
    assert rare == pc.find_palette(unique, 16, method=method, keep_exact=0)
    assert pc.find_palette(picture, 16, rare=0, method=method) == (
        pc.find_palette(picture, 16, method=method)
    )


def test_in_between_lies_between(small_photo: Bytes) -> None:
    unique = np.unique(small_photo.reshape(-1, 3), axis=0)
    palettes = [pc.find_palette(small_photo, 16, rare=x, effort="high") for x in (0, 0.5, 1)]
    of_pixels = [image_error(small_photo, palette.colors) for palette in palettes]
    of_colors = [image_error(unique, palette.colors) for palette in palettes]
    assert of_pixels == sorted(of_pixels)
    assert of_colors[0] > max(of_colors[1:])


@given(rgb=colors(), seed=SEEDS, rare=st.floats(0, 1))
def test_the_weight_is_that_power_of_the_count(rgb: Bytes, seed: int, rare: float) -> None:
    counts = np.random.default_rng(seed).integers(1, 1000, len(rgb))
    plain = ColorHistogram.unique(rgb, counts)
    emphasized = plain.emphasize(rare)
    assert np.array_equal(emphasized.colors, plain.colors)
    assert np.allclose(emphasized.weights, plain.weights ** (1 - rare))


# Weights


@given(pixels=images(channels=4), seed=SEEDS, method=st.sampled_from(OF_WEIGHTS))
def test_a_weight_is_so_many_pixels(pixels: Bytes, seed: int, method: str) -> None:
    weights = np.random.default_rng(seed).integers(0, 4, pixels.shape[:2])
    weights[tuple(np.argwhere(pixels[..., 3])[0])] = 4
    repeated = np.repeat(pixels.reshape(-1, 4), weights.ravel(), axis=0)[np.newaxis]
    expected = pc.find_palette(repeated, 6, method=method)
    for scale in (1, 0.5, 2.0**900):
        assert pc.find_palette(pixels, 6, weights=weights * scale, method=method) == expected


@given(pixels=images(channels=4), seed=SEEDS)
def test_they_change_nothing_in_the_mapping(pixels: Bytes, seed: int) -> None:
    weights = np.random.default_rng(seed).choice([0, 0, 0.5, 100], pixels.shape[:2])
    weights[tuple(np.argwhere(pixels[..., 3])[0])] = 1
    for options in ({}, {"space": "oklab"}, {"dither": "bayer-4"}, {"rare": 0.5}):
        quantized = pc.quantize(pixels, 5, weights=weights, **options)
        options.pop("rare", None)
        mapped = pc.map_pixels(pixels, quantized.palette, **options)
        assert np.array_equal(quantized.indices, mapped.indices)


def test_what_counts_more_is_matched_better(photo: Bytes) -> None:
    pixels = photo[::3, ::3]
    part = np.zeros(pixels.shape[:2], bool)
    part[60:100, 40:120] = True
    plain = pc.find_palette(pixels, 16)
    heavy = pc.find_palette(pixels, 16, weights=np.where(part, 20.0, 1.0))
    only = pc.find_palette(pixels, 16, weights=part)
    errors = [image_error(pixels[part], palette.colors) for palette in (only, heavy, plain)]
    assert errors == sorted(errors)
    assert errors[2] > 1.2 * errors[1]
    assert only == pc.find_palette(pixels[part], 16)


def test_loose_colours_have_weights_too() -> None:
    rgb = np.array([[0, 0, 0], [10, 0, 0], [200, 0, 0]], np.uint8)
    means = pc.find_palette(rgb, 2, weights=[1, 3, 1], keep_exact=0)
    assert means.hex == ("#080000", "#c80000")
    assert pc.find_palette(rgb, 2, weights=[1, 3, 1]).hex == ("#0a0000", "#c80000")
    assert pc.find_palette(rgb, 2, weights=[1, 0, 1]).hex == ("#000000", "#c80000")


def test_equal_weights_are_none(picture: Bytes) -> None:
    expected = pc.quantize(picture, 16)
    for weight in (1, 0.25, np.uint8(3), 1e-300):
        weights = np.full(picture.shape[:2], weight)
        quantized = pc.quantize(picture, 16, weights=weights)
        assert quantized.palette == expected.palette
        assert np.array_equal(quantized.indices, expected.indices)


# What is refused


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (np.full((60, 80), -1.0), "`weights` has negative or non-finite values"),
        (np.full((60, 80), np.nan), "`weights` has negative or non-finite values"),
        (np.full((60, 80), np.inf), "`weights` has negative or non-finite values"),
        ("heavy", "`weights` must be numbers, not <U5"),
        (np.ones((60, 80), complex), "`weights` must be numbers, not complex128"),
        ([[1, 2], [3]], "`weights` must be numbers, not object"),
    ],
)
def test_weights_that_are_none(drawn: Bytes, weights: Any, words: str) -> None:
    for function in (pc.quantize, pc.find_palette):
        with pytest.raises(pc.OptionError, match=words):
            function(drawn, 16, weights=weights)


@pytest.mark.parametrize("shape", [(80, 60), (60, 80, 1), (4800,), ()])
def test_weights_of_another_shape(drawn: Bytes, shape: tuple[int, ...]) -> None:
    with pytest.raises(pc.PixelsError, match=r"but the image has \(60, 80\)"):
        pc.find_palette(drawn, 16, weights=np.ones(shape))


def test_weights_of_nothing(cutout: Bytes) -> None:
    for weights in (np.zeros((60, 80)), cutout[..., 3] < 128):
        with pytest.raises(pc.PixelsError, match="every opaque pixel has the weight 0"):
            pc.find_palette(cutout, 16, weights=weights)


@pytest.mark.parametrize("options", [{"rare": 0.5}, {"weights": np.ones((60, 80))}])
def test_the_books_script_refuses_both(drawn: Bytes, options: dict[str, Any]) -> None:
    with pytest.raises(pc.OptionError, match=f"does not support `{next(iter(options))}`"):
        pc.find_palette(drawn, 16, method="sklearn-kmeans", **options)
