"""Text in black and white, whose soft edges would be dithered to dots."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Mask
from ..dither.exact_areas import find_exact_areas

# Pixels of letters are neutral: their channels differ by at most this much.
_SPREAD = 40
# Around a pixel of a letter, levels differ by at least this much.
_CONTRAST = 128
# How far around, in pixels.
_AROUND = 2
# Flat white or black paper is at most this far away, so that narrow letters belong to it.
_PAPER_DISTANCE = 6
_BLACK_AND_WHITE = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)


def find_text(rgb: Bytes) -> Mask:
    """Return which pixels belong to letters and thin lines in black and white.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8

    Returns
    -------
    (H, W) ndarray of bool
        Neutral pixels with much contrast around them and flat black or white nearby.
    """
    paper = find_exact_areas(rgb, _BLACK_AND_WHITE, None)
    if paper is None:
        return np.zeros(rgb.shape[:2], np.bool_)
    levels = rgb.max(axis=2)
    is_neutral = levels - rgb.min(axis=2) <= _SPREAD
    contrast = _widen(levels, _AROUND).astype(np.int16) - (255 - _widen(255 - levels, _AROUND))
    is_text: Mask = is_neutral & (contrast >= _CONTRAST) & (_widen(paper, _PAPER_DISTANCE) > 0)
    return is_text


def _widen(plane: Bytes | Mask, distance: int) -> Bytes:
    """Return the maximum of the pixels around each pixel, in a square."""
    widened = plane.astype(np.uint8)
    for axis in (0, 1):
        margins = [(0, 0), (0, 0)]
        margins[axis] = (distance, distance)
        padded = np.pad(widened, margins)
        size = plane.shape[axis]
        parts = [padded.take(range(n, n + size), axis=axis) for n in range(2 * distance + 1)]
        widened = np.maximum.reduce(parts)
    return widened
