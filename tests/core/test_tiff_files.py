"""TIFF files of every kind of samples, compared with what was written."""

from __future__ import annotations

import contextlib
import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.color import rgb2xyz, xyz2lab

import palette_core as pc

from .color_formulas import ADOBE_RGB, D65, SRGB, rgb_to_srgb, srgb_decode, to_xyz_d50
from .icc_files import gamma_curve, rgb_profile
from .reference_metrics import decoded
from .tiff_files import (
    CIE_LAB,
    CMYK,
    DEFLATE,
    FLOAT,
    ICC_LAB,
    INDEXED,
    LZW,
    MIN_IS_BLACK,
    MIN_IS_WHITE,
    NONE,
    PACK_BITS,
    RATIONAL,
    RGB,
    SHORT,
    SIGNED,
    UNDEFINED,
    Tiff,
)

HEIGHT, WIDTH = 7, 21
COMPRESSIONS = (NONE, LZW, DEFLATE, PACK_BITS)
STRAIGHT, ASSOCIATED, UNSPECIFIED = 2, 1, 0


def draw(bits: int, channels: int, seed: int = 3) -> NDArray[np.int64]:
    samples = np.random.default_rng(seed).integers(0, 2**bits, (HEIGHT, WIDTH, channels))
    samples[0, 0], samples[0, 1] = 0, 2**bits - 1
    return samples


def assert_near(found: NDArray[Any], expected: NDArray[Any], most: float = 0.51) -> None:
    if expected.shape[-1] == 1:
        expected = expected.repeat(3, axis=-1)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= most


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [1, 2, 4, 6, 8, 10, 12, 14, 16, 32])
@pytest.mark.parametrize("photometric", [MIN_IS_WHITE, MIN_IS_BLACK, RGB])
def test_every_depth_is_scaled_to_eight_bits(photometric: int, bits: int, order: str) -> None:
    samples = draw(bits, 3 if photometric == RGB else 1)
    values = samples / (2**bits - 1)
    expected = 255 * (1 - values if photometric == MIN_IS_WHITE else values)
    for planar, compression in itertools.product((False, True), COMPRESSIONS):
        tiff = Tiff(bits, photometric, order=order, compression=compression, is_planar=planar)
        assert_near(decoded(tiff.write(samples)).pixels, expected)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [8, 16, 32])
def test_predictors_and_tiles_are_read(bits: int, order: str) -> None:
    for channels, planar, tile, compression in itertools.product(
        (1, 3), (False, True), (None, (16, 16)), (LZW, DEFLATE)
    ):
        samples = draw(bits, channels)
        tiff = Tiff(
            bits,
            RGB if channels == 3 else MIN_IS_BLACK,
            order=order,
            compression=compression,
            predictor=2,
            is_planar=planar,
            tile=tile,
        )
        assert_near(decoded(tiff.write(samples)).pixels, samples * 255 / (2**bits - 1))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("bits", [16, 32, 64])
def test_floats_are_scaled_to_eight_bits(bits: int, order: str) -> None:
    for channels, predictor, tile in itertools.product((1, 3), (1, 3), (None, (16, 16))):
        samples = np.random.default_rng(4).random((HEIGHT, WIDTH, channels))
        tiff = Tiff(
            bits,
            RGB if channels == 3 else MIN_IS_BLACK,
            FLOAT,
            order=order,
            compression=DEFLATE,
            predictor=predictor,
            tile=tile,
        )
        assert_near(decoded(tiff.write(samples)).pixels, samples * 255, 0.7 if bits == 16 else 0.51)


@pytest.mark.parametrize("extra", [STRAIGHT, ASSOCIATED])
def test_floats_that_are_no_numbers(extra: int) -> None:
    samples = np.array([[[0.5, np.nan, 0.25, 1], [0.5, 0.5, 0.5, np.nan], [1, 1, 1, -np.inf]]])
    picture = decoded(Tiff(32, RGB, FLOAT, extra=[extra]).write(samples.astype(np.float32)))
    assert picture.pixels[0, 0].tolist() == [128, 0, 64, 255]
    assert picture.pixels[..., 3].tolist() == [[255, 0, 0]]


