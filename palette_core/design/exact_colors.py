"""Exact colours: entries that stand for one colour of the image get exactly this colour."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Floats, pack
from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram, ReducedHistogram
from .area_colors import hold_areas
from .constraints import UNCONSTRAINED, Constraints, FeasibleSet
from .lloyd import Points, assign_points, indices_of_largest, sum_by_label, sum_clusters

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
# Noise differs from paper and ink by up to this many levels in each channel. Scanned paper has at
# least this share of all pixels with its noise, and is kept with more entries too.
_MAX_NOISE = 6
_NOISY_PAPER_SHARE = 0.2
PAPER_COLORS = (0x000000, 0xFFFFFF)
# The greatest factor of the squared error if all areas can be entries, and if there are more.
_AREAS_RISE = 2.0
_MANY_AREAS_RISE = 1.1


def keep_exact_colors(
    palette: Bytes,
    histogram: ColorHistogram,
    space: ColorSpace,
    share: float,
    flat: Bytes,
    constraints: Constraints = UNCONSTRAINED,
    design: ColorHistogram | None = None,
) -> tuple[Bytes, Bytes]:
    """Return a palette whose entries are exactly the colours that dominate their clusters.

    The mean of a cluster is seldom one of its colours: the paper of a page becomes #fefefe because
    of the edges of its letters. If one colour has at least `share` of the weight of a cluster, the
    entry gets this colour. The squared error of the cluster then rises by the factor ``1 / share``
    at most: with the share s, and d from the colour to the mean of the others, it was at least
    ``s (1 - s) d^2`` per weight, and rises by ``(1 - s)^2 d^2``.

    From 16 entries on, the colours of flat areas are kept too, and the other entries are searched
    for again around them. If there are at most as many areas as entries, they may double the
    squared error; if there are more, as many of the largest are kept as fit into a rise by 10 %.
    With fewer entries, black and white are kept if they have 2 % of the weight: the entry that is
    needed least moves there, if the error rises by at most the mean error of an entry. Colours
    within 3 levels in each channel are shades of a colour. If they have more than half its weight,
    as in the sky of a photo or in clipped highlights, nothing moves there.

    Noise makes white paper a little grey. If colours within 6 levels of white or black have 20 % of
    the weight, an entry of these moves there, and the error of its cluster rises by the factor
    ``1 / share`` at most.

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
    design : ColorHistogram, optional
        The histogram for which the entries around areas are searched for, by default `histogram`.

    Returns
    -------
    palette : (K, 3) ndarray of uint8
        Unique entries. Without new areas they are the same as before, with moved ones in their
        places.
    exact : (E, 3) ndarray of uint8
        The entries that are such colours, moved or not, without locked and retained ones.
    """
    clusters = _Clusters(palette, histogram, space, constraints)
    clusters.keep_areas(flat, histogram if design is None else design, constraints)
    clusters.keep_dominant(share)
    clusters.keep_paper(share)
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
        self._points = self._reduce(histogram)
        self._colors, self._shares = self._find_candidates(histogram)
        self._measure()

    def _reduce(self, histogram: ColorHistogram) -> Points:
        """Return points that represent the colours of a histogram."""
        points = histogram.reduce(max(_MIN_POINTS, _POINTS_PER_COLOR * len(self.palette)))
        return Points.from_histogram(points, self._feasible.space)

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
        apart = np.square(points.rows[:, :3] - self._centers.take(labels, axis=0)).sum(axis=1)
        self._errors = sum_by_label(labels, apart * points.weights, len(self.palette))

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
        is_kept &= ~(self._is_fixed | self.is_exact)[entries]
        self.palette[entries[is_kept]] = self._colors[first[is_kept]]
        self.is_exact[entries[is_kept]] = True

    def keep_areas(self, flat: Bytes, design: ColorHistogram, constraints: Constraints) -> None:
        """Make the colours of large flat areas entries, and fit the other entries around them."""
        if len(self.palette) < MIN_ENTRIES_FOR_AREAS:
            return
        areas = self._find_areas(flat)
        if not len(areas):
            return
        rise = _AREAS_RISE if len(areas) <= len(self.palette) else _MANY_AREAS_RISE
        points, space = self._reduce(design), self._feasible.space
        self.palette = hold_areas(self.palette, areas, points, space, rise, constraints)
        self._is_fixed = constraints.find_fixed(self.palette)
        self.is_exact = np.isin(pack(self.palette), pack(areas)) & ~self._is_fixed
        self._measure()

    def keep_paper(self, share: float) -> None:
        """Make black and white entries, unless that costs too much."""
        is_few = len(self.palette) < MIN_ENTRIES_FOR_AREAS
        is_paper = np.isin(pack(self._colors), PAPER_COLORS) & (self._shares >= _PAPER_SHARE)
        for candidate in np.flatnonzero(is_paper).tolist():
            color = self._colors[candidate]
            is_entry = (self.palette == color).all(axis=1)
            if is_entry.any():
                self.is_exact |= is_entry & ~self._is_fixed
                continue
            self._measure()  # after the moves before
            if self._sum_shades(candidate, _MAX_NOISE) >= _NOISY_PAPER_SHARE:
                moved, cost = self._cheapest_to_move(color, _MAX_NOISE)
                most = (1 / share - 1) * self._errors[moved]
            elif is_few and not self._is_shade(candidate):
                moved, cost = self._cheapest_to_move(color)
                most = self._errors.sum() / len(self.palette)
            else:
                continue
            if cost <= most:
                self.palette[moved] = color
                self.is_exact[moved] = True

    def _find_areas(self, flat: Bytes) -> Bytes:
        """Return the flat colours that have few shades and are no specks, large ones first."""
        is_area = np.isin(pack(self._colors), pack(flat)) & (self._shares >= _AREA_SHARE)
        is_area[is_area] = [not self._is_shade(each) for each in np.flatnonzero(is_area).tolist()]
        return self._colors[is_area]

    def _is_shade(self, candidate: int) -> bool:
        """Return whether there are many pixels in colours very similar to a candidate."""
        own = float(self._shares[candidate])
        return self._sum_shades(candidate, _MAX_SHADE) > (1 + _RIVAL_SHARE) * own

    def _sum_shades(self, candidate: int, most: int) -> float:
        """Return the share of a candidate and of its shades up to this difference."""
        differences = np.abs(self._colors.astype(np.int16) - self._colors[candidate]).max(axis=1)
        return float(self._shares[differences <= most].sum())

    def _cheapest_to_move(self, color: Bytes, most: int | None = None) -> tuple[int, float]:
        """Return the entry that is moved to a colour, (3,), at the least cost, and this cost.

        Its colours get another entry then if that is nearer. With `most`, only entries up to this
        difference are considered.
        """
        others = np.concatenate([self._centers, self._to_space(color[np.newaxis])])
        apart = np.square(self._means[:, np.newaxis] - others).sum(axis=2)
        own = apart.diagonal().copy()
        np.fill_diagonal(apart, np.inf)
        costs = self._weights * (apart.min(axis=1) - own)
        costs[self.is_exact | self._is_fixed] = np.inf
        if most is not None:
            costs[np.abs(self.palette.astype(np.int16) - color).max(axis=1) > most] = np.inf
        moved = int(costs.argmin())
        return moved, float(costs[moved])
