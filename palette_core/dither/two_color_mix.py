"""Mixes of two palette entries for a colour, with the share of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Floats, Indices
from ..color.spaces import Coordinates
from ..mapping.nearest_entry import STEPS_PER_UNIT, NearestEntryFinder
from ..progress import Progress, no_progress, subprogress, with_progress

# The share of a mix's variance that is not counted as an error at full strength. If it were 1,
# distant entries would be mixed for almost no gain, which makes the image noisy.
_FREE_VARIANCE = 0.95
# Weaker dithering is invisible, and would be a division by almost 0.
_MIN_STRENGTH = 1 / 1024
# The number of entries around the nearest one that can be mixed with it, a power of 2.
_MATES = 16
# Colours with the same nearest entry are processed in blocks, with matrix products not above what
# BLAS computes on one thread (2^18 multiplications).
_BLOCK = 3072
# Directions are integers, this many steps for 1, so that sums do not depend on their order.
_STEPS_OF_ONE = 1 << 16
# Above the square of any distance in steps, and at least the number of entries. A number that
# combines both is below 2^53.
_INFINITE_DISTANCE = float(1 << 44)
_INDICES = 256
# Colours are processed in strips that stay in the cache.
_STRIP = 1 << 15


class TwoColorMixes(NamedTuple):
    """The mixes of some colours."""

    indices: Indices  # (N,), the colours
    # (N,): The nearest entry, and the entry that is mixed with it.
    nearest: Bytes
    mate: Bytes
    share: Floats  # (N,), the share of `mate`, 0 to 0.5


def find_mixes(
    colors: Bytes, finder: NearestEntryFinder, strength: float, progress: Progress = no_progress
) -> Iterator[TwoColorMixes]:
    """Iterate over the best mixes of two entries for colours.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        In any order. The search is fastest where neighbours in the array are similar.
    strength : float
        Above 0, to 1. Times 0.95 it is the share of a mix's variance that is not counted as an
        error.

    Yields
    ------
    TwoColorMixes
        In the order of the nearest entries. The mix of a colour does not depend on other colours.
        Mates are sought among the 16 entries nearest to the nearest entry.

    Notes
    -----
    Let f be the share of the variance that is not counted. The best mix of the nearest entry p and
    a mate ``p + e`` for a colour ``p + d`` has the share ``g / (f |e|)`` of the mate, with
    ``g = d.e / |e| - (1 - f) |e| / 2``. Its error is lower than that of p alone by ``g^2 / f``. The
    share is at most one half, because no entry is nearer than p. So the best mate has the greatest
    g, which is linear in the colour: a matrix product for each entry. The hue penalty of a mix is
    the mean of the penalties of both entries, weighted by their shares. So half of the difference
    of the penalties of p and of the mate, divided by ``|e|``, is added to g.
    """
    mates = _Mates(finder, _FREE_VARIANCE * max(strength, _MIN_STRENGTH))
    points, nearest = finder.locate(colors, subprogress(progress, 0.0, 0.5))
    order = np.argsort(nearest, kind="stable")
    starts = range(0, len(colors), _STRIP)
    for start in with_progress(starts, len(starts), subprogress(progress, 0.5, 1.0)):
        strip = order[start : start + _STRIP]
        entries = nearest.take(strip)
        yield TwoColorMixes(strip, entries, *mates.find(points.take(strip, axis=0), entries))


class _Mates:
    """The possible mates of every entry, and their gains for a colour.

    Attributes
    ----------
    count : int
        The number of mates of an entry, M: at most 16.
    entries : (K M,) ndarray of uint8
        The M mates of each entry, the nearest last.
    rows : (K, M, 5) ndarray of float64
        The product of a row with the coordinates of a colour in steps, 1, and its neutrality is an
        integer. The lowest four bits are the position of the mate, the others the gain with it. Of
        mates of equal gain the nearest is the greatest.
    share_of_gain : (K M,) ndarray of float64
        The factor from this integer to the share of the mate.
    """

    def __init__(self, finder: NearestEntryFinder, free: float) -> None:
        self._finder = finder
        self._has_penalties = bool(finder.hue_penalties.any())
        entries = np.rint(finder.entries.astype(np.float64) * STEPS_PER_UNIT)
        apart = entries - entries[:, np.newaxis]
        squares = np.square(apart).sum(axis=-1)
        # An entry is not its own mate, even if it is a duplicate.
        squares[squares == 0] = _INFINITE_DISTANCE
        # Distance and index share an integer that double precision represents exactly.
        keys = np.sort(squares * _INDICES + np.arange(len(entries)), axis=1)[:, :_MATES]
        mates = keys[:, ::-1].astype(np.int64) & (_INDICES - 1)
        length = np.sqrt(np.take_along_axis(squares, mates, axis=1))
        apart = np.take_along_axis(apart, mates[..., np.newaxis], axis=1)

        directions = np.rint(apart / length[..., np.newaxis] * _STEPS_OF_ONE)
        start = (directions * entries[:, np.newaxis]).sum(axis=-1)
        least = np.rint((1 - free) / 2 * _STEPS_OF_ONE * length)
        saved = finder.hue_penalties[:, np.newaxis] - finder.hue_penalties[mates]
        saved = np.rint(saved / (2 * length) * _STEPS_OF_ONE)
        constants = np.stack([-(start + least), saved], axis=-1)
        self.rows = np.concatenate([directions, constants], axis=-1) * _MATES
        self.count = mates.shape[1]
        self.rows[..., 3] += np.arange(self.count)
        self.entries = mates.astype(np.uint8).ravel()
        self.share_of_gain = 1 / (free * _STEPS_OF_ONE * _MATES * length).ravel()

    def find(self, points: Coordinates, nearest: Bytes) -> tuple[Bytes, Floats]:
        """Return the mates and shares of points in the order of their nearest entries."""
        columns = np.ones((4, len(points)))
        np.rint(points.T * np.float32(STEPS_PER_UNIT), out=columns[:3])
        if self._has_penalties:
            columns = np.vstack([columns, self._finder.measure_neutrality(columns[:3])])
        counts = np.bincount(nearest, minlength=len(self.rows))
        greatest = np.empty(len(points))
        start = 0
        for rows, count in zip(self.rows, counts.tolist(), strict=True):
            for first in range(start, start + count, _BLOCK):
                block = slice(first, min(first + _BLOCK, start + count))
                (rows[:, : len(columns)] @ columns[:, block]).max(axis=0, out=greatest[block])
            start += count
        gains = greatest.astype(np.int64)
        pairs = nearest * np.intp(self.count) + (gains & (_MATES - 1))
        share = gains * self.share_of_gain.take(pairs)
        return self.entries.take(pairs), share.clip(0, 0.5, out=share)
