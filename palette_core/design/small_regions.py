"""Small regions: a colour of its own keeps an entry, however few pixels it has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Mask, pack
from ..color.spaces import SPACES, ColorSpace
from ..image.areas import Areas
from ..image.histogram import ColorHistogram
from .constraints import UNCONSTRAINED, Constraints
from .exact_colors import MIN_ENTRIES_FOR_AREAS, PAPER_COLORS
from .lloyd import Floats, indices_of_largest, sum_by_label

# A colour is lost if no entry is this near in the plane of a and b of Oklab, times 255. Vivid red
# is 66 from grey. Lightness does not count: soft edges, shadows and lights have many steps of it.
_HUE_DISTANCE = 25.0
# The cluster of a region counts as if it had this share of the pixels.
_LEAST_SHARE = 0.02
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
    error rises by no more than it would fall with 2 % of the pixels in this colour. At most four
    entries move, and the error at most doubles.

    An entry does not move if a more important solid colour would be lost by it, or if it is black,
    white or, from 16 entries on, the colour of a flat area. Locked entries, and those retained from
    an earlier palette, do not move either. On a grid, regions get the nearest colours of the grid.

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
    palette = palette.copy()
    is_fixed = _find_fixed(palette, areas.flat, constraints)
    regions = _Regions(solid, areas.solid, histogram, space)
    moved = regions.move_entries(palette, is_fixed)
    exact = np.concatenate([exact, moved])
    return palette, exact[np.isin(pack(exact), pack(palette))]


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


def _to_hues(colors: Bytes) -> Floats:
    """Return the coordinates a and b in Oklab, (N, 2)."""
    return SPACES["oklab"].from_srgb(colors)[:, 1:].astype(np.float64)


def _squared_distances(points: Floats, others: Floats) -> Floats:
    """Return the squared distances of (N, D) points to (M, D) others, (N, M)."""
    apart = np.zeros((len(points), len(others)))
    for axis, plane in enumerate(points.T):
        apart += np.square(plane[:, np.newaxis] - others[:, axis])
    return apart


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
        self.colors, self._weights = colors[largest], weights[largest]
        self._hues = _to_hues(self.colors)
        self._space = space
        self._centers = self._to_space(self.colors)
        points = histogram.reduce(_POINTS)
        self._points = self._to_space(points.means)
        self._shares = points.weights / points.weights.sum()

    def _to_space(self, colors: NDArray[np.number]) -> Floats:
        return self._space.from_srgb(colors).astype(np.float64)

    def move_entries(self, palette: Bytes, is_fixed: Mask) -> Bytes:
        """Move entries to lost colours, in place, and return these colours, (M, 3)."""
        moved: list[int] = []
        most = np.inf
        lost = np.flatnonzero(_is_lost(self.colors, palette))
        while len(lost) and len(moved) < _MAX_MOVES:
            entries = self._to_space(palette)
            apart = _squared_distances(self._centers[lost], entries).min(axis=1)
            first = int((self._weights[lost] * apart).argmax())
            region = int(lost[first])
            error, errors, share = self._errors_without(entries, region)
            most = min(most, (1 + _MAX_RISE) * error)
            errors[is_fixed | self._find_needed(palette, region)] = np.inf
            freed = int(errors.argmin())
            missing = max(_LEAST_SHARE - share, 0)
            if errors[freed] <= min(error + missing * apart[first], most):
                palette[freed] = self.colors[region]
                moved.append(region)
            lost = np.delete(lost, first)
            lost = lost[_is_lost(self.colors[lost], palette)]
        return self.colors[moved]

    def _errors_without(self, entries: Floats, region: int) -> tuple[float, Floats, float]:
        """Return the error, the errors after each entry is moved to a region, and its share.

        Returns
        -------
        error : float
        errors : (K,) ndarray of float64
        share : float
            The share of the colours that would get the new entry.
        """
        apart = _squared_distances(self._points, entries)
        labels = apart.argmin(axis=1)
        rows = np.arange(len(apart))
        nearest = apart[rows, labels]
        apart[rows, labels] = np.inf
        to_region = _squared_distances(self._points, self._centers[[region]])[:, 0]
        with_region = np.minimum(nearest, to_region)
        without = np.minimum(apart.min(axis=1), to_region)
        rises = sum_by_label(labels, self._shares * (without - with_region), len(entries))
        share = float(self._shares[to_region < nearest].sum())
        return float(self._shares @ nearest), float(self._shares @ with_region) + rises, share

    def _find_needed(self, palette: Bytes, region: int) -> Mask:
        """Return which entries, (K,), a region that is more important than this one needs.

        It would be lost without the entry, and then have the larger squared error.
        """
        is_near = _squared_distances(self._hues, _to_hues(palette)) < _HUE_DISTANCE**2
        apart = _squared_distances(self._centers, self._to_space(palette))
        importance = self._weights[region] * apart[region].min()
        apart[is_near] = np.inf
        with_region = _squared_distances(self._hues, self._hues[[region]])[:, 0]
        is_lost = (is_near.sum(axis=1) == 1) & (with_region >= _HUE_DISTANCE**2)
        to_region = _squared_distances(self._centers, self._centers[[region]])[:, 0]
        errors = self._weights * np.minimum(apart.min(axis=1), to_region)
        is_needed: Mask = is_near[is_lost & (errors > importance)].any(axis=0)
        return is_needed
