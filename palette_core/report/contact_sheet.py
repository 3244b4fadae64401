"""Contact sheets: an image beside its results, each with its palette, error map and errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..errors import PixelsError
from ..image.pixels import PixelsLike, split, to_array
from ..mapping.lookup_table import find_unique_colors
from ..metrics import Metrics, compare, differences
from ..palette import Palette
from ..palette_values import spell_count
from .figures import (
    FAINT,
    HAIRLINE,
    INK,
    PAPER,
    Differences,
    draw_error_map,
    font,
    over_checkerboard,
    ramp,
    round_scale_end,
    swatches,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..result import Quantized

# All lengths are in pixels. No image is higher than this many times the chosen width.
_TALLEST = 1.5
_MARGIN, _GAP, _NEAR = 28, 24, 10
# A column is wide enough for its captions, even if the image is narrow.
_NARROWEST = 220
_MOST_COLUMNS = 5
_HEADING, _TEXT = 17, 13
_HEADING_LINE, _LINE = 28, 20
_STRIP, _BAR = 28, 14
_ROW_GAP = 36
# The height of the legend: a line, the bar, a line, and spaces.
_LEGEND = 2 * _LINE + _BAR + 2 * _NEAR
# The scale ends where this share of the pixels of the worst result is below.
_SHOWN = 0.99


@dataclass(frozen=True, eq=False)
class Column:
    """A result as a sheet shows it; made by `measure`."""

    image: Image  # the result at the size that it has in the sheet
    palette: Palette
    shares: Floats  # (K,), the share of the opaque pixels that each entry has
    metrics: Metrics  # how far it is from the original, at full size
    # (h, w), the mean CIEDE2000 of the pixels that `image` has one of; NaN if none was compared.
    differences: Differences


def measure_differences(image: PixelsLike, quantized: Quantized) -> tuple[Metrics, Differences]:
    """Return the metrics of a result, and the CIEDE2000 of every pixel, (H, W).

    Pixels that are opaque in both images are compared. The others are NaN.
    """
    pixels, result = to_array(image), quantized.to_array()
    metrics = compare(pixels, result, delta_e=False)
    if not metrics.compared:
        raise PixelsError(
            "no pixel is opaque in both the image and the result, so there is nothing to "
            "show; use an image with opaque pixels"
        )
    found = differences(pixels, result)
    return replace(metrics, delta_e=float(np.nanmean(found, dtype=np.float64))), found


def measure(image: PixelsLike, quantized: Quantized, *, width: int = 320) -> Column:
    """Return a result for a sheet of this `width`, compared as by `measure_differences`."""
    metrics, found = measure_differences(image, quantized)
    return Column(
        fit_image(quantized.to_array(), width),
        quantized.palette,
        quantized.shares(),
        metrics,
        average_differences(found, width),
    )


def sheet(
    image: PixelsLike,
    columns: Sequence[Column],
    *,
    width: int = 320,
    notes: Sequence[str] = (),
) -> Image:
    """Draw an image and its results side by side, each with its palette, error map and errors.

    All results are measured with the same width: how wide an image may be. It may be half as high
    again. Larger ones are shrunk, and those that fit in several times are enlarged by a whole
    number. Transparent pixels are on a checkerboard, and all error maps have one scale. Notes, such
    as the options, are lines below the original.
    """
    pixels = to_array(image)
    original = fit_image(pixels, width)
    end = round_scale_end(max(float(np.nanquantile(c.differences, _SHOWN)) for c in columns))
    page = _Page(original.size, 1 + len(columns), len(notes))
    page.begin(0, "Original")
    page.paste(original)
    page.write(_describe(pixels))
    page.skip(_STRIP - _LINE + _NEAR)
    _draw_legend(page, end)
    for note in notes:
        page.write(note, FAINT)
    for number, column in enumerate(columns, start=1):
        page.begin(number, spell_count(len(column.palette)))
        page.paste(column.image)
        page.paste(swatches(column.palette, page.wide, _STRIP))
        page.paste(over_checkerboard(draw_error_map(column.differences, end)))
        page.write(f"MSE {column.metrics.mse:.2f}", right=f"CIEDE2000 {column.metrics.delta_e:.2f}")
    return page.image


class _Page:
    """A page of blocks with images of one size, filled from top to bottom."""

    def __init__(self, image_size: tuple[int, int], blocks: int, notes: int) -> None:
        from PIL import Image, ImageDraw

        width, height = image_size
        self.wide = max(width, _NARROWEST)
        rows = -(-blocks // _MOST_COLUMNS)
        self._across = -(-blocks // rows)
        above, below = _HEADING_LINE + height + _NEAR + _STRIP + _NEAR, height + _NEAR + _LINE
        # The first row holds the legend too.
        heights = [above + max(below, _LEGEND + notes * _LINE), *[above + below] * (rows - 1)]
        self._tops = [_MARGIN + sum(heights[:row]) + row * _ROW_GAP for row in range(rows)]
        across = 2 * _MARGIN + self._across * (self.wide + _GAP) - _GAP
        self.image = Image.new("RGB", (across, self._tops[-1] + heights[-1] + _MARGIN), PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self._left = self._top = 0

    def begin(self, number: int, heading: str) -> None:
        """Begin the block of this number with its heading."""
        row, column = divmod(number, self._across)
        self._left = _MARGIN + column * (self.wide + _GAP)
        self._top = self._tops[row]
        self._draw.text((self._left, self._top), heading, INK, font(_HEADING))
        self._top += _HEADING_LINE

    def paste(self, image: Image) -> None:
        """Draw an image below the last item, with a frame because it may be white like the page."""
        right, bottom = self._left + image.width, self._top + image.height
        self._draw.rectangle((self._left - 1, self._top - 1, right, bottom), outline=HAIRLINE)
        self.image.paste(image, (self._left, self._top))
        self._top += image.height + _NEAR

    def write(self, words: str, color: tuple[int, int, int] = INK, right: str = "") -> None:
        """Write a line, with something at its right end."""
        self._draw.text((self._left, self._top), words, color, font(_TEXT))
        end = (self._left + self.wide, self._top)
        self._draw.text(end, right, color, font(_TEXT), anchor="ra")
        self._top += _LINE

    def skip(self, height: int) -> None:
        """Add vertical space."""
        self._top += height


def _draw_legend(page: _Page, end: float) -> None:
    from PIL import Image

    page.write("Loss map: CIEDE2000 of a pixel")
    levels = np.arange(page.wide) * 255 // max(page.wide - 1, 1)
    page.paste(Image.fromarray(np.repeat(ramp()[levels][np.newaxis], _BAR, axis=0)))
    page.write("0", right=f"{end:g} and more")
    page.skip(_NEAR)


def _describe(pixels: ArrayLike) -> str:
    """Return the size of an image and the number of its visible colours."""
    rgb, alpha = split(pixels)
    colors = len(find_unique_colors(rgb if alpha is None else rgb[alpha > 0]))
    return f"{rgb.shape[1]} x {rgb.shape[0]} pixels, {spell_count(colors)}"


def _size(shape: tuple[int, ...], width: int) -> tuple[tuple[int, int], bool]:
    """Return the size at which an image of (H, W) pixels is drawn, and whether it is reduced."""
    factor = min(width / shape[1], _TALLEST * width / shape[0])
    shrunk = factor < 1
    if not shrunk:
        factor = int(factor)
    return (max(1, round(shape[1] * factor)), max(1, round(shape[0] * factor))), shrunk


def fit_image(pixels: ArrayLike, width: int) -> Image:
    """Return an image at its size for `width`, on a checkerboard: mode "RGB"."""
    from PIL import Image

    rgb, alpha = split(pixels)
    if rgb.ndim != 3:
        raise PixelsError("a list of colours is not an image; give an (H, W, 3) array")
    size, shrunk = _size(rgb.shape[:2], width)
    image = Image.fromarray(rgb if alpha is None else np.dstack([rgb, alpha]))
    resampling = Image.Resampling.LANCZOS if shrunk else Image.Resampling.NEAREST
    return over_checkerboard(image.resize(size, resampling))


def average_differences(differences: Differences, width: int) -> Differences:
    """Return differences at the size of `fit_image`, as means that ignore NaN."""
    from PIL import Image

    size, shrunk = _size(differences.shape, width)
    resampling = Image.Resampling.BOX if shrunk else Image.Resampling.NEAREST
    seen = ~np.isnan(differences)
    sums, shares = (
        np.asarray(Image.fromarray(plane).resize(size, resampling))
        for plane in (np.where(seen, differences, np.float32(0)), seen.astype(np.float32))
    )
    # A reduced pixel counts if at least half of its pixels are opaque.
    return np.where(shares >= 0.5, sums / np.maximum(shares, 0.5), np.float32(np.nan))
