"""The method `variance-cut`: clusters divided from the top down, the largest gain first."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats, Indices, Mask
from ..color.spaces import SPACES, ColorSpace
from ..image.histogram import ColorHistogram
from .base import Design, DesignProblem, Method
from .constraints import FeasibleSet
from .lloyd import Points, sum_by_label, sum_clusters

# The number of points of the reduced histogram: for every colour, at least, and at most.
_POINTS_PER_COLOR = 64
_MIN_POINTS = 2048
_MAX_POINTS = 8192
# Thresholds are sought between bins of a quarter of a cluster's standard deviation.
_BINS = 32
_BINS_PER_DEVIATION = 4
# In one round every cluster is divided that gains at least this share of the best gain.
_SHARE = 0.5


def solve(problem: DesignProblem) -> Design:
    """Return the means of clusters that are divided from the top down.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, section 6.
    M. E. Celebi, Q. Wen, S. Hwang, An effective real-time color quantization method based on
    divisive hierarchical clustering, Journal of Real-Time Image Processing 10, 2015.
    """
    points = reduce_for_initialization(problem.histogram, problem.max_colors, problem.space)
    centers = cut_by_variance(points, problem.max_colors)
    problem.progress(1.0)
    return Design(FeasibleSet(problem.space).round_to_palette(centers))


METHOD = Method(
    name="variance-cut",
    label="Variance cut",
    summary="the initialization of `kmeans` alone: faster, less exact",
    position=1,
    solve=solve,
)


def reduce_for_initialization(
    histogram: ColorHistogram, max_colors: int, space: ColorSpace = SPACES["srgb"]
) -> Points:
    """Return the few points that are enough to initialize this number of colours."""
    count = min(max(_MIN_POINTS, _POINTS_PER_COLOR * max_colors), _MAX_POINTS)
    return Points.from_histogram(histogram.reduce(count), space)


def cut_by_variance(points: Points, clusters: int) -> Floats:
    """Return the means of clusters, (K, 3), divided across axes where the squared error falls most.

    Celebi's variance cut divides the cluster with the largest error at its mean. Here clusters are
    divided where the error falls most, and several of them in each round. There are fewer than
    `clusters` if there are fewer different points.
    """
    labels = np.zeros(len(points), np.intp)
    gains, is_far = _best_cuts(points, labels, 1)
    count = 1
    while count < clusters and gains.max() > np.finfo(float).tiny:
        ranked = np.argsort(-gains, kind="stable")[: clusters - count]
        divided = ranked[gains[ranked] >= _SHARE * gains.max()]
        # The points on the far side of each cut become a new cluster.
        new_labels = np.full(count, -1)
        new_labels[divided] = np.arange(count, count + len(divided))
        moved = new_labels.take(labels)
        np.copyto(labels, moved, where=is_far & (moved >= 0))
        count += len(divided)

        changed = np.concatenate([divided, new_labels[divided]])
        gains = np.concatenate([gains, np.zeros(len(divided))])
        position = np.full(count, -1)
        position[changed] = np.arange(len(changed))
        inside = np.flatnonzero(position.take(labels) >= 0)
        gains[changed], is_far[inside] = _best_cuts(
            points.subset(inside), position[labels[inside]], len(changed)
        )
    weights, weighted = sum_clusters(points, labels, count)
    return weighted / weights[:, np.newaxis]


def _best_cuts(points: Points, labels: Indices, count: int) -> tuple[Floats, Mask]:
    """Return the gains of the clusters' best cuts, (count,), and which points are on a far side."""
    weights, weighted = sum_clusters(points, labels, count)
    means = weighted / weights[:, np.newaxis]
    best = np.zeros(count)
    is_far = np.zeros(len(points), np.bool_)
    for channel in range(points.dimensions):
        offsets = points.rows[:, channel] - means[:, channel].take(labels)
        variances = sum_by_label(labels, points.weights * offsets * offsets, count) / weights
        steps = np.sqrt(variances) / _BINS_PER_DEVIATION
        scaled = offsets / np.where(steps > 0, steps, 1).take(labels)
        np.floor(scaled, out=scaled)
        scaled += _BINS // 2
        bins = scaled.clip(0, _BINS - 1, out=scaled).astype(np.intp)
        gains = _cut_gains(points, labels * _BINS + bins, means)
        cuts = gains.argmax(axis=1)
        gain = gains[np.arange(count), cuts]
        is_better = (gain > best) & (variances > 0)
        best[is_better] = gain[is_better]
        np.copyto(is_far, bins > cuts.take(labels), where=is_better.take(labels))
    return best, is_far


def _cut_gains(points: Points, keys: Indices, means: Floats) -> Floats:
    """Return the fall of the squared error for a cut after each bin: (count, bins - 1)."""

    def add_up(values: Floats) -> Floats:
        sums = sum_by_label(keys, values, len(means) * _BINS)
        return sums.reshape(-1, _BINS).cumsum(axis=1)

    near = add_up(points.weights)
    near, total = near[:, :-1], near[:, -1:]
    # The moments of both sides around the mean of the cluster are equal but for the sign.
    squares = np.zeros_like(near)
    for plane, mean in zip(points.weighted, means.T, strict=True):
        squares += np.square(add_up(plane)[:, :-1] - near * mean[:, np.newaxis])
    product = near * (total - near)
    has_both = product > 1e-12 * total * total
    return np.where(has_both, squares * total / np.where(has_both, product, 1), 0)
