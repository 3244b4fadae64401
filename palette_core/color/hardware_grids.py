"""Hardware grids: the colours of displays with fewer than eight bits per channel.

To add a grid, add a line to `GRIDS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Bytes, Indices, Mask
from .spaces import ColorSpace

# From the nearest levels to the grid colours around a point.
_STEPS = np.array(list(product((-1, 0, 1), repeat=3)))
# The points that are compared with these at a time, so that they fit into the cache.
_BLOCK = 256
# Of a grid with no more colours than this, all colours are neighbours of each other.
_FEW_COLORS = 64


@dataclass(frozen=True)
class Grid:
    """The colours that a display with few bits per channel can show.

    Notes
    -----
    The level v of n bits is ``v * 255 / (2**n - 1)``, rounded: 0 and 255 are on every grid.
    """

    bits: tuple[int, int, int]  # bits of red, green and blue, 1 to 8 each
    # Its name in the dialog, in English, and its description in the guide.
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
        """Return the nearest grid colour of every point in a colour space, (N, 3) to (N, 3).

        In spaces other than "srgb" it is the nearest of the 27 around each point; rarely is another
        one nearer.
        """
        points = np.asarray(coordinates, np.float64)
        if space.is_srgb:  # the channels are independent
            return self._get_colors(self._find_nearest_levels(points))
        middle = self._find_nearest_levels(space.to_srgb(points))
        nearest = np.empty(points.shape, np.uint8)
        for start in range(0, len(points), _BLOCK):
            block = slice(start, start + _BLOCK)
            colors = self._get_colors(middle[block, np.newaxis] + _STEPS)
            places = space.from_srgb(colors.reshape(-1, 3)).reshape(colors.shape)
            apart = places - points[block, np.newaxis]
            best = np.square(apart).sum(axis=2).argmin(axis=1)
            nearest[block] = colors[np.arange(len(best)), best]
        return nearest

    def neighbors(self, color: Bytes) -> Bytes:
        """Return the colours up to one level away in each channel, (3,) to (N, 3).

        These are the colour itself and up to 26 others, or all colours of a small grid.
        """
        axes = list(self.levels)
        if self.size > _FEW_COLORS:
            for axis, levels in enumerate(self.levels):
                place = int(np.searchsorted(levels, color[axis]))
                axes[axis] = levels[max(0, place - 1) : place + 2]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)

    def contains(self, colors: Bytes) -> Mask:
        """Return which colours are on the grid: (N, 3) to (N,)."""
        axes = zip(self.levels, colors.T, strict=True)
        found: Mask = np.logical_and.reduce([np.isin(plane, levels) for levels, plane in axes])
        return found

    def _find_nearest_levels(self, rgb: NDArray[np.number]) -> Indices:
        """Return the positions of the levels nearest to those of colours, (N, 3)."""
        positions = np.empty(rgb.shape, np.intp)
        for axis, levels in enumerate(self.levels):
            middles = (levels[:-1].astype(np.float64) + levels[1:]) / 2
            positions[:, axis] = np.searchsorted(middles, rgb[:, axis])
        return positions

    def _get_colors(self, positions: Indices) -> Bytes:
        """Return the colours at positions of levels, (..., 3); beyond the ends, the last ones."""
        axes = zip(self.levels, np.moveaxis(positions, -1, 0), strict=True)
        return np.stack([levels.take(plane, mode="clip") for levels, plane in axes], axis=-1)


GRIDS = {
    "rgb332": Grid((3, 3, 2), "RGB 3-3-2", "256 colours: 3 bits for red and green, 2 for blue"),
    "rgb444": Grid((4, 4, 4), "RGB 4-4-4", "4096 colours: 4 bits per channel"),
    "rgb555": Grid((5, 5, 5), "RGB 5-5-5", "32768 colours: 5 bits per channel"),
    "rgb565": Grid((5, 6, 5), "RGB 5-6-5", "65536 colours: 5 bits for red and blue, 6 for green"),
}
