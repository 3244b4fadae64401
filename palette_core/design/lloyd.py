"""Clusters: Lloyd's algorithm on weighted points, and what the designers measure of clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..color.spaces import SPACES, ColorSpace
from ..image.histogram import ReducedHistogram
from .constraints import ANYWHERE, Allowed

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.intp]

# A block of distances, rows times clusters. The product behind it is below what BLAS starts
# threads of its own for (2^18 multiplications), whose sums could depend on their number.
_BLOCK = 1 << 15
# How far a centre moves along the way to its cluster's mean, in all steps but the last.
_OVER = 1.8


@dataclass(frozen=True, eq=False)
class Points:
    """Weighted points, with what every step needs of them.

    Attributes
    ----------
    rows : (N, 4) ndarray of float32
        The points, each with a 1 behind it.
    weights : (N,) ndarray of float64
        They add up to 1.
    weighted : (3, N) ndarray of float64
        The coordinates times the weights.
    squares : (N,) ndarray of float64
        The squared lengths times the weights.
    """

    rows: NDArray[np.float32]
    weights: Floats
    weighted: Floats
    squares: Floats

    @classmethod
    def of(cls, cells: ReducedHistogram, space: ColorSpace = SPACES["srgb"]) -> Points:
        """Prepare cells, by their coordinates in a space."""
        places = cells.means if space.is_srgb else space.from_srgb(cells.means).astype(np.float64)
        rows = np.ones((len(places), 4), np.float32)
        rows[:, :3] = places
        weights = cells.weights / cells.weights.sum()
        weighted = places.T * weights
        return cls(rows, weights, weighted, (weighted * places.T).sum(axis=0))

    def __len__(self) -> int:
        """Count the points."""
        return len(self.rows)

    def subset(self, chosen: NDArray[np.intp]) -> Points:
        """Give some of the points, with the weights that they have among all."""
        return Points(
            self.rows[chosen],
            self.weights[chosen],
            self.weighted[:, chosen],
            self.squares[chosen],
        )


class Clusters(NamedTuple):
    """What Lloyd's algorithm ends with.

    Attributes
    ----------
    centers : (K, 3) ndarray of float64
        The means of the clusters, or the places that are allowed instead.
    means : (K, 3) ndarray of float64
        The means of the clusters; a centre without points stays where it was.
    weights : (K,) ndarray of float64
        The sums of the clusters' weights.
    labels : (N,) ndarray of integers
        The cluster of every point.
    error : float
        The weighted mean squared distance of the points to their cluster's centre.
    """

    centers: Floats
    means: Floats
    weights: Floats
    labels: Labels
    error: float


def assign(points: Points, centers: Floats) -> Labels:
    """Find the nearest centre of every point, up to single precision.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64

    Returns
    -------
    (N,) ndarray of integers
    """
    labels = np.empty(len(points), np.intp)
    # The squared distances, less the points' own squares.
    columns = np.vstack([-2 * centers.T, np.square(centers).sum(axis=1)]).astype(np.float32)
    height = max(_BLOCK // len(centers), 1)

    # Written over by every block: to allocate them anew would take longer than to compute them.
    scratch = np.empty((height, len(centers)), np.float32)
    for start in range(0, len(points), height):
        rows = points.rows[start : start + height]
        scores = np.matmul(rows, columns, out=scratch[: len(rows)])
        np.argmin(scores, axis=1, out=labels[start : start + len(rows)])
    return labels


def sums(points: Points, labels: Labels, clusters: int) -> tuple[Floats, Floats]:
    """Add up every cluster's weights, (K,), and weighted points, (K, 3)."""
    weighted = [add_up(labels, plane, clusters) for plane in points.weighted]
    return add_up(labels, points.weights, clusters), np.stack(weighted, axis=1)


def add_up(labels: NDArray[np.integer], values: NDArray[np.floating], clusters: int) -> Floats:
    """Add up (N,) values by their labels: (K,)."""
    return np.bincount(labels, values, clusters).astype(np.float64, copy=False)


def lloyd(points: Points, centers: Floats, steps: int, allowed: Allowed = ANYWHERE) -> Clusters:
    """Run steps of Lloyd's algorithm, over-relaxed but for the last one.

    Locked centres stay where they are. Centres are put on a grid before and after the last step
    alone: steps that are short beside it would lead nowhere.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64
        The locked ones first.
    steps : int
        At least 1.
    allowed : Allowed, optional
        Where they may be.

    References
    ----------
    S. P. Lloyd, Least squares quantization in PCM, IEEE Trans. Information Theory 28, 1982.
    """
    centers = allowed.hold(centers)
    while True:
        if steps == 1:
            centers = allowed.place(centers)
        labels = assign(points, centers)
        weights, weighted = sums(points, labels, len(centers))
        empty = weights == 0
        means = weighted / np.where(empty, 1, weights)[:, np.newaxis]
        means[empty] = centers[empty]
        steps -= 1
        if not steps:
            placed = allowed.place(means)
            error = points.squares.sum() - (weights * np.square(means).sum(axis=1)).sum()
            error += (weights * np.square(placed - means).sum(axis=1)).sum()
            return Clusters(placed, means, weights, labels, float(error))
        centers = centers + _OVER * (allowed.hold(means) - centers)


def largest(values: Floats, count: int) -> NDArray[np.intp]:
    """Find the `count` largest values above 0, at least 1, or all of them: the largest first.

    Of equal values the first are taken. This is much faster than to sort all of them.
    """
    place = max(len(values) - count, 0)
    least = np.partition(values, place)[place]
    found = np.flatnonzero((values >= least) & (values > 0))
    return found[np.argsort(-values[found], kind="stable")[:count]]
