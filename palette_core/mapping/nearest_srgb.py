"""Exact search for the nearest palette entries in sRGB, in integer arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..arrays import AnyFloats, Bytes, Indices, Packed, Singles, pack, unpack
from ..color.morton import morton_codes, radix_argsort
from ..progress import Progress, no_progress, subprogress, with_progress
from ..threads import for_each_block
from .lookup_table import find_unique_colors, look_up
from .srgb_cells import CELLS, find_cell_corners, find_cells, find_nearest_in_cells

# From this number of pixels on, their unique colours are not needed.
_TABLE_MIN_PIXELS = 1 << 19
# About this many pixels are looked at to find the cells that are most frequent.
_SAMPLE = 1 << 17
# The number of pixels that are looked up at a time, so that they stay in the cache.
_LOOKUP_BLOCK = 1 << 17
# Up to this number of pixels of a block wait for those of other blocks, because few cells at a time
# take longer. The entries of up to this number of pixels in all are found faster one by one.
_MAX_UNKNOWN = _LOOKUP_BLOCK // 8
_MAX_SINGLE = 1 << 17

# Colours are compared in blocks with groups of entries. The product of a block and a group stays in
# the cache, and is not above what BLAS computes on one thread (2^18 multiplications).
_BLOCK = 2048
_GROUP_BITS = 5
_GROUP = 1 << _GROUP_BITS
# The number of colours that are prepared at a time: 8 MiB.
_STRIP = 1 << 19
# Colours and entries are moved by this, so that the origin is the middle of the cube.
_MIDDLE = 128


def find_nearest_srgb(colors: Bytes, palette: Bytes, progress: Progress = no_progress) -> Bytes:
    """Return the nearest palette entry of every colour, (N, 3) to (N,), by squared sRGB distance.

    Of equally near entries it is the lowest. The search is fastest along the Z-order curve, where
    neighbours are similar. The palette has 1 to 256 entries.
    """
    starts = with_progress(range(0, len(colors), _STRIP), -(-len(colors) // _STRIP), progress)
    strips = (PreparedColors(colors[start : start + _STRIP]) for start in starts)
    entries = [strip.find_nearest(palette)[0] for strip in strips]
    return np.concatenate([np.empty(0, np.uint8), *entries])


class PreparedColors:
    """Colours, (N, 3), prepared for searches in several palettes, as `find_nearest_srgb`.

    Notes
    -----
    The distance is compared as ``|p|^2 - 2 c.p``, one matrix product. Multiplied by the size of a
    group, plus the index in the group, it is still an integer below 2^24, which single precision
    represents exactly. The least of these numbers has the nearest entry in its lowest bits, ties
    are true ties, and the result does not depend on the order of summation.

    A block of colours is only compared with the entries that can be nearest to one in its bounding
    box; see `find_candidates`.
    """

    def __init__(self, colors: Bytes) -> None:
        self._planes = np.ones((4, len(colors)), np.float32)
        np.subtract(colors.T, np.float32(_MIDDLE), out=self._planes[:3])
        self._lengths = np.square(self._planes[:3]).sum(axis=0).astype(np.int32)
        starts = np.arange(0, len(colors), _BLOCK)
        self._low = np.minimum.reduceat(self._planes[:3], starts, axis=1)
        self._high = np.maximum.reduceat(self._planes[:3], starts, axis=1)

    def find_nearest(self, palette: Bytes) -> tuple[Bytes, NDArray[np.int32]]:
        """Return the nearest entry of every colour, and the squared distance to it, (N,) each."""
        nearest = np.empty(self._planes.shape[1], np.uint8)
        squares = self._lengths.copy()
        entries = palette.astype(np.float32) - _MIDDLE
        columns = np.column_stack([-2 * entries, np.square(entries).sum(axis=1)])
        for block, candidates in enumerate(find_candidates(self._low, self._high, entries)):
            colors = slice(block * _BLOCK, (block + 1) * _BLOCK)
            index, distance = _find_least(self._planes[:, colors], columns[candidates])
            nearest[colors] = candidates[index]
            squares[colors] += distance
        return nearest, squares


def find_candidates(
    low: AnyFloats,
    high: AnyFloats,
    entries: AnyFloats,
    penalties: tuple[AnyFloats, AnyFloats] | None = None,
) -> Iterator[Indices]:
    """Iterate over the entries, (C,), that can be nearest to a point in each of some boxes.

    Parameters
    ----------
    low, high : (3, B) ndarray of float
        The corners of the boxes.
    entries : (K, 3) ndarray of float
    penalties : (B, K) and (B, K) ndarrays of float, optional
        The least and the greatest penalty of an entry on top of its squared distance from a point
        in a box.

    Notes
    -----
    From the middle of a box to any point in it, the difference between the squared distances to two
    entries changes by at most the sum of their differences in all channels, each times the extent
    of the box. All entries are compared with the one that is nearest to the middle. The numbers are
    multiples of 1/4, so that they are exact.
    """
    distances: AnyFloats = np.zeros((1, 1), entries.dtype)
    for middle, entry in zip((low + high) / 2, entries.T, strict=True):
        distances = distances + np.square(middle[:, np.newaxis] - entry)
    greatest = distances if penalties is None else distances + penalties[1]
    least = distances if penalties is None else distances + penalties[0]
    central = greatest.argmin(axis=1)
    excess = least - greatest.min(axis=1, keepdims=True)
    for extent, entry in zip(high - low, entries.T, strict=True):
        excess -= extent[:, np.newaxis] * np.abs(entry - entry[central, np.newaxis])
    return map(np.flatnonzero, excess <= 0)


def _find_least(block: Singles, columns: Singles) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the row of `columns` with the least product with each column of `block`, and that."""
    best = index = np.zeros(0, np.int32)
    for start in range(0, len(columns), _GROUP):
        group = columns[start : start + _GROUP] * np.float32(_GROUP)
        group[:, 3] += np.arange(len(group))
        # Distance and index share a number. The least has the lowest index of equal distances.
        least = (group @ block).min(axis=0).astype(np.int32)
        # For negative numbers too, shifting and masking give the quotient and the remainder.
        distance, row = least >> _GROUP_BITS, (least & (_GROUP - 1)) + start
        if start:
            is_nearer = distance < best
            distance, row = np.where(is_nearer, distance, best), np.where(is_nearer, row, index)
        best, index = distance, row
    return index, best


