"""Exact colours: paper, ink and flat areas are in the palette as they are, not one level off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

import palette_core as pc
from palette_core.arrays import Bytes, pack
from palette_core.color.spaces import SPACES
from palette_core.design import METHODS, DesignProblem
from palette_core.design.constraints import Constraints
from palette_core.design.exact_colors import keep_exact_colors
from palette_core.image.areas import find_areas
from palette_core.image.histogram import ColorHistogram
from palette_core.image.pixels import Pixels

from .strategies import SEEDS, images

BLUE = (29, 161, 242)
APPEARANCES: list[dict[str, Any]] = [
    {"space": space, "dither": dither}
    for space in ("srgb", "oklab")
    for dither in ("none", "floyd-steinberg", "blue-noise")
]


def page(paper: str, ink: str) -> Bytes:
    """Draw two lines of letters with soft edges."""
    image = Image.new("RGB", (240, 80), paper)
    draw = ImageDraw.Draw(image)
    for line in range(2):
        font = ImageFont.load_default(24)
        draw.text((8, 8 + 34 * line), "Colour quantization", fill=ink, font=font)
    return np.asarray(image)


def gradient(height: int = 120, width: int = 200) -> Bytes:
    """Draw a noisy gradient of many colours."""
    y, x = np.mgrid[0:height, 0:width]
    red = 128 + 90 * np.sin(x / 31) * np.cos(y / 17)
    green, blue = 120 + 80 * np.sin(x / 23 + 1), 90 + 60 * np.cos(y / 29 + x / 60)
    noise = np.random.default_rng(7).normal(0, 6, (height, width, 3))
    return np.clip(np.stack([red, green, blue], -1) + noise, 0, 255).astype(np.uint8)


def entries(palette: pc.Palette) -> set[tuple[int, ...]]:
    return {tuple(color) for color in palette.colors.tolist()}


@pytest.mark.parametrize("appearance", APPEARANCES, ids=lambda a: "-".join(a.values()))
@pytest.mark.parametrize("colors", [2, 3, 4, 8, 16])
def test_black_and_white_stay_what_they_are(colors: int, appearance: dict[str, Any]) -> None:
    for paper, ink in (("white", "black"), ("black", "white")):
        found = pc.find_palette(page(paper, ink), colors, **appearance)
        assert len(found) == colors
        assert {(0, 0, 0), (255, 255, 255)} <= entries(found)


@pytest.mark.parametrize("appearance", APPEARANCES, ids=lambda a: "-".join(a.values()))
@pytest.mark.parametrize("colors", [8, 64, 256])
def test_a_flat_area_beside_a_photo_keeps_its_color(
    colors: int, appearance: dict[str, Any]
) -> None:
    pixels = gradient()
    pixels[:, :90] = BLUE
    found = pc.find_palette(pixels, colors, **appearance)
    assert BLUE in entries(found)
    assert len(found) == colors


@pytest.mark.parametrize("appearance", APPEARANCES, ids=lambda a: "-".join(a.values()))
def test_two_similar_areas_keep_both_colors(appearance: dict[str, Any]) -> None:
    pixels = gradient()
    pixels[:60, :90], pixels[60:, :90] = (250, 250, 250), (244, 246, 248)
    found = pc.find_palette(pixels, 32, **appearance)
    assert {(250, 250, 250), (244, 246, 248)} <= entries(found)


@pytest.mark.parametrize(("difference", "share", "is_kept"), [(3, 0.6, False), (4, 1, True)])
def test_steps_of_a_gradient_are_no_areas(difference: int, share: float, is_kept: bool) -> None:
    """A flat colour is not kept if similar ones have more than half its pixels."""
    pixels = gradient()
    pixels[:40, :40] = BLUE
    pixels[40:80, : int(40 * share)] = np.array(BLUE, np.uint8) + difference
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    random = np.random.default_rng(5)
    palette = np.unique(random.integers(0, 256, (32, 3), np.uint8), axis=0)
    flat = np.array([BLUE], np.uint8)
    found, _ = keep_exact_colors(palette, histogram, SPACES["srgb"], 1, flat)
    assert (BLUE in {tuple(color) for color in found.tolist()}) == is_kept


def test_the_price_is_limited() -> None:
    """An entry that one colour dominates has at most twice its error, an area 2 mean errors."""
    pixels = page("#1e1e1e", "#ce9178")
    for colors in (4, 16):
        kept, plain = (pc.quantize(pixels, colors, keep_exact=share) for share in (0.5, 0))
        before, after = (pc.compare(pixels, each.to_array()).mse for each in (plain, kept))
        assert 0 < after <= 2 * before


def test_with_0_entries_are_means() -> None:
    pixels = page("white", "black")
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    means = METHODS["kmeans"].solve(DesignProblem(histogram, 4)).colors
    assert np.array_equal(pc.find_palette(pixels, 4, keep_exact=0).colors, means)
    assert (0, 0, 0) not in {tuple(color) for color in means.tolist()}


def test_the_share_decides_which_colors_are_exact() -> None:
    pixels = np.full((10, 10, 3), (200, 0, 0), np.uint8)
    pixels[7:] = (210, 0, 0)
    for share, red in ((0.5, 200), (0.7, 200), (0.71, 203), (0, 203)):
        assert pc.find_palette(pixels, 1, keep_exact=share).colors.tolist() == [[red, 0, 0]]


OFF: dict[str, Any] = {"keep_exact": 0}


@pytest.mark.parametrize("method", [name for name in METHODS if name != "kmeans"])
def test_other_methods_are_unchanged(method: str) -> None:
    pixels = page("white", "black")
    usual, plain = (pc.find_palette(pixels, 4, method=method, **more) for more in ({}, OFF))
    assert usual == plain


def test_constraints_come_first() -> None:
    pixels = page("white", "black")
    locked = pc.quantize(pixels, 4, locked=["#fefefe"], dither="floyd-steinberg")
    assert (254, 254, 254) in entries(locked.palette)
    start = pc.Palette(["#fefefe", "#010101"])
    assert entries(start) <= entries(pc.find_palette(pixels, 4, start=start))
    on_grid = pc.find_palette(page("#fff0e0", "#123456"), 4, grid="rgb444")
    assert not (on_grid.colors % 17).any()


@given(pixels=images(), seed=SEEDS, colors=st.integers(1, 40), share=st.floats(0.01, 1))
def test_no_entry_is_lost(pixels: Bytes, seed: int, colors: int, share: float) -> None:
    random = np.random.default_rng(seed)
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    palette = np.unique(random.integers(0, 256, (colors, 3), np.uint8), axis=0)
    locked = palette[: colors // 3]
    flat = histogram.colors[: colors // 2]
    for space in (SPACES["srgb"], SPACES["oklab"]):
        found, exact = keep_exact_colors(
            palette, histogram, space, share, flat, Constraints(locked)
        )
        assert len(np.unique(pack(found))) == len(palette)
        assert np.isin(pack(locked), pack(found)).all()
        assert np.isin(pack(exact), pack(found)).all()
        assert np.isin(pack(exact), pack(histogram.colors)).all()


def test_flat_colors_are_those_of_areas() -> None:
    pixels = gradient(200, 200)
    pixels[:20, :20] = BLUE
    pixels[100:110, 100:110] = (255, 0, 0)  # too small
    pixels[150::4, ::4] = (0, 255, 0)  # scattered
    assert find_areas(Pixels(pixels, None)).flat.tolist() == [list(BLUE)]
    assert not len(find_areas(Pixels(pixels.reshape(-1, 3), None)).flat)
    opaque = np.ones((200, 200), np.bool_)
    opaque[:20, :20] = False
    assert not len(find_areas(Pixels(pixels, opaque)).flat)


def test_flat_colors_of_large_images_are_found_in_some_rows() -> None:
    pixels = np.tile(gradient(200, 200), (6, 6, 1))
    pixels[:150, :150] = BLUE
    assert find_areas(Pixels(pixels, None)).flat.tolist() == [list(BLUE)]


def test_a_shared_palette_keeps_the_areas_of_every_image() -> None:
    one, other = gradient(), gradient()
    one[:60, :90], other[60:, :90] = (250, 250, 250), (244, 246, 248)
    found = pc.find_shared_palette([one, other], 32, space="oklab")
    assert {(250, 250, 250), (244, 246, 248)} <= entries(found)
    assert pc.find_shared_palette([one], 32) == pc.find_palette(one, 32)


def test_two_large_colors_share_an_entry() -> None:
    """Neither of two areas is dominant, so that both get about the same error."""
    pixels = np.full((10, 10, 3), (200, 0, 0), np.uint8)
    pixels[6:] = (210, 0, 0)
    assert pc.find_palette(pixels, 1).colors.tolist() == [[204, 0, 0]]
