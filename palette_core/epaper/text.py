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
# Flat white or black paper is at most this far away on both sides, so that narrow letters belong to
# text.
_PAPER_DISTANCE = 10
_BLACK_AND_WHITE = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)


def find_text(rgb: Bytes) -> tuple[Mask, Mask]:
    """Return which pixels belong to letters and thin lines in black and white, and are dark.

    Returns
    -------
    is_text : (H, W) ndarray of bool
        Neutral pixels with much contrast around them, between flat black or white on two opposite
        sides. So the edge of a photo on white paper is no text.
    is_dark : (H, W) ndarray of bool
        Pixels that are nearer to the darkest level around them than to the lightest, so that thin
        strokes in grey have no gaps.
    """
    levels = rgb.max(axis=2)
    darkest = 255 - _widen(255 - levels, _AROUND).astype(np.int16)
    lightest = _widen(levels, _AROUND).astype(np.int16)
    is_dark = 2 * levels.astype(np.int16) < darkest + lightest
    paper = find_exact_areas(rgb, _BLACK_AND_WHITE, None)
    if paper is None:
        return np.zeros_like(is_dark), is_dark
    is_text = levels - rgb.min(axis=2) <= _SPREAD  # neutral
    is_text &= (lightest - darkest >= _CONTRAST) & _is_between(paper)
    return is_text, is_dark


def _is_between(paper: Mask) -> Mask:
    """Return which pixels have paper near them on two opposite sides, or are paper."""
    between = np.zeros_like(paper)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        between |= _reach(paper, down, right) & _reach(paper, -down, -right)
    return between


def _reach(paper: Mask, down: int, right: int) -> Mask:
    """Return which pixels have paper at most `_PAPER_DISTANCE` steps away in a direction."""
    height, width = paper.shape
    margin = _PAPER_DISTANCE
    padded = np.pad(paper, margin)
    found = paper.copy()
    for step in range(1, margin + 1):
        top, left = margin + step * down, margin + step * right
        found |= padded[top : top + height, left : left + width]
    return found


def _widen(plane: Bytes, distance: int) -> Bytes:
    """Return the maximum of the pixels around each pixel, in a square."""
    widened = plane
    for axis in (0, 1):
        margins = [(0, 0), (0, 0)]
        margins[axis] = (distance, distance)
        padded = np.pad(widened, margins)
        size = plane.shape[axis]
        parts = [padded.take(range(n, n + size), axis=axis) for n in range(2 * distance + 1)]
        widened = np.maximum.reduce(parts)
    return widened
