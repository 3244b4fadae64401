"""Exact search for the nearest palette entries in sRGB, in integer arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..progress import Progress, no_progress, subprogress, with_progress
from .lookup_table import find_unique_colors, look_up

# With fewer pixels than this, finding their unique colours takes longer than it saves.
UNIQUE_MIN_PIXELS = 1 << 16

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
    """Return the nearest palette entry of every colour, by squared sRGB distance.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        In any order. The search is fastest along the Z-order curve, where neighbours are similar.
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Returns
    -------
    (N,) ndarray of uint8
        Indices into `palette`, of equally near entries the lowest.
    """
    starts = with_progress(range(0, len(colors), _STRIP), -(-len(colors) // _STRIP), progress)
    strips = (PreparedColors(colors[start : start + _STRIP]) for start in starts)
    entries = [strip.find_nearest(palette)[0] for strip in strips]
    return np.concatenate([np.empty(0, np.uint8), *entries])


class PreparedColors:
    """Colours prepared for searches in several palettes.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        As for `find_nearest_srgb`.

    Notes
    -----
    The distance is compared as ``|p|^2 - 2 c.p``, one matrix product. Multiplied by the size of a
    group, plus the index in the group, it is still an integer below 2^24, which single precision
    represents exactly. The least of these numbers has the nearest entry in its lowest bits, ties
    are true ties, and the result does not depend on the order of summation.

    A block of colours is only compared with the entries that can be nearest to one of them: those
    whose least distance to the bounding box of the block is not above the smallest of the greatest
    distances.
    """

    def __init__(self, colors: Bytes) -> None:
        self._planes = np.ones((4, len(colors)), np.float32)
        np.subtract(colors.T, np.float32(_MIDDLE), out=self._planes[:3])
        self._lengths = np.square(self._planes[:3]).sum(axis=0).astype(np.int32)
        starts = np.arange(0, len(colors), _BLOCK)
        self._low = np.minimum.reduceat(self._planes[:3], starts, axis=1)
        self._high = np.maximum.reduceat(self._planes[:3], starts, axis=1)

    def find_nearest(self, palette: Bytes) -> tuple[Bytes, NDArray[np.int32]]:
        """Return the nearest entry of every colour, and the distance to it.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
            1 to 256 entries.

        Returns
        -------
        entries : (N,) ndarray of uint8
            As `find_nearest_srgb` returns them.
        squares : (N,) ndarray of int32
            The squared distances.
        """
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
    low: NDArray[np.floating],
    high: NDArray[np.floating],
    entries: NDArray[np.floating],
    penalties: tuple[NDArray[np.floating], NDArray[np.floating]] | None = None,
) -> Iterator[NDArray[np.intp]]:
    """Iterate over the entries that can be nearest to a point in each of some boxes.

    Parameters
    ----------
    low, high : (3, B) ndarray of float
        The corners of the boxes.
    entries : (K, 3) ndarray of float
    penalties : (B, K) and (B, K) ndarrays of float, optional
        The least and the greatest penalty of an entry on top of its squared distance from a point
        in a box.

    Yields
    ------
    (C,) ndarray of integers
        Ascending indices into `entries`, for one box after the other.
    """
    least: NDArray[np.floating] = np.zeros((1, 1), entries.dtype)
    greatest = least
    for bottom, top, entry in zip(low, high, entries.T, strict=True):
        below = bottom[:, np.newaxis] - entry
        above = entry - top[:, np.newaxis]
        least = least + np.square(np.maximum(np.maximum(below, above), 0))
        greatest = greatest + np.square(np.maximum(-below, -above))
    if penalties is not None:
        least, greatest = least + penalties[0], greatest + penalties[1]
    return map(np.flatnonzero, least <= greatest.min(axis=1, keepdims=True))


def _find_least(
    block: NDArray[np.float32], columns: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
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


def map_srgb_pixels(
    rgb: Bytes,
    palette: Bytes,
    unique_colors: Bytes | None = None,
    progress: Progress = no_progress,
    *,
    unique_min_pixels: int = UNIQUE_MIN_PIXELS,
) -> Bytes:
    """Return the nearest palette entry of every pixel, by squared sRGB distance.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    unique_colors : (N, 3) ndarray of uint8, optional
        The unique colours of `rgb` if they are known, preferably along the Z-order curve.
    progress : callable, optional
        Gets fractions from 0 to 1.
    unique_min_pixels : int, optional
        From this number of pixels on, each unique colour is searched for once.

    Returns
    -------
    (...) ndarray of uint8
        Indices into `palette`, of equally near entries the lowest.
    """
    if unique_colors is None:
        if rgb.size < 3 * unique_min_pixels:
            return find_nearest_srgb(rgb.reshape(-1, 3), palette).reshape(rgb.shape[:-1])
        unique_colors = find_unique_colors(rgb, subprogress(progress, 0.0, 0.3))
    nearest = find_nearest_srgb(unique_colors, palette, subprogress(progress, 0.3, 0.8))
    return look_up(rgb, unique_colors, nearest, subprogress(progress, 0.8, 1.0))
