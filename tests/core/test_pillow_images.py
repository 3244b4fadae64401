"""Pillow images handed to the functions, taken by their mode as files are."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.image.pixels import to_array
from palette_core.report import contact_sheet

from .color_formulas import D65, SRGB, srgb_encode
from .icc_files import gamma_curve, grey_profile, identity_curve, rgb_profile
from .png_files import GREY, RGB, gama, write_png

COLORS = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 0]]], np.uint8)
HEX = {"#ff0000", "#00ff00", "#0000ff", "#ffff00"}


def indexed(**info: Any) -> Image.Image:
    image = Image.fromarray(np.array([[0, 1], [2, 3]], np.uint8))
    image.putpalette(COLORS.tobytes())
    image.info.update(info)
    return image


FUNCTIONS: dict[str, Callable[[Image.Image], pc.Palette]] = {
    "quantize": lambda image: pc.quantize(image, 4).palette,
    "find_palette": lambda image: pc.find_palette(image, 4),
    "find_shared_palette": lambda image: pc.find_shared_palette([image, image], 4),
    "Session.palette": lambda image: pc.Session(image).palette(4),
    "Session.quantize": lambda image: pc.Session(image).quantize(4).palette,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_indexed_image_counts_by_its_palette(name: str) -> None:
    assert set(FUNCTIONS[name](indexed()).hex) == HEX


def test_mapping_comparing_and_drawing_take_images_too() -> None:
    mapped = pc.map_pixels(indexed(), COLORS.reshape(-1, 3))
    assert mapped.indices.tolist() == [[0, 1], [2, 3]]
    assert np.array_equal(pc.Session(indexed()).map(COLORS.reshape(-1, 3)).to_array(), COLORS)
    assert pc.compare(indexed(), COLORS).mse == 0
    assert pc.compare(COLORS, indexed()).mse == 0
    column = contact_sheet.measure(indexed(), mapped)
    assert column.metrics.mse == 0
    drawn = [contact_sheet.sheet(picture, [column]).tobytes() for picture in (indexed(), COLORS)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "RGBX", "CMYK", "YCbCr"])
def test_every_mode_of_colour_is_converted(mode: str) -> None:
    image = Image.fromarray(COLORS).convert(mode)
    found = np.asarray(to_array(image))
    # YCbCr of 8 bits does not hold every colour.
    assert np.abs(found[..., :3].astype(int) - COLORS).max() <= (2 if mode == "YCbCr" else 0)


def test_hsv_and_lab() -> None:
    hsv = Image.merge("HSV", [Image.new("L", (1, 1), level) for level in (85, 128, 200)])
    assert np.abs(np.asarray(to_array(hsv))[0, 0].astype(int) - [100, 200, 100]).max() <= 1
    # L* 53.2, a* 80, b* 67 under D50 is about sRGB's red; 8 bits are an L* of 0.4.
    lab = Image.frombytes("LAB", (2, 1), bytes([138, 81, 70, 128, 0, 0]))
    red, grey = np.asarray(to_array(lab))[0].astype(int)
    assert np.abs(red - [254, 0, 0]).max() <= 6
    assert np.abs(grey - [119, 119, 119]).max() <= 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "PA", "RGBa", "I;16"])
def test_modes_with_few_bits_many_bits_and_alpha(mode: str) -> None:
    levels = np.array([[0, 255], [255, 0]], np.uint8)
    alpha = Image.fromarray(np.array([[255, 255], [0, 255]], np.uint8))
    grey = Image.fromarray(levels)
    if mode == "I;16":
        image = Image.fromarray(levels.astype(np.uint16) * 257)
    elif mode in ("LA", "La"):
        image = Image.merge("LA", (grey, alpha)).convert(mode)
    elif mode == "PA":
        image = Image.merge("RGBA", (grey, grey, grey, alpha)).convert("PA")
    elif mode == "RGBa":
        image = Image.merge("RGBA", (grey, grey, grey, alpha)).convert("RGBa")
    else:
        image = grey.convert(mode)
    found = np.asarray(to_array(image))
    visible = np.asarray(alpha) > 0 if found.shape[2] == 4 else np.full((2, 2), True)
    assert (found.shape[2] == 4) == (mode in ("LA", "La", "PA", "RGBa"))
    assert np.array_equal(found[visible][:, 0], levels[visible])
    if found.shape[2] == 4:
        assert np.array_equal(found[..., 3], np.asarray(alpha))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_a_mode_without_a_range_is_refused(mode: str) -> None:
    image = Image.new(mode, (2, 2), 200)
    for call in (pc.quantize, pc.find_palette, pc.Session):
        with pytest.raises(pc.PixelsError, match=f"mode {mode} is not defined"):
            call(image)


@pytest.mark.parametrize(
    ("transparency", "opaque"),
    [(1, [[1, 0], [1, 1]]), (bytes([255, 200, 0]), [[1, 1], [0, 1]])],
)
def test_transparency_of_an_indexed_image(transparency: Any, opaque: list[list[int]]) -> None:
    quantized = pc.quantize(indexed(transparency=transparency), 4)
    assert quantized.opaque.astype(int).tolist() == opaque


@pytest.mark.parametrize(("mode", "key"), [("L", 76), ("RGB", (255, 0, 0))])
def test_a_transparent_colour(mode: str, key: Any) -> None:
    image = Image.fromarray(COLORS).convert(mode)
    image.info["transparency"] = key
    quantized = pc.quantize(image, 4)
    assert quantized.opaque.tolist() == [[False, True], [True, True]]


def test_profiles_of_images_are_applied() -> None:
    half = round(255 * srgb_encode(128 / 255))
    linear = rgb_profile(identity_curve(), SRGB, D65)
    for image, profile in (
        (Image.new("RGB", (2, 2), (128, 128, 128)), linear),
        (Image.new("L", (2, 2), 128), grey_profile(identity_curve())),
        (Image.new("LA", (2, 2), (128, 255)), grey_profile(identity_curve())),
        (Image.new("RGB", (2, 2), (128, 128, 128)).quantize(2), linear),
    ):
        image.info["icc_profile"] = profile
        assert np.abs(np.asarray(to_array(image))[..., :3].astype(int) - half).max() <= 1


def test_an_image_that_is_turned_counts_upright() -> None:
    image = Image.fromarray(COLORS[:1])
    image.getexif()[0x0112] = 6
    assert pc.quantize(image, 2).indices.shape == (2, 1)


def test_an_image_that_was_only_opened_is_read_at_full_depth() -> None:
    samples = np.arange(64).reshape(8, 8, 1).repeat(3, axis=-1) * 16
    image = Image.open(io.BytesIO(write_png(samples, 16, RGB, [gama(1.0)])))
    found = np.asarray(to_array(image))
    expected = np.vectorize(lambda v: 255 * srgb_encode(v))(samples / 65535)
    assert np.abs(found - expected).max() <= 0.6
    assert image.getpixel((0, 0)) == (0, 0, 0)  # it can still be used


def test_a_transparent_level_of_two_bits() -> None:
    samples = np.array([[[0], [1]], [[2], [3]]])
    data = write_png(samples, 2, GREY, [(b"tRNS", struct.pack(">H", 2))])
    quantized = pc.quantize(Image.open(io.BytesIO(data)), 4)
    assert quantized.opaque.tolist() == [[True, True], [False, True]]


def test_an_image_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    Image.fromarray(COLORS).resize((99, 99)).save(path)
    path.write_bytes(path.read_bytes()[:200])
    with Image.open(path) as image, pytest.raises(pc.PixelsError, match="cannot read the image"):
        pc.quantize(image)


def test_an_image_instead_of_several_is_refused() -> None:
    with pytest.raises(pc.PixelsError, match="put it into a list"):
        pc.find_shared_palette(indexed(), 4)


def test_a_profile_and_a_gamma_do_not_add_up() -> None:
    image = Image.new("RGB", (2, 2), (128, 128, 128))
    image.info.update(icc_profile=rgb_profile(gamma_curve(1.8), SRGB, D65), gamma=1.0)
    expected = 255 * srgb_encode((128 / 255) ** 1.8)
    assert np.abs(np.asarray(to_array(image)) - expected).max() <= 1


def opened_png(image: Image.Image, **options: Any) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "PNG", **options)
    return Image.open(stream)


def test_a_palette_that_was_changed_before_the_image_is_loaded() -> None:
    image = opened_png(indexed())
    image.putpalette([0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4])
    assert to_array(image)[..., 2].tolist() == [[1, 2], [3, 4]]


def test_transparency_and_orientation_that_were_changed_before_the_image_is_loaded() -> None:
    image = opened_png(indexed())
    image.info["transparency"] = 0
    assert to_array(image)[..., 3].tolist() == [[0, 255], [255, 255]]
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = opened_png(Image.new("RGB", (4, 6)), exif=exif)
    del turned.getexif()[0x0112]
    assert to_array(turned).shape == (6, 4, 3)
