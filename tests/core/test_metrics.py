from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

import palette_core as pc
from palette_core import metrics
from palette_core.arrays import Bytes
from palette_core.color.ciede2000 import measure_srgb_differences

from .strategies import SEEDS, images

WHITE = np.full((2, 2, 3), 255, np.uint8)


def disturbed(pixels: Bytes, seed: int) -> Bytes:
    rng = np.random.default_rng(seed)
    noise: NDArray[np.int64] = rng.integers(-40, 41, pixels.shape) * (
        rng.random(pixels.shape) < 0.3
    )
    return (pixels.astype(np.int64) + noise).clip(0, 255).astype(np.uint8)


@given(pixels=images(), seed=SEEDS)
def test_metrics_equal_plain_float_arithmetic(pixels: Bytes, seed: int) -> None:
    other = disturbed(pixels, seed)
    found = pc.compare(pixels, other)
    assert found == pc.compare(other, pixels)
    quick = pc.compare(pixels, other, delta_e=False)
    assert math.isnan(quick.delta_e)
    assert dataclasses.replace(quick, delta_e=found.delta_e) == found
    difference = np.abs(pixels.astype(float) - other)
    assert found.mse == pytest.approx((difference**2).mean())
    assert found.delta_e == measure_srgb_differences(
        pixels.reshape(-1, 3), other.reshape(-1, 3)
    ).mean(dtype=np.float64)
    assert found.max_difference == difference.max()
    assert found.different == difference.any(axis=-1).sum()
    assert found.compared == pixels[..., 0].size
    assert found.opacity_differs == 0
    if found.mse:
        assert found.psnr == pytest.approx(20 * math.log10(255) - 10 * math.log10(found.mse))
    else:
        assert found.psnr == math.inf


def test_black_and_white_differ_as_much_as_can_be() -> None:
    assert pc.compare(WHITE, 255 - WHITE) == pc.Metrics(
        mse=65025.0,
        psnr=0.0,
        delta_e=100.0,
        max_difference=255,
        different=4,
        compared=4,
        opacity_differs=0,
    )


def test_the_mean_is_over_pixels_and_channels() -> None:
    # One channel of one of four pixels is off by 6: 36 / 12, and Celebi's 36 / 4 is three times it.
    other = WHITE.copy()
    other[0, 1, 2] -= 6
    assert pc.compare(WHITE, other).mse == 3.0


def test_grey_and_loose_colours() -> None:
    grey = np.arange(16, dtype=np.uint8).reshape(4, 4)
    rgb = np.repeat(grey[..., np.newaxis], 3, axis=-1)
    assert pc.compare(grey, rgb).mse == 0.0
    loose = rgb.reshape(-1, 3)
    assert pc.compare(loose, loose + 1).mse == 1.0


def test_only_pixels_opaque_in_both_count(drawn: Bytes) -> None:
    one, other = (np.dstack([drawn, np.full(drawn.shape[:2], 255, np.uint8)]) for _ in range(2))
    one[0] = (1, 2, 3, 127)  # just transparent
    other[1] = (9, 9, 9, 0)
    other[2, :, 0] ^= 4
    found = pc.compare(one, other)
    height, width = drawn.shape[:2]
    assert found.compared == (height - 2) * width
    assert found.opacity_differs == 2 * width
    assert found.different == width
    assert found.mse == pytest.approx(16 / 3 / (height - 2))


def test_the_difference_of_every_pixel(cutout: Bytes) -> None:
    result = pc.quantize(cutout, 5).to_array()
    found = metrics.differences(cutout, result)
    assert found.shape == cutout.shape[:2]
    opaque = cutout[..., 3] >= 128
    assert np.array_equal(np.isnan(found), ~opaque)
    assert found[opaque].mean(dtype=np.float64) == pc.compare(cutout, result).delta_e
    assert not np.isnan(metrics.differences(cutout, cutout[..., :3], alpha_threshold=0)).any()
    with pytest.raises(pc.PixelsError, match="different sizes"):
        metrics.differences(cutout, result[1:])


@pytest.mark.parametrize(
    ("other", "error", "words"),
    [
        (np.zeros((2, 3, 3), np.uint8), pc.PixelsError, "sizes, 2 x 2 and 3 x 2; give two"),
        (np.zeros((4, 3), np.uint8), pc.PixelsError, "different sizes"),
        (np.zeros((2, 2, 5), np.uint8), pc.PixelsError, "(2, 2, 5)"),
        (np.zeros((2, 2, 3)), pc.PixelTypeError, "uint8 (0 to 255), not float64"),
    ],
)
def test_what_cannot_be_compared(
    other: NDArray[np.generic], error: type[Exception], words: str
) -> None:
    for pair in ((WHITE, other), (other, WHITE)):
        with pytest.raises(error) as caught:
            pc.compare(*pair)
        if pair[0] is WHITE:  # sizes are named in the order of the arguments
            assert words in str(caught.value)


@given(pixels=images(), seed=SEEDS)
def test_metrics_over_frames_are_those_of_all_pixels(pixels: Bytes, seed: int) -> None:
    frames = [pixels, pixels[::-1], pixels[:1]]
    others = [disturbed(frame, seed) for frame in frames]
    found = metrics.combine_metrics([pc.compare(a, b) for a, b in zip(frames, others, strict=True)])
    expected = pc.compare(np.concatenate(frames), np.concatenate(others))
    assert dataclasses.astuple(found) == pytest.approx(dataclasses.astuple(expected))


def test_nothing_that_is_opaque_in_both() -> None:
    left, right = np.zeros((2, 3, 4), np.uint8), np.zeros((2, 3, 4), np.uint8)
    left[0, :, 3] = 255
    right[1, :2, 3] = 255
    for found, differs in ((pc.compare(left, right), 5), (pc.compare(left * 0, right * 0), 0)):
        assert all(math.isnan(value) for value in (found.mse, found.psnr, found.delta_e))
        assert (found.compared, found.different, found.max_difference) == (0, 0, 0)
        assert found.opacity_differs == differs


def test_frames_without_an_opaque_pixel_change_no_mean() -> None:
    seen = pc.compare(WHITE, WHITE - np.uint8(3))
    hidden = pc.compare(WHITE, np.zeros((2, 2, 4), np.uint8))
    found = metrics.combine_metrics([hidden, seen, hidden])
    assert (found.mse, found.psnr, found.delta_e) == (seen.mse, seen.psnr, seen.delta_e)
    assert (found.compared, found.opacity_differs) == (4, 8)
    for nothing in ([], [hidden]):
        assert math.isnan(metrics.combine_metrics(nothing).mse)
        assert math.isnan(metrics.combine_metrics(nothing).psnr)
