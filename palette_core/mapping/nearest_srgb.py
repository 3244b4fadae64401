"""Nearest: the exactly nearest palette entry of every colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..progress import Progress, no_progress, subprogress, with_progress
from .lookup_table import find_unique_colors, look_up

# With fewer pixels than this, to find their unique colours costs more than it saves.
_TABLE_PAYS = 1 << 16

# Colours are compared in blocks, against groups of entries. The product of a block and a group is
# not above what BLAS does on one thread (2^18 multiplications), and stays in the cache.
_BLOCK = 2048
_GROUP_BITS = 5
_GROUP = 1 << _GROUP_BITS
# How many colours are prepared at a time: 8 MiB.
_STRIP = 1 << 19
# Colours and entries are moved by this, so that the cube's middle is the origin.
_MIDDLE = 128


def nearest(colors: Bytes, palette: Bytes, progress: Progress = no_progress) -> Bytes:
    """Find the nearest palette entry of every colour, in squared sRGB distance.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        In any order; fastest along the Z-order curve, where neighbours are alike.
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Returns
    -------
    (N,) ndarray of uint8
        Indices into `palette`; of equally near entries the lowest.
    """
    starts = range(0, len(colors), _STRIP)
    strips = (
        colors[start : start + _STRIP] for start in with_progress(starts, len(starts), progress)
    )
    found = [PreparedColors(strip).nearest(palette)[0] for strip in strips]
    return np.concatenate([np.empty(0, np.uint8), *found])


class PreparedColors:
    """Colours prepared for several palettes.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        As for `nearest`.

    Notes
    -----
    The distance is compared as ``|p|^2 - 2 c.p``, one matrix product. Times the size of a group,
    plus the index in the group, it is still a whole number below 2^24 that single precision holds
    exactly: the least of these numbers has the nearest entry in its lowest bits, ties are true
    ties, and the result depends on no order of summation.

    Of a block of colours only the entries are compared that can be nearest to one of them: those
    whose least distance to the block's bounding box is not above the least of the largest ones.
    """

    def __init__(self, colors: Bytes) -> None:
        self._planes = np.ones((4, len(colors)), np.float32)
        np.subtract(colors.T, np.float32(_MIDDLE), out=self._planes[:3])
        self._lengths = np.square(self._planes[:3]).sum(axis=0).astype(np.int32)
        starts = np.arange(0, len(colors), _BLOCK)
        self._low = np.minimum.reduceat(self._planes[:3], starts, axis=1)
        self._high = np.maximum.reduceat(self._planes[:3], starts, axis=1)

    def nearest(self, palette: Bytes) -> tuple[Bytes, NDArray[np.int32]]:
        """Find the nearest entry of every colour, and how near it is.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
            1 to 256 entries.

        Returns
        -------
        entries : (N,) ndarray of uint8
            What the function `nearest` gives.
        squares : (N,) ndarray of int32
            The squared distances.
        """
        found = np.empty(self._planes.shape[1], np.uint8)
        squares = self._lengths.copy()
        entries = palette.astype(np.float32) - _MIDDLE
        columns = np.column_stack([-2 * entries, np.square(entries).sum(axis=1)])
        for block, chosen in enumerate(find_candidates(self._low, self._high, entries)):
            colors = slice(block * _BLOCK, (block + 1) * _BLOCK)
            index, distance = _least(self._planes[:, colors], columns[chosen])
            found[colors] = chosen[index]
            squares[colors] += distance
        return found, squares


def find_candidates(
    low: NDArray[np.floating],
    high: NDArray[np.floating],
    entries: NDArray[np.floating],
    costs: tuple[NDArray[np.floating], NDArray[np.floating]] | None = None,
) -> Iterator[NDArray[np.intp]]:
    """Tell which entries can be the nearest ones to points in boxes.

    Parameters
    ----------
    low, high : (3, B) ndarray of float
        The boxes.
    entries : (K, 3) ndarray of float
    costs : (B, K) and (B, K) ndarrays of float, optional
        What an entry costs at least, and at most, beside its squared distance from a point in a
        box.

    Yields
    ------
    (C,) ndarray of integers
        Indices into `entries`, ascending, for one box after the other.
    """
    least: NDArray[np.floating] = np.zeros((1, 1), entries.dtype)
    most = least
    for bottom, top, entry in zip(low, high, entries.T, strict=True):
        below = bottom[:, np.newaxis] - entry
        above = entry - top[:, np.newaxis]
        least = least + np.square(np.maximum(np.maximum(below, above), 0))
        most = most + np.square(np.maximum(-below, -above))
    if costs is not None:
        least, most = least + costs[0], most + costs[1]
    return map(np.flatnonzero, least <= most.min(axis=1, keepdims=True))


def _least(
    block: NDArray[np.float32], columns: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find the row of `columns` with the least product with each column of `block`, and that."""
    best = index = np.zeros(0, np.int32)
    for start in range(0, len(columns), _GROUP):
        group = columns[start : start + _GROUP] * np.float32(_GROUP)
        group[:, 3] += np.arange(len(group))
        # Distance and index in one number; shifting keeps the order, of ties the lowest first.
        least = (group @ block).min(axis=0).astype(np.int32)
        # Of negative numbers too, shifting and masking give quotient and remainder.
        distance, row = least >> _GROUP_BITS, (least & (_GROUP - 1)) + start
        if start:
            nearer = distance < best
            distance, row = np.where(nearer, distance, best), np.where(nearer, row, index)
        best, index = distance, row
    return index, best


def map_srgb_pixels(
    rgb: Bytes, palette: Bytes, unique_colors: Bytes | None = None, progress: Progress = no_progress
) -> Bytes:
    """Map every pixel to its nearest palette entry.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    unique_colors : (N, 3) ndarray of uint8, optional
        The unique colours of `rgb` where they are known, best along the Z-order curve.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Returns
    -------
    (...) ndarray of uint8
        As `nearest` gives it.
    """
    if unique_colors is None:
        if rgb.size < 3 * _TABLE_PAYS:
            return nearest(rgb.reshape(-1, 3), palette).reshape(rgb.shape[:-1])
        unique_colors = find_unique_colors(rgb, subprogress(progress, 0.0, 0.3))
    entries = nearest(unique_colors, palette, subprogress(progress, 0.3, 0.8))
    return look_up(rgb, unique_colors, entries, subprogress(progress, 0.8, 1.0))
