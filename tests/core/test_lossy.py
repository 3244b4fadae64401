"""Lossy runs: smaller files, with a bound on the error that is added."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.animation.resting_pixels import RestingPixels
from palette_core.arrays import Bytes
from palette_core.image import indexed_png
from palette_core.image.alpha import binarize_alpha
from palette_core.mapping.run_merging import merge_color_runs

from .command_line import EYE, Cli
from .reference_metrics import oklab

GREYS = np.repeat(np.array([100, 104, 108, 200], np.uint8)[:, np.newaxis], 3, axis=1)


def draw_row(*levels: int) -> Bytes:
    return np.repeat(np.array([levels], np.uint8)[..., np.newaxis], 3, axis=2)


def merge(indices: list[int], rgb: Bytes, lossy: int, *, is_dithered: bool = False) -> list[int]:
    found = merge_color_runs(
        np.array([indices], np.uint8),
        rgb,
        GREYS,
        lossy,
        opaque=None,
        is_dithered=is_dithered,
    )
    return found[0].tolist()


def count_runs(indices: Bytes) -> int:
    return int((indices[:, 1:] != indices[:, :-1]).sum()) + len(indices)


def count_bytes(quantized: pc.Quantized) -> int:
    return len(indexed_png.encode(quantized.to_image()))


def test_a_short_run_gets_the_entry_of_its_neighbours() -> None:
    rgb = draw_row(*[101] * 9, 103, *[101] * 9)
    indices = [*[0] * 9, 1, *[0] * 9]
    assert merge(indices, rgb, 20) == [0] * 19
    # 1 is less than half of the grey level in between.
    assert merge(indices, rgb, 1) == indices


def test_a_large_difference_stays() -> None:
    indices = [*[0] * 9, 3, *[0] * 9]
    assert merge(indices, draw_row(*[101] * 9, 199, *[101] * 9), 100) == indices


def test_pixels_in_a_colour_of_the_palette_do_not_change() -> None:
    indices = [*[0] * 9, 1, *[0] * 9]
    assert merge(indices, draw_row(*[101] * 9, 104, *[101] * 9), 100) == indices


def test_runs_of_different_rows_are_not_merged() -> None:
    rgb = np.concatenate([draw_row(101, 101), draw_row(103, 107)])
    indices = np.array([[0, 0], [1, 2]], np.uint8)
    found = merge_color_runs(indices, rgb, GREYS, 5, opaque=None, is_dithered=False)
    assert found[0].tolist() == [0, 0]


@pytest.mark.parametrize("lossy", [5, 20, 60])
def test_no_pixel_gets_worse_by_more_than_the_tolerance(lossy: int, photo: Bytes) -> None:
    before, after = (pc.quantize(photo, 64, space="oklab", lossy=x) for x in (0, lossy))
    assert before.palette == after.palette
    original = oklab(photo.reshape(-1, 3))
    shown = [oklab(found.to_array().reshape(-1, 3)) for found in (before, after)]
    squares = [np.square(found - original).sum(axis=-1) for found in shown]
    growth = squares[1] - squares[0]
    assert growth.max() <= (lossy / 1000) ** 2 * 1.001
    # Every saved run is worth one tolerance.
    saved = count_runs(before.indices) - count_runs(after.indices)
    assert saved > 0
    assert growth.sum() <= saved * (lossy / 1000) ** 2 * 1.001


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "blue-noise"])
@pytest.mark.parametrize("colors", [16, 256])
def test_more_makes_files_smaller(dither: str, colors: int, photo: Bytes) -> None:
    results = [
        pc.quantize(photo, colors, space="oklab", dither=dither, lossy=x) for x in (0, 40, 80)
    ]
    sizes = [count_bytes(found) for found in results]
    assert sizes[0] > sizes[1] > sizes[2]


def test_dots_of_a_gradient_stay() -> None:
    ramp = np.repeat(np.linspace(0, 255, 256).astype(np.uint8)[np.newaxis], 64, axis=0)
    before, after = (
        pc.map_pixels(ramp, ["#000", "#fff"], dither="floyd-steinberg", lossy=x) for x in (0, 100)
    )
    assert np.array_equal(before.indices, after.indices)


def test_transparent_pixels_and_locked_colours_do_not_change(photo: Bytes) -> None:
    alpha = np.where(np.indices(photo.shape[:2]).sum(axis=0) % 7 < 3, 0, 255).astype(np.uint8)
    rgba = np.dstack([photo, alpha])
    locked = "#{:02x}{:02x}{:02x}".format(*photo[3, 5])
    before, after = (pc.quantize(rgba, 32, locked=[locked], lossy=x) for x in (0, 100))
    assert np.array_equal(before.opaque, after.opaque)
    assert not after.indices[~after.opaque].any()
    is_locked = (photo == photo[3, 5]).all(axis=-1)
    assert np.array_equal(before.indices[is_locked], after.indices[is_locked])


def test_palettes_with_alpha(photo: Bytes) -> None:
    ramp = np.linspace(0, 255, photo.shape[1]).astype(np.uint8)
    alpha = np.repeat(ramp[np.newaxis], len(photo), axis=0)
    rgba = np.dstack([photo, alpha])
    before, after = (pc.quantize(rgba, 64, alpha="palette", lossy=x) for x in (0, 60))
    assert count_bytes(after) < count_bytes(before)
    shown = after.to_array()
    assert (shown[alpha == 0] == 0).all()
    assert (shown[alpha == 255, 3] == 255).all()


@pytest.mark.parametrize("options", [{}, {"dither": "floyd-steinberg"}, {"alpha": "palette"}])
def test_an_image_in_the_colours_of_the_palette_does_not_change(
    options: dict[str, str],
) -> None:
    art = GREYS[np.random.default_rng(0).integers(0, 4, (30, 40))]
    found = pc.quantize(art, 4, lossy=100, **options)
    assert np.array_equal(found.to_array()[..., :3], art)


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg"])
def test_frames_at_rest_stay_equal(dither: str, photo: Bytes) -> None:
    options = {"space": "oklab", "dither": dither, "lossy": 40}
    palette = pc.find_palette(photo, 32, **options)
    resting = RestingPixels(is_lossy=True)
    moved = photo.copy()
    moved[40:50, 10:20] = 255
    frames = [
        resting.keep(binarize_alpha(frame), pc.map_pixels(frame, palette, **options)).indices
        for frame in (photo, moved)
    ]
    is_changed = frames[0] != frames[1]
    assert is_changed.any()
    is_changed[38:52, 8:22] = False
    assert not is_changed.any()


@pytest.mark.usefixtures("workdir")
def test_loss_makes_animations_smaller(cli: Cli, photo: Bytes) -> None:
    frames = [photo[:120, :160].copy() for _ in range(4)]
    for number, frame in enumerate(frames):
        frame[20:40, 10 + 30 * number : 30 + 30 * number] = (230, 40, 40)
    first, *others = map(Image.fromarray, frames)
    first.save("clip.webp", save_all=True, append_images=others, duration=80, lossless=True)
    command = "quantize clip.webp -k 128 --dither none --json -o out.gif --force --lossy"
    sizes = [cli(*command.split(), lossy).json["bytes_out"] for lossy in ("0", "20", "40")]
    assert sizes[0] > sizes[1] > sizes[2]


def test_loose_colours_have_no_runs(photo: Bytes) -> None:
    loose = photo.reshape(-1, 3)[:500]
    before, after = (pc.quantize(loose, 16, lossy=x) for x in (0, 100))
    assert np.array_equal(before.indices, after.indices)


@pytest.mark.usefixtures("workdir")
@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_the_command_line_means_the_same(suffix: str, cli: Cli) -> None:
    outcome = cli("quantize", "photo.jpg", "-k", "64", "--lossy", "40", "-o", f"out{suffix}")
    assert (outcome.code, outcome.err) == (0, "")
    with Image.open("photo.jpg") as image:
        expected = pc.quantize(image, 64, lossy=40, **EYE)
    with Image.open(f"out{suffix}") as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), expected.to_array())
