"""Computers whose tiles take any colours of a fixed palette that go together.

Every tile gets the best of all allowed palettes. There is nothing to cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np

from ..arrays import Bytes, Floats, Indices, Singles
from ..color.neutrals import hue_penalties
from ..color.spaces import ColorSpace
from ..progress import Progress
from ..threads import for_each_block
from .layout import TilePoints
from .mixing import measure_pairs

# The colours of a palette, as indices into the fixed palette.
Combination: TypeAlias = tuple[int, ...]
_PAIR = 2
# Greys below this chroma, in Oklab's own unit, are protected from entries with a hue. The limit is
# lower than that of `neutrals`, because a wrong hue is one of only a few in a tile.
_GREY_CHROMA = 0.01
# This share of the penalties is always counted: a grey of one entry gets no other one with a hue.
_TIE = np.float32(1 / 1024)
# The number of tiles that are compared with all palettes at a time, while they stay in the cache.
_BLOCK = 2048
# Penalties are computed in this many steps per unit of the space.
_STEPS = 256


class AttributeDesign(NamedTuple):
    """Palettes from a fixed one."""

    numbers: Indices  # (N, M), the palettes, as indices into the fixed palette
    labels: Indices  # (T,), the palette of every tile that has a pixel


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
    groups: list[list[Combination]],
    space: ColorSpace,
    strength: float,
    progress: Progress,
) -> AttributeDesign:
    """Return the best palette of every tile, all of them from the best group.

    A group has palettes of one length that go together, in order, as indices into the fixed
    palette. The strength is that of the dithering, which mixes pairs of entries; 0 without
    dithering.
    """
    centers = space.from_srgb(fixed).astype(np.float64)
    # The order of the entries does not matter, so several groups can have the same palette.
    places: dict[Combination, list[tuple[int, int]]] = {}
    for row, group in enumerate(groups):
        for number, palette in enumerate(group):
            places.setdefault(tuple(sorted(palette)), []).append((row, number))
    palettes = sorted(places)
    least = np.full((len(groups), len(tiles.starts)), np.inf)
    labels = np.zeros(least.shape, np.intp)

    def choose(block: slice) -> None:
        layers = _TileLayers(tiles, block)
        pair_costs = _measure_pairs(layers.points, layers.weights, centers, space, strength)
        block_least, block_labels = least[:, block].copy(), labels[:, block].copy()
        for palette, costs in zip(palettes, _costs(pair_costs, palettes), strict=True):
            sums = layers.sum_tiles(costs)
            for row, number in places[palette]:
                np.copyto(block_labels[row], number, where=sums < block_least[row])
                np.minimum(block_least[row], sums, out=block_least[row])
        least[:, block][:, layers.order] = block_least
        labels[:, block][:, layers.order] = block_labels

    for_each_block(choose, len(tiles.starts), _BLOCK, progress)
    best = int(least.sum(axis=1).argmin())
    used, inverse = np.unique(labels[best], return_inverse=True)
    return AttributeDesign(np.array(groups[best])[used], inverse.reshape(-1))


class _TileLayers:
    """The points of some tiles: the first of every tile, then the second of every tile, and so on.

    Sums over the points of each tile are then sums of long arrays.

    Attributes
    ----------
    order : (T,) ndarray of integers
        The tiles by their number of points, the most first.
    points : (P, 3) ndarray of float32
    weights : (P,) ndarray of float32
    """

    def __init__(self, tiles: TilePoints, block: slice) -> None:
        ends = np.append(tiles.starts, len(tiles.tiles))
        starts, counts = tiles.starts[block], np.diff(ends)[block]
        self.order = np.argsort(-counts, kind="stable")
        self._sizes = [int((counts > layer).sum()) for layer in range(counts.max())]
        indices = np.concatenate(
            [starts[self.order[:size]] + layer for layer, size in enumerate(self._sizes)]
        )
        self.points = tiles.points.rows[indices, :-1]
        self.weights = tiles.points.weights[indices].astype(np.float32)

    def sum_tiles(self, values: Singles) -> Floats:
        """Return the sums of (P,) values for each tile, (T,), in the order of `order`."""
        sums = np.zeros(len(self.order))
        start = 0
        for size in self._sizes:
            sums[:size] += values[start : start + size]
            start += size
        return sums


def _measure_pairs(
    points: Singles, weights: Singles, centers: Floats, space: ColorSpace, strength: float
) -> dict[tuple[int, int], Singles]:
    """Return the weighted costs of points, (P,), with each pair of colours."""
    squared_chroma = np.square(points[:, 1:]).sum(axis=1)
    greyness = np.maximum(1 - squared_chroma / (_GREY_CHROMA * space.scale) ** 2, 0)
    penalties = np.outer(
        hue_penalties(np.rint(centers * _STEPS), space, _STEPS) / _STEPS, greyness
    ).astype(np.float32)
    costs = {}
    for a, b, mixed in measure_pairs(points, centers, strength, penalties):
        mixed += _TIE * (penalties[a] + penalties[b])
        mixed *= weights
        costs[a, b] = mixed
    return costs


def _costs(
    pair_costs: dict[tuple[int, int], Singles], palettes: list[Combination]
) -> Iterator[Singles]:
    """Yield the costs of all points, (P,), with each palette: those of its best pairs.

    Palettes in order share the minima of their first colours with the palettes before them. An
    array is valid until the next one.
    """
    points = len(next(iter(pair_costs.values())))
    # Of the first two colours, of three, and so on.
    minima = [np.empty(points, np.float32) for _ in palettes[0][1:]]
    last: Combination = ()
    for palette in palettes:
        same = next((i for i, (a, b) in enumerate(zip(palette, last, strict=False)) if a != b), 0)
        for size in range(max(same, 1), len(palette)):
            first, *others, color = palette[: size + 1]
            out = minima[size - 1]
            np.copyto(out, pair_costs[first, color])
            for other in others:
                np.minimum(out, pair_costs[other, color], out=out)
            if others:
                np.minimum(out, minima[size - 2], out=out)
        last = palette
        yield minima[-1]
