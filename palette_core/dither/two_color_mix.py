"""Mixes: which two entries to make a colour of, and how much of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.spaces import Coordinates
from ..mapping.nearest_entry import STEPS_PER_UNIT, NearestEntryFinder
from ..progress import Progress, no_progress, subprogress, with_progress

# So much of a mix's variance is free at full strength. If all of it were, entries far from each
# other would be mixed for next to no gain: much noise for little.
_FREE = 0.95
# A strength below this would divide by next to nothing; there is nothing to see of it.
_LEAST_STRENGTH = 1 / 1024
# How many entries around the nearest one may be mixed with it; a power of 2.
_MATES = 16
# Colours of one nearest entry are matched in blocks: products too small for BLAS to start threads
# of its own (2^18 multiplications).
_BLOCK = 3072
# Directions are whole numbers of these parts, as coordinates are, so that sums depend on no order.
_STEPS_OF_ONE = 1 << 16
# More than the square of any distance in steps, and than the number of entries: both in one number
# are below 2^53.
_FAR = float(1 << 44)
_INDICES = 256
# How many colours are mixed at a time, few enough to stay in the cache.
_STRIP = 1 << 15


class TwoColorMixes(NamedTuple):
    """What some colours are mixed of.

    Attributes
    ----------
    chosen : (N,) ndarray of integers
        Which colours these are.
    nearest, mate : (N,) ndarray of uint8
        The nearest entry, and the one to mix it with.
    share : (N,) ndarray of float64
        The part of `mate`, 0 to 0.5.
    """

    chosen: NDArray[np.intp]
    nearest: Bytes
    mate: Bytes
    share: NDArray[np.float64]


def find_mixes(
    colors: Bytes, finder: NearestEntryFinder, strength: float, progress: Progress = no_progress
) -> Iterator[TwoColorMixes]:
    """Find for every colour the two entries to mix.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        In any order; fastest where neighbours in the array are alike.
    finder : NearestEntryFinder
    strength : float
        Above 0, to 1: times 0.95 it is the part of a mix's variance that does not count beside
        its error.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Yields
    ------
    Mixes
        Of some colours after the others, ordered by their nearest entries. What a colour is mixed
        of does not depend on the others. Mates are sought among the 16 entries nearest to the
        nearest one.

    Notes
    -----
    Let f be the part of the variance that is free. A colour ``p + d`` is made of its nearest entry
    p and a mate ``p + e`` best with the share ``g / (f |e|)`` of the mate, where
    ``g = d.e / |e| - (1 - f) |e| / 2``; and that makes it better by ``g^2 / f`` than p alone is.
    The share is never above one half, because no entry is nearer than p. So the best mate is the
    one of the greatest g, which is linear in the colour: a matrix product for each entry. What
    hues cost a neutral colour is a mean too: of the mix that of p and q, by their shares. So half
    of what p costs more than q, divided by ``|e|``, is added to g.
    """
    mates = _Mates(finder, _FREE * max(strength, _LEAST_STRENGTH))
    points, nearest = finder.locate(colors, subprogress(progress, 0.0, 0.5))
    grouped = np.argsort(nearest, kind="stable")
    starts = range(0, len(colors), _STRIP)
    for start in with_progress(starts, len(starts), subprogress(progress, 0.5, 1.0)):
        strip = grouped[start : start + _STRIP]
        entries = nearest.take(strip)
        yield TwoColorMixes(strip, entries, *mates.find(points.take(strip, axis=0), entries))


class _Mates:
    """What to mix each entry with, and how good that is for a colour.

    Attributes
    ----------
    count : int
        How many mates an entry has, M: at most 16.
    entries : (K M,) ndarray of uint8
        The M entries around each, the nearest last.
    rows : (K, M, 5) ndarray of float64
        One times a colour's coordinates, in steps, 1 and its neutrality is a whole number: above
        the lowest four bits the gain with this mate, in them the mate's place, so that of mates of
        equal gain the nearest is greatest.
    share_of_gain : (K M,) ndarray of float64
        That number times this is the share of the mate.
    """

    def __init__(self, finder: NearestEntryFinder, free: float) -> None:
        self._comparison = finder
        self._hues_cost = bool(finder.hue_penalties.any())
        entries = np.rint(finder.entries.astype(np.float64) * STEPS_PER_UNIT)
        apart = entries - entries[:, np.newaxis]
        squares = np.square(apart).sum(axis=-1)
        # An entry is no mate of its own, even where it is there twice.
        squares[squares == 0] = _FAR
        # Distance and index in one number, which double precision holds exactly.
        keys = np.sort(squares * _INDICES + np.arange(len(entries)), axis=1)[:, :_MATES]
        around = keys[:, ::-1].astype(np.int64) & (_INDICES - 1)
        length = np.sqrt(np.take_along_axis(squares, around, axis=1))
        apart = np.take_along_axis(apart, around[..., np.newaxis], axis=1)

        direction = np.rint(apart / length[..., np.newaxis] * _STEPS_OF_ONE)
        start = (direction * entries[:, np.newaxis]).sum(axis=-1)
        least = np.rint((1 - free) / 2 * _STEPS_OF_ONE * length)
        saved = finder.hue_penalties[:, np.newaxis] - finder.hue_penalties[around]
        saved = np.rint(saved / (2 * length) * _STEPS_OF_ONE)
        constants = np.stack([-(start + least), saved], axis=-1)
        self.rows = np.concatenate([direction, constants], axis=-1) * _MATES
        self.count = around.shape[1]
        self.rows[..., 3] += np.arange(self.count)
        self.entries = around.astype(np.uint8).ravel()
        self.share_of_gain = 1 / (free * _STEPS_OF_ONE * _MATES * length).ravel()

    def find(self, points: Coordinates, nearest: Bytes) -> tuple[Bytes, NDArray[np.float64]]:
        """Find the mates and shares of points that are ordered by their nearest entries."""
        columns = np.ones((4, len(points)))
        np.rint(points.T * np.float32(STEPS_PER_UNIT), out=columns[:3])
        if self._hues_cost:
            columns = np.vstack([columns, self._comparison.measure_neutrality(columns[:3])])
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
