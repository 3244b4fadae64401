from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES

from .strategies import images

EVERY_SPACE = pytest.mark.parametrize("space", SPACES)
ENTRIES = pc.Palette([[0, 0, 0], [200, 0, 0], [10, 20, 31], [200, 0, 0]])


@EVERY_SPACE
@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "bayer-4"])
@given(pixels=images(channels=4, most_colors=60))
def test_a_picture_in_palette_colours_comes_back_exactly(
    space: str, dither: str, pixels: Bytes
) -> None:
    palette = np.unique(pixels[pixels[..., 3] > 0][:, :3], axis=0)[::-1]
    mapped = pc.map_pixels(pixels, palette, strict=True, space=space, dither=dither)
    assert np.array_equal(mapped.palette.colors, palette)
    expected = np.where(pixels[..., 3:] > 0, pixels, 0)
    assert np.array_equal(mapped.to_array(), expected[..., : mapped.to_array().shape[2]])


@EVERY_SPACE
def test_neighbours_in_the_cube_are_told_apart(space: str) -> None:
    levels = np.array([0, 1, 2, 127, 128, 254, 255], np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    for found in (cube[:256], cube[-256:]):
        mapped = pc.map_pixels(found, found, strict=True, space=space, lightness_weight=0.1)
        assert mapped.indices.tolist() == list(range(256))


def test_of_equal_entries_the_first_is_taken() -> None:
    mapped = pc.map_pixels(np.full((1, 2, 3), (200, 0, 0), np.uint8), ENTRIES, strict=True)
    assert mapped.indices.tolist() == [[1, 1]]
    assert mapped.palette == ENTRIES


def foreign_picture() -> Bytes:
    pixels = np.zeros((4, 5, 3), np.uint8)
    pixels[1, 2:4] = (10, 20, 30)
    pixels[2, 0] = (190, 0, 0)
    return pixels


@pytest.mark.parametrize("dither", ["none", "atkinson"])
def test_what_is_wrong_is_told(dither: str) -> None:
    with pytest.raises(pc.ForeignColorError) as caught:
        pc.map_pixels(foreign_picture(), ENTRIES, strict=True, dither=dither)
    assert isinstance(caught.value, ValueError)
    message = str(caught.value)
    assert message.startswith("3 pixels of 2 colours are not in the palette")
    assert "the first is #0a141e at column 2, row 1" in message
    assert "nearest is entry 2, #0a141f" in message


def test_transparent_pixels_may_have_any_colour() -> None:
    rgba = np.dstack([foreign_picture(), np.full((4, 5), 255, np.uint8)])
    rgba[1, 2:4, 3] = 100
    with pytest.raises(pc.ForeignColorError, match=r"^1 pixel of 1 colour .* column 0, row 2 "):
        pc.map_pixels(rgba, ENTRIES, strict=True)
    rgba[2, 0, 3] = 0
    assert pc.map_pixels(rgba, ENTRIES, strict=True).opaque is not None
    with pytest.raises(pc.ForeignColorError, match=r"^2 pixels of 1 colour .* column 2, row 1 "):
        pc.map_pixels(rgba, ENTRIES, strict=True, alpha_threshold=100)


def test_with_a_matte_the_blended_colours_count() -> None:
    rgba = np.full((1, 2, 4), (0, 0, 0, 255), np.uint8)
    rgba[0, 1, 3] = 128
    with pytest.raises(pc.ForeignColorError, match="the first is #7f7f7f at column 1, row 0"):
        pc.map_pixels(rgba, ENTRIES, strict=True, matte="#ffffff")
    mapped = pc.map_pixels(rgba, [[127, 127, 127], [0, 0, 0]], strict=True, matte="#ffffff")
    assert mapped.indices.tolist() == [[1, 0]]


def test_nearest_is_meant_in_the_space() -> None:
    # Red is equally far from both in no space: by sRGB nearer to green, by luminance to blue.
    pixels = np.full((1, 1, 3), (255, 0, 0), np.uint8)
    entries = pc.Palette([[0, 0, 255], [0, 240, 0]])
    told = []
    options: list[dict[str, Any]] = [{"space": "srgb"}, {"space": "srgb", "lightness_weight": 10}]
    for option in options:
        with pytest.raises(pc.ForeignColorError) as caught:
            pc.map_pixels(pixels, entries, strict=True, **option)
        mapped = pc.map_pixels(pixels, entries, **option)
        assert f"entry {mapped.indices[0, 0]}," in str(caught.value)
        told.append(mapped.indices[0, 0])
    assert told == [1, 0]


def test_loose_colours_have_an_index() -> None:
    loose = np.array([[0, 0, 0], [0, 0, 0], [7, 7, 7]], np.uint8)
    with pytest.raises(pc.ForeignColorError, match="the first is #070707 at index 2 "):
        pc.map_pixels(loose, ENTRIES, strict=True)
