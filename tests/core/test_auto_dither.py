"""Automatic dithering: which images it dithers, and where the choice applies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.dither.content import measure_content

from .command_line import Cli

AUTO: dict[str, Any] = {"space": "oklab", "dither": "auto"}


def draw_logo(background: str = "#ffffff", size: int = 200) -> Bytes:
    """Draw flat shapes with soft edges."""
    image = Image.new("RGB", (4 * size, 4 * size), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((size, size, 3 * size, 3 * size), fill="#1d70b8")
    draw.polygon([(2 * size, size), (3 * size, 3 * size), (size, 3 * size)], fill="#ffdd00")
    return np.array(image.resize((size, size), Image.Resampling.LANCZOS))


def draw_pixel_art(colors: int) -> Bytes:
    """Draw sprites of large pixels, each in one of the colours."""
    rng = np.random.default_rng(colors)
    palette = rng.integers(0, 256, (colors, 3), dtype=np.uint8)
    return np.kron(palette[rng.integers(0, colors, (40, 40))], np.ones((4, 4, 1), np.uint8))


def draw_gradient() -> Bytes:
    y, x = np.mgrid[0:200, 0:200]
    return np.stack([40 + x, 220 - y, 90 + (x + y) // 4], axis=-1).astype(np.uint8)


def test_flat_art_is_not_dithered() -> None:
    logo = draw_logo()
    automatic, undithered = pc.quantize(logo, 16, **AUTO), pc.quantize(logo, 16, space="oklab")
    assert automatic.dither == "none"
    assert automatic.palette == undithered.palette
    assert np.array_equal(automatic.indices, undithered.indices)


def test_photos_and_gradients_are_dithered(small_photo: Bytes) -> None:
    for pixels in (small_photo, draw_gradient()):
        for colors in (4, 16, 256):
            automatic = pc.quantize(pixels, colors, **AUTO)
            dithered = pc.quantize(pixels, colors, space="oklab", dither="floyd-steinberg")
            assert automatic.dither == "floyd-steinberg"
            assert np.array_equal(automatic.to_array(), dithered.to_array())


def test_a_gradient_in_flat_art_is_dithered() -> None:
    logo = draw_logo()
    is_background = (logo == 255).all(axis=-1, keepdims=True)
    mixed = np.where(is_background, draw_gradient(), logo)
    assert pc.quantize(mixed, 32, **AUTO).dither == "floyd-steinberg"


def test_noise_is_dithered() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    assert pc.quantize(noise, 32, **AUTO).dither == "floyd-steinberg"


@pytest.mark.parametrize("colors", [24, 60])
def test_pixel_art_is_dithered_only_if_colors_are_missing(colors: int) -> None:
    art = draw_pixel_art(colors)
    noisy = art.copy()
    noisy[::9, ::9] ^= 64  # more colours than the palette has, but on few pixels
    assert pc.quantize(noisy, colors, **AUTO).dither == "none"
    assert pc.quantize(art, colors // 2 + 4, **AUTO).dither == "floyd-steinberg"


def test_flat_art_in_fewer_than_16_colors_is_dithered() -> None:
    assert pc.quantize(draw_logo(), 15, **AUTO).dither == "floyd-steinberg"
    assert pc.quantize(draw_logo(), "auto", target_psnr=30, **AUTO).dither == "none"


def test_a_grid_or_locked_colors_can_make_dithering_necessary() -> None:
    assert pc.quantize(draw_logo("#ffffff"), 16, grid="rgb332", **AUTO).dither != "none"
    on_grid = np.where(draw_logo() > 127, 255, 0).astype(np.uint8)
    assert pc.quantize(on_grid, 16, grid="rgb332", **AUTO).dither == "none"
    locked = [(0, 0, level) for level in range(0, 160, 10)]
    assert pc.quantize(draw_logo(), 16, locked=locked, **AUTO).dither == "floyd-steinberg"
    assert pc.quantize(draw_logo(), 19, locked=locked, **AUTO).dither == "none"


def test_the_choice_for_a_given_palette_depends_on_its_colors() -> None:
    logo = draw_logo()
    palette = pc.quantize(logo, 16, **AUTO).palette
    assert pc.map_pixels(logo, palette, **AUTO).dither == "none"
    greys = np.repeat(np.arange(0, 256, 17)[:, np.newaxis], 3, axis=1)
    assert pc.map_pixels(logo, greys, **AUTO).dither == "floyd-steinberg"


def test_find_palette_and_sessions_choose_alike(small_photo: Bytes) -> None:
    for pixels in (draw_logo(), small_photo):
        expected = pc.quantize(pixels, 20, **AUTO)
        assert pc.find_palette(pixels, 20, **AUTO) == expected.palette
        session = pc.Session(pixels)
        for _ in range(2):
            found = session.quantize(20, **AUTO)
            assert found.dither == expected.dither
            assert np.array_equal(found.indices, expected.indices)
        mapped = session.map(expected.palette, **AUTO)
        assert mapped.dither == pc.map_pixels(pixels, expected.palette, **AUTO).dither


def test_transparent_pixels_do_not_count() -> None:
    alpha = np.zeros((200, 200), np.uint8)
    alpha[:, :100] = 255
    logo = draw_logo()
    logo[:, 100:] = draw_gradient()[:, 100:]
    assert pc.quantize(np.dstack([logo, alpha]), 16, **AUTO).dither == "none"
    assert pc.quantize(logo, 16, mask=alpha > 0, **AUTO).dither == "none"
    assert pc.quantize(logo, 16, **AUTO).dither == "floyd-steinberg"


def test_loose_colors_and_lines_are_valid() -> None:
    loose = np.arange(60, dtype=np.uint8).reshape(20, 3)
    assert pc.quantize(loose, 4, **AUTO).dither == "none"
    assert pc.map_pixels(loose, [[0, 0, 0]], **AUTO).dither == "none"
    assert pc.quantize(loose[np.newaxis], 4, **AUTO).dither == "floyd-steinberg"


def test_the_content_of_a_large_image_is_that_of_its_parts() -> None:
    small = draw_logo(size=100)
    for large in (np.tile(small, (20, 20, 1)), np.tile(small, (100, 1, 1))):
        shares = [
            (found.shaded / found.squares, found.flat_counts.sum() / found.squares)
            for found in (measure_content(small, None), measure_content(large, None))
        ]
        assert shares[1] == pytest.approx(shares[0], abs=0.02)


# One choice for all frames


def save_animation(name: str, frames: list[Bytes]) -> None:
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(name, save_all=True, append_images=images[1:], duration=100, lossless=True)


@pytest.fixture
def mixed_frames() -> list[Bytes]:
    """Return a frame of flat art and two of gradients."""
    return [draw_logo(), draw_gradient(), 255 - draw_gradient()]


@pytest.mark.usefixtures("current_folder")
def test_all_frames_of_an_animation_are_dithered_alike(cli: Cli, mixed_frames: list[Bytes]) -> None:
    save_animation("mixed.webp", mixed_frames)
    save_animation("logo.webp", [draw_logo(), draw_logo("#eeeeee")])
    for name, dither in (("mixed", "floyd-steinberg"), ("logo", "none")):
        done = cli("quantize", f"{name}.webp", "-k", "32", "-o", f"{name}.gif", "--json")
        found = done.json
        assert (found["dither"], found["dither_automatic"]) == (dither, True)
        again = cli(
            "quantize", f"{name}.webp", "-k", "32", "--dither", dither, "-o", "again.gif", "--force"
        )  # fmt: skip
        assert again.code == 0
        assert Path(f"{name}.gif").read_bytes() == Path("again.gif").read_bytes()


@pytest.mark.usefixtures("current_folder")
def test_frames_with_a_given_palette_are_dithered_alike(
    cli: Cli, mixed_frames: list[Bytes]
) -> None:
    save_animation("mixed.webp", mixed_frames)
    pc.quantize(mixed_frames[0], 16, **AUTO).palette.save("logo.gpl")
    done = cli("quantize", "mixed.webp", "--palette", "logo.gpl", "-o", "out.gif", "--json")
    assert done.json["dither"] == "floyd-steinberg"


@pytest.mark.usefixtures("current_folder")
def test_images_with_a_shared_palette_are_dithered_alike(
    cli: Cli, mixed_frames: list[Bytes]
) -> None:
    for number, frame in enumerate(mixed_frames):
        Image.fromarray(frame).save(f"{number}.png")
    names = [f"{number}.png" for number in range(3)]
    for shared, expected in ((["--shared-palette"], "floyd-steinberg"), ([], "none")):
        done = cli("quantize", *names, "-k", "16", "-o", "out", "--force", "--json", *shared)
        files = done.json["files"]
        assert [file["dither"] for file in files] == [expected, *["floyd-steinberg"] * 2]
    options: dict[str, Any] = {"space": "oklab"}
    palette = pc.find_shared_palette(mixed_frames, 16, dither="auto", **options)
    assert palette == pc.find_shared_palette(mixed_frames, 16, dither="floyd-steinberg", **options)


# What users see


@pytest.mark.usefixtures("current_folder")
def test_the_command_line_says_if_it_does_not_dither(cli: Cli, small_photo: Bytes) -> None:
    Image.fromarray(draw_logo()).save("logo.png")
    Image.fromarray(small_photo).save("photo.png")
    logo = cli("quantize", "logo.png", "-o", "out.png")
    assert "16 colours, PSNR" in logo.text
    assert ", dithering: none (automatic), " in logo.text
    photo = cli("quantize", "photo.png", "-o", "photo-out.png")
    assert "automatic" not in photo.text
    switched = cli("quantize", "logo.png", "--dither", "none", "-o", "none.png")
    assert "automatic" not in switched.text
    assert Path("none.png").read_bytes() == Path("out.png").read_bytes()
    other = cli("quantize", "logo.png", "--method", "wu", "-o", "wu.png", "--json")
    assert other.json["dither_automatic"] is False
