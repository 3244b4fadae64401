"""Computers whose tiles take any colours of a fixed palette that go together.

Every tile gets the best of all allowed palettes. There is nothing to cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np

from ..arrays import Bytes, Floats, Indices, Singles
from ..color.neutrals import hue_penalties
from ..color.spaces import ColorSpace
from .layout import TilePoints
from .mixing import measure_pair

# The colours of a palette, as indices into the fixed palette.
Combination: TypeAlias = tuple[int, ...]
_PAIR = 2
# Greys below this chroma, in Oklab's own unit, are protected from entries with a hue. The limit is
# lower than that of `neutrals`, because a wrong hue is one of only a few in a tile.
_GREY_CHROMA = 0.01
# This share of the penalties is always counted: a grey of one entry gets no other one with a hue.
_TIE = np.float32(1 / 1024)
# Penalties are computed in this many steps per unit of the space.
_STEPS = 256


class AttributeDesign(NamedTuple):
    """Palettes from a fixed one.

    Attributes
    ----------
    numbers : (N, M) ndarray of integers
        The palettes, as indices into the fixed palette.
    labels : (T,) ndarray of integers
        The palette of every tile that has a pixel.
    """

    numbers: Indices
    labels: Indices


def zx_spectrum() -> list[list[Combination]]:
    """Return the pairs of ink and paper: both normal (0 to 7) or both bright (8 to 15)."""
    return [[*combinations(range(8), _PAIR), *combinations(range(8, 16), _PAIR)]]


def c64_hires() -> list[list[Combination]]:
    """Return the pairs of the two colours of a cell."""
    return [[*combinations(range(16), _PAIR)]]


def c64_multicolor() -> list[list[Combination]]:
    """Return, for every background, it and three more colours of a cell."""
    return [
        [(ground, *some) for some in combinations([n for n in range(16) if n != ground], 3)]
        for ground in range(16)
    ]


def choose_palettes(
    tiles: TilePoints,
    fixed: Bytes,
    groups: Iterable[list[Combination]],
    space: ColorSpace,
    strength: float,
) -> AttributeDesign:
    """Return the best palette of every tile, all of them from the best group.

    Parameters
    ----------
    tiles : TilePoints
    fixed : (K, 3) ndarray of uint8
        The colours of the computer.
    groups : iterable of lists of tuples of int
        The palettes that go together, all of the same length.
    space : ColorSpace
    strength : float
        The strength of the dithering, which mixes pairs of entries; 0 without dithering.
    """
    pair_costs = _measure_pairs(tiles, space.from_srgb(fixed).astype(np.float64), space, strength)
    designs: list[tuple[float, list[Combination], Indices]] = []
    for group in groups:
        least = np.full(len(tiles.starts), np.inf)
        labels = np.zeros(len(least), np.intp)
        for number, costs in enumerate(_costs(pair_costs, group, tiles.starts)):
            is_better = costs < least
            labels[is_better], least[is_better] = number, costs[is_better]
        designs.append((float(least.sum()), group, labels))
    _, group, labels = min(designs, key=lambda design: design[0])
    used, labels = np.unique(labels, return_inverse=True)
    return AttributeDesign(np.array(group)[used], labels.reshape(-1))


def _measure_pairs(
    tiles: TilePoints, centers: Floats, space: ColorSpace, strength: float
) -> dict[tuple[int, int], Singles]:
    """Return the weighted costs of all points, (P,), with each pair of colours in both orders."""
    points, weights = tiles.points.rows[:, :-1], tiles.points.weights.astype(np.float32)
    squared_chroma = np.square(points[:, 1:]).sum(axis=1)
    greyness = np.maximum(1 - squared_chroma / (_GREY_CHROMA * space.scale) ** 2, 0)
    penalties = np.outer(
        hue_penalties(np.rint(centers * _STEPS), space, _STEPS) / _STEPS, greyness
    ).astype(np.float32)
    costs = {}
    for a, b in combinations(range(len(centers)), _PAIR):
        mixed = measure_pair(points, centers[a], centers[b], strength, penalties[a], penalties[b])
        mixed += _TIE * (penalties[a] + penalties[b])
        costs[a, b] = costs[b, a] = mixed * weights
    return costs


def _costs(
    pair_costs: dict[tuple[int, int], Singles],
    palettes: list[Combination],
    starts: Indices,
) -> Iterator[Floats]:
    """Yield the costs of all tiles, (T,), with each palette: those of its best pairs.

    Palettes in order share the minima of their first colours with the palettes before them.
    """
    minima: list[Singles] = []  # of the first two colours, of three, and so on
    last: Combination = ()
    for palette in palettes:
        same = next((i for i, (a, b) in enumerate(zip(palette, last, strict=False)) if a != b), 0)
        del minima[max(same - 1, 0) :]
        for size in range(len(minima) + _PAIR, len(palette) + 1):
            *others, color = palette[:size]
            some = [pair_costs[other, color] for other in others]
            minima.append(reduce(np.minimum, [*minima[-1:], *some]))
        last = palette
        yield np.add.reduceat(minima[-1], starts, dtype=np.float64)
