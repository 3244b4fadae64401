"""Hardware grids: the colours of displays with fewer than eight bits per channel.

To add a grid, add a line to `GRIDS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bytes, Mask
from .spaces import ColorSpace


@dataclass(frozen=True)
class Grid:
    """The colours that a display with few bits per channel can show.

    Attributes
    ----------
    bits : tuple of 3 int
        Bits of red, green and blue, 1 to 8 each.
    label, summary : str
        Its name in the dialog, in English, and its description in the guide.

    Notes
    -----
    The level v of n bits is ``v * 255 / (2**n - 1)``, rounded: 0 and 255 are on every grid.
    """

    bits: tuple[int, int, int]
    label: str = field(default="", compare=False)
    summary: str = field(default="", compare=False)

    @property
    def size(self) -> int:
        """The number of colours."""
        return 1 << sum(self.bits)

    @cached_property
    def levels(self) -> tuple[Bytes, Bytes, Bytes]:
        """The levels of red, green and blue, ascending: (2**n,) each."""
        red, green, blue = (
            np.rint(np.arange(1 << n) * 255 / ((1 << n) - 1)).astype(np.uint8) for n in self.bits
        )
        return red, green, blue

    def find_nearest(self, coordinates: ArrayLike, space: ColorSpace) -> Bytes:
        """Return the nearest grid colour of every point in a colour space.

        Parameters
        ----------
        coordinates : (N, 3) array_like of float
        space : ColorSpace

        Returns
        -------
        (N, 3) ndarray of uint8
            The nearest of the eight grid colours around each point. In "srgb" no grid colour is
            nearer; in other spaces one rarely is, and more often with a weight of lightness.
        """
        points = np.asarray(coordinates, np.float64)
        bounds = self._bounding_levels(space.to_srgb(points))
        nearest = np.zeros(points.shape, np.uint8)
        least = np.full(len(points), np.inf)
        for corner in product((0, 1), repeat=3):
            colors = np.stack([bounds[axis][end] for axis, end in enumerate(corner)], axis=1)
            squares = np.square(space.from_srgb(colors) - points).sum(axis=1)
            nearer = squares < least
            nearest[nearer], least[nearer] = colors[nearer], squares[nearer]
        return nearest

    def contains(self, colors: Bytes) -> Mask:
        """Return which colours are on the grid: (N, 3) to (N,)."""
        axes = zip(self.levels, colors.T, strict=True)
        found: Mask = np.logical_and.reduce([np.isin(plane, levels) for levels, plane in axes])
        return found

    def _bounding_levels(self, rgb: Bytes) -> list[tuple[Bytes, Bytes]]:
        """Return the level at or below and the next level, two (N,) arrays for each channel."""
        bounds = []
        for levels, plane in zip(self.levels, rgb.T, strict=True):
            below = np.searchsorted(levels, plane, side="right") - 1
            bounds.append((levels[below], levels[np.minimum(below + 1, len(levels) - 1)]))
        return bounds


GRIDS = {
    "rgb332": Grid((3, 3, 2), "RGB 3-3-2", "256 colours: 3 bits for red and green, 2 for blue"),
    "rgb444": Grid((4, 4, 4), "RGB 4-4-4", "4096 colours: 4 bits per channel"),
    "rgb555": Grid((5, 5, 5), "RGB 5-5-5", "32768 colours: 5 bits per channel"),
    "rgb565": Grid((5, 6, 5), "RGB 5-6-5", "65536 colours: 5 bits for red and blue, 6 for green"),
}
