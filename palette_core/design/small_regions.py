"""Small regions: a colour of its own keeps an entry, however few pixels it has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Floats, Mask, pack
from ..color.spaces import SPACES, ColorSpace
from ..image.areas import Areas
from ..image.histogram import ColorHistogram
from .constraints import UNCONSTRAINED, Constraints
from .exact_colors import MIN_ENTRIES_FOR_AREAS, PAPER_COLORS
from .lloyd import indices_of_largest, sum_by_label

# A colour is lost if no entry is this near in the plane of a and b of Oklab, times 255. Vivid red
# is 66 from grey. Lightness does not count: soft edges, shadows and lights have many steps of it.
_HUE_DISTANCE = 25.0
# The cluster of a region counts as if it had this share of the pixels.
_LEAST_SHARE = 0.03
# The error of all solid colours, and the error in hue of all colours, rise by at most this factor
# of the error that the region had.
_MAX_LOSS = 2.0
# All moves together raise the squared error by at most this factor of its value.
_MAX_RISE = 1.0
# The greatest number of regions that are considered, those of the largest weights, and of moves.
_MAX_REGIONS = 1024
_MAX_MOVES = 4
# The number of points that represent the colours.
_POINTS = 8192


def keep_small_regions(
    palette: Bytes,
    exact: Bytes,
    histogram: ColorHistogram,
    space: ColorSpace,
    areas: Areas,
    constraints: Constraints = UNCONSTRAINED,
) -> tuple[Bytes, Bytes]:
    """Return a palette with entries for small regions whose hue would be lost.

    A mouth or a link has few pixels, so that the mixes along the edges of large areas win its
    entry. Of the solid colours that are far from all entries in hue or saturation, the one with the
    largest squared error is considered first. The entry that is needed least moves there, if the
    error rises by no more than it would fall with 3 % of the pixels in this colour. At most four
    entries move, and the error at most doubles.

    What the entry stood for must not be worth more than the region: the error of all solid colours
    rises by at most twice the error that the region had. So a selected row does not vanish for the
    sake of an icon. The same holds for the errors in hue of all colours, so that grey letters do
    not become blue for the sake of a blue marker.

    Black and white do not move, nor, from 16 entries on, the colours of flat areas. Locked entries,
    and those retained from an earlier palette, do not move either. On a grid, regions get the
    nearest colours of the grid.

    Parameters
    ----------
    palette : (K, 3) ndarray of uint8
        Unique entries that meet the constraints.
    exact : (E, 3) ndarray of uint8
        Entries that are exactly colours of the image, by `keep_exact_colors`.
    histogram : ColorHistogram
    space : ColorSpace
        The space in which errors are measured.
    areas : Areas
    constraints : Constraints, optional

    Returns
    -------
    palette : (K, 3) ndarray of uint8
        Unique entries: the same as before, with moved ones in their places.
    exact : (E, 3) ndarray of uint8
        The exact ones of these.
    """
    solid = areas.solid
    if constraints.grid is not None:
        coordinates = space.from_srgb(solid).astype(np.float64)
        solid = constraints.grid.find_nearest(coordinates, space)
    if not _is_lost(solid, palette).any():
        return palette, exact
    is_fixed = _find_fixed(palette, areas.flat, constraints)
    regions = _Regions(solid, areas.solid, histogram, space)
    palette, moved = regions.move_entries(palette, is_fixed)
    exact = np.concatenate([exact, moved])
    return palette, exact[np.isin(pack(exact), pack(palette))]


def count_lost_colors(solid: Bytes, palette: Bytes) -> int:
    """Return how many of (S, 3) colours of solid regions lose their hue with a palette."""
    return int(np.count_nonzero(_is_lost(solid, palette)))


def _find_fixed(palette: Bytes, flat: Bytes, constraints: Constraints) -> Mask:
    """Return which entries do not move, (K,), whatever the regions are."""
    packed = pack(palette)
    is_fixed = np.isin(packed, PAPER_COLORS) | constraints.find_fixed(palette)
    if len(palette) >= MIN_ENTRIES_FOR_AREAS:
        is_fixed |= np.isin(packed, pack(flat))
    return is_fixed


def _is_lost(colors: Bytes, palette: Bytes) -> Mask:
    """Return which colours, (N,), are far from all entries in hue or saturation."""
    hues, entries = _to_hues(colors), _to_hues(palette)
    nearest = np.full(len(hues), np.inf)
    for entry in entries:  # needs less memory than all distances at once
        np.minimum(nearest, np.square(hues - entry).sum(axis=1), out=nearest)
    return nearest >= _HUE_DISTANCE**2


def _to_hues(colors: NDArray[np.number]) -> Floats:
    """Return the coordinates a and b in Oklab, (N, 2)."""
    return SPACES["oklab"].from_srgb(colors)[:, 1:].astype(np.float64)


def _squared_distances(points: Floats, others: Floats) -> Floats:
    """Return the squared distances of (N, D) points to (M, D) others, (N, M)."""
    apart = np.zeros((len(points), len(others)))
    for axis, plane in enumerate(points.T):
        apart += np.square(plane[:, np.newaxis] - others[:, axis])
    return apart


class _Colors(NamedTuple):
    """Colours with their coordinates, their hues and their shares of all pixels.

    Attributes
    ----------
    coordinates : (N, 3) ndarray of float64
        Those in the space in which errors are measured.
    hues : (N, 2) ndarray of float64
    shares : (N,) ndarray of float64
    """

    coordinates: Floats
    hues: Floats
    shares: Floats

    def measure_errors(self, entries: _Colors) -> Floats:
        """Return the squared errors of the colours times their shares, (N,)."""
        apart = _squared_distances(self.coordinates, entries.coordinates)
        errors: Floats = self.shares * apart.min(axis=1)
        return errors

    def measure_moves(self, entries: _Colors, region: _Colors) -> tuple[Floats, Floats]:
        """Return by how much the squared error and that in hue rise if an entry moves, (K,) each.

        Each of K entries is moved to the colour of a region.
        """
        added = _Colors(*(np.concatenate(both) for both in zip(entries, region, strict=True)))
        apart = _squared_distances(self.coordinates, added.coordinates)
        hues_apart = _squared_distances(self.hues, added.hues)
        rows, count = np.arange(len(apart)), len(entries.shares)
        nearest, with_region = apart[:, :count].argmin(axis=1), apart.argmin(axis=1)
        apart_from_others = apart.copy()
        apart_from_others[rows, nearest] = np.inf
        without = apart_from_others.argmin(axis=1)
        rises = []
        for squares in (apart, hues_apart):
            before, after, moved = (squares[rows, x] for x in (nearest, with_region, without))
            losses = sum_by_label(nearest, self.shares * (moved - after), count)
            rises.append(losses + self.shares @ (after - before))
        return rises[0], rises[1]


class _Regions:
    """The solid regions of an image, and the points that stand for all of its colours.

    Attributes
    ----------
    colors : (S, 3) ndarray of uint8
        The colours of the entries that the regions would get.
    """

    def __init__(
        self, colors: Bytes, own_colors: Bytes, histogram: ColorHistogram, space: ColorSpace
    ) -> None:
        is_solid = np.isin(pack(histogram.colors), pack(own_colors))
        order = np.argsort(pack(own_colors))
        found = np.searchsorted(pack(own_colors), pack(histogram.colors[is_solid]), sorter=order)
        weights = np.zeros(len(colors))
        weights[order[found]] = histogram.weights[is_solid]
        largest = indices_of_largest(weights, _MAX_REGIONS)
        largest = largest[weights[largest] > 0]
        self._space = space
        self.colors = colors[largest]
        self._solid = self._measure(self.colors, weights[largest] / histogram.weights.sum())
        reduced = histogram.reduce(_POINTS)
        self._all = self._measure(reduced.means, reduced.weights / reduced.weights.sum())

    def _measure(self, colors: NDArray[np.number], shares: Floats) -> _Colors:
        coordinates = self._space.from_srgb(colors).astype(np.float64)
        return _Colors(coordinates, _to_hues(colors), shares)

    def move_entries(self, palette: Bytes, is_fixed: Mask) -> tuple[Bytes, Bytes]:
        """Return a palette with entries moved to lost colours, and these colours, (M, 3)."""
        palette, is_fixed = palette.copy(), is_fixed.copy()
        moved: list[int] = []
        entries = self._measure(palette, np.ones(len(palette)))
        left = _MAX_RISE * self._all.measure_errors(entries).sum()
        lost = np.flatnonzero(_is_lost(self.colors, palette))
        while len(lost) and len(moved) < _MAX_MOVES:
            errors = self._solid.measure_errors(entries)
            region = int(lost[errors[lost].argmax()])
            color = _Colors(*(values[[region]] for values in self._solid))
            rises, hue_rises = self._all.measure_moves(entries, color)
            solid_rises, _ = self._solid.measure_moves(entries, color)
            is_dear = np.maximum(solid_rises, hue_rises) > _MAX_LOSS * errors[region]
            rises[is_fixed | is_dear] = np.inf
            freed = int(rises.argmin())
            most = _LEAST_SHARE / self._solid.shares[region] * errors[region]
            if rises[freed] <= min(most, left):
                left -= rises[freed]
                palette[freed] = self.colors[region]
                entries = self._measure(palette, np.ones(len(palette)))
                is_fixed[freed] = True
                moved.append(region)
            lost = lost[lost != region]
            lost = lost[_is_lost(self.colors[lost], palette)]
        return palette, self.colors[moved]
