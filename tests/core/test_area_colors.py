"""Area colours: drawn pictures keep every large flat area in its exact colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import palette_core as pc
from palette_core.arrays import Bytes, Mask, pack, unpack
from palette_core.color.spaces import SPACES
from palette_core.design.area_colors import hold_areas, measure_error
from palette_core.design.constraints import UNCONSTRAINED
from palette_core.design.lloyd import Points
from palette_core.image.areas import find_areas
from palette_core.image.histogram import ColorHistogram
from palette_core.image.pixels import Pixels

from .test_small_regions import Drawing

APPEARANCES: list[dict[str, Any]] = [
    {"space": "srgb", "dither": "none"},
    {"space": "oklab", "dither": "none"},
    {"space": "oklab", "dither": "auto"},
    {"space": "oklab", "dither": "floyd-steinberg"},
]
BARS = (
    *("#2563eb", "#16a34a", "#dc2626", "#f59e0b", "#7c3aed", "#0891b2"),
    *("#e5e7eb", "#fde68a", "#dbeafe", "#fecaca", "#9ca3af", "#0f172a"),
)


def dashboard(bars: int) -> Bytes:
    """Draw bars in flat colours with text, and a small gradient."""
    image = Image.new("RGB", (480, 320), "#f4f6f8")
    draw = ImageDraw.Draw(image)
    small, large = (ImageFont.load_default(size) for size in (11, 20))
    draw.rectangle((0, 0, 90, 320), "#1f2937")
    for number, text in enumerate(("Home", "Reports", "Orders", "Users", "Settings")):
        draw.text((10, 40 + 24 * number), text, "#e5e7eb", small)
    for left in (100, 225, 350):
        draw.rounded_rectangle((left, 10, left + 118, 80), 6, "white")
        draw.text((left + 8, 14), "Revenue", "#6b7280", small)
        draw.text((left + 8, 34), f"{left},012", "#111827", large)
    draw.rounded_rectangle((100, 90, 470, 310), 6, "white")
    width = 340 // bars
    for number, color in enumerate(BARS[:bars]):
        left, height = 112 + width * number, 70 + 37 * number % 120
        draw.rectangle((left, 300 - height, left + width - 6, 300), color)
        draw.text((left, 95), str(10 * number), "#374151", small)
    pixels = np.array(image)
    share = np.linspace(0, 1, 90)[:, np.newaxis]
    pixels[240:300, :90] = share * (37, 99, 235) + (1 - share) * (31, 41, 55)
    return pixels


def pixel_art(colors: int, side: int = 48, scale: int = 4, seed: int = 1) -> Bytes:
    """Draw rectangles of small and large sizes, without soft edges."""
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (colors, 3), np.uint8)
    entries = np.zeros((side, side), np.intp)
    for number in range(3 * colors):
        color = number % colors
        left, top = random.integers(0, side, 2)
        size = random.integers(2, 4 + 12 * (colors - color) // colors)
        entries[top : top + size, left : left + size] = color
    return np.kron(palette[entries], np.ones((scale, scale, 1), np.uint8))


def comic() -> Bytes:
    drawing = Drawing(400, 300, "#87ceeb")
    drawing.rectangle((0, 200, 400, 300), "#7cb342")
    drawing.rectangle((30, 110, 150, 230), "#e57373", 0, "black")
    drawing.rectangle((75, 170, 110, 230), "#5d4037", 0, "black")
    drawing.rectangle((45, 130, 70, 155), "#fff59d", 0, "black")
    drawing.ellipse((330, 15, 385, 70), "#ffeb3b", 3)
    drawing.ellipse((200, 90, 290, 180), "#ffe0b2", 3)
    drawing.rectangle((215, 180, 275, 260), "#3949ab", 0, "black")
    drawing.rectangle((180, 10, 310, 70), "white", 10, "black")
    drawing.ellipse((320, 220, 370, 260), "#26a69a", 2)
    return drawing.pixels(400, 300)


def city_map() -> Bytes:
    drawing = Drawing(400, 300, "#f2efe9")
    random = np.random.default_rng(3)
    fills = ("#aad3df", "#add19e", "#d6d99f", "#e0dfdf", "#f2dad9", "#ebdbe8", "#c8facc", "#d9d0c9")
    for number in range(48):
        left, top = random.integers(0, 380), random.integers(0, 280)
        width, height = random.integers(20, 80, 2)
        box = (float(left), float(top), float(left + width), float(top + height))
        drawing.rectangle(box, fills[number % len(fills)])
    for number, road in enumerate(("#ffffff", "#f7fabf", "#f9b29c")):
        drawing.rectangle((0, 60 + 70 * number, 400, 68 + 70 * number), road)
        drawing.rectangle((70 + 110 * number, 0, 80 + 110 * number, 300), road)
    return drawing.pixels(400, 300)


PICTURES: dict[str, Callable[[], Bytes]] = {
    **{f"dashboard of {bars} bars": lambda bars=bars: dashboard(bars) for bars in (8, 10, 12)},
    "pixel art of 16 colors": lambda: pixel_art(16, seed=4),
    "pixel art of 24 colors": lambda: pixel_art(24),
    "pixel art, not enlarged": lambda: pixel_art(24, side=128, scale=1, seed=5),
    "comic": comic,
    "map": city_map,
}


def neighborhoods(equal: Mask) -> Mask:
    """Return which pixels are equal to a colour with all their 8 neighbours."""
    inside = np.zeros_like(equal)
    inside[1:-1, 1:-1] = True
    height, width = equal.shape
    for down in range(3):
        for right in range(3):
            part = equal[down : height - 2 + down, right : width - 2 + right]
            inside[1:-1, 1:-1] &= part
    return inside


def flat_areas(pixels: Bytes) -> list[tuple[Mask, int]]:
    """Return the pixels inside each area of 0.5 %, and its colour, by brute force.

    An area has a third of its pixels inside, and similar colours have less than half its pixels.
    """
    packed = pack(pixels).reshape(pixels.shape[:2])
    colors, counts = np.unique(packed, return_counts=True)
    areas = []
    for color in colors[counts >= 0.005 * packed.size].tolist():
        equal = packed == color
        inside = neighborhoods(equal)
        rgb = np.array([color >> 16, color >> 8 & 255, color & 255])
        similar = (np.abs(pixels - rgb.astype(np.int16)) <= 3).all(axis=2)
        if 3 * inside.sum() >= equal.sum() and similar.sum() <= 1.5 * equal.sum():
            areas.append((inside, color))
    return areas


@pytest.mark.parametrize("appearance", APPEARANCES, ids=lambda a: "-".join(a.values()))
@pytest.mark.parametrize("name", PICTURES)
def test_every_flat_area_is_exact_if_there_are_enough_entries(
    name: str, appearance: dict[str, Any]
) -> None:
    """From 16 entries on, and as many entries as areas; without a speck."""
    pixels = PICTURES[name]()
    areas = flat_areas(pixels)
    assert len(areas) >= 8
    for colors in (16, 24, 32, 64):
        if len(areas) > colors:
            continue
        result = pc.quantize(pixels, colors, **appearance).to_array()
        packed = pack(result).reshape(pixels.shape[:2])
        for inside, color in areas:
            assert (packed[inside] == color).all(), f"#{color:06x} in {colors} colours"


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("name", PICTURES)
def test_the_error_rises_within_its_limit(name: str, space: str) -> None:
    pixels = PICTURES[name]()
    areas = unpack(np.array([color for _, color in flat_areas(pixels)], np.uint32))
    histogram = ColorHistogram.unique(pixels.reshape(-1, 3))
    points = Points.from_histogram(histogram.reduce(8192), SPACES[space])
    means = pc.find_palette(pixels, 16, space=space, visual_masking=0, keep_exact=0).colors
    before = measure_error(points, means, SPACES[space])
    for rise in (1.0, 1.1, 1.5, 2.0, 1e6):
        found = hold_areas(means, areas, points, SPACES[space], rise, UNCONSTRAINED)
        assert len(np.unique(pack(found))) == len(means)
        assert measure_error(points, found, SPACES[space]) <= rise * before
    assert np.isin(pack(areas[:16]), pack(found)).all()


def test_more_areas_than_entries_cost_little() -> None:
    for seed in range(3):
        pixels = pixel_art(40, side=64, seed=seed)
        kept, plain = (pc.quantize(pixels, 16, keep_exact=share) for share in (0.5, 0))
        before, after = (pc.compare(pixels, each.to_array()).mse for each in (plain, kept))
        assert after <= 1.5 * before
        exact = pc.find_palette(pixels, 16).colors
        assert np.isin(pack(exact), pack(pixels.reshape(-1, 3))).sum() >= 10


def test_areas_do_not_take_the_entries_of_a_photo() -> None:
    """16 areas beside a photo are not worth all 16 entries."""
    y, x = np.mgrid[0:300, 0:400]
    noise = np.random.default_rng(1).normal(0, 4, (300, 400, 3))
    planes = (128 + 100 * np.sin(x / 40), 120 + 90 * np.cos(y / 37), 90 + 80 * np.sin((x + y) / 60))
    pixels = np.clip(np.stack(planes, axis=-1) + noise, 0, 255).astype(np.uint8)
    for number in range(16):
        pixels[:30, 25 * number : 25 * number + 25] = (16 * number, 255 - 16 * number, 60)
    assert len(find_areas(Pixels(pixels, None)).flat) == 16
    kept, plain = (pc.quantize(pixels, 16, keep_exact=share) for share in (0.5, 0))
    before, after = (pc.compare(pixels, each.to_array()).mse for each in (plain, kept))
    assert after <= 2.1 * before


def test_locked_colors_and_a_start_stay() -> None:
    pixels = dashboard(12)
    locked = pc.find_palette(pixels, 16, locked=["#ff00ff", "#00ff00"])
    assert np.isin([0xFF00FF, 0x00FF00], pack(locked.colors)).all()
    start = pc.Palette(["#2563ea", "#16a34b", "#fefefe"])
    retained = pc.find_palette(pixels, 24, start=start)
    assert np.isin(pack(start.colors), pack(retained.colors)).any()


@pytest.mark.parametrize("size", [4, 6])
def test_squares_of_pixel_art_are_areas(size: int) -> None:
    random = np.random.default_rng(2)
    pixels = np.kron(random.integers(0, 12, (30, 40), np.uint8) * 20, np.ones((size, size), "u1"))
    found = find_areas(Pixels(np.repeat(pixels[..., np.newaxis], 3, axis=2), None)).flat
    assert found[:, 0].tolist() == list(range(0, 240, 20))


def scan(sigma: float) -> Bytes:
    """Draw a page in three inks, with the noise of a scanner."""
    image = Image.new("RGB", (320, 120), "white")
    draw = ImageDraw.Draw(image)
    for line, ink in enumerate(("black", "#cc0000", "#0645ad")):
        draw.text((8, 8 + 34 * line), "Colour 0123", ink, ImageFont.load_default(24))
    noise = np.random.default_rng(1).normal(0, sigma, (120, 320, 3))
    return np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [1, 3, 8])
def test_noisy_paper_stays_white_at_a_bounded_price(sigma: float) -> None:
    pixels = scan(sigma)
    for colors in (2, 4, 8, 16):
        for space in ("srgb", "oklab"):
            options: dict[str, Any] = {"space": space, "visual_masking": 0}
            kept, plain = (
                pc.quantize(pixels, colors, keep_exact=share, **options) for share in (0.5, 0)
            )
            assert 0xFFFFFF in pack(kept.palette.colors)
            before, after = (pc.compare(pixels, each.to_array()).mse for each in (plain, kept))
            assert after <= 1.5 * before


def test_grey_paper_and_light_skies_do_not_become_white() -> None:
    grey = np.minimum(scan(3), 251)  # no pixel is white
    for colors in (2, 16):
        assert 0xFFFFFF not in pack(pc.find_palette(grey, colors).colors)
    sky = np.repeat(np.linspace(200, 255, 240).astype(np.uint8)[:, np.newaxis], 100, axis=1)
    pixels = np.stack([sky // 2 + 60, sky - 20, sky], axis=-1)
    assert 0xFFFFFF not in pack(pc.find_palette(pixels, 8).colors)
