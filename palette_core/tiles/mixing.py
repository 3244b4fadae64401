"""The cost of points with palettes whose entries dithering mixes in pairs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from ..arrays import Floats, Singles
from .layout import TilePoints

# The share of a mix's variance that is not counted as an error at full strength, as in
# `dither.two_color_mix`.
_FREE_VARIANCE = 0.95


def measure_pairs(
    points: Singles, entries: Floats, strength: float, penalties: Singles
) -> Iterator[tuple[int, int, Singles]]:
    """Yield every pair of entries, (K, 3), and the costs of points, (P, 3), with them: (P,).

    The penalties, (K, P) or (K, 1), are what each entry costs a point in addition, by its share of
    the mix.

    Notes
    -----
    Without dithering the cost is the squared distance to the nearer entry. With more strength it is
    that of the best mix: for the share t of the second entry, the squared distance to the mix plus
    a part of its variance, ``|p - m|^2 + (1 - f) t (1 - t) |e|^2``, with e from the first entry to
    the second, and f the strength times 0.95.
    """
    free = np.float32(_FREE_VARIANCE * strength)
    for a, first in enumerate(entries):
        offsets = points - first.astype(np.float32)
        squares = np.square(offsets).sum(axis=1) + penalties[a]
        for b in range(a + 1, len(entries)):
            apart = (entries[b] - first).astype(np.float32)
            length = np.square(apart).sum()
            gain = offsets @ apart - (1 - free) / 2 * length
            gain += (penalties[a] - penalties[b]) / 2
            if free * length:
                share = (gain / (free * length)).clip(0, 1)
                yield a, b, squares + share * (share * (free * length) - 2 * gain)
            else:
                yield a, b, squares + np.minimum(0, -2 * gain)


def measure_mixed_tiles(tiles: TilePoints, palettes: list[Floats], strength: float) -> Floats:
    """Return the cost of every tile with every palette, dithered: (T, N); sizes can differ."""
    points, weights = tiles.points.rows[:, :-1], tiles.points.weights
    costs = np.empty((len(tiles.starts), len(palettes)))
    for number, palette in enumerate(palettes):
        entries = palette if len(palette) > 1 else palette[[0, 0]]
        none = np.zeros((len(entries), 1), np.float32)
        least = reduce(
            np.minimum, (pair for _, _, pair in measure_pairs(points, entries, strength, none))
        )
        costs[:, number] = np.add.reduceat(least * weights, tiles.starts)
    return costs
