"""k-means on colours with alpha: palettes whose entries are translucent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Floats, Mask
from ..color.alpha_space import AlphaSpace
from ..color.spaces import argsort_by_luminance
from ..progress import Progress
from .lloyd import Points, assign_points, run_lloyd, sum_by_label, sum_clusters
from .swap_search import search_swaps
from .variance_cut import cut_by_variance

# The rounds of the swap search at each effort, and the steps of Lloyd's algorithm.
_ROUNDS = {"fast": 0, "balanced": 8, "high": 24, "best": 80}
_SEARCH_STEPS, _FINAL_STEPS, _RULED_STEPS = 3, 8, 6
_MIN_SEARCHED = 3
# While clusters are searched, opaque colours are this far from translucent ones in a direction of
# their own, so that few clusters have both.
_OPAQUE_OFFSET = 32.0
# The points of the search are means over cells of this side, or of twice this, until there are few.
_CELL = 2.0
_CELL_BITS = 12  # black and white are 442 apart
_MAX_POINTS = 1 << 15


@dataclass(frozen=True, eq=False)
class AlphaHistogram:
    """Colours with alpha, none fully transparent, and their weights."""

    colors: Bytes  # (N, 4), straight alpha
    weights: Floats  # (N,), above 0


def design_with_alpha(
    histogram: AlphaHistogram,
    colors: int,
    space: AlphaSpace,
    effort: str,
    seed: int,
    progress: Progress,
) -> Bytes:
    """Return at most `colors` entries, (K, 4), with the least weighted squared error in a space.

    Translucent entries come before opaque ones, and each kind goes from dark to light. If there are
    opaque colours, at least one entry is opaque, and opaque colours are meant to get opaque
    entries.
    """
    if len(histogram.colors) <= colors:
        return sort_translucent_first(histogram.colors)
    points, is_opaque = _reduce(histogram, space)
    centers = cut_by_variance(points, colors)
    progress(0.2)
    rounds = _ROUNDS[effort]
    if rounds and len(centers) >= _MIN_SEARCHED:
        random = np.random.default_rng(seed)
        centers = search_swaps(points, centers, rounds, _SEARCH_STEPS, random, progress)
    centers = run_lloyd(points, centers, _FINAL_STEPS).centers
    palette = space.to_rgba(_separate_opaque(points, is_opaque, centers, space))
    palette = np.unique(palette[palette[:, 3] > 0], axis=0)
    progress(1.0)
    return sort_translucent_first(palette)


def sort_translucent_first(rgba: Bytes) -> Bytes:
    """Return (K, 4) colours sorted: translucent ones first, and each kind from dark to light."""
    ordered = rgba[argsort_by_luminance(rgba[:, :3])]
    return ordered[np.argsort(ordered[:, 3] == 255, kind="stable")]


def _reduce(histogram: AlphaHistogram, space: AlphaSpace) -> tuple[Points, Mask]:
    """Return points that represent the colours, in five coordinates, and which are opaque."""
    colors, weights = histogram.colors, histogram.weights
    is_opaque = colors[:, 3] == 255
    offsets = np.where(is_opaque, _OPAQUE_OFFSET, 0.0)
    coordinates = np.column_stack([space.from_rgba(colors).astype(np.float64), offsets])
    cell = _CELL
    while len(coordinates) > _MAX_POINTS:
        inverse = np.unique(_number_cells(coordinates, cell), return_inverse=True)[1]
        count = int(inverse.max()) + 1
        totals = sum_by_label(inverse, weights, count)
        sums = [sum_by_label(inverse, plane * weights, count) for plane in coordinates.T]
        coordinates, weights = np.stack(sums, axis=1) / totals[:, np.newaxis], totals
        cell *= 2
    return Points.from_coordinates(coordinates, weights), coordinates[:, 4] > 0


def _number_cells(coordinates: Floats, side: float) -> NDArray[np.int64]:
    """Return the cell of every point, (N, 5), as one number, which is faster to sort than a row."""
    numbers = np.zeros(len(coordinates), np.int64)
    for plane in coordinates.T:
        cells = np.floor(plane / side).astype(np.int64)
        numbers <<= _CELL_BITS
        numbers |= cells - cells.min()
    return numbers


def _separate_opaque(points: Points, is_opaque: Mask, centers: Floats, space: AlphaSpace) -> Floats:
    """Return centres that are opaque or not, after steps in which opaque points get opaque ones.

    Points and centres have five coordinates, (K, 5), and the result has four, (K, 4).
    """
    kind = centers[:, 4] > _OPAQUE_OFFSET / 2
    if is_opaque.any() and not kind.any():
        kind[centers[:, 4].argmax()] = True
    opaque_centers = np.flatnonzero(kind)
    coordinates = points.rows[:, :4].astype(np.float64)
    points = Points.from_coordinates(coordinates, points.weights)
    opaque_rows = np.flatnonzero(is_opaque)
    opaque_points = points.subset(opaque_rows)
    centers = centers[:, :4].copy()
    for _ in range(_RULED_STEPS):
        centers[opaque_centers, 3] = space.opaque
        labels = assign_points(points, centers)
        if len(opaque_rows):
            own = assign_points(opaque_points, centers[opaque_centers])
            labels[opaque_rows] = opaque_centers[own]
        weights, weighted = sum_clusters(points, labels, len(centers))
        is_used = weights > 0
        centers[is_used] = weighted[is_used] / weights[is_used, np.newaxis]
    centers[opaque_centers, 3] = space.opaque
    return centers
