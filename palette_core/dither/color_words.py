"""The colours of an image as words, which are smaller than the coordinates they stand for."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Packed
from ..mapping.lookup_table import ColorIndex
from ..progress import Progress
from .base import DitherProblem
from .cell_lookup import CellLookup, Lanes, Quads

# With fewer pixels, computing the lanes of each pixel is faster than finding its unique colour.
_INDEX_MIN_PIXELS = 1 << 21


class ColorWords:
    """The colours of an image as 24-bit words, and their lanes.

    A word is the colour itself if its lanes are cheap or the image is small, or else the index of a
    unique colour.
    """

    def __init__(self, cells: CellLookup, problem: DitherProblem, progress: Progress) -> None:
        self._rgb, self._cells = problem.rgb, cells
        self._lanes: Quads | None = None
        if not cells.lanes_are_cheap and problem.rgb.size >= 3 * _INDEX_MIN_PIXELS:
            index = ColorIndex(problem.rgb, problem.unique_colors)
            progress(0.2)
            self._lanes = cells.lanes(_add_channel(index.colors)).view(np.complex128)[:, 0]
            progress(0.8)
            self._look_up_rows = index.make_lookup(np.arange(len(index.colors), dtype=np.uint32))

    def words(self, rows: slice) -> Packed:
        """Return the words of a slice of rows."""
        if self._lanes is None:
            return _add_channel(self._rgb[rows]).view(np.uint32)[..., 0]
        return self._look_up_rows(rows)

    def lanes(self, words: Packed) -> Lanes:
        """Return the lanes of words, (steps, N) to (steps, 4 N)."""
        if self._lanes is None:
            return self._cells.lanes(words.view(np.uint8).reshape(-1, 4)).reshape(len(words), -1)
        return self._lanes.take(words, mode="clip").view(np.float32)


def _add_channel(rgb: Bytes) -> Bytes:
    """Return colours with a fourth channel of 0, (..., 3) to (..., 4)."""
    pixels = np.zeros((*rgb.shape[:-1], 4), np.uint8)
    for channel in range(3):  # faster than copying three channels at once
        pixels[..., channel] = rgb[..., channel]
    return pixels
