"""The cost of points with palettes whose entries dithering mixes in pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from ..arrays import Floats, Singles
from .layout import TilePoints

# The share of a mix's variance that is not counted as an error at full strength, as in
# `dither.two_color_mix`.
_FREE_VARIANCE = 0.95


def measure_pair(
    points: Singles,
    first: Floats,
    second: Floats,
    strength: float,
    first_penalty: Singles | float = 0.0,
    second_penalty: Singles | float = 0.0,
) -> Singles:
    """Return the costs of points with two entries, (P,).

    Parameters
    ----------
    points : (P, 3) ndarray of float32
    first, second : (3,) ndarray of float64
    strength : float
        The strength of the dithering. With 0 the cost is the squared distance to the nearer entry.
    first_penalty, second_penalty : (P,) ndarray of float32, or 0
        What each entry costs a point in addition, by its share of the mix.

    Notes
    -----
    With more strength it is that of the best mix: for the share t of `second`, the squared distance
    to the mix plus a part of its variance, ``|p - m|^2 + (1 - f) t (1 - t) |e|^2``, with
    ``e = second - first`` and f the strength times 0.95.
    """
    free = np.float32(_FREE_VARIANCE * strength)
    offsets = points - first.astype(np.float32)
    apart = (second - first).astype(np.float32)
    length = np.square(apart).sum()
    gain = offsets @ apart - (1 - free) / 2 * length + (first_penalty - second_penalty) / 2
    squares: Singles = np.square(offsets).sum(axis=1) + first_penalty
    if not free * length:
        squares += np.minimum(0, -2 * gain)
        return squares
    share = (gain / (free * length)).clip(0, 1)
    squares += share * (share * (free * length) - 2 * gain)
    return squares


def measure_mixed_tiles(tiles: TilePoints, palettes: list[Floats], strength: float) -> Floats:
    """Return the cost of every tile with every palette, dithered: (T, N).

    Parameters
    ----------
    tiles : TilePoints
    palettes : list of N (M, 3) ndarray of float64
        M can differ.
    strength : float
    """
    points, weights = tiles.points.rows[:, :-1], tiles.points.weights
    costs = np.empty((len(tiles.starts), len(palettes)))
    for number, palette in enumerate(palettes):
        pairs = list(combinations(palette, 2)) or [(palette[0], palette[0])]
        least = measure_pair(points, *pairs[0], strength)
        for first, second in pairs[1:]:
            np.minimum(least, measure_pair(points, first, second, strength), out=least)
        costs[:, number] = np.add.reduceat(least * weights, tiles.starts)
    return costs
