"""Animations at rest: dots stay in place where frames are equal or nearly so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.animation.resting_pixels import RestingPixels, find_resting_pixels
from palette_core.arrays import Bytes
from palette_core.dither import DITHERS
from palette_core.image.alpha import binarize_alpha

from .command_line import Cli

DIFFUSING = [name for name, dither in DITHERS.items() if dither.diffuses_errors]


def draw_frames(photo: Bytes, count: int = 4) -> list[Bytes]:
    """Draw a square that moves over a photo."""
    frames = [photo[:120, :160].copy() for _ in range(count)]
    for number, frame in enumerate(frames):
        frame[20:40, 10 + 30 * number : 30 + 30 * number] = (230, 40, 40)
    return frames


def quantize_frames(frames: list[Bytes], palette: Any, **options: Any) -> list[pc.Quantized]:
    resting = RestingPixels()
    return [
        resting.keep(binarize_alpha(frame), pc.map_pixels(frame, palette, **options))
        for frame in frames
    ]


@pytest.mark.parametrize("dither", DIFFUSING)
def test_only_pixels_next_to_a_change_get_other_entries(dither: str, photo: Bytes) -> None:
    frames = draw_frames(photo)
    options = {"space": "oklab", "dither": dither}
    palette = pc.find_palette(frames[0], 24, **options)
    results = quantize_frames(frames, palette, **options)
    alone = [pc.map_pixels(frame, palette, **options) for frame in frames]
    assert np.array_equal(results[0].indices, alone[0].indices)
    for number in range(1, len(frames)):
        is_equal = (frames[number] == frames[number - 1]).all(axis=-1)
        is_kept = results[number].indices == results[number - 1].indices
        # All changes are within two pixels of a changed pixel.
        for shift in np.ndindex(5, 5):
            is_kept |= np.roll(~is_equal, (shift[0] - 2, shift[1] - 2), axis=(0, 1))
        assert is_kept.all()
        changes = [(q[number].indices != q[number - 1].indices).sum() for q in (results, alone)]
        assert changes[0] < changes[1]
        shown = results[number].to_array().astype(int)
        assert np.abs(shown - frames[number])[22:38, 12 + 30 * number : 28 + 30 * number].max() < 60


@pytest.mark.parametrize("dither", sorted(set(DITHERS) - set(DIFFUSING) - {"auto"}))
def test_other_dithering_is_not_changed(dither: str, photo: Bytes) -> None:
    frames = draw_frames(photo)
    frames = [
        np.clip(frame.astype(int) + n, 0, 255).astype(np.uint8) for n, frame in enumerate(frames)
    ]
    palette = pc.find_palette(frames[0], 24)
    for frame, result in zip(frames, quantize_frames(frames, palette, dither=dither), strict=True):
        assert np.array_equal(result.indices, pc.map_pixels(frame, palette, dither=dither).indices)


def test_a_slow_fade_is_not_lost(photo: Bytes) -> None:
    frames = [np.clip(photo[:80, :120].astype(int) - n, 0, 255).astype(np.uint8) for n in range(40)]
    options = {"space": "oklab", "dither": "floyd-steinberg"}
    palette = pc.find_shared_palette(frames[::10], 48, **options)
    for frame, result in list(
        zip(frames, quantize_frames(frames, palette, **options), strict=True)
    )[::9]:
        assert result.to_array().mean() == pytest.approx(frame.mean(), abs=2.5)


def test_noise_rests_and_edges_do_not(photo: Bytes) -> None:
    before = photo[:80, :120]
    rng = np.random.default_rng(5)
    noisy = np.clip(before + rng.normal(0, 0.8, before.shape), 0, 255).astype(np.uint8)
    assert find_resting_pixels(before, before).all()
    assert find_resting_pixels(before, noisy).mean() > 0.5
    assert find_resting_pixels(before, np.roll(before, 5, axis=1)).mean() < 0.6
    point = before.copy()
    point[40, 60] ^= 128
    is_resting = find_resting_pixels(before, point)
    assert not is_resting[39:42, 59:62].any()
    assert is_resting[:37].all()
    assert is_resting[44:].all()


def test_exact_areas_and_transparency_stay_exact() -> None:
    rng = np.random.default_rng(1)
    first = rng.integers(100, 200, (40, 60, 4), dtype=np.uint8)
    first[..., 3] = 255
    first[5:20, 5:30, :3] = 253
    second = first.copy()
    second[5:20, 5:30, :3] = 254
    second[30:, 10:20, 3] = 0
    third = second.copy()
    third[30:, 10:20, 3] = 255
    palette = [[250, 250, 250], [254, 254, 254], [150, 150, 150], [110, 140, 130]]
    results = quantize_frames([first, second, third], palette, dither="floyd-steinberg")
    assert (results[1].to_array()[5:20, 5:30, :3] == 254).all()
    assert not results[1].opaque[30:, 10:20].any()
    assert not results[1].indices[30:, 10:20].any()
    alone = pc.map_pixels(third, palette, dither="floyd-steinberg").indices
    assert np.array_equal(results[2].indices[31:, 11:19], alone[31:, 11:19])


@pytest.mark.usefixtures("current_folder")
def test_a_moving_object_makes_a_small_gif(cli: Cli, photo: Bytes) -> None:
    images = [Image.fromarray(frame) for frame in draw_frames(photo)]
    images[0].save("in.webp", save_all=True, append_images=images[1:], duration=80, lossless=True)
    sizes = {}
    for dither in ("floyd-steinberg", "none"):
        outcome = cli(
            "quantize", "in.webp", "-k", "24", "--dither", dither, "-o", f"{dither}.gif", "--json"
        )
        sizes[dither] = outcome.json["bytes_out"]
    # Both have one full frame and small changes.
    assert sizes["floyd-steinberg"] < 1.6 * sizes["none"]
