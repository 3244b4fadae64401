"""The smallest palette whose dithered result reaches a target after a blur."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.viewing import measure_mse_as_seen

from .command_line import Cli

SEEN: dict[str, Any] = {"target_as_seen": True, "dither": "floyd-steinberg", "space": "oklab"}


def blurred(rgb: Bytes) -> np.ndarray:
    """Return an image after SciPy's blur in linear light, by the formulas of IEC 61966-2-1."""
    share = rgb / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    light = gaussian_filter(light, (1.5, 1.5, 0), mode="nearest", truncate=4)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(255 * encoded)


def psnr_as_seen(before: Bytes, after: Bytes) -> float:
    mse = np.square(blurred(before) - blurred(after)).mean()
    return float(10 * np.log10(255**2 / mse))


def test_the_error_is_that_of_another_blur(small_photo: Bytes) -> None:
    found = pc.quantize(small_photo, 6, dither="floyd-steinberg").to_array()
    expected = np.square(blurred(small_photo) - blurred(found)).mean()
    assert measure_mse_as_seen(small_photo, found, None) == pytest.approx(expected, rel=1e-6)


def test_transparent_pixels_have_no_part_in_the_blur(small_photo: Bytes) -> None:
    found = pc.quantize(small_photo, 6, dither="floyd-steinberg").to_array()
    left = np.zeros(small_photo.shape[:2], np.bool_)
    left[:, :40] = True
    expected = measure_mse_as_seen(small_photo[:, :34], found[:, :34], None)
    changed = np.where(left[..., np.newaxis], small_photo, 255).astype(np.uint8)
    inside = measure_mse_as_seen(changed, found, left)
    assert inside == measure_mse_as_seen(small_photo, found, left)
    assert inside == pytest.approx(expected, rel=0.3)


@pytest.mark.parametrize("target", [27, 31])
def test_the_smallest_palette_that_reaches_the_target(small_photo: Bytes, target: float) -> None:
    found = pc.quantize(small_photo, "auto", target_psnr=target, **SEEN)
    count = len(found.palette)
    assert psnr_as_seen(small_photo, found.to_array()) >= target
    # Without a target, visual masking is the default.
    options: dict[str, Any] = {**SEEN, "target_as_seen": False, "visual_masking": 0}
    same, fewer = (pc.quantize(small_photo, n, **options) for n in (count, count - 1))
    assert np.array_equal(same.to_array(), found.to_array())
    assert psnr_as_seen(small_photo, fewer.to_array()) < target
    assert pc.find_palette(small_photo, "auto", target_psnr=target, **SEEN) == found.palette


def test_dithering_saves_colours(small_photo: Bytes) -> None:
    options = {"target_psnr": 30, "target_as_seen": True, "space": "oklab"}
    plain = pc.quantize(small_photo, "auto", **options)
    dithered = pc.quantize(small_photo, "auto", dither="floyd-steinberg", **options)
    assert len(dithered.palette) < len(plain.palette)


def test_a_target_that_is_out_of_reach(photo: Bytes) -> None:
    with pytest.raises(pc.TargetError, match="256 colours reach at most"):
        pc.quantize(photo[:200, :200], "auto", target_psnr=80, **SEEN)


def test_it_needs_the_pixels_of_one_image(small_photo: Bytes) -> None:
    target: dict[str, Any] = {"target_psnr": 30, "target_as_seen": True}
    with pytest.raises(pc.OptionError, match="`target_as_seen` needs the pixels of one image"):
        pc.find_shared_palette([small_photo], "auto", **target)
    with pytest.raises(pc.PixelsError, match="leave out `target_as_seen`"):
        pc.quantize(small_photo.reshape(-1, 3), "auto", **target)


def test_the_command_line_reaches_the_target(workdir: Path, cli: Cli) -> None:
    command = "quantize drawn.png -k auto --target-psnr 32 --target-as-seen -o out.png"
    outcome = cli(*command.split())
    assert (outcome.code, outcome.err) == (0, "")
    before, after = (
        np.asarray(Image.open(workdir / name).convert("RGB")) for name in ("drawn.png", "out.png")
    )
    assert psnr_as_seen(before, after) >= 32
