"""Alpha to one bit: thresholds, dithering, mattes, and what of it is in the result."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.dither import DITHERS
from palette_core.image.alpha import binarize_alpha, blend_over, dither_alpha
from palette_core.image.image_files import encode_png
from palette_core.image.pixels import Pixels
from palette_core.image.threshold_matrices import blue_noise

from .strategies import SEEDS, images

THRESHOLDS = st.integers(1, 254)
LEVELS = st.integers(0, 255)
MATTES = st.tuples(LEVELS, LEVELS, LEVELS)
SIDE = len(blue_noise())


@st.composite
def soft_pictures(draw: st.DrawFn) -> Bytes:
    """A picture, (H, W, 4), of any alpha, with both ends of it more often than by chance."""
    pixels = draw(images(channels=4))
    rng = np.random.default_rng(draw(SEEDS))
    shape = pixels.shape[:2]
    pixels[..., 3] = np.where(rng.random(shape) < 0.5, pixels[..., 3], rng.integers(0, 256, shape))
    return pixels


def flat(alpha: int, height: int = SIDE, width: int = SIDE) -> Bytes:
    return np.full((height, width), alpha, np.uint8)


def opaque_of(picture: Pixels | pc.Quantized) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if picture.opaque is not None:
        return picture.opaque
    rgb = picture.rgb if isinstance(picture, Pixels) else picture.to_array()
    return np.ones(rgb.shape[:2], np.bool_)


# Opaque pictures


@pytest.mark.parametrize("dither", DITHERS)
@given(pixels=images(), count=st.integers(1, 40), adaptive=st.booleans())
@settings(max_examples=5)
def test_a_picture_is_the_same_as_opaque_rgba(
    dither: str, pixels: Bytes, count: int, adaptive: bool
) -> None:
    expected = pc.quantize(pixels, count, dither=dither, dither_adaptive=adaptive)
    opaque = np.dstack([pixels, flat(255, *pixels.shape[:2])])
    options: tuple[dict[str, Any], ...] = (
        {}, {"alpha_threshold": 255}, {"alpha": "dither"}, {"matte": "#12aBf0"},
    )  # fmt: skip
    for option in options:
        found = pc.quantize(opaque, count, dither=dither, dither_adaptive=adaptive, **option)
        assert found.opaque is None
        assert found.palette == expected.palette
        assert np.array_equal(found.indices, expected.indices)


@pytest.mark.parametrize("option", [{"alpha": "dither"}, {"matte": (1, 2, 3)}])
@pytest.mark.parametrize("shape", [(9, 3), (5, 7), (5, 7, 1), (5, 7, 3)])
def test_pixels_without_alpha_are_left_alone(
    option: dict[str, Any], shape: tuple[int, ...]
) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    expected, found = pc.quantize(pixels, 4), pc.quantize(pixels, 4, **option)
    assert np.array_equal(found.to_array(), expected.to_array())


# Dithered alpha


@pytest.mark.parametrize("threshold", [1, 2, 77, 128, 253, 254])
def test_half_of_the_pixels_are_opaque_at_the_threshold(threshold: int) -> None:
    shares = [dither_alpha(flat(alpha), threshold).mean() for alpha in range(256)]
    assert shares[threshold] == 0.5
    assert shares[0] == 0
    assert shares[255] == 1
    rises = np.diff(shares) * blue_noise().size
    assert (rises > 0).all()
    # Two straight lines, but for the rounding to whole ranks.
    assert np.ptp(rises[:threshold]) <= 1
    assert np.ptp(rises[threshold:]) <= 1


@given(pixels=soft_pictures(), threshold=THRESHOLDS, rise=st.integers(0, 255))
def test_more_alpha_is_never_less_opaque(pixels: Bytes, threshold: int, rise: int) -> None:
    alpha = pixels[..., 3]
    more = np.minimum(alpha.astype(int) + rise, 255).astype(np.uint8)
    assert (dither_alpha(more, threshold) >= dither_alpha(alpha, threshold)).all()


@given(pixels=soft_pictures(), threshold=THRESHOLDS, top=st.integers(0, 23), seed=SEEDS)
def test_opacity_depends_on_place_and_alpha_alone(
    pixels: Bytes, threshold: int, top: int, seed: int
) -> None:
    height, width = pixels.shape[:2]
    part = np.s_[top : top + height, 7 : 7 + width]
    alpha = np.random.default_rng(seed).integers(0, 256, (60, 290), dtype=np.uint8)
    other = flat(0, 60, 290)
    alpha[part] = other[part] = pixels[..., 3]
    found, expected = dither_alpha(alpha, threshold), dither_alpha(other, threshold)
    assert np.array_equal(found[part], expected[part])


def test_the_mask_repeats() -> None:
    alpha = flat(90, 3 * SIDE + 5, 2 * SIDE + 9)
    opaque = dither_alpha(alpha, 128)
    tile = opaque[:SIDE, :SIDE]
    assert np.array_equal(opaque, np.tile(tile, (4, 3))[: len(opaque), : opaque.shape[1]])
    assert np.array_equal(dither_alpha(flat(90, 7, 5), 128), tile[:7, :5])


def test_opaque_dots_are_spread() -> None:
    # Of blue noise a twentieth has no two dots side by side; of white noise a tenth would have.
    opaque = dither_alpha(flat(13), 128)
    assert 0.04 < opaque.mean() < 0.06
    assert not (opaque & np.roll(opaque, 1, axis=0)).any()
    assert not (opaque & np.roll(opaque, 1, axis=1)).any()


@pytest.mark.parametrize("dither", [name for name in DITHERS if name != "none"])
@pytest.mark.parametrize("alpha", [64, 128, 200])
def test_dithered_colours_keep_their_mean_on_opaque_dots(dither: str, alpha: int) -> None:
    # Masks for alpha and for colours must know nothing of each other, and errors must get from one
    # opaque pixel to the next.
    palette = [[80, 80, 80], [160, 160, 160]]
    grey = flat(105)
    pixels = np.dstack([grey, grey, grey, flat(alpha)])
    options: dict[str, Any] = {"dither": dither, "dither_strength": 1}
    expected = pc.map_pixels(grey, palette, **options).indices.mean()
    found = pc.map_pixels(pixels, palette, alpha="dither", **options)
    assert 0.2 < expected < 0.4
    assert found.indices[opaque_of(found)].mean() == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("dither", DITHERS)
@given(pixels=soft_pictures(), adaptive=st.booleans(), seed=SEEDS)
@settings(max_examples=5)
def test_colours_that_are_all_in_the_palette_stay_though_others_were_seen(
    dither: str, pixels: Bytes, adaptive: bool, seed: int
) -> None:
    pixels[0, 0, 3] = 255
    gone = ~dither_alpha(pixels[..., 3], 128)
    rng = np.random.default_rng(seed)
    pixels[gone, :3] = rng.integers(0, 256, (int(gone.sum()), 3))
    pixels[~gone, :3] = rng.integers(0, 2, (int((~gone).sum()), 3)) * 255
    options: dict[str, Any] = {"dither": dither, "dither_adaptive": adaptive}
    found = pc.quantize(pixels, 8, alpha="dither", **options)
    assert np.array_equal(opaque_of(found), ~gone)
    assert not found.indices[gone].any()
    assert np.array_equal(found.to_array()[~gone, :3], pixels[~gone, :3])


@given(pixels=soft_pictures(), threshold=THRESHOLDS)
@settings(max_examples=15)
def test_every_function_dithers_alpha_in_the_same_way(pixels: Bytes, threshold: int) -> None:
    pixels[0, 0, 3] = 255
    options: dict[str, Any] = {"alpha_threshold": threshold, "alpha": "dither"}
    quantized = pc.quantize(pixels, 5, **options)
    mapped = pc.map_pixels(pixels, quantized.palette, **options)
    assert np.array_equal(opaque_of(quantized), dither_alpha(pixels[..., 3], threshold))
    assert np.array_equal(opaque_of(mapped), opaque_of(quantized))
    assert np.array_equal(mapped.indices, quantized.indices)
    assert pc.find_palette(pixels, 5, **options) == quantized.palette
    assert (pixels[quantized.indices > 0, 3] > 0).all()


# Mattes


@given(pixels=soft_pictures(), matte=MATTES, threshold=st.none() | st.integers(0, 255))
def test_half_transparent_pixels_are_laid_over_the_matte(
    pixels: Bytes, matte: tuple[int, int, int], threshold: int | None
) -> None:
    settled = binarize_alpha(pixels, matte=matte, threshold=threshold)
    opaque = pixels[..., 3] >= (1 if threshold is None else threshold)
    opacity = pixels[..., 3:] / 255
    expected = np.rint(pixels[..., :3] * opacity + np.array(matte) * (1 - opacity))
    assert np.array_equal(opaque_of(settled), opaque)
    assert np.array_equal(settled.rgb[opaque], expected[opaque])


def test_the_strips_of_a_large_picture() -> None:
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (300, 1000, 4), dtype=np.uint8)
    found = blend_over(pixels[..., :3], pixels[..., 3], (9, 90, 200))
    rows = [blend_over(row[..., :3], row[..., 3], (9, 90, 200)) for row in pixels[:, np.newaxis]]
    assert np.array_equal(found, np.concatenate(rows))


def test_half_transparent_grey_over_a_coloured_matte() -> None:
    pixels = np.array([[[100, 128], [100, 255]]], np.uint8)
    found = pc.quantize(pixels, 2, matte="#ff0000").to_array()
    assert found.tolist() == [[[177, 50, 50], [100, 100, 100]]]


@given(pixels=soft_pictures(), matte=MATTES)
@settings(max_examples=15)
def test_every_function_blends_in_the_same_way(pixels: Bytes, matte: tuple[int, int, int]) -> None:
    pixels[0, 0, 3] = 1
    hexadecimal = "#{:02X}{:02x}{:02X}".format(*matte)
    quantized = pc.quantize(pixels, 5, matte=matte)
    assert np.array_equal(opaque_of(quantized), pixels[..., 3] > 0)
    expected = pc.quantize(binarize_alpha(pixels, matte=matte).to_array(), 5)
    assert np.array_equal(quantized.to_array(), expected.to_array())
    assert pc.find_palette(pixels, 5, matte=hexadecimal) == quantized.palette
    mapped = pc.map_pixels(pixels, quantized.palette, matte=np.array(matte, np.uint8))
    assert np.array_equal(mapped.indices, quantized.indices)


@given(pixels=soft_pictures(), matte=MATTES, seed=SEEDS)
def test_transparent_pixels_do_not_count(
    pixels: Bytes, matte: tuple[int, int, int], seed: int
) -> None:
    pixels[0, 0, 3] = 255
    other = pixels.copy()
    hidden = pixels[..., 3] == 0
    other[hidden, :3] = np.random.default_rng(seed).integers(0, 256, 3)
    options: tuple[dict[str, Any], ...] = ({"matte": matte}, {"alpha": "dither"})
    for option in options:
        one, two = (pc.quantize(p, 4, **option) for p in (pixels, other))
        assert one.palette == two.palette
        assert np.array_equal(one.to_array(), two.to_array())


# What does not go together


@pytest.mark.parametrize("threshold", [0, 255])
def test_thresholds_that_cannot_be_half_way(threshold: int, cutout: Bytes) -> None:
    with pytest.raises(pc.OptionError, match=rf"`alpha_threshold={threshold}` cannot .*1 to 254"):
        pc.map_pixels(cutout, [[0, 0, 0]], alpha="dither", alpha_threshold=threshold)


# The transparent entry


@given(pixels=soft_pictures(), count=st.integers(1, 256), place=st.sampled_from(["first", "last"]))
def test_an_indexed_png_is_the_picture(pixels: Bytes, count: int, place: str) -> None:
    pixels[0, 0, 3] = 255
    quantized = pc.quantize(pixels, count)
    indices, colors = quantized.indices.copy(), quantized.palette.colors.tolist()
    opaque = opaque_of(quantized)
    first = place == "first" and quantized.opaque is not None
    with Image.open(io.BytesIO(encode_png(quantized.to_image(transparent_index=place)))) as image:
        found = np.asarray(image)
        entries = np.array(image.getpalette()).reshape(-1, 3).tolist()
        transparent = image.info.get("transparency")
        mode = "RGB" if quantized.opaque is None else "RGBA"
        assert np.array_equal(np.asarray(image.convert(mode)), quantized.to_array())
    assert np.array_equal(found[opaque], indices[opaque] + first)
    assert entries[first : len(colors) + first] == colors
    if quantized.opaque is None:
        assert transparent is None
        assert len(entries) == len(colors)
    else:
        assert transparent == (0 if first else len(colors))
        assert len(entries) == len(colors) + 1 <= 256
        assert (found[~opaque] == transparent).all()
    # The entry is the image's, not the palette's.
    assert np.array_equal(quantized.indices, indices)
    assert quantized.palette.colors.tolist() == colors


@pytest.mark.parametrize("count", [1, 2, 3, 15, 16, 254, 255])
@pytest.mark.parametrize("place", ["first", "last"])
def test_the_chunk_of_a_png_that_says_what_is_transparent(count: int, place: str) -> None:
    # One byte of opacity an entry, up to the transparent one.
    grey = np.repeat(np.arange(count)[:, np.newaxis], 3, axis=1)
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels.reshape(-1, 4)[: count + 1, :3] = np.arange(count + 1)[:, np.newaxis]
    pixels.reshape(-1, 4)[:count, 3] = 255
    data = encode_png(pc.map_pixels(pixels, grey).to_image(transparent_index=place))
    at = data.index(b"tRNS")
    length = int.from_bytes(data[at - 4 : at], "big")
    expected = b"\0" if place == "first" else b"\xff" * count + b"\0"
    assert data[at + 4 : at + 4 + length] == expected
    assert data.index(b"PLTE") < at < data.index(b"IDAT")
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image.convert("RGBA"))[..., 3], pixels[..., 3])
        shift = int(place == "first")
        assert np.asarray(image).ravel()[:count].tolist() == list(range(shift, count + shift))


@pytest.mark.parametrize("place", ["First", "middle", "", 0])
def test_other_places_are_refused(place: Any, drawn: Bytes) -> None:
    with pytest.raises(
        pc.OptionError, match=r"`transparent_index` cannot be .*; use one of: first, last"
    ):
        pc.quantize(drawn, 3).to_image(transparent_index=place)
