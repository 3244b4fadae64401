"""A table of nearest entries over the cells of a colour space, for any colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Indices
from ..color.spaces import SPACES
from ..mapping.nearest_entry import NearestEntryFinder

Lanes: TypeAlias = NDArray[np.float32]
# Four lanes as one number, so that NumPy copies a colour at once.
Quads: TypeAlias = NDArray[np.complex128]
CellLookupFunction: TypeAlias = Callable[[Lanes, Quads], None]

_BITS = 6
_CELLS = 1 << _BITS
# The number of cells along a side of a cube, and of cubes along a side of the space.
_CUBE = 1 << _BITS // 2
# The bounds of coordinates in cells, of which 0 is the middle of the first. There is a margin, so
# that rounding gives no cell outside. With this margin a cell of sRGB is exactly four levels wide.
_LOW, _HIGH = np.float32(-0.375), np.float32(_CELLS - 1 + 0.375)
# In linear light the cells divide the square root, so that dark colours have enough of them.
# This bound keeps it away from 0, where errors would become denormal numbers, which are slow.
_ROOT_LOW = np.float32(0.0625)
# Adding this to a number below 2^22 leaves the rounded number in the lowest bits.
_ROUNDING = np.array(1.5 * 2**23, np.float32)
# Multiplying by this moves the cells of two lanes next to each other in the highest bits. The lanes
# are 32 bits apart on little-endian machines.
_JOIN = np.array((1 << 64 - _BITS) + (1 << 64 - 2 * _BITS - 32), np.uint64)
_JOIN_SHIFT = np.array(64 - 2 * _BITS, np.uint64)
_THIRD_LEFT = np.array(64 - _BITS, np.uint64)
_THIRD_RIGHT = np.array(64 - 3 * _BITS, np.uint64)
_ZERO = np.array(0, np.float32)


class CellLookup:
    """A look-up table from the cells of a colour space to palette entries.

    A colour has four lanes of single precision. Three are coordinates of the finder's space without
    a weight of lightness, scaled so that sRGB fits into 64 cells along each. The fourth lane of an
    entry is its index.

    Attributes
    ----------
    low, high : float32
        The bounds of the lanes.
    lanes_are_cheap : bool
        Whether lanes are computed faster than looked up by unique colour.

    Notes
    -----
    All colours in a cell get the entry that is nearest to its middle, except in the cells of
    entries: the cell of an entry gets this entry, and colours in a cell with several entries are
    compared with each of these. So a colour that is in the palette does not change. Hue penalties
    are ignored in this comparison, because cells are so small that a neutral colour and an entry
    with a hue rarely share one.
    """

    def __init__(self, finder: NearestEntryFinder) -> None:
        self._space = SPACES[finder.space.name]
        self._is_linear = finder.space.name == "linear"
        self.lanes_are_cheap = finder.space.name == "srgb"
        self.low, self.high = (_ROOT_LOW, _HIGH * _HIGH) if self._is_linear else (_LOW, _HIGH)
        low, high = self._space.bounds
        self._origin = low
        self._factor = (self.high - self.low) / (high - low)

        palette = finder.palette
        entries = self.lanes(np.column_stack([palette, np.zeros_like(palette[:, :1])]))
        entries[:, 3] = np.arange(len(palette))
        choice = self._find_nearest(finder)
        own = self._cell_indices(entries)
        # In reverse order, so that the first of several entries in a cell remains.
        choice[own[::-1]] = np.arange(len(own))[::-1]
        table = entries[choice]
        shared, sharing = _find_shared_cells(own)
        self._has_shared = len(shared) > 0
        # A negative index marks a shared cell, counted from the end of the arrays below.
        table[shared, 3] = np.arange(-len(shared), 0)
        self._table: Quads = table.view(np.complex128).ravel()
        # The squared distance to the first entry of a shared cell less that to each entry of it is
        # linear in the offset of the colour from the first entry, plus a constant.
        axes = finder.space.apply_lightness_weight(np.diag(1 / self._factor)).astype(np.float64)
        self._sharing: Quads = entries[sharing].view(np.complex128)[..., 0]
        self._first = self._sharing[:, 0].copy()
        inside = entries[sharing][..., :3]
        apart = (inside - inside[:, :1]).astype(np.float64).swapaxes(0, 1)
        # For each place in a cell, coordinate and shared cell, which NumPy adds up fastest.
        self._gains = np.empty((sharing.shape[1], 4, len(shared)), np.float32)
        self._gains[:, :3] = 2 * (apart @ axes @ axes.T).swapaxes(1, 2)
        self._gains[:, 3] = -np.square(apart @ axes).sum(axis=-1)

    def lanes(self, pixels: Bytes) -> Lanes:
        """Return the lanes of sRGB colours, (N, 4); the fourth channel and lane are undefined."""
        lanes: Lanes = np.empty(pixels.shape, np.float32)
        if self.lanes_are_cheap:
            np.multiply(pixels, self._factor[0], out=lanes)
            lanes += self.low
            return lanes
        coordinates = self._space.from_srgb(pixels[:, :3])
        for axis in range(3):
            lane = coordinates[:, axis]
            lane -= self._origin[axis]
            lane *= self._factor[axis]
            np.add(lane, self.low, out=lanes[:, axis])
        lanes[:, 3] = self.low
        return lanes

    def make_lookup(self, count: int) -> CellLookupFunction:
        """Return a function that looks up the entries of `count` colours at a time.

        It takes the lanes of the colours, (4 count,) within the bounds, and an array for the
        entries, (count,).
        """
        cells = np.empty(4 * count, np.float32)
        # Each number has the first cell from bit 0 and the second from bit 32 on, or the third.
        first_two, third = cells.view(np.uint64).reshape(count, 2).T
        joined, third_cell = np.empty((2, count), np.uint64)
        index = joined.view(np.int64)
        take, is_linear, shared = self._table.take, self._is_linear, self._has_shared
        multiply, add, root = np.multiply, np.add, np.sqrt
        left, right, either = np.left_shift, np.right_shift, np.bitwise_or

        def look_up(colors: Lanes, entries: Quads) -> None:
            if is_linear:
                root(colors, cells)
                add(cells, _ROUNDING, cells)
            else:
                add(colors, _ROUNDING, cells)
            multiply(first_two, _JOIN, joined)
            right(joined, _JOIN_SHIFT, joined)
            left(third, _THIRD_LEFT, third_cell)
            right(third_cell, _THIRD_RIGHT, third_cell)
            either(joined, third_cell, joined)
            take(index, None, entries, "clip")
            if shared:
                self._resolve_shared(colors, entries)

        return look_up

    def _resolve_shared(self, colors: Lanes, entries: Quads) -> None:
        """Replace shared cells in `entries` by the nearest entries in them."""
        lanes = entries.view(np.float32)[3::4]
        (rows,) = np.less(lanes, _ZERO).nonzero()
        if not len(rows):
            return
        cells = lanes.take(rows).astype(np.intp)
        apart = colors.view(np.complex128).take(rows).view(np.float32).reshape(-1, 4)
        apart -= self._first.take(cells).view(np.float32).reshape(-1, 4)
        apart[:, 3] = 1
        gains = self._gains.take(cells, axis=2)
        gains *= apart.T
        entries[rows] = self._sharing[cells, gains.sum(axis=1).argmax(axis=0)]

    def _cell_indices(self, lanes: Lanes) -> Indices:
        """Return the indices of the cells in which colours are."""
        cells = np.rint(np.sqrt(lanes[:, :3]) if self._is_linear else lanes[:, :3]).astype(np.intp)
        return (cells[:, 2] << 2 * _BITS) + (cells[:, 0] << _BITS) + cells[:, 1]

    def _find_nearest(self, finder: NearestEntryFinder) -> Bytes:
        """Return the entries that are nearest to the middles of the cells, by cell index."""
        middles = np.arange(_CELLS, dtype=np.float32)
        if self._is_linear:
            middles = np.maximum(np.square(middles), self.low)
        # The search is faster if neighbours are similar: in order of cubes of eight cells a side.
        coordinates = np.empty((_CUBE,) * 6 + (3,), np.float32)
        for axis, position in enumerate((1, 2, 0)):
            along = (middles - self.low) / self._factor[axis] + self._origin[axis]
            shape = np.where(np.arange(6) % 3 == position, _CUBE, 1)
            coordinates[..., axis] = along.reshape(shape)
        points = finder.space.apply_lightness_weight(coordinates.reshape(-1, 3))
        nearest = finder.find_nearest_to_points(points)
        return nearest.reshape((_CUBE,) * 6).transpose(0, 3, 1, 4, 2, 5).reshape(-1)


def _find_shared_cells(own: Indices) -> tuple[Indices, Indices]:
    """Return the indices of cells with several entries, and the entries in each.

    Rows of the second array are filled up with the first entry.
    """
    cells, counts = np.unique(own, return_counts=True)
    shared = cells[counts > 1]
    entries = [np.flatnonzero(own == cell) for cell in shared]
    sharing = np.zeros((len(shared), counts.max()), np.intp)
    for row, inside in zip(sharing, entries, strict=True):
        row[:] = inside[0]
        row[: len(inside)] = inside
    return shared, sharing
