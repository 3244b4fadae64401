"""Ordered dithering: two entries a colour, and a mask that says which of them goes where."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..colorspaces import Coordinates, luminance
from ..comparison import Comparison
from ..lookup import look_up_in, table_of, used_colors
from ..pixels import Bytes, Mask
from ..progress import Progress
from ..threads import for_each_block
from .masks import Ranks

# So much of a mix's variance is free at full strength. If all of it were, entries far from each
# other would be mixed for next to no gain: much noise for little.
_FREE = 0.95
# A strength below this would divide by next to nothing; there is nothing to see of it.
_LEAST_STRENGTH = 1 / 1024
# How many entries around the nearest one may be mixed with it; a power of 2.
_MATES = 16
# Colours of one nearest entry are matched in blocks that stay in the cache.
_BLOCK = 4096
# Pixels are done in strips of about so many.
_STRIP = 1 << 17
# Shares are whole numbers of this part.
_WHOLE = 65535


class Mixes(NamedTuple):
    """What colours are mixed of.

    Attributes
    ----------
    nearest, mate : (N,) ndarray of uint8
        The nearest entry, and the one to mix it with.
    share : (N,) ndarray of float32
        The part of `mate`, 0 to 0.5.
    """

    nearest: Bytes
    mate: Bytes
    share: NDArray[np.float32]


def order(
    rgb: Bytes,
    comparison: Comparison,
    *,
    mask: Callable[[], Ranks],
    strength: float,
    passive: Mask | None,
    used: Bytes | None,
    progress: Progress,
) -> Bytes:
    """Dither a picture by a mask.

    Parameters
    ----------
    rgb, comparison, strength, passive, used, progress
        As `Dither` has them; `strength` says how mixed colours may be.
    mask : callable
        Gives the ranks of a square, which is laid over the picture again and again.

    Returns
    -------
    (H, W) ndarray of uint8

    Notes
    -----
    Every unique colour c is mixed of its nearest entry p and a mate q, with the share t of q that
    makes ``|c - m|^2 + (1 - f) t (1 - t) |q - p|^2`` least, m being the mix and f the strength
    times 0.95: near to the colour, of entries that are not far from each other. Half way between
    p and q it is half of each at any strength, so that gradients have no seams. At a place the
    lighter of the two is taken if its share is above the mask's rank. So the index of a pixel
    depends on its colour, its place and the palette alone: what changes elsewhere in the picture
    does not move a dot here.
    """
    del passive  # no pixel has a say in another's entry
    if used is None:
        used = used_colors(rgb)
    table = table_of(used, _pack_mixes(mix(used, comparison, strength), comparison.palette))
    progress(0.5)
    ranks = mask()
    side = len(ranks)
    height, width = rgb.shape[:2]
    thresholds = ((ranks + 0.5) * (_WHOLE / ranks.size)).astype(np.uint32)
    # As many whole masks as a strip has rows, so that every strip begins with one.
    rows = max(1, _STRIP // (width * side)) * side
    laid = np.tile(thresholds[:, :width], (rows // side, -(-width // side)))[:, :width]
    found = np.empty((height, width), np.uint8)

    def choose(strip: slice) -> None:
        mixes = look_up_in(table, rgb[strip])
        lighter = (mixes >> 16) > laid[: len(mixes)]
        # The lowest byte is the darker entry, the next one the lighter.
        mixes >>= lighter.astype(np.uint32) << 3
        found[strip] = mixes  # its lowest byte

    for_each_block(choose, height, rows)
    return found


def mix(colors: Bytes, comparison: Comparison, strength: float) -> Mixes:
    """Find for every colour the two entries to mix.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
    comparison : Comparison
    strength : float
        Above 0, to 1: times 0.95 it is the part of a mix's variance that does not count beside
        its error.

    Returns
    -------
    Mixes
        The same for a colour whatever the others are. Mates are sought among the 16 entries
        nearest to the nearest one.
    """
    nearest = comparison.nearest(colors)
    mates = np.zeros(len(colors), np.uint8)
    shares = np.zeros(len(colors), np.float32)
    entries = comparison.entries
    if len(entries) == 1:
        return Mixes(nearest, mates, shares)
    grouped = np.argsort(nearest, kind="stable")
    ends = np.cumsum(np.bincount(nearest, minlength=len(entries)))
    around = _entries_around(entries)
    planes = comparison.space.from_srgb(colors[grouped]).T.copy()
    free = np.float32(_FREE * max(strength, _LEAST_STRENGTH))

    def match(group: slice) -> None:
        for entry in range(group.start, group.stop):
            start = ends[entry - 1] if entry else 0
            for first in range(start, ends[entry], _BLOCK):
                block = slice(first, min(first + _BLOCK, ends[entry]))
                mate, share = _best_mates(planes[:, block], entries, entry, around[entry], free)
                mates[grouped[block]] = mate
                shares[grouped[block]] = share

    for_each_block(match, len(entries), max(1, len(entries) // 16))
    return Mixes(nearest, mates, shares)


def _best_mates(
    planes: NDArray[np.float32],
    entries: Coordinates,
    entry: int,
    around: NDArray[np.intp],
    free: np.float32,
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Find the mates and shares of colours with one nearest entry: (3, n) to (n,) and (n,).

    With a = f |q - p|^2, the penalized error is ``a t (t - 2 u)`` and what does not depend
    on q and t; its least is at t = u, and u has three terms, one for each coordinate.
    """
    apart = entries[around] - entries[entry]
    square = np.square(apart).sum(axis=1)
    square[square == 0] = np.inf  # an entry that is there twice is no mate
    along = apart / (free * square)[:, np.newaxis]
    constant = (free - 1) / (2 * free)
    best = np.full((len(around), planes.shape[1]), constant, np.float32)
    for axis in range(3):
        best += (planes[axis] - entries[entry, axis]) * along[:, axis, np.newaxis]
    share = np.clip(best, 0, 0.5)
    best *= 2
    best -= share
    best *= share
    gain = best
    gain *= np.where(np.isinf(square), 0, free * square)[:, np.newaxis].astype(np.float32)
    # Numbers from 0 up are in the order of their bits. The lowest bits make room for the mate, so
    # that the greatest has the best mate in it, of equal ones the first.
    bits = gain.view(np.int32)
    bits &= -_MATES
    bits |= np.arange(len(around), dtype=np.int32)[::-1, np.newaxis]
    chosen = len(around) - 1 - (bits.max(axis=0) & (_MATES - 1))
    return around[chosen], share[chosen, np.arange(len(chosen))]


def _entries_around(entries: Coordinates) -> NDArray[np.intp]:
    """Give the entries nearest to each, the nearest first: (K, at most 16)."""
    squares = np.square(entries[:, np.newaxis] - entries).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    return np.argsort(squares, axis=1, kind="stable")[:, : min(_MATES, len(entries) - 1)]


def _pack_mixes(mixes: Mixes, palette: Bytes) -> NDArray[np.uint32]:
    """Pack the darker entry, the lighter one and its share into a number."""
    light = luminance(palette)
    mate_is_lighter = light[mixes.mate] > light[mixes.nearest]
    darker = np.where(mate_is_lighter, mixes.nearest, mixes.mate).astype(np.uint32)
    lighter = np.where(mate_is_lighter, mixes.mate, mixes.nearest).astype(np.uint32)
    parts = np.rint(np.where(mate_is_lighter, mixes.share, 1 - mixes.share) * _WHOLE)
    packed: NDArray[np.uint32] = parts.astype(np.uint32)
    packed <<= 8
    packed |= lighter
    packed <<= 8
    packed |= darker
    return packed
