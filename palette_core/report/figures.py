"""Palette swatches, error maps and checkerboards, drawn by Pillow."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Bytes, Singles
from ..color.spaces import linear_to_srgb, oklab_to_linear
from ..errors import MissingPackageError
from ..palette import Palette

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

Differences = Singles

PAPER, INK, FAINT, HAIRLINE = (255, 255, 255), (28, 28, 32), (112, 112, 120), (222, 222, 226)
# The greys of the checkerboard that transparent pixels are on, and the side of its squares.
CHECKS = (255, 214)
_SQUARE = 8
# Where a scale may end, times a power of ten.
_ENDS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def swatches(palette: Palette, width: int, height: int) -> Image:
    """Draw the colours of a palette in their order, in one row or, if there are many, in several.

    It is white where the last row has no more colours.
    """
    from PIL import Image

    count = len(palette)
    rows, columns = _fields(count, width, height)
    entries = np.full((rows * columns, 3), PAPER, np.uint8)
    entries[:count] = palette.colors
    down = np.arange(height) * rows // height
    across = np.arange(width) * columns // width
    return Image.fromarray(entries[down[:, np.newaxis] * columns + across])


def _fields(count: int, width: int, height: int) -> tuple[int, int]:
    """Return numbers of rows and columns for swatches that are slightly higher than wide."""
    ideal = math.sqrt(count * height / width) * 0.85
    near = range(max(1, math.ceil(ideal / 1.5)), max(1, math.floor(ideal * 1.5)) + 1)
    rows = min(near, key=lambda n: (-count % n, abs(math.log(n / ideal))))
    columns = -(-count // rows)
    return -(-count // columns), columns


def draw_error_map(differences: Differences, highest: float) -> Image:
    """Draw an error map, from near black for none through violet and orange to a pale yellow.

    All differences from the highest on look alike, and where there is none, NaN, it is transparent.
    The colours are those of `ramp`.
    """
    from PIL import Image

    nothing = np.isnan(differences)
    shares = np.clip(np.where(nothing, 0, differences) / highest, 0, 1)
    colors = ramp()[np.rint(shares * 255).astype(np.uint8)]
    return Image.fromarray(np.dstack([colors, np.where(nothing, 0, 255).astype(np.uint8)]))


@cache
def ramp() -> Bytes:
    """Return the colours of `draw_error_map`, from no difference to the highest: (256, 3).

    Their lightness in Oklab rises evenly, so that equal steps look about alike, in grey
    and to the colour-blind too.
    """
    share = np.linspace(0, 1, 256)
    lightness = np.interp(share, [0, 1], [0.12, 0.97])
    hue = np.deg2rad(np.interp(share, [0, 0.3, 0.62, 1], [-75, -22, 38, 105]))
    chroma = np.interp(share, [0, 0.1, 0.42, 0.7, 1], [0.03, 0.07, 0.175, 0.16, 0.08])
    oklab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)
    colors: Bytes = np.rint(linear_to_srgb(oklab_to_linear(oklab))).astype(np.uint8)
    colors.flags.writeable = False
    return colors


def round_scale_end(largest: float) -> float:
    """Return a round number that is not below `largest`; 1 if that is 0."""
    power = 10.0 ** math.floor(math.log10(largest)) if largest > 0 else 1.0
    return next(end * power for end in _ENDS if end * power >= largest)


def over_checkerboard(image: Image) -> Image:
    """Lay an image with alpha over a checkerboard: mode "RGB"."""
    from PIL import Image as PILImage

    if image.mode != "RGBA":
        return image.convert("RGB")
    down, across = np.ogrid[: image.height, : image.width]
    odd = (down // _SQUARE + across // _SQUARE) % 2
    board = PILImage.fromarray(np.array(CHECKS, np.uint8)[odd]).convert("RGBA")
    return PILImage.alpha_composite(board, image).convert("RGB")


def font(size: float) -> FreeTypeFont:
    """Return the font of Pillow, so that all machines draw the same text."""
    from PIL import ImageFont

    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise MissingPackageError(
            "Pillow was built without FreeType, which text in images needs; install another "
            "build with: pip install --force-reinstall pillow"
        )
    return found