@pytest.mark.parametrize("bits", [8, 16, 32])
@pytest.mark.parametrize("colors", [1, 3])
def test_associated_alpha_is_divided_out(colors: int, bits: int) -> None:
    top = 2**bits - 1
    straight = draw(bits, colors + 1)
    straight[..., -1] = np.clip(straight[..., -1], top // 2, top)
    opacity = straight[..., -1:] / top
    associated = straight.copy()
    associated[..., :-1] = np.rint(straight[..., :-1] * opacity)
    color, alpha = straight[..., :-1] * 255 / top, opacity * 255
    if colors == 1:
        color = color.repeat(3, axis=-1)
    for extra, samples in (
        (STRAIGHT, straight),
        (ASSOCIATED, associated),
        (UNSPECIFIED, straight),
    ):
        photometric = RGB if colors == 3 else MIN_IS_BLACK
        found = decoded(Tiff(bits, photometric, extra=[extra]).write(samples)).pixels
        expected = color if extra == UNSPECIFIED else np.dstack([color, alpha])
        # Of associated colours in 8 bits half a level is lost by multiplying, and doubled back.
        assert_near(found, expected, 1.6 if extra == ASSOCIATED and bits == 8 else 0.51)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_entries_of_a_colour_map_are_looked_up(bits: int) -> None:
    indices = draw(bits, 1)
    palette = np.random.default_rng(1).integers(0, 65536, (2**bits, 3))
    tags = {320: (SHORT, palette.T.ravel().tolist())}
    found = decoded(Tiff(bits, INDEXED, tags=tags).write(indices)).pixels
    assert_near(found, palette[indices[..., 0]] / 257, 1.0)


@pytest.mark.parametrize("bits", [8, 16])
def test_cmyk_without_a_profile_is_read_with_a_note(bits: int) -> None:
    inks = draw(bits, 4)
    shares = inks / (2**bits - 1)
    picture = decoded(Tiff(bits, CMYK).write(inks))
    assert_near(picture.pixels, 255 * (1 - shares[..., :3]) * (1 - shares[..., 3:]))
    assert "CMYK without a usable colour profile" in picture.notes[-1]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [CIE_LAB, ICC_LAB])
@pytest.mark.parametrize("white", ["D50", "D65"])
def test_lab_is_converted_to_srgb(white: str, photometric: int, bits: int) -> None:
    rgb = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    tags: dict[int, Any] = {}
    if white == "D65":
        lab = xyz2lab(rgb2xyz(rgb), "D65")
        tags[318] = RATIONAL, [3127, 10000, 3290, 10000]
    else:
        lab = lab_d50(rgb)
    unit = 2 ** (bits - 8)
    samples = np.rint(lab * [(2**bits - 1) / 100, unit, unit]).astype(np.int64)
    if photometric == ICC_LAB:
        samples[..., 1:] += 128 * unit
    data = Tiff(bits, photometric, tags=tags).write(samples % 2**bits)
    # Steps of 8-bit Lab are some levels wide where colours are saturated.
    assert_near(decoded(data).pixels, rgb.astype(float), 16 if bits == 8 else 1)


def lab_d50(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    light = np.vectorize(srgb_decode)(rgb / 255)
    relative = light @ to_xyz_d50(SRGB, D65).T / [0.9642, 1.0, 0.8249]
    f = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1
    )


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_a_profile_is_applied_at_full_depth(bits: int) -> None:
    samples = np.zeros((HEIGHT, WIDTH, 3), np.int64)
    samples[...] = np.arange(WIDTH)[:, np.newaxis] * (2**bits // 1000 if bits > 8 else 1)
    profile = rgb_profile(gamma_curve(1.0), ADOBE_RGB, D65)
    tags = {34675: (UNDEFINED, profile)}
    picture = decoded(Tiff(bits, RGB, tags=tags).write(samples))
    values = (samples / (2**bits - 1)).reshape(-1, 3)
    expected = rgb_to_srgb(values, lambda v: v, ADOBE_RGB, D65).reshape(samples.shape)
    assert_near(picture.pixels, expected, 1.01)
    assert picture.notes[-1] == "colours converted from 'Test' to sRGB"


def test_a_turned_image_is_turned_upright() -> None:
    samples = draw(16, 3)
    tiff = Tiff(16, RGB, tags={274: (SHORT, [6])})
    picture = decoded(tiff.write(samples))
    assert_near(picture.pixels, np.rot90(samples, -1) / 257)
    assert "turned upright, as its EXIF data says" in picture.notes


REFUSED = {
    "signed numbers": (Tiff(16, MIN_IS_BLACK, SIGNED), 1, "is not defined"),
    "floats of 0 to 255": (Tiff(32, MIN_IS_BLACK, FLOAT), 1, "scale them to the range 0 to 1"),
    "12-bit JPEG": (Tiff(12, MIN_IS_BLACK, compression=7), 1, "compression 7 is not supported"),
    "16-bit YCbCr": (Tiff(16, 6), 3, "photometric interpretation 6"),
    "raw sensor data": (Tiff(16, 32803), 1, "photometric interpretation 32803"),
    "too few channels": (Tiff(16, RGB), 2, "too few"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_agreed_meaning_is_refused(name: str) -> None:
    tiff, channels, words = REFUSED[name]
    with pytest.raises(pc.ImageFileError, match=words):
        decoded(tiff.write(draw(8, channels)))


def test_a_file_cut_short_anywhere_is_refused_or_read() -> None:
    data = Tiff(12, RGB, compression=LZW).write(draw(12, 3))
    whole = decoded(data).pixels
    for end in range(0, len(data), 7):
        with contextlib.suppress(pc.ImageFileError):
            assert decoded(data[:end]).pixels.shape == whole.shape
