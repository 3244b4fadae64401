"""Pixel art enlarged by known factors gets its size back, and other images are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.report.figures import font
from tools.harness.sprites import blur, compress, draw_sprite, enlarge, shift

from .command_line import Cli

FACTORS = [2, 2.5, 3, 3.5, 4, 5, 7, 8, 11.3, 16]


def is_close_to(grid: pc.PixelGrid, factor: float, sprite: Bytes) -> bool:
    return grid.size == sprite.shape[1::-1] and grid.cell == pytest.approx(
        (factor, factor), rel=0.01
    )


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("side", [16, 32, 50])
def test_an_enlarged_sprite_is_restored_exactly(side: int, factor: float) -> None:
    sprite = draw_sprite(side, seed=side)
    image = enlarge(sprite, factor)
    grid = pc.find_pixel_grid(image)
    assert is_close_to(grid, factor, sprite)
    assert grid.origin == pytest.approx((0, 0), abs=0.5)
    assert np.array_equal(pc.downscale_pixel_art(image, grid), sprite)
    assert np.array_equal(pc.downscale_pixel_art(Image.fromarray(image)), sprite)


@pytest.mark.parametrize(("across", "down"), [(4, 5), (3, 4.5), (6, 2), (8, 12)])
def test_cells_need_not_be_square(across: float, down: float) -> None:
    sprite = draw_sprite(40, seed=3)
    image = enlarge(sprite, across, down)
    assert pc.find_pixel_grid(image).cell == pytest.approx((across, down), rel=0.01)
    assert np.array_equal(pc.downscale_pixel_art(image), sprite)


@pytest.mark.parametrize("factor", [3, 4, 6, 8, 12])
def test_soft_edges_and_compression_change_little(factor: float) -> None:
    sprite = draw_sprite(32, seed=5)
    image = enlarge(sprite, factor)
    for changed in (
        blur(image, 0.5),
        blur(image, factor / 6),
        shift(image, 0.4),
        compress(image, 90),
        compress(image, 75),
    ):
        assert is_close_to(pc.find_pixel_grid(changed), factor, sprite)
        restored = pc.downscale_pixel_art(changed)
        differs = np.abs(restored.astype(int) - sprite).max(axis=2) > 48
        assert differs.mean() < 0.05


@pytest.mark.parametrize(("left", "top"), [(0, 4), (7, 3), (2, 9), (1, 1)])
def test_a_cropped_image_has_an_origin(left: int, top: int) -> None:
    sprite = draw_sprite(32, seed=7)
    grid = pc.find_pixel_grid(enlarge(sprite, 10)[top:, left:])
    # The cells of which at least half is left.
    first = left >= 6, top >= 6
    expected = 10 * first[0] - left, 10 * first[1] - top
    assert grid.origin == pytest.approx(expected, abs=0.1)
    assert grid.size == (32 - first[0], 32 - first[1])


def test_transparent_pixels_are_one_color() -> None:
    sprite = np.dstack([draw_sprite(24, seed=2), np.full((24, 24), 255, np.uint8)])
    sprite[:6, :, 3] = 0
    sprite[:6, :, :3] = np.random.default_rng(0).integers(0, 256, (6, 24, 3))
    image = enlarge(sprite, 5)
    image[:30, :, :3] = np.random.default_rng(1).integers(0, 256, (30, 120, 3))
    assert is_close_to(pc.find_pixel_grid(image), 5, sprite)
    restored = pc.downscale_pixel_art(image)
    assert np.array_equal(restored[6:], sprite[6:])
    assert not restored[:6, :, 3].any()


def text_page() -> Bytes:
    image = Image.new("RGB", (600, 420), "white")
    draw = ImageDraw.Draw(image)
    for line in range(22):
        words = "for (int i = 0; i < count; i++) total += value[i] * weight[i];"
        draw.text((8, 8 + 18 * line), words[: 62 - line], (20, 20, 20), font(13))
    return np.asarray(image)


def shapes(seed: int) -> Bytes:
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (300, 300), "white")
    draw = ImageDraw.Draw(image)
    for number in range(4 + 4 * seed):
        x, y, width, height = map(int, random.integers(10, 190, 4))
        color = tuple(map(int, random.integers(0, 256, 3)))
        method = draw.ellipse if number % 2 else draw.rectangle
        method((x, y, x + width // 2, y + height // 2), fill=color)
    return np.asarray(image)


def gradient() -> Bytes:
    y, x = np.mgrid[:200, :300]
    return np.stack([x * 255 // 300, y * 255 // 200, (x + y) // 2], axis=-1).astype(np.uint8)


def without_grid() -> dict[str, Bytes]:
    """Return images that are not enlarged pixel art."""
    china, flower = (load_sample_image(f"{name}.jpg") for name in ("china", "flower"))
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    dithers = ("bayer-2", "bayer-4", "bayer-8", "floyd-steinberg", "blue-noise")
    dithered = {
        f"{dither} {colors}": pc.quantize(china, colors, dither=dither).to_array()
        for dither in dithers
        for colors in (2, 8)
    }
    return dithered | {
        "china": china,
        "flower": flower,
        "compressed": compress(china, 50),
        "compressed flower": compress(flower, 50),
        "gradient": gradient(),
        "compressed gradient": compress(gradient(), 60),
        "text": text_page(),
        "compressed text": compress(text_page(), 75),
        "noise": noise,
        "one colour": np.full((90, 90, 3), 7, np.uint8),
        "not enlarged": draw_sprite(64, seed=1),
        "one pixel": noise[:1, :1],
        "one row": noise[:1],
        "stripes": np.tile(np.uint8([0, 0, 0, 255, 255, 255]), (60, 20)),
        "a checkerboard of single pixels": np.indices((80, 80)).sum(axis=0).astype(np.uint8)
        % 2
        * 255,
        **{f"shapes {seed}": shapes(seed) for seed in range(4)},
    }


@pytest.mark.parametrize("name", without_grid())
def test_other_images_are_refused(name: str) -> None:
    image = without_grid()[name]
    with pytest.raises(pc.PixelsError, match="no pixel grid was found"):
        pc.find_pixel_grid(image)
    with pytest.raises(pc.PixelsError, match="no pixel grid was found"):
        pc.downscale_pixel_art(image)


def test_a_known_size_needs_no_search() -> None:
    image = np.repeat(np.repeat(np.arange(12, dtype=np.uint8).reshape(3, 4), 5, 0), 5, 1)
    grid = pc.PixelGrid.of_cells(image, 5)
    assert grid == pc.PixelGrid((5, 5), (0, 0), (4, 3))
    restored = pc.downscale_pixel_art(image, grid)
    assert np.array_equal(restored[..., 0], np.arange(12).reshape(3, 4))
    for side in (0.5, 16):
        with pytest.raises(pc.OptionError, match="from 1 to 15"):
            pc.PixelGrid.of_cells(image, side)


def test_loose_colors_are_refused() -> None:
    with pytest.raises(pc.PixelsError, match="not an image"):
        pc.find_pixel_grid(np.zeros((9, 3), np.uint8))


def test_the_command_undoes_an_enlargement(workdir: Path, cli: Cli) -> None:
    sprite = draw_sprite(32, seed=4)
    Image.fromarray(enlarge(sprite, 3.5)).save(workdir / "large.png")
    outcome = cli("downscale", "large.png", "-o", "small.png", "--json")
    count = len(np.unique(sprite.reshape(-1, 3), axis=0))
    assert (outcome.json["colors"], outcome.json["width"], outcome.json["height"]) == (
        count,
        32,
        32,
    )
    assert outcome.json["cell"] == pytest.approx([3.5, 3.5], rel=0.01)
    with Image.open("small.png") as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image.convert("RGB")), sprite)
    outcome = cli("downscale", "large.png", "-o", "few.png", "-k", "3")
    assert outcome.text.startswith(
        "few.png: 32 x 32 pixels, from cells of 3.50 x 3.50, 3 colours, "
    )
    outcome = cli("downscale", "large.png", "-o", "half.png", "--cell", "7", "--json")
    assert outcome.json["width"] == 16
    outcome = cli("downscale", "photo.jpg", "-o", "out.png")
    assert outcome.code == 1
    assert "no pixel grid was found" in outcome.err
    assert not Path("out.png").exists()
