"""Exact colours: entries that stand for one colour of the image get exactly this colour."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Mask, pack
from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram, ReducedHistogram
from .constraints import UNCONSTRAINED, Constraints, FeasibleSet
from .lloyd import Floats, Points, assign_points, indices_of_largest, sum_clusters

# The number of points that represent the colours: for every entry, and at least.
_POINTS_PER_COLOR = 32
_MIN_POINTS = 8192
# The greatest number of colours that are considered; those of the largest weights.
_MAX_CANDIDATES = 4096
# A colour does not dominate a cluster if another one has more than this share of its weight.
_RIVAL_SHARE = 0.5
# From this share of all pixels on, flat colours are kept even if they do not dominate a cluster.
_AREA_SHARE = 0.005
# Colours that differ by up to this many levels in each channel are shades of the same colour. A
# colour with many shades is part of a gradient, whose steps need not be exact.
_MAX_SHADE = 3
# With fewer entries, areas have to share entries. Only black and white, the usual paper and ink,
# are kept then, flat or not, from this share on.
MIN_ENTRIES_FOR_AREAS = 16
_PAPER_SHARE = 0.02
PAPER_COLORS = (0x000000, 0xFFFFFF)
# The highest price of a flat colour, and of paper and ink, in mean errors of an entry.
_AREA_PRICE = 2.0
_PAPER_PRICE = 1.0


def keep_exact_colors(
    palette: Bytes,
    histogram: ColorHistogram,
    space: ColorSpace,
    share: float,
    flat: Bytes,
    constraints: Constraints = UNCONSTRAINED,
) -> tuple[Bytes, Bytes]:
    """Return a palette whose entries are exactly the colours that dominate their clusters.

    The mean of a cluster is seldom one of its colours: the paper of a page becomes #fefefe because
    of the edges of its letters. If one colour has at least `share` of the weight of a cluster, the
    entry gets this colour. The squared error of the cluster then rises by the factor ``1 / share``
    at most: with the share s, and d from the colour to the mean of the others, it was at least
    ``s (1 - s) d^2`` per weight, and rises by ``(1 - s)^2 d^2``.

    The colours of large flat areas are kept too, at a price: the entry that is needed least moves
    there if the error rises by at most twice the mean error of an entry. With fewer than 16 entries
    only black and white are kept like this, if they have 2 % of the weight, at half the price.
    Colours within 3 levels in each channel are shades of a colour. If they have more than half its
    weight, as in the sky of a photo or in clipped highlights, no entry moves there.

    Locked entries, and those retained from an earlier palette, do not move. On a grid, only colours
    of the grid are considered.

    Parameters
    ----------
    palette : (K, 3) ndarray of uint8
        Unique entries that meet the constraints.
    histogram : ColorHistogram
    space : ColorSpace
        The space in which colours are compared.
    share : float
        Above 0, to 1.
    flat : (F, 3) ndarray of uint8
        The colours of flat areas.
    constraints : Constraints, optional

    Returns
    -------
    palette : (K, 3) ndarray of uint8
        Unique entries: the same as before, with moved ones in their places.
    exact : (E, 3) ndarray of uint8
        The entries that are such colours, moved or not, without locked and retained ones.
    """
    clusters = _Clusters(palette, histogram, space, constraints)
    clusters.keep_dominant(share)
    clusters.keep_areas(flat)
    return clusters.palette, clusters.palette[clusters.is_exact]


class _Clusters:
    """The clusters of a palette, and which entries are exact colours.

    Attributes
    ----------
    palette : (K, 3) ndarray of uint8
    is_exact : (K,) ndarray of bool
        Which entries stay where they are because they are colours of the image.
    """

    def __init__(
        self,
        palette: Bytes,
        histogram: ColorHistogram,
        space: ColorSpace,
        constraints: Constraints,
    ) -> None:
        self.palette = palette.copy()
        self.is_exact = np.zeros(len(palette), np.bool_)
        self._feasible = FeasibleSet(space, constraints.locked, constraints.grid)
        self._is_fixed = constraints.find_fixed(palette)
        points = histogram.reduce(max(_MIN_POINTS, _POINTS_PER_COLOR * len(palette)))
        self._points = Points.from_histogram(points, space)
        self._colors, self._shares = self._find_candidates(histogram)
        self._measure()

    def _find_candidates(self, histogram: ColorHistogram) -> tuple[Bytes, Floats]:
        """Return the feasible colours of the largest weights in descending order, with shares."""
        largest = indices_of_largest(histogram.weights, _MAX_CANDIDATES)
        colors = histogram.colors[largest]
        shares = histogram.weights[largest] / histogram.weights.sum()
        grid = self._feasible.grid
        if grid is not None:
            coordinates = self._to_space(colors)
            nearest = grid.find_nearest(coordinates, self._feasible.space)
            is_feasible = (nearest == colors).all(axis=1)
            colors, shares = colors[is_feasible], shares[is_feasible]
        return colors, shares

    def _to_space(self, colors: Bytes) -> Floats:
        return self._feasible.space.from_srgb(colors).astype(np.float64)

    def _measure(self) -> None:
        """Measure the clusters: their weights, means, and the error of all."""
        points, self._centers = self._points, self._to_space(self.palette)
        labels = assign_points(points, self._centers)
        self._weights, weighted = sum_clusters(points, labels, len(self.palette))
        is_used = self._weights > 0
        self._means = self._centers.copy()
        self._means[is_used] = weighted[is_used] / self._weights[is_used, np.newaxis]
        apart = np.square(points.rows[:, :3] - self._centers[labels]).sum(axis=1)
        self.error = float((apart * points.weights).sum())

    def keep_dominant(self, share: float) -> None:
        """Move entries to the colours that dominate their clusters, with at least this share."""
        reduced = ReducedHistogram(self._colors.astype(np.float64), self._shares)
        entries = assign_points(Points.from_histogram(reduced, self._feasible.space), self._centers)
        # In each cluster the colours follow from the largest weight to the smallest.
        order = np.argsort(entries, kind="stable")
        entries, first = np.unique(entries[order], return_index=True)
        shares = np.append(self._shares[order], 0.0)
        ends = np.append(first[1:], len(order))
        rivals = np.where(first + 1 < ends, shares[first + 1], 0.0)
        is_kept = shares[first] >= share * self._weights[entries]
        is_kept &= rivals <= _RIVAL_SHARE * shares[first]
        first = order[first]
        is_kept &= ~self._is_fixed[entries]
        self.palette[entries[is_kept]] = self._colors[first[is_kept]]
        self.is_exact[entries[is_kept]] = True

    def keep_areas(self, flat: Bytes) -> None:
        """Move entries to the colours of large flat areas, unless that costs too much."""
        areas = list(self._areas(flat))
        if areas:
            self._measure()  # after the dominant colours
        for color, price in areas:
            is_entry = (self.palette == color).all(axis=1)
            if is_entry.any():
                self.is_exact |= is_entry & ~self._is_fixed
                continue
            target = self._to_space(color[np.newaxis])
            freed, cost = self._cheapest_to_move(target)
            if cost > price * self.error:
                continue
            self.palette[freed] = color
            self.is_exact[freed] = True
            self._measure()

    def _areas(self, flat: Bytes) -> Iterator[tuple[Bytes, float]]:
        """Iterate over the colours to keep, from large to small, with their highest prices."""
        packed, count = pack(self._colors), len(self.palette)
        if count < MIN_ENTRIES_FOR_AREAS:
            is_kept = np.isin(packed, PAPER_COLORS) & (self._shares >= _PAPER_SHARE)
            price = _PAPER_PRICE
        else:
            is_kept = np.isin(packed, pack(flat)) & (self._shares >= _AREA_SHARE)
            price = _AREA_PRICE
        is_kept[is_kept] = ~self._is_shade(np.flatnonzero(is_kept))
        yield from ((color, price / count) for color in self._colors[is_kept])

    def _is_shade(self, candidates: NDArray[np.intp]) -> Mask:
        """Return which candidates are shades: there are many pixels in very similar colours."""
        colors = self._colors.astype(np.int16)
        is_shade = np.zeros(len(candidates), np.bool_)
        for position, candidate in enumerate(candidates):
            differences = np.abs(colors - colors[candidate]).max(axis=1)
            similar = self._shares[differences <= _MAX_SHADE].sum()
            is_shade[position] = similar > (1 + _RIVAL_SHARE) * self._shares[candidate]
        return is_shade

    def _cheapest_to_move(self, target: Floats) -> tuple[int, float]:
        """Return the entry that is moved to a target, (1, 3), at the least cost, and this cost."""
        others = np.concatenate([self._centers, target])
        apart = np.square(self._means[:, np.newaxis] - others).sum(axis=2)
        own = apart.diagonal().copy()
        np.fill_diagonal(apart, np.inf)
        costs = self._weights * (apart.min(axis=1) - own)
        costs[self.is_exact | self._is_fixed] = np.inf
        freed = int(costs.argmin())
        return freed, float(costs[freed])