class _NearestTable:
    """The nearest palette entries of all 24-bit colours, found cell by cell as they are needed."""

    # What `look_up` returns for a colour whose entry is not found yet. It can be the right entry
    # too. Black and white, the likeliest colours of large areas, are seldom in the middle of a
    # palette.
    UNKNOWN = np.uint8(128)

    def __init__(self, palette: Bytes) -> None:
        self._palette = palette
        # Entries are stored with the bits of UNKNOWN inverted, so that 0 stands for it.
        self._table = np.zeros(1 << 24, np.uint8)
        self._is_known = np.zeros(CELLS, np.bool_)

    def add(self, colors: Bytes) -> None:
        """Find the entries of the cells that contain colours, (N, 3)."""
        cells = find_cells(colors)
        cells = cells[~self._is_known[cells]]
        nearest = find_nearest_in_cells(cells, self._palette)
        nearest ^= self.UNKNOWN
        # The entries of eight neighbouring levels of blue are copied as one word.
        words = self._table.view(np.uint64).reshape(32, 8, 32, 8, 32)
        red, green, blue = (find_cell_corners(cells) // 8).T.astype(np.intp)
        words[red, :, green, :, blue] = nearest.view(np.uint64).reshape(-1, 8, 8)
        self._is_known[cells] = True

    def look_up(self, packed: Packed) -> Bytes:
        """Return the nearest entry of every packed colour, (N,) to (N,), or `UNKNOWN`."""
        # With "clip" NumPy does not check the indices, all of which are valid.
        found = self._table.take(packed, mode="clip")
        found ^= self.UNKNOWN
        return found


def map_srgb_pixels(
    rgb: Bytes, palette: Bytes, unique_colors: Bytes | None = None, progress: Progress = no_progress
) -> Bytes:
    """Return the nearest palette entry of every pixel, (..., 3) to (...), as `find_nearest_srgb`.

    If the unique colours are known they can be given, preferably along the Z-order curve.
    """
    pixels = rgb.reshape(-1, 3)
    if unique_colors is None and len(pixels) >= _TABLE_MIN_PIXELS:
        return _map_by_cells(pixels, palette, progress).reshape(rgb.shape[:-1])
    if unique_colors is None:
        unique_colors = find_unique_colors(pixels)
    nearest = find_nearest_srgb(unique_colors, palette, subprogress(progress, 0.0, 0.6))
    return look_up(rgb, unique_colors, nearest, subprogress(progress, 0.6, 1.0))


def _map_by_cells(pixels: Bytes, palette: Bytes, progress: Progress) -> Bytes:
    """Return the nearest entry of every pixel, (N, 3) to (N,), by a table of cells."""
    table = _NearestTable(palette)
    table.add(pixels[:: 1 + len(pixels) // _SAMPLE])
    nearest = np.empty(len(pixels), np.uint8)
    rest: list[tuple[Indices, Packed]] = []

    def look_up_in_block(block: slice) -> None:
        packed = pack(pixels[block])
        found = table.look_up(packed)
        unknown = np.flatnonzero(found == table.UNKNOWN)
        if len(unknown) > _MAX_UNKNOWN:
            # Threads that find entries of the same cell agree.
            table.add(unpack(packed[unknown]))
            found = table.look_up(packed)
        elif len(unknown):
            rest.append((unknown + block.start, packed[unknown]))
        nearest[block] = found

    for_each_block(look_up_in_block, len(pixels), _LOOKUP_BLOCK, progress)
    if rest:
        positions, packed = map(np.concatenate, zip(*rest, strict=True))
        colors = unpack(packed)
        if len(colors) > _MAX_SINGLE:
            table.add(colors)
            nearest[positions] = table.look_up(packed)
        else:
            order = radix_argsort(morton_codes(colors))
            nearest[positions[order]] = find_nearest_srgb(colors.take(order, axis=0), palette)
    return nearest
