"""Nearest palette entries in sRGB of cells: cubes of 8 x 8 x 8 colours.

All colours of many cells have the same nearest entry, so that a table of all colours is filled
faster by cells than by colours. The number of a cell is its position along the Z-order curve: the
code of its colours without the lowest 9 bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Indices, Packed
from ..color.morton import colors_of_codes, morton_codes

# The number of cells.
CELLS = 1 << 15
# The bits of a code within a cell, and the number of colours in it.
_CELL_BITS = 9
_CELL_COLORS = 1 << _CELL_BITS
_SIDE = 8
# Candidates are looked for in cubes of 128 levels a side, then in their eighths, down to cells.
_FIRST_SHIFT = 12
# The number of products with all colours of a cell at a time, so that they stay in the cache and
# BLAS computes them on one thread.
_BLOCK = 128
# Distance and entry share a number, whose lowest bits are the entry.
_ENTRY_BITS = 8
_ENTRY = (1 << _ENTRY_BITS) - 1
# The positions of the colours of a cell relative to its lowest corner, red first, and ones.
_OFFSETS = np.ones((4, _CELL_COLORS), np.float32)
_OFFSETS[:3] = np.indices((_SIDE, _SIDE, _SIDE)).reshape(3, _CELL_COLORS)


def find_cells(colors: Bytes) -> Packed:
    """Return the cells that contain colours, (N, 3) to (C,), in ascending order."""
    is_used = np.zeros(CELLS, np.bool_)
    is_used[morton_codes(colors) >> np.uint32(_CELL_BITS)] = True
    return np.flatnonzero(is_used).astype(np.uint32)


def find_cell_corners(cells: Packed) -> Bytes:
    """Return the colours with the lowest levels in cells, (C,) to (C, 3)."""
    return colors_of_codes(cells << np.uint32(_CELL_BITS))


def find_nearest_in_cells(cells: Packed, palette: Bytes) -> Bytes:
    """Return the palette entry nearest in sRGB to every colour of cells: (C,) to (C, 512).

    The cells are unique, in ascending order. Of equally near entries it is the lowest. Blue changes
    fastest among the colours of a cell, red slowest.
    """
    if not len(cells):
        return np.empty((0, _CELL_COLORS), np.uint8)
    candidates = _find_candidates(cells, palette)
    nearest = np.empty((len(cells), _CELL_COLORS), np.uint8)
    nearest[:] = candidates.central[:, np.newaxis]
    starts = np.cumsum(candidates.counts) - candidates.counts
    for count in np.unique(candidates.counts[candidates.counts > 1]).tolist():
        which = np.flatnonzero(candidates.counts == count)
        step = max(1, _BLOCK // count)
        for start in range(0, len(which), step):
            block = which[start : start + step]
            entries = candidates.entries[starts[block, np.newaxis] + np.arange(count)]
            corners = find_cell_corners(cells[block])
            nearest[block] = _compare(corners, entries, candidates.central[block], palette)
    return nearest


class _Candidates(NamedTuple):
    """The entries that can be nearest to a colour of each of some cubes."""

    # (P,): Those of the first cube, then those of the second, and so on, in each in ascending
    # order.
    entries: NDArray[np.int32]
    counts: Indices  # (C,), their number in each cube, at least 1
    central: NDArray[np.int32]  # (C,), the entry that is nearest to the middle of each cube


def _find_candidates(cells: Packed, palette: Bytes) -> _Candidates:
    """Return the candidates of cells, chosen from those of larger cubes around them."""
    levels = palette.astype(np.int32)
    apart = np.sum([np.abs(np.subtract.outer(plane, plane)) for plane in levels.T], axis=0)
    # An entry is no candidate beside an equal one before it.
    apart[(apart == 0) & ~np.eye(len(palette), dtype=np.bool_)] = -1
    count = len(palette)
    found = _Candidates(np.arange(count, dtype=np.int32), np.array([count]), np.zeros(1, np.int32))
    parents = np.zeros(1, np.uint32)
    for shift in range(_FIRST_SHIFT, -1, -3):
        cubes = cells >> np.uint32(shift)
        cubes = cubes[np.append(True, cubes[1:] != cubes[:-1])]
        around = np.searchsorted(parents, cubes >> np.uint32(3))
        corners = colors_of_codes(cubes << np.uint32(shift + _CELL_BITS))
        found = _narrow(found, around, corners, _SIDE << shift // 3, levels, apart)
        parents = cubes
    return found


def _narrow(
    candidates: _Candidates,
    parents: Indices,
    corners: Bytes,
    side: int,
    levels: NDArray[np.int32],
    apart: NDArray[np.int32],
) -> _Candidates:
    """Return the candidates of cubes, chosen from those of the cubes around them.

    Parameters
    ----------
    parents : (C,) ndarray of integers
        The cube around each.
    corners : (C, 3) ndarray of uint8
        The lowest levels of each.
    side : int
        The levels of a side.
    levels : (K, 3) ndarray of int32
        The palette.
    apart : (K, K) ndarray of int32
        The sums of the differences of two entries in all channels; negative for duplicates.

    Notes
    -----
    From the middle of a cube to any point in it, the difference between the squared distances to
    two entries changes by at most ``side - 1`` times the sum of their differences.
    """
    counts = candidates.counts[parents]
    ends = np.cumsum(counts)
    starts = ends - counts
    cube = np.repeat(np.arange(len(parents)), counts)
    first = np.cumsum(candidates.counts) - candidates.counts
    entries = candidates.entries.take(np.arange(ends[-1]) + (first[parents] - starts)[cube])
    # Twice the distances from the middle are integers, and their squares are below 2^20.
    middles = 2 * corners.T.astype(np.int32) + (side - 1)
    keys = np.zeros(len(cube), np.int32)
    for middle, level in zip(middles, 2 * levels.T, strict=True):
        keys += np.square(middle.take(cube) - level.take(entries))
    keys = keys << _ENTRY_BITS | entries
    least = np.minimum.reduceat(keys, starts)
    central = least & _ENTRY
    excess = (keys >> _ENTRY_BITS) - (least >> _ENTRY_BITS).take(cube)
    limit = apart.ravel().take(central.take(cube) * len(levels) + entries) * (4 * (side - 1))
    is_candidate = excess <= limit
    return _Candidates(
        entries[is_candidate], np.add.reduceat(is_candidate, starts, dtype=np.intp), central
    )


def _compare(
    corners: Bytes, entries: NDArray[np.int32], central: NDArray[np.int32], palette: Bytes
) -> Bytes:
    """Return the nearest of some entries for every colour of cells, (C, 512).

    There are at least two entries for each cell, (C, M), and the central one, (C,), is one of them.

    Notes
    -----
    Squared distances are compared relative to those of the central entries. The differences are
    linear in the colour, so that all those of a cell are a matrix product. They are integers below
    2^14. With the entry in the lowest 8 bits they stay below 2^24, so that single precision
    represents them exactly.
    """
    levels = palette.astype(np.int32)
    entry, other = levels[entries], levels[central][:, np.newaxis]
    low = corners.astype(np.int32)[:, np.newaxis]
    at_corner = (np.square(entry - low) - np.square(other - low)).sum(axis=2)
    terms = np.empty((*entries.shape, 4), np.float32)
    terms[..., :3] = (other - entry) << (_ENTRY_BITS + 1)
    terms[..., 3] = (at_corner << _ENTRY_BITS) + entries
    differences = (terms.reshape(-1, 4) @ _OFFSETS).reshape(*entries.shape, _CELL_COLORS)
    least = np.minimum(differences[:, 0], differences[:, 1])
    for column in range(2, entries.shape[1]):
        np.minimum(least, differences[:, column], out=least)
    return (least.astype(np.int32) & _ENTRY).astype(np.uint8)
