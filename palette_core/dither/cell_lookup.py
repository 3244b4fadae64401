"""Cells: a table of nearest entries over a colour space, for colours that are not known before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.spaces import SPACES
from ..mapping.nearest_entry import NearestEntryFinder

Lanes: TypeAlias = NDArray[np.float32]
# Four lanes as one number, so that NumPy moves a colour in one piece.
Quads: TypeAlias = NDArray[np.complex128]
CellLookupFunction: TypeAlias = Callable[[Lanes, Quads], None]

_BITS = 6
_CELLS = 1 << _BITS
# Cells a side of a cube, and cubes a side of the space.
_CUBE = 1 << _BITS // 2
# Coordinates in cells: 0 is the middle of the first. A little is left at the ends, so that
# rounding gives no cell beyond them; with this much, a cell of sRGB is four levels exactly.
LOW, HIGH = np.float32(-0.375), np.float32(_CELLS - 1 + 0.375)
# Of linear light the square root is divided into cells: as many for the dark as the eye needs.
# This keeps it away from 0, where errors would fade into denormal numbers, which are slow.
_ROOT_LOW = np.float32(0.0625)
# Added to a number below 2^22, it leaves the rounded number in the lowest bits.
_ROUNDING = np.array(1.5 * 2**23, np.float32)
# Moves the cells of two lanes, which on little-endian machines are 32 bits apart, side by side to
# the top.
_JOIN = np.array((1 << 64 - _BITS) + (1 << 64 - 2 * _BITS - 32), np.uint64)
_JOINED = np.array(64 - 2 * _BITS, np.uint64)
_TOP = np.array(64 - _BITS, np.uint64)
_THIRD = np.array(64 - 3 * _BITS, np.uint64)
_NOUGHT = np.array(0, np.float32)


class CellLookup:
    """Palette entries by the cells of a colour space.

    A colour is four lanes of single precision: three coordinates of the space, moved and scaled
    so that all of sRGB fits into 64 cells a coordinate, and one more. `low` and `high` bound the
    lanes. An entry's fourth lane is its index. `lanes_are_cheap` tells whether it is not worth
    keeping the lanes of every unique colour.

    Parameters
    ----------
    finder : NearestEntryFinder
        Coordinates are those of its space without a weight; what is nearest, it decides itself.

    Notes
    -----
    All colours in a cell get the entry that is nearest to its middle. But an entry's own cell is
    its own, and colours in a cell with several entries are compared with these one by one: so a
    colour that is exactly in the palette stays as it is. What hues cost neutral colours is left out
    there: cells are so small that a neutral colour and an entry with a hue rarely share one.
    """

    def __init__(self, finder: NearestEntryFinder) -> None:
        self._space = SPACES[finder.space.name]
        self._rooted = finder.space.name == "linear"
        # The coordinates of sRGB are its bytes.
        self.lanes_are_cheap = finder.space.name == "srgb"
        self.low, self.high = (_ROOT_LOW, HIGH * HIGH) if self._rooted else (LOW, HIGH)
        low, high = self._space.bounds
        self._origin = low
        self._factor = (self.high - self.low) / (high - low)

        palette = finder.palette
        entries = self.lanes(np.column_stack([palette, np.zeros_like(palette[:, :1])]))
        entries[:, 3] = np.arange(len(palette))
        choice = self._nearest(finder)
        own = self._cell(entries)
        # Backwards: of several entries in a cell the first stays.
        choice[own[::-1]] = np.arange(len(own))[::-1]
        table = entries[choice]
        shared, sharing = _entries_of_shared_cells(own)
        self._has_shared = len(shared) > 0
        # Below 0, and counted from the end of what is known of shared cells.
        table[shared, 3] = np.arange(-len(shared), 0)
        self._table: Quads = table.view(np.complex128).ravel()
        # By how much less the square of the distance to each entry of a shared cell is than that
        # to the first: linear in the colour's distance to the first, and a constant.
        axes = finder.space.apply_lightness_weight(np.diag(1 / self._factor)).astype(np.float64)
        self._first = entries[sharing[:, 0]]
        apart = (entries[sharing] - self._first[:, np.newaxis])[..., :3].astype(np.float64)
        self._gains = np.zeros((*sharing.shape, 4), np.float32)
        self._gains[..., :3] = 2 * (apart @ axes @ axes.T)
        self._gains[..., 3] = -np.square(apart @ axes).sum(axis=-1)
        self._sharing: Quads = entries[sharing].view(np.complex128)[..., 0]

    def lanes(self, pixels: Bytes) -> Lanes:
        """Give the lanes of colours, the fourth without meaning.

        Parameters
        ----------
        pixels : (N, 4) ndarray of uint8
            sRGB, and a fourth that does not count.
        """
        found: Lanes = np.empty(pixels.shape, np.float32)
        if self.lanes_are_cheap:
            np.multiply(pixels, self._factor[0], out=found)
            found += self.low
            return found
        coordinates = self._space.from_srgb(pixels[:, :3])
        for axis in range(3):
            lane = coordinates[:, axis]
            lane -= self._origin[axis]
            lane *= self._factor[axis]
            np.add(lane, self.low, out=found[:, axis])
        found[:, 3] = self.low
        return found

    def make_lookup(self, count: int) -> CellLookupFunction:
        """Prepare to find the entries of `count` colours at a time.

        Returns
        -------
        callable
            Takes the colours, (4 count,) within the bounds, and where to put the entries found,
            (count,).
        """
        cells = np.empty(4 * count, np.float32)
        # Bits 0 and 32 of each begin the first and the second cell, or the third.
        first_two, third = cells.view(np.uint64).reshape(count, 2).T
        where, more = np.empty((2, count), np.uint64)
        index = where.view(np.int64)
        take, rooted, shared = self._table.take, self._rooted, self._has_shared
        multiply, add, root = np.multiply, np.add, np.sqrt
        left, right, either = np.left_shift, np.right_shift, np.bitwise_or

        def find(colors: Lanes, found: Quads) -> None:
            if rooted:
                root(colors, cells)
                add(cells, _ROUNDING, cells)
            else:
                add(colors, _ROUNDING, cells)
            multiply(first_two, _JOIN, where)
            right(where, _JOINED, where)
            left(third, _TOP, more)
            right(more, _THIRD, more)
            either(where, more, where)
            take(index, None, found, "clip")
            if shared:
                self._compare(colors, found)

        return find

    def _compare(self, colors: Lanes, found: Quads) -> None:
        """Compare the colours in shared cells with the entries in them."""
        lanes = found.view(np.float32)[3::4]
        (rows,) = np.less(lanes, _NOUGHT).nonzero()
        if not len(rows):
            return
        cells = lanes[rows].astype(np.intp)
        apart = colors.reshape(-1, 4)[rows]
        apart -= self._first.take(cells, axis=0)
        apart[:, 3] = 1
        gains = self._gains.take(cells, axis=0)
        gains *= apart[:, np.newaxis]
        found[rows] = self._sharing[cells, gains.sum(axis=-1).argmax(axis=1)]

    def _cell(self, lanes: Lanes) -> NDArray[np.intp]:
        """Give the index of the cells in which colours are."""
        cells = np.rint(np.sqrt(lanes[:, :3]) if self._rooted else lanes[:, :3]).astype(np.intp)
        return (cells[:, 2] << 2 * _BITS) + (cells[:, 0] << _BITS) + cells[:, 1]

    def _nearest(self, finder: NearestEntryFinder) -> Bytes:
        """Find the entries nearest to the cells' middles, by their index."""
        middles = np.arange(_CELLS, dtype=np.float32)
        if self._rooted:
            middles = np.maximum(np.square(middles), self.low)
        # By cubes of eight cells a side, because neighbours in the array should be alike.
        coordinates = np.empty((_CUBE,) * 6 + (3,), np.float32)
        for axis, place in enumerate((1, 2, 0)):
            along = (middles - self.low) / self._factor[axis] + self._origin[axis]
            shape = np.where(np.arange(6) % 3 == place, _CUBE, 1)
            coordinates[..., axis] = along.reshape(shape)
        found = finder.find_nearest_to_points(
            finder.space.apply_lightness_weight(coordinates.reshape(-1, 3))
        )
        return found.reshape((_CUBE,) * 6).transpose(0, 3, 1, 4, 2, 5).reshape(-1)


def _entries_of_shared_cells(own: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the cells of several entries: their indices, and the entries in each.

    Of the latter each row is filled up with the first entry.
    """
    cells, counts = np.unique(own, return_counts=True)
    shared = cells[counts > 1]
    entries = [np.flatnonzero(own == cell) for cell in shared]
    sharing = np.zeros((len(shared), counts.max()), np.intp)
    for row, inside in zip(sharing, entries, strict=True):
        row[:] = inside[0]
        row[: len(inside)] = inside
    return shared, sharing
