"""Mixes: which two entries to make a colour of, and how much of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..comparison import Comparison
from ..pixels import Bytes

# So much of a mix's variance is free at full strength. If all of it were, entries far from each
# other would be mixed for next to no gain: much noise for little.
_FREE = 0.95
# A strength below this would divide by next to nothing; there is nothing to see of it.
_LEAST_STRENGTH = 1 / 1024
# How many entries around the nearest one may be mixed with it; a power of 2.
_MATES = 16
# Colours of one nearest entry are matched in blocks: products too small for BLAS to start threads
# of its own (2^18 multiplications).
_BLOCK = 4096
# Coordinates and directions are whole numbers of these parts, so that sums depend on no order.
_STEPS_A_UNIT = 256
_STEPS_OF_ONE = 1 << 16
# Farther away than any colour.
_FAR = float(1 << 20)


class Mixes(NamedTuple):
    """What colours are mixed of.

    Attributes
    ----------
    nearest, mate : (N,) ndarray of uint8
        The nearest entry, and the one to mix it with.
    share : (N,) ndarray of float64
        The part of `mate`, 0 to 0.5.
    """

    nearest: Bytes
    mate: Bytes
    share: NDArray[np.float64]


def mix(colors: Bytes, comparison: Comparison, strength: float) -> Mixes:
    """Find for every colour the two entries to mix.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
        In any order; fastest where neighbours in the array are alike.
    comparison : Comparison
    strength : float
        Above 0, to 1: times 0.95 it is the part of a mix's variance that does not count beside
        its error.

    Returns
    -------
    Mixes
        The same for a colour whatever the others are. Mates are sought among the 16 entries
        nearest to the nearest one.

    Notes
    -----
    Let f be the part of the variance that is free. A colour ``p + d`` is made of its nearest entry
    p and a mate ``p + e`` best with the share ``g / (f |e|)`` of the mate, where
    ``g = d.e / |e| - (1 - f) |e| / 2``; and that makes it better by ``g^2 / f`` than p alone is.
    The share is never above one half, because no entry is nearer than p. So the best mate is the
    one of the greatest g, which is linear in the colour: a matrix product for each entry.
    """
    nearest = comparison.nearest(colors)
    mates = _Mates(comparison, _FREE * max(strength, _LEAST_STRENGTH))
    grouped = np.argsort(nearest, kind="stable")
    ends = np.cumsum(np.bincount(nearest, minlength=len(mates.rows)))
    columns = np.ones((4, len(colors)))
    points = comparison.space.from_srgb(colors.take(grouped, axis=0))
    np.rint(points.T * np.float32(_STEPS_A_UNIT), out=columns[:3])
    greatest = np.empty(len(colors))
    start = 0
    for rows, end in zip(mates.rows, ends, strict=True):
        for first in range(start, end, _BLOCK):
            block = slice(first, min(first + _BLOCK, end))
            (rows @ columns[:, block]).max(axis=0, out=greatest[block])
        start = end
    gains = np.empty(len(colors), np.int64)
    gains[grouped] = greatest
    pairs = nearest * np.intp(mates.count) + (gains & (_MATES - 1))
    share = gains * mates.share_of_gain.take(pairs)
    return Mixes(nearest, mates.entries.take(pairs), share.clip(0, 0.5, out=share))


class _Mates:
    """What to mix each entry with, and how good that is for a colour.

    Attributes
    ----------
    count : int
        How many mates an entry has, M: at most 16.
    entries : (K M,) ndarray of uint8
        The M entries around each, the nearest last.
    rows : (K, M, 4) ndarray of float64
        One times a colour's coordinates, in steps, and 1 is a whole number: above the lowest four
        bits the gain with this mate, in them the mate's place, so that of mates of equal gain the
        nearest is greatest.
    share_of_gain : (K M,) ndarray of float64
        That number times this is the share of the mate.
    """

    def __init__(self, comparison: Comparison, free: float) -> None:
        entries = np.rint(comparison.entries.astype(np.float64) * _STEPS_A_UNIT)
        apart = entries - entries[:, np.newaxis]
        length = np.sqrt(np.square(apart).sum(axis=-1))
        # An entry is no mate of its own, even where it is there twice.
        length[length == 0] = _FAR * _STEPS_A_UNIT
        around = np.argsort(length, axis=1, kind="stable")[:, :_MATES][:, ::-1]
        length = np.take_along_axis(length, around, axis=1)
        apart = np.take_along_axis(apart, around[..., np.newaxis], axis=1)

        direction = np.rint(apart / length[..., np.newaxis] * _STEPS_OF_ONE)
        start = (direction * entries[:, np.newaxis]).sum(axis=-1)
        least = np.rint((1 - free) / 2 * _STEPS_OF_ONE * length)
        self.rows = np.concatenate([direction, -(start + least)[..., np.newaxis]], axis=-1) * _MATES
        self.count = around.shape[1]
        self.rows[..., 3] += np.arange(self.count)
        self.entries = around.astype(np.uint8).ravel()
        self.share_of_gain = 1 / (free * _STEPS_OF_ONE * _MATES * length).ravel()
