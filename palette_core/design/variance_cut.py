"""The method `variance-cut`: clusters divided from the top down, the most spread first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import SPACES, ColorSpace
from ..image.histogram import ColorHistogram
from .base import Design, DesignProblem, Method
from .lloyd import Floats, Labels, Points, add_up, sums
from .refine_exact import rounded

# How many points stand for the colours: for every colour that is wanted, at least, and at most.
_CELLS_A_COLOR = 64
_LEAST_CELLS = 2048
_MOST_CELLS = 8192
# Thresholds are looked for between bins of a quarter of a cluster's standard deviation.
_BINS = 32
_BINS_A_DEVIATION = 4
# In one round every cluster is divided that gains at least this share of what the best one gains.
_SHARE = 0.5


def design(problem: DesignProblem) -> Design:
    """Divide the colours into boxes, and take the means.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, section 6.
    M. E. Celebi, Q. Wen, S. Hwang, An effective real-time color quantization method based on
    divisive hierarchical clustering, Journal of Real-Time Image Processing 10, 2015.
    """
    points = coarse_points(problem.histogram, problem.colors, problem.space)
    centers = variance_cut(points, problem.colors)
    problem.progress(1.0)
    return Design(rounded(centers, problem.space))


METHOD = Method(
    name="variance-cut",
    label="Variance cut",
    summary="the first guess of `kmeans` alone: faster and less exact",
    position=1,
    design=design,
)


def coarse_points(
    histogram: ColorHistogram, colors: int, space: ColorSpace = SPACES["srgb"]
) -> Points:
    """Let as few points stand for a histogram as a start for so many colours needs."""
    cells = min(max(_LEAST_CELLS, _CELLS_A_COLOR * colors), _MOST_CELLS)
    return Points.of(histogram.reduce(cells), space)


def variance_cut(points: Points, clusters: int) -> Floats:
    """Divide points from the top down, across an axis where it lowers the squared error most.

    Celebi's variance cut divides the cluster with the largest error at its mean. Here it is
    divided where the error falls most, and several clusters are in each round.

    Parameters
    ----------
    points : Points
    clusters : int
        At least 1.

    Returns
    -------
    (K, 3) ndarray of float64
        The clusters' means; fewer than `clusters` if there are fewer different points.
    """
    labels = np.zeros(len(points), np.intp)
    gains, sides = _best_cuts(points, labels, 1)
    count = 1
    while count < clusters and gains.max() > np.finfo(float).tiny:
        ranked = np.argsort(-gains, kind="stable")[: clusters - count]
        chosen = ranked[gains[ranked] >= _SHARE * gains.max()]
        # The points on the far side of each cut are the new clusters.
        news = np.full(count, -1)
        news[chosen] = np.arange(count, count + len(chosen))
        moved = np.flatnonzero(sides & (news[labels] >= 0))
        labels[moved] = news[labels[moved]]
        count += len(chosen)

        fresh = np.concatenate([chosen, news[chosen]])
        gains = np.concatenate([gains, np.zeros(len(chosen))])
        place = np.full(count, -1)
        place[fresh] = np.arange(len(fresh))
        inside = np.flatnonzero(place[labels] >= 0)
        gains[fresh], sides[inside] = _best_cuts(
            points.subset(inside), place[labels[inside]], len(fresh)
        )
    weights, weighted = sums(points, labels, count)
    return weighted / weights[:, np.newaxis]


def _best_cuts(points: Points, labels: Labels, count: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Find each cluster's best cut: what it gains, (count,), and the points on its far side."""
    weights, weighted = sums(points, labels, count)
    means = weighted / weights[:, np.newaxis]
    best = np.zeros(count)
    far = np.zeros(len(points), np.bool_)
    for channel in range(3):
        offsets = points.rows[:, channel] - means[labels, channel]
        variances = add_up(labels, points.weights * offsets * offsets, count) / weights
        steps = np.sqrt(variances) / _BINS_A_DEVIATION
        scaled = offsets / np.where(steps > 0, steps, 1)[labels]
        bins = np.clip(np.floor(scaled) + _BINS // 2, 0, _BINS - 1).astype(np.intp)
        gains = _gains(points, labels * _BINS + bins, means)
        cuts = gains.argmax(axis=1)
        gain = gains[np.arange(count), cuts]
        better = (gain > best) & (variances > 0)
        best[better] = gain[better]
        changed = better[labels]
        far[changed] = (bins > cuts[labels])[changed]
    return best, far


def _gains(points: Points, keys: Labels, means: Floats) -> Floats:
    """Tell how much the squared error falls if a cluster is cut behind a bin: (count, bins - 1)."""
    count = len(means)
    weights, weighted = sums(points, keys, count * _BINS)
    near = weights.reshape(count, _BINS).cumsum(axis=1)
    total = near[:, -1:]
    near = near[:, :-1]
    # Around the cluster's mean both sides pull alike: one of them tells the gain.
    moments = weighted.reshape(count, _BINS, 3).cumsum(axis=1)[:, :-1]
    moments = moments - near[..., np.newaxis] * means[:, np.newaxis]
    product = near * (total - near)
    both = product > 1e-12 * total * total
    gains: Floats = np.where(
        both, np.square(moments).sum(axis=2) * total / np.where(both, product, 1), 0
    )
    return gains
