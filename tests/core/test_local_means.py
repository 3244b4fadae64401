"""Local means: with the default palettes of Oklab, small areas keep their mean colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design.constraints import Constraints
from palette_core.design.local_means import (
    _linear_system,
    _map_blocks,
    _sample_blocks,
    fit_local_means,
)
from palette_core.design.solving import solve
from palette_core.image.pixels import Pixels
from palette_core.options import QuantizeOptions

OKLAB = SPACES["oklab"]


def cast(pixels: Bytes, result: Bytes) -> float:
    """Return the mean squared difference of the means of blocks of 8 x 8 pixels, in Oklab."""
    rows, columns = (side // 8 for side in pixels.shape[:2])
    squares = []
    for image in (pixels, result):
        coordinates = OKLAB.from_srgb(image[: rows * 8, : columns * 8].reshape(-1, 3))
        squares.append(coordinates.reshape(rows, 8, columns, 8, 3).mean(axis=(1, 3)))
    return float(np.square(squares[0] - squares[1]).sum(axis=2).mean())


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg"])
@pytest.mark.parametrize("count", [8, 16, 64])
def test_blocks_keep_their_mean_colors(flower: Bytes, count: int, dither: str) -> None:
    options: dict[str, Any] = {"space": "oklab", "dither": dither}
    fitted, plain = (
        cast(flower, pc.quantize(flower, count, visual_masking=x, **options).to_array())
        for x in (None, 0)
    )
    assert fitted < 0.95 * plain


@pytest.mark.parametrize("is_dithered", [False, True])
def test_the_system_finds_the_best_entries(flower: Bytes, is_dithered: bool) -> None:
    """The error, computed pixel by pixel and block by block, is least at the solution."""
    blocks = _sample_blocks(Pixels(flower, None), OKLAB)
    start = OKLAB.from_srgb(pc.find_palette(flower, 6, space="oklab").colors).astype(float)
    labels = _map_blocks(blocks, start, 0.75 * is_dithered)
    matrix, sums = _linear_system(blocks, labels, start, is_dithered)
    best = solve(matrix, sums, start, 0, 60)
    pixels = blocks.pixels.astype(float)
    prices = np.bincount(labels.reshape(-1), minlength=6) + labels.size / 6 / 4

    def error(entries: np.ndarray[Any, Any]) -> float:
        missed = entries[labels].mean(axis=0) - pixels.mean(axis=0)
        weight = len(labels) * (16 if is_dithered else 8)
        moved = prices @ np.square(entries - start).sum(axis=1)
        return float(moved + weight * np.square(missed).sum())

    least = error(best)
    assert least < error(start)
    for entry in range(6):
        for step in (-0.5, 0.5):
            other = best.copy()
            other[entry, entry % 3] += step
            assert error(other) > least


def test_blocks_are_looked_at_to_and_fro() -> None:
    """Neighbours on the path are neighbours in the image, so that errors stay local."""
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = np.arange(24), np.arange(16)[:, np.newaxis]
    path = _sample_blocks(Pixels(pixels, None), SPACES["srgb"]).pixels
    assert path.shape == (16, 6, 3)
    assert np.abs(np.diff(path, axis=0)).sum(axis=2).max() == 2
    assert (path.min(axis=0) // 8 == path.max(axis=0) // 8).all()


def test_locked_entries_stay(flower: Bytes) -> None:
    locked = np.array([[200, 30, 40], [0, 0, 0]], np.uint8)
    palette = np.concatenate([locked, pc.find_palette(flower, 10, space="oklab").colors])
    fitted = fit_local_means(palette, Pixels(flower, None), OKLAB, 0.75, Constraints(locked))
    assert np.array_equal(fitted[:2], locked)
    assert not np.array_equal(fitted[2:], palette[2:])
    only_locked = fit_local_means(locked, Pixels(flower, None), OKLAB, 0.75, Constraints(locked))
    assert np.array_equal(only_locked, locked)


def test_transparent_blocks_have_no_effect(flower: Bytes) -> None:
    opaque = np.ones(flower.shape[:2], np.bool_)
    opaque[:, :64] = False
    other = flower.copy()
    other[:, :64] = (255, 0, 255)
    palette = pc.find_palette(flower, 12, space="oklab").colors
    found = [fit_local_means(palette, Pixels(x, opaque), OKLAB, 0.0) for x in (flower, other)]
    assert np.array_equal(found[0], found[1])


@pytest.mark.parametrize("shape", [(3, 400), (400, 3), (16, 16), (600,)])
def test_without_enough_blocks_nothing_changes(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(2)
    pixels = random.integers(0, 256, (*shape, 3), np.uint8)
    palette = pixels.reshape(-1, 3)[:32].copy()
    assert np.array_equal(fit_local_means(palette, Pixels(pixels, None), OKLAB, 0.0), palette)


@pytest.mark.parametrize(
    "options",
    [
        {"space": "srgb"},
        {"space": "srgb", "dither": "floyd-steinberg"},
        {"space": "cielab"},
        {"space": "oklab", "method": "wu"},
        {"space": "oklab", "rare": 0.5},
        {"space": "oklab", "grid": "rgb565"},
    ],
)
def test_elsewhere_the_default_is_no_masking(flower: Bytes, options: dict[str, Any]) -> None:
    found, plain = (
        pc.find_palette(flower, 16, **options, **x) for x in ({}, {"visual_masking": 0})
    )
    assert found == plain


@pytest.mark.parametrize(
    ("count", "dither", "masking"),
    [
        (2, "none", 0),
        (8, "none", 0),
        (12, "none", 0.25),
        (16, "none", 0.5),
        (256, "none", 0.5),
        (8, "floyd-steinberg", 0.25),
        (16, "floyd-steinberg", 0.5),
        ("auto", "none", 0),
    ],
)
def test_few_entries_are_masked_less(count: Any, dither: str, masking: float) -> None:
    target = {"target_psnr": 30} if count == "auto" else {}
    options = QuantizeOptions(count, space="oklab", dither=dither, **target)
    assert options.masking == masking
    assert QuantizeOptions(16, space="oklab", visual_masking=0.7).masking == 0.7
