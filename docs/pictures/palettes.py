"""The images of docs/guide/palettes.md."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.report.figures import font

from .page import Pixels, above_palette, enlarged, page, row_of, shrunk

FOR_THE_EYE: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}
WIDTH = 640
BRAND = (225, 120, 10)
MARKER = (214, 30, 40)


def draw_orders() -> Image.Image:
    """Draw one palette in its orders."""
    photo = shrunk(load_sample_image("flower.jpg"), 240)
    quantized = pc.quantize(photo, 32, **FOR_THE_EYE)
    words = {
        "kept": "kept, which is luminance where colours were found: from dark to light",
        "hue": "hue: greys (there are none), then from red over yellow, green and blue to purple",
        "tour": "tour: neighbours look alike",
        "popularity": "popularity: most pixels first",
        "appearance": "appearance: as they come in the picture",
    }
    rows = [[(words[order], row_of(quantized.sorted(order).palette, WIDTH))] for order in words]
    return page([("in 32 colours", Image.fromarray(quantized.to_array()))], *rows)


def draw_locked() -> Image.Image:
    """Draw a photo with a sign, without and with the sign's colour locked."""
    image = Image.fromarray(shrunk(load_sample_image("china.jpg"), 320)[:190])
    draw = ImageDraw.Draw(image)
    draw.rectangle((16, 142, 112, 172), BRAND)
    draw.text((24, 146), "TO SHORE", (255, 255, 255), font(17))
    photo = np.asarray(image)
    found = [pc.quantize(photo, 12, locked=locked, **FOR_THE_EYE) for locked in ([], [BRAND])]
    words = ("12 colours", "12 colours, that of the sign locked")
    part = np.s_[126:186, :160]
    shown = [enlarged(picture[part], 2) for picture in (photo, *(q.to_array() for q in found))]
    beside = [
        (text, above_palette(picture, quantized.palette))
        for text, picture, quantized in zip(words, shown[1:], found, strict=True)
    ]
    return page([("a sign in #e1780a", Image.fromarray(shown[0])), *beside])


def a_map() -> Pixels:
    """Draw a map: depths and heights in fourteen tints, and a few small markers."""
    y, x = np.mgrid[0:150, 0:200]
    height = np.sin(x / 46) * np.cos(y / 34) + 0.4 * np.sin((x + 2 * y) / 22)
    bands = np.clip((height + 1.4) * 5, 0, 13).astype(int)
    sea = np.linspace([20, 60, 120], [170, 215, 235], 7)
    land = np.linspace([70, 130, 70], [235, 225, 190], 7)
    pixels = np.vstack([sea, land]).astype(np.uint8)[bands]
    for row, column in ((40, 60), (88, 150), (120, 40)):
        pixels[(y - row) ** 2 + (x - column) ** 2 < 7] = MARKER
    return pixels


def draw_rare() -> Image.Image:
    """Draw a map with small markers in 8 colours, by pixels and with rare colours emphasized."""
    pixels = a_map()
    panels = [("a map with three markers", Image.fromarray(enlarged(pixels, 2)))]
    for words, rare in (("8 colours", 0), ("8 colours, --rare 0.75", 0.75)):
        quantized = pc.quantize(pixels, 8, space="oklab", rare=rare)
        picture = enlarged(quantized.to_array(), 2)
        panels.append((words, above_palette(picture, quantized.palette)))
    return page(panels)


def draw_grids() -> Image.Image:
    """Draw a part of a photo in 16 colours of each grid."""
    photo = shrunk(load_sample_image("china.jpg"), 480)[20:190, 100:300]
    panels = []
    for grid in (None, "rgb565", "rgb444", "rgb332"):
        quantized = pc.quantize(photo, 16, grid=grid, **FOR_THE_EYE)
        picture = above_palette(quantized.to_array(), quantized.palette)
        panels.append((grid or "any colour", picture))
    return page(panels)


def draw_start() -> Image.Image:
    """Draw the palettes of an image and of an edited one, from the earlier palette and anew."""
    photo = shrunk(load_sample_image("china.jpg"), 320)
    height, width = (side // 8 for side in photo.shape[:2])
    edited = photo.copy()
    edited[height : 2 * height, width : 2 * width] = (230, 0, 230)
    before = pc.find_palette(photo, 32, space="oklab")
    rows = [[("the palette of the picture", row_of(before, WIDTH + 14))]]
    for words, start in (("found with --start", before), ("found anew", None)):
        palette = pc.find_palette(edited, 32, start=start, space="oklab")
        moved = np.flatnonzero((palette.colors != before.colors).any(axis=1))
        text = f"after the edit, {words}: {len(moved)} of 32 entries have another colour"
        rows.append([(text, row_of(palette, WIDTH + 14, moved))])
    pictures = [("a picture", photo), ("the same with one tile edited", edited)]
    return page([(words, Image.fromarray(rgb)) for words, rgb in pictures], *rows)


PICTURES = {
    "orders": draw_orders,
    "locked": draw_locked,
    "rare": draw_rare,
    "grids": draw_grids,
    "start": draw_start,
}
