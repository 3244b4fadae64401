"""Small regions: a mouth, a link or a badge keeps its colour on a small palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

import palette_core as pc
from palette_core.arrays import Bytes, Mask, pack
from palette_core.color.spaces import SPACES
from palette_core.design.constraints import Constraints
from palette_core.design.small_regions import keep_small_regions
from palette_core.image.areas import Areas, find_areas
from palette_core.image.histogram import ColorHistogram
from palette_core.image.pixels import Pixels

from .strategies import SEEDS, images
from .test_exact_colors import gradient

NO_COLORS = np.zeros((0, 3), np.uint8)
MOUTH, LINK, BADGE, COUNTRY = (212, 42, 42), (6, 69, 173), (52, 199, 89), (179, 18, 60)
APPEARANCES: list[dict[str, Any]] = [
    {"space": space, "dither": dither}
    for space in ("srgb", "oklab")
    for dither in ("none", "floyd-steinberg", "blue-noise", "auto")
]

Box = tuple[float, float, float, float]


class Drawing:
    """An image drawn four times as large, so that its edges are soft."""

    def __init__(self, width: int, height: int, color: str) -> None:
        self.image = Image.new("RGB", (4 * width, 4 * height), color)
        self._draw = ImageDraw.Draw(self.image)

    def ellipse(self, box: Box, color: str | tuple[int, ...], line: int = 0) -> None:
        scaled = tuple(4 * side for side in box)
        self._draw.ellipse(scaled, color, "black" if line else None, max(1, 4 * line))

    def rectangle(self, box: Box, color: str, radius: int = 0, line: str | None = None) -> None:
        scaled = tuple(4 * side for side in box)
        self._draw.rounded_rectangle(scaled, 4 * radius, color, line, 4)

    def pixels(self, width: int, height: int) -> Bytes:
        return np.asarray(self.image.resize((width, height), Image.Resampling.BOX))


def cartoon() -> Bytes:
    drawing = Drawing(320, 240, "#7ec8f0")
    drawing.rectangle((0, 180, 320, 240), "#6cbf4b", 0, "black")
    drawing.ellipse((90, 40, 230, 200), "#ffd9b3", 3)
    for left in (120, 175):
        drawing.ellipse((left, 90, left + 25, 120), "white", 3)
        drawing.ellipse((left + 8, 100, left + 18, 112), "black")
    drawing.ellipse((140, 150, 172, 162), MOUTH, 2)
    drawing.ellipse((20, 20, 70, 70), "#ffe14d", 3)
    return drawing.pixels(320, 240)


def page() -> Bytes:
    """Draw lines of black letters, with one word in blue."""
    image = Image.new("RGB", (360, 128), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(13)
    for top in range(8, 120, 16):
        draw.text((8, top), "Colour quantization with k-means", "black", font)
    draw.rectangle((40, 56, 150, 71), "white")
    draw.text((48, 56), "every pixel counts", LINK, font)
    return np.asarray(image)


def window() -> Bytes:
    drawing = Drawing(400, 240, "#f3f3f3")
    drawing.rectangle((0, 0, 400, 36), "#2b3a4a")
    for top in range(50, 230, 30):
        drawing.rectangle((16, top, 370, top + 20), "white", 6, "#b0b7c0")
        drawing.rectangle((24, top + 6, 200, top + 14), "#55606c", 3)
        drawing.ellipse((350, top + 4, 362, top + 16), "#c7ced6")
    drawing.ellipse((372, 8, 388, 24), "#ff3b30")
    drawing.ellipse((30, 12, 42, 24), BADGE)
    return drawing.pixels(400, 240)


def countries() -> Bytes:
    random = np.random.default_rng(11)
    drawing = Drawing(300, 200, "#b5d0e6")
    for _ in range(45):
        left, top = random.integers(-20, 280), random.integers(-20, 180)
        green = tuple(random.integers((120, 150, 90), (220, 210, 150)).tolist())
        drawing.ellipse((left, top, left + 60, top + 40), green, 1)
    drawing.ellipse((200, 140, 213, 151), COUNTRY, 1)
    return drawing.pixels(300, 200)


DRAWINGS: dict[str, tuple[Callable[[], Bytes], tuple[int, int, int]]] = {
    "cartoon": (cartoon, MOUTH),
    "page": (page, LINK),
    "window": (window, BADGE),
    "countries": (countries, COUNTRY),
}


def ramp() -> Bytes:
    """Draw a horizontal gradient without noise, from blue to orange."""
    shares = np.linspace(0, 1, 320)[:, np.newaxis]
    colors = (1 - shares) * (20, 40, 200) + shares * (250, 150, 20)
    return np.tile(colors.round().astype(np.uint8), (100, 1, 1))


def is_color(pixels: Bytes, color: tuple[int, int, int]) -> Mask:
    found: Mask = (pixels == color).all(axis=-1)
    return found


@pytest.mark.parametrize("appearance", APPEARANCES, ids=lambda a: "-".join(a.values()))
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_small_region_keeps_its_color(name: str, appearance: dict[str, Any]) -> None:
    draw, color = DRAWINGS[name]
    pixels = draw()
    region = is_color(pixels, color)
    assert 30 < np.count_nonzero(region) < 0.003 * region.size
    quantized = pc.quantize(pixels, 8, **appearance)
    assert len(quantized.palette) == 8
    result = quantized.to_array()[region]
    oklab = SPACES["oklab"]
    apart = np.square(oklab.from_srgb(result) - oklab.from_srgb(np.array([color], np.uint8)))
    # Of black and white this is 255. Letters have few pixels in their full colour.
    assert np.sqrt(apart.sum(axis=1)).mean() < (30 if name == "page" else 5)


def test_the_mouth_needs_this_step() -> None:
    pixels = cartoon()
    options: dict[str, Any] = {"space": "oklab", "visual_masking": 0}
    kept, plain = (pc.find_palette(pixels, 8, keep_exact=x, **options) for x in (0.5, 0))
    assert MOUTH in set(map(tuple, kept.colors.tolist()))
    assert not is_reddish(plain.colors).any()


def is_reddish(colors: Bytes) -> Mask:
    red, green, blue = colors.T.astype(int)
    found: Mask = (red > green + 60) & (red > blue + 60)
    return found


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("colors", [4, 8, 16])
@pytest.mark.parametrize("name", DRAWINGS)
def test_the_error_at_most_doubles(name: str, colors: int, space: str) -> None:
    pixels = DRAWINGS[name][0]()
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    palette = pc.find_palette(pixels, colors, space=space, keep_exact=0).colors
    areas = find_areas(Pixels(pixels, None))
    moved, exact = keep_small_regions(palette, NO_COLORS, histogram, SPACES[space], areas)
    assert len(exact) == np.count_nonzero((moved != palette).any(axis=1))
    before, after = (measure_error(pixels, each, space) for each in (palette, moved))
    assert after <= 2.01 * before  # the step measures a reduced histogram


def measure_error(pixels: Bytes, palette: Bytes, space: str) -> float:
    mapped = pc.map_pixels(pixels, palette, space=space).to_array()
    points, entries = (SPACES[space].from_srgb(x.reshape(-1, 3)) for x in (pixels, mapped))
    return float(np.square(points.astype(np.float64) - entries).sum())


WHITE, INK, MARKER = (255, 255, 255), (30, 32, 40), (40, 90, 220)


def keeps_marker(
    entry: tuple[int, ...], pixels: int, solid: list[tuple[int, ...]], mix: tuple[int, ...]
) -> bool:
    """Return whether a marker of 20 pixels gets the entry of a colour of so many pixels.

    The palette is white, ink and this colour. Another 1000 pixels are a mix without an entry.
    """
    colors = np.array([WHITE, INK, mix, MARKER, entry], np.uint8)
    histogram = ColorHistogram(colors, np.array([8000.0, 500, 1000, 20, pixels]))
    areas = Areas(NO_COLORS, np.array([WHITE, INK, MARKER, *solid], np.uint8))
    palette = np.array([WHITE, INK, entry], np.uint8)
    found, exact = keep_small_regions(palette, NO_COLORS, histogram, SPACES["oklab"], areas)
    assert len(exact) == np.count_nonzero((found != palette).any(axis=1))
    return bool(is_color(found, MARKER).any())


def test_grey_letters_do_not_become_blue() -> None:
    """The letters are nearer to the blue of a marker than to ink or white."""
    grey, mix = (110, 110, 110), (180, 180, 180)
    assert keeps_marker(grey, 20, [], mix)
    assert not keeps_marker(grey, 100, [], mix)


def test_a_large_area_does_not_vanish() -> None:
    """A selected row has more error without its entry than a marker without one."""
    row, mix = (200, 220, 250), (110, 90, 50)
    assert keeps_marker(row, 100, [row], mix)
    assert not keeps_marker(row, 1000, [row], mix)


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("colors", [4, 8, 16, 64])
@pytest.mark.parametrize("draw", [gradient, ramp])
def test_gradients_and_noise_stay(draw: Callable[[], Bytes], colors: int, space: str) -> None:
    pixels = draw()
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    palette = pc.find_palette(pixels, colors, space=space).colors
    areas = find_areas(Pixels(pixels, None))
    moved, exact = keep_small_regions(palette, NO_COLORS, histogram, SPACES[space], areas)
    assert np.array_equal(moved, palette)
    assert not len(exact)


def test_constraints_come_first() -> None:
    pixels = cartoon()
    start = pc.find_palette(pixels, 8, space="oklab", keep_exact=0)
    packed = pack(start.colors)
    retained = pc.find_palette(pixels, 8, space="oklab", start=start)
    assert np.isin(packed, pack(retained.colors)).sum() >= 7
    locked = pc.find_palette(pixels, 8, space="oklab", locked=start.colors[:7])
    assert np.isin(packed[:7], pack(locked.colors)).all()
    on_grid = pc.find_palette(pixels, 8, space="oklab", grid="rgb444")
    assert not (on_grid.colors % 17).any()
    assert (204, 51, 51) in set(map(tuple, on_grid.colors.tolist()))


@given(pixels=images(), seed=SEEDS, colors=st.integers(1, 40))
def test_no_entry_is_lost(pixels: Bytes, seed: int, colors: int) -> None:
    random = np.random.default_rng(seed)
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    palette = np.unique(random.integers(0, 256, (colors, 3), np.uint8), axis=0)
    locked, known = palette[: colors // 3], palette[-2:]
    areas = Areas(histogram.colors[: colors // 2], histogram.colors[::2])
    for space in (SPACES["srgb"], SPACES["oklab"]):
        found, exact = keep_small_regions(
            palette, known, histogram, space, areas, Constraints(locked)
        )
        assert len(np.unique(pack(found))) == len(palette)
        assert np.isin(pack(locked), pack(found)).all()
        assert np.isin(pack(exact), pack(found)).all()
        is_moved = ~np.isin(pack(found), pack(palette))
        assert np.isin(pack(found[is_moved]), pack(areas.solid)).all()
        assert np.isin(pack(found[is_moved]), pack(exact)).all()


def test_pixels_without_weight_keep_nothing() -> None:
    pixels = cartoon()
    weights = (~is_reddish(pixels.reshape(-1, 3))).reshape(pixels.shape[:2])
    found = pc.find_palette(pixels, 8, space="oklab", weights=weights)
    assert not is_reddish(found.colors).any()


def test_a_shared_palette_keeps_the_regions_of_every_image() -> None:
    pixels = cartoon()
    without = pixels.copy()
    without[145:170, 135:180] = (255, 217, 179)
    for images_ in ([pixels, without], [without, pixels]):
        found = pc.find_shared_palette(images_, 8, space="oklab")
        assert MOUTH in set(map(tuple, found.colors.tolist()))
    assert pc.find_shared_palette([pixels], 8) == pc.find_palette(pixels, 8)


def test_solid_colors_are_those_of_regions_and_strokes() -> None:
    pixels = gradient()
    pixels[20:25, 20:25] = MOUTH
    pixels[40:60, 40] = LINK  # a stroke of one pixel
    pixels[80:82, 80:82] = COUNTRY  # a speck
    pixels[90::4, ::4] = BADGE  # scattered
    found = find_areas(Pixels(pixels, None)).solid
    assert set(map(tuple, found.tolist())) == {MOUTH, LINK}
    assert not len(find_areas(Pixels(pixels.reshape(-1, 3), None)).solid)
    assert not len(find_areas(Pixels(pixels[:2], None)).solid)
    opaque = np.ones(pixels.shape[:2], np.bool_)
    opaque[:30] = False
    assert find_areas(Pixels(pixels, opaque)).solid.tolist() == [list(LINK)]


def test_mixes_along_an_edge_are_not_solid() -> None:
    for turn in (False, True):
        pixels = np.full((60, 60, 3), 255, np.uint8)
        pixels[:, 30:] = LINK
        pixels[:, 30] = (130, 162, 214)
        pixels = pixels.swapaxes(0, 1).copy() if turn else pixels
        found = find_areas(Pixels(pixels, None)).solid
        assert set(map(tuple, found.tolist())) == {(255, 255, 255), LINK}
