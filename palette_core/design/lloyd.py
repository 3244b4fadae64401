"""Lloyd's algorithm on weighted points, and sums over clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import AnyFloats, Floats, Indices, Singles
from ..color.spaces import SPACES, ColorSpace
from ..image.histogram import ReducedHistogram
from .constraints import ALL_COLORS, FeasibleSet

# The size of a block of distances, rows times clusters. Its matrix product is not above what BLAS
# computes on one thread (2^18 multiplications), because sums could depend on their number.
_BLOCK = 1 << 16
# From these numbers of points and centres on, points are compared in blocks of this size with the
# centres near them alone. Rounding changes squared distances by less than this share of the
# greatest square.
_MIN_BOXED = 1 << 14
_MIN_BOXED_CENTERS = 64
_BOXED = 512
_ROUNDING = np.float32(1e-5)
# Values are partitioned as soon as more than this share of them is above the least of them.
_MAX_DIFFERENT = 0.9
# In all steps but the last, centres move this far along the way to the mean of their cluster.
_RELAXATION = 1.8


@dataclass(frozen=True, eq=False)
class Points:
    """Weighted points, with precomputed terms of the squared error."""

    # (N, D + 1): The points, each followed by a 1. D is 3, or more for colours with alpha.
    rows: Singles
    weights: Floats  # (N,), their sum is 1
    weighted: Floats  # (D, N), the coordinates times the weights
    squares: Floats  # (N,), the squared lengths times the weights

    @classmethod
    def from_histogram(
        cls, histogram: ReducedHistogram, space: ColorSpace = SPACES["srgb"]
    ) -> Points:
        """Return the points of a reduced histogram in a space."""
        means = histogram.means
        points = means if space.is_srgb else space.from_srgb(means).astype(np.float64)
        return cls.from_coordinates(points, histogram.weights)

    @classmethod
    def from_coordinates(cls, points: Floats, weights: Floats) -> Points:
        """Return points, (N, D), with their weights, (N,), scaled to the sum 1."""
        rows = np.ones((len(points), points.shape[1] + 1), np.float32)
        rows[:, :-1] = points
        weights = weights / weights.sum()
        weighted = points.T * weights
        return cls(rows, weights, weighted, (weighted * points.T).sum(axis=0))

    @cached_property
    def boxes(self) -> tuple[Singles, Singles]:
        """The least and the greatest coordinates of blocks of points, (D, B) each."""
        starts, planes = np.arange(0, len(self), _BOXED), self.rows[:, :-1].T
        lowest: Singles = np.minimum.reduceat(planes, starts, axis=1)
        return lowest, np.maximum.reduceat(planes, starts, axis=1)

    @property
    def dimensions(self) -> int:
        """The number of coordinates of a point."""
        return len(self.weighted)

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.rows)

    def subset(self, indices: Indices) -> Points:
        """Return some of the points with their weights among all points."""
        return Points(
            self.rows.take(indices, axis=0),
            self.weights.take(indices),
            self.weighted.take(indices, axis=1),
            self.squares.take(indices),
        )


class Clustering(NamedTuple):
    """The result of Lloyd's algorithm."""

    centers: Floats  # (K, 3), the means of the clusters, or the feasible centres for them
    # (K, 3): The means of the clusters. A centre without points stays where it was.
    means: Floats
    weights: Floats  # (K,), the sums of the clusters' weights
    labels: Indices  # (N,), the cluster of every point
    # The weighted mean squared distance of the points to the centres of their clusters.
    squared_error: float


