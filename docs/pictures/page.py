"""Pages of images with captions, and helpers to draw them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

import palette_core as pc
from palette_core.report.figures import HAIRLINE, INK, PAPER, font, swatches

Pixels = NDArray[np.uint8]
Panel = tuple[str, Image.Image]

# Lengths are in pixels.
_MARGIN, _GAP, _LINE, _TEXT = 12, 14, 20, 14
_NEAR, _STRIP, _MARK = 6, 24, 6


def page(*rows: Sequence[Panel]) -> Image.Image:
    """Draw rows of images below each other, each image under its caption."""
    widths = [sum(image.width + _GAP for _, image in row) - _GAP for row in rows]
    heights = [_LINE + max(image.height for _, image in row) for row in rows]
    size = (max(widths) + 2 * _MARGIN, sum(heights) + _GAP * (len(rows) - 1) + 2 * _MARGIN)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    top = _MARGIN
    for row, height in zip(rows, heights, strict=True):
        left = _MARGIN
        for words, image in row:
            if draw.textlength(words, font(_TEXT)) > size[0] - left - _MARGIN:
                raise ValueError(f"no room for {words!r}; say it in fewer words")
            draw.text((left, top), words, INK, font(_TEXT))
            right, bottom = left + image.width, top + _LINE + image.height
            draw.rectangle((left - 1, top + _LINE - 1, right, bottom), outline=HAIRLINE)
            sheet.paste(image, (left, top + _LINE))
            left = right + _GAP
        top += height + _GAP
    return sheet


def above_palette(picture: Pixels, palette: pc.Palette) -> Image.Image:
    """Draw an image above its palette."""
    image = Image.fromarray(picture)
    return stacked(image, swatches(palette, image.width, _STRIP))


def stacked(*images: Image.Image) -> Image.Image:
    """Draw images below each other."""
    height = sum(image.height + _NEAR for image in images) - _NEAR
    result = Image.new("RGB", (max(image.width for image in images), height), PAPER)
    top = 0
    for image in images:
        result.paste(image, (0, top))
        top += image.height + _NEAR
    return result


def row_of(palette: pc.Palette, width: int, marked: Sequence[int] = ()) -> Image.Image:
    """Draw the colours of a palette in one row, with a bar below those at marked indices."""
    entries = np.arange(width) * len(palette) // width
    bars = np.where(np.isin(entries, marked)[:, np.newaxis], INK, PAPER).astype(np.uint8)
    rows = [palette.colors[entries]] * _STRIP
    if len(marked):
        inner = entries == np.roll(entries, 2)  # bars of neighbours do not touch
        bars[~inner] = PAPER
        rows += [np.full_like(bars, PAPER)] * 2 + [bars] * _MARK
    return Image.fromarray(np.stack(rows).astype(np.uint8))


def enlarged(picture: Pixels, times: int) -> Pixels:
    """Repeat every pixel."""
    return picture.repeat(times, axis=0).repeat(times, axis=1)


def shrunk(picture: Pixels, width: int) -> Pixels:
    """Shrink an image to this width."""
    image = Image.fromarray(picture)
    height = round(image.height * width / image.width)
    return np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))
