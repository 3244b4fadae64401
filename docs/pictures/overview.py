"""The images of README.md, of docs/*.md and of docs/guide/command-line.md."""

from __future__ import annotations

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.report import contact_sheet
from palette_core.report.figures import swatches

from .page import page, shrunk

PART = np.s_[10:192, 130:370]
GAP = 8
SWATCHES = 32


def draw_result() -> Image.Image:
    """Draw a photo, the photo in 16 colours, and the palette."""
    photo = shrunk(load_sample_image("china.jpg"), 360)
    quantized = pc.quantize(photo, 16, space="oklab", dither="floyd-steinberg")
    height, width = photo.shape[:2]
    sheet = np.full((height + GAP + SWATCHES, 2 * width + GAP, 3), 255, np.uint8)
    sheet[:height, :width] = photo
    sheet[:height, width + GAP :] = quantized.to_array()
    edges = np.linspace(0, sheet.shape[1], len(quantized.palette) + 1).astype(int)
    for left, right, color in zip(edges, edges[1:], quantized.palette, strict=False):
        sheet[height + GAP :, left:right] = color
    return Image.fromarray(sheet)


def draw_dithers() -> Image.Image:
    """Draw a part of a photo, and of five ways to quantize it, two rows of three."""
    photo = load_sample_image("china.jpg")
    options = (
        {"space": "srgb"},
        {"space": "oklab"},
        {"space": "srgb", "dither": "floyd-steinberg"},
        {"space": "oklab", "dither": "floyd-steinberg"},
        {"space": "oklab", "dither": "blue-noise"},
    )
    pictures = [photo, *(pc.quantize(photo, 16, **chosen).to_array() for chosen in options)]
    parts = [picture[PART] for picture in pictures]
    height, width = parts[0].shape[:2]
    sheet = np.full((2 * height + GAP, 3 * width + 2 * GAP, 3), 255, np.uint8)
    for place, part in enumerate(parts):
        row, column = divmod(place, 3)
        top, left = row * (height + GAP), column * (width + GAP)
        sheet[top : top + height, left : left + width] = part
    return Image.fromarray(sheet)


def draw_sheet() -> Image.Image:
    """Draw the sheet that `palette-core sheet -k 4,16,64 --width 220` draws."""
    photo = load_sample_image("flower.jpg")[:380]
    found = [pc.quantize(photo, n, space="oklab", dither="floyd-steinberg") for n in (4, 16, 64)]
    columns = [contact_sheet.measure(photo, quantized, width=220) for quantized in found]
    notes = ["method: kmeans", "space: oklab", "dither: floyd-steinberg"]
    return contact_sheet.sheet(photo, columns, width=220, notes=notes)


def draw_book_figure() -> Image.Image:
    """Draw the book's figure 2.5: a photo, its 16 colours by the book's script, the palette."""
    photo = load_sample_image("china.jpg")
    quantized = pc.quantize(photo, 16, method="sklearn-kmeans")
    colors = pc.Palette(sorted(quantized.palette, key=sum))
    return page(
        [
            ("Original", Image.fromarray(photo)),
            ("k-means++ and Lloyd's algorithm, 16 colours", Image.fromarray(quantized.to_array())),
            ("Palette", swatches(colors, 176, photo.shape[0])),
        ]
    )


PICTURES = {
    "quantized": draw_result,
    "dithers": draw_dithers,
    "sheet": draw_sheet,
    "benchmark-palette": draw_book_figure,
}