def assign_points(points: Points, centers: Floats) -> Indices:
    """Return the nearest of (K, 3) centres for every point, (N,), computed in single precision."""
    if len(centers) == 1:
        return np.zeros(len(points), np.intp)
    # These are the squared distances less the points' own squares.
    columns = np.vstack([-2 * centers.T, np.square(centers).sum(axis=1)]).astype(np.float32)
    if len(points) >= _MIN_BOXED and len(centers) >= _MIN_BOXED_CENTERS:
        return _assign_boxed_points(points, columns)
    labels = np.empty(len(points), np.intp)
    height = max(_BLOCK // len(centers), 1)

    # All blocks share one buffer: allocating it anew would take longer than computing it.
    buffer = np.empty((height, len(centers)), np.float32)
    for start in range(0, len(points), height):
        rows = points.rows[start : start + height]
        scores = np.matmul(rows, columns, out=buffer[: len(rows)])
        np.argmin(scores, axis=1, out=labels[start : start + len(rows)])
    return labels


def _assign_boxed_points(points: Points, columns: Singles) -> Indices:
    """Return the same as `assign_points` for many points, of which neighbours are similar.

    A block of points is only compared with the centres that can be nearest to one of them: their
    least distance to the bounding box is not above the smallest of the greatest distances.
    """
    least: Singles = np.zeros((1, 1), np.float32)
    greatest = least
    for low, high, coordinates in zip(*points.boxes, columns[:-1] / -2, strict=True):
        below, above = low[:, np.newaxis] - coordinates, coordinates - high[:, np.newaxis]
        least = least + np.square(np.maximum(np.maximum(below, above), 0))
        greatest = greatest + np.square(np.minimum(below, above))
    slack = _ROUNDING * columns[-1].max()
    is_near = least <= greatest.min(axis=1, keepdims=True) + slack
    candidates = np.nonzero(is_near)[1]
    columns = columns.take(candidates, axis=1)
    ends = np.cumsum(np.count_nonzero(is_near, axis=1)).tolist()
    labels = np.empty(len(points), np.intp)
    start = 0
    for number, end in enumerate(ends):
        block = slice(number * _BOXED, (number + 1) * _BOXED)
        nearest = np.argmin(points.rows[block] @ columns[:, start:end], axis=1)
        labels[block] = candidates[start:end].take(nearest)
        start = end
    return labels


def sum_clusters(points: Points, labels: Indices, clusters: int) -> tuple[Floats, Floats]:
    """Return the sums of each cluster's weights, (K,), and weighted points, (K, 3)."""
    weighted = [sum_by_label(labels, plane, clusters) for plane in points.weighted]
    return sum_by_label(labels, points.weights, clusters), np.stack(weighted, axis=1)


def sum_by_label(labels: NDArray[np.integer], values: AnyFloats, clusters: int) -> Floats:
    """Return the sums of (N,) values with equal labels, (K,)."""
    return np.bincount(labels, values, clusters).astype(np.float64, copy=False)


def run_lloyd(
    points: Points, centers: Floats, steps: int, feasible: FeasibleSet = ALL_COLORS
) -> Clustering:
    """Run some steps of Lloyd's algorithm, at least 1, over-relaxed except for the last one.

    The locked centres, the first ones, do not move. Centres are put on a grid only before and after
    the last step, because a step shorter than the grid's spacing would always end where it began.

    References
    ----------
    S. P. Lloyd, Least squares quantization in PCM, IEEE Trans. Information Theory 28, 1982.
    """
    centers = feasible.restore_locked(centers)
    while True:
        if steps == 1:
            centers = feasible.project(centers)
        labels = assign_points(points, centers)
        weights, weighted = sum_clusters(points, labels, len(centers))
        is_empty = weights == 0
        means = weighted / np.where(is_empty, 1, weights)[:, np.newaxis]
        means[is_empty] = centers[is_empty]
        steps -= 1
        if not steps:
            projected = feasible.project(means)
            error = points.squares.sum() - (weights * np.square(means).sum(axis=1)).sum()
            error += (weights * np.square(projected - means).sum(axis=1)).sum()
            return Clustering(projected, means, weights, labels, float(error))
        centers = centers + _RELAXATION * (feasible.restore_locked(means) - centers)


def indices_of_largest(values: Floats, count: int) -> Indices:
    """Return the indices of the `count` largest positive values, the largest first.

    `count` is at least 1. Of equal values the first are taken. This is much faster than sorting all
    values.
    """
    remaining = values[values > 0]
    while len(remaining):
        # NumPy's partition is very slow with many equal values, as small counts are.
        threshold = remaining.min()
        larger = remaining[remaining > threshold]
        if len(larger) < count:
            break
        if len(larger) > _MAX_DIFFERENT * len(remaining):
            threshold = np.partition(larger, len(larger) - count)[len(larger) - count]
            break
        remaining = larger
    else:
        return np.zeros(0, np.intp)
    indices = np.flatnonzero((values >= threshold) & (values > 0))
    return indices[np.argsort(-values[indices], kind="stable")[:count]]
