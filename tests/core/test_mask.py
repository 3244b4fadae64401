"""A mask says which pixels are quantized: the others are as if their alpha were 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes, Mask

from .reference_metrics import are_same
from .strategies import SEEDS, colors

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "space": st.sampled_from(["srgb", "oklab"]),
        "dither": st.sampled_from(["none", "floyd-steinberg", "bayer-4", "blue-noise"]),
        "dither_adaptive": st.booleans(),
        "alpha_threshold": st.sampled_from([1, 128, 254]),
    },
)
ALPHA = st.sampled_from([{}, {"alpha": "dither"}, {"matte": "#1e6432"}])


@st.composite
def masked_images(draw: st.DrawFn) -> tuple[Bytes, Mask]:
    """An (H, W, 4) image of any alpha, and a mask in which at least one pixel is opaque."""
    rng = np.random.default_rng(draw(SEEDS))
    shape = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    rgb = draw(colors(1, 100))
    rgba = np.dstack([rgb[rng.integers(0, len(rgb), shape)], rng.integers(0, 256, shape)])
    mask = rng.random(shape) < draw(st.sampled_from([0.2, 0.5, 1.0]))
    place = rng.integers(shape[0]), rng.integers(shape[1])
    rgba[place][3], mask[place] = 255, True
    return rgba.astype(np.uint8), mask


def without(rgba: Bytes, mask: Mask) -> Bytes:
    """The image with alpha 0 outside the mask."""
    return np.dstack([rgba[..., :3], np.where(mask, rgba[..., 3], 0)]).astype(np.uint8)


@given(image=masked_images(), options=OPTIONS, alpha=ALPHA)
@settings(max_examples=60, deadline=None)
def test_a_masked_image_is_one_with_alpha_0_outside_the_mask(
    image: tuple[Bytes, Mask], options: dict[str, Any], alpha: dict[str, Any]
) -> None:
    rgba, mask = image
    options, expected = options | alpha, without(rgba, mask)
    result = pc.quantize(expected, 6, **options)
    session = pc.Session(rgba, mask=mask)
    assert are_same(pc.quantize(rgba, 6, mask=mask, **options), result)
    assert are_same(session.quantize(6, **options), result)
    palette = pc.Palette([[0, 0, 0], [250, 10, 90], [90, 200, 255]])
    mapped = pc.map_pixels(expected, palette, **options)
    assert are_same(pc.map_pixels(rgba, palette, mask=mask, **options), mapped)
    assert are_same(session.map(palette, **options), mapped)
    assert pc.find_palette(rgba, 6, mask=mask, **options) == result.palette
    assert session.palette(6, **options) == result.palette


@given(image=masked_images(), dither=st.sampled_from(["none", "sierra"]))
@settings(max_examples=20, deadline=None)
def test_an_image_without_alpha_is_transparent_outside_the_mask(
    image: tuple[Bytes, Mask], dither: str
) -> None:
    rgba, mask = image
    rgba[..., 3] = 255
    expected = pc.quantize(without(rgba, mask), 5, dither=dither)
    assert are_same(pc.quantize(rgba[..., :3], 5, dither=dither, mask=mask), expected)


def test_with_threshold_0_only_the_mask_decides(picture: Bytes) -> None:
    mask = np.arange(picture[..., 0].size).reshape(picture.shape[:2]) % 3 > 0
    rgba = np.dstack([picture, np.zeros_like(picture[..., 0])])
    expected = pc.quantize(picture, 8, mask=mask)
    result = pc.quantize(rgba, 8, mask=mask, alpha_threshold=0)
    assert are_same(result, expected)
    assert np.array_equal(result.opaque, mask)


def test_a_mask_of_all_pixels_changes_nothing(picture: Bytes) -> None:
    mask = np.ones(picture.shape[:2], bool)
    result = pc.quantize(picture, 8, mask=mask)
    assert result.opaque is None
    assert are_same(result, pc.quantize(picture, 8))


def test_255_colours_and_a_transparent_entry_are_the_most(picture: Bytes) -> None:
    mask = np.ones(picture.shape[:2], bool)
    mask[0, 0] = False
    assert len(pc.find_palette(picture, 256, mask=mask)) == 255


def test_the_result_does_not_share_the_mask(picture: Bytes) -> None:
    mask = np.zeros(picture.shape[:2], bool)
    mask[3:9] = True
    result = pc.Session(picture, mask=mask).quantize(3)
    mask[0, 0] = True
    assert not result.opaque[0, 0]


def test_loose_colours_have_a_mask_too() -> None:
    rgb = np.array([[0, 0, 0], [10, 0, 0], [200, 0, 0]], np.uint8)
    result = pc.quantize(rgb, 1, mask=[True, False, False])
    assert result.palette.hex == ("#000000",)
    assert result.opaque.tolist() == [True, False, False]


def test_weights_outside_the_mask_do_not_count(picture: Bytes) -> None:
    mask = np.zeros(picture.shape[:2], bool)
    mask[:30] = True
    weights = np.where(mask, 1.0, 9.0)
    weights[0, 0] = 4
    expected = pc.find_palette(picture[:30], 5, weights=weights[:30])
    assert pc.find_palette(picture, 5, weights=weights, mask=mask) == expected


# Errors


@pytest.mark.parametrize("shape", [(80, 60), (60, 80, 1), (4800,), (0, 0), ()])
def test_a_mask_of_another_shape_is_refused(drawn: Bytes, shape: tuple[int, ...]) -> None:
    mask, palette = np.ones(shape, bool), [[0, 0, 0]]
    for call in (
        lambda: pc.quantize(drawn, 4, mask=mask),
        lambda: pc.find_palette(drawn, 4, mask=mask),
        lambda: pc.map_pixels(drawn, palette, mask=mask),
        lambda: pc.Session(drawn, mask=mask).map(palette),
    ):
        with pytest.raises(pc.PixelsError, match=r"the mask has shape .*but the image has \(60, "):
            call()


@pytest.mark.parametrize("mask", [np.ones((60, 80), np.uint8), "all", [[True], [True, False]]])
def test_a_mask_that_is_not_boolean_is_refused(drawn: Bytes, mask: Any) -> None:
    for call in (
        lambda: pc.quantize(drawn, 4, mask=mask),
        lambda: pc.find_palette(drawn, 4, mask=mask),
        lambda: pc.map_pixels(drawn, [[0, 0, 0]], mask=mask),
    ):
        with pytest.raises(pc.OptionError, match=r"`mask` must be an array of bool, not"):
            call()


def test_an_empty_mask_leaves_no_pixel_to_find_colours_for(drawn: Bytes) -> None:
    mask = np.zeros((60, 80), bool)
    for function in (pc.quantize, pc.find_palette):
        with pytest.raises(pc.PixelsError, match="every pixel is transparent"):
            function(drawn, 4, mask=mask)
    result = pc.map_pixels(drawn, [[9, 9, 9]], mask=mask)
    assert not result.opaque.any()
