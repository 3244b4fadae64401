"""Clusters: Lloyd's algorithm on weighted points, and what the designers measure of clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..histogram import Cells
from ..threads import for_each_block

Floats: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.intp]

# A block of distances, rows times clusters. The product behind it is below what BLAS starts
# threads of its own for (2^18 multiplications), whose sums could depend on their number.
_BLOCK = 1 << 15
_BLOCKS_A_THREAD = 128
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
        The channels times the weights.
    square : float
        The weighted sum of the squared lengths.
    """

    rows: NDArray[np.float32]
    weights: Floats
    weighted: Floats
    square: float

    @classmethod
    def of(cls, cells: Cells) -> Points:
        """Prepare cells."""
        rows = np.ones((len(cells.means), 4), np.float32)
        rows[:, :3] = cells.means
        weights = cells.weights / cells.weights.sum()
        weighted = cells.means.T * weights
        return cls(rows, weights, weighted, float((weighted * cells.means.T).sum()))

    def __len__(self) -> int:
        """Count the points."""
        return len(self.rows)


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

    def compare(block: slice, scores: NDArray[np.float32]) -> None:
        np.argmin(scores, axis=1, out=labels[block])

    _for_each_block_of_scores(compare, points, centers)
    return labels


def assign_two(points: Points, centers: Floats) -> tuple[Labels, NDArray[np.float32]]:
    """Find the nearest centre of every point, and how much farther the second nearest is.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64
        At least two.

    Returns
    -------
    labels : (N,) ndarray of integers
    margins : (N,) ndarray of float32
        The difference of the squared distances, at least 0.
    """
    labels = np.empty(len(points), np.intp)
    margins = np.empty(len(points), np.float32)

    def compare(block: slice, scores: NDArray[np.float32]) -> None:
        nearest = scores.argmin(axis=1, out=labels[block])
        rows = np.arange(len(scores))
        first = scores[rows, nearest]
        scores[rows, nearest] = np.inf
        np.subtract(scores.min(axis=1), first, out=margins[block])

    _for_each_block_of_scores(compare, points, centers)
    return labels, margins


def sums(points: Points, labels: Labels, clusters: int) -> tuple[Floats, Floats]:
    """Add up every cluster's weights, (K,), and weighted points, (K, 3)."""
    weighted = [add_up(labels, plane, clusters) for plane in points.weighted]
    return add_up(labels, points.weights, clusters), np.stack(weighted, axis=1)


def add_up(labels: NDArray[np.integer], values: NDArray[np.floating], clusters: int) -> Floats:
    """Add up (N,) values by their labels: (K,)."""
    return np.bincount(labels, values, clusters).astype(np.float64, copy=False)


def lloyd(points: Points, centers: Floats, steps: int) -> tuple[Floats, float]:
    """Run steps of Lloyd's algorithm, over-relaxed but for the last one.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64
    steps : int
        At least 1.

    Returns
    -------
    centers : (K, 3) ndarray of float64
        The means of the last assignment's clusters; a centre without points stays where it is.
    error : float
        The weighted mean squared distance in that assignment.

    References
    ----------
    S. P. Lloyd, Least squares quantization in PCM, IEEE Trans. Information Theory 28, 1982.
    """
    means = centers
    weights = np.zeros(len(centers))
    for left in reversed(range(steps)):
        weights, weighted = sums(points, assign(points, centers), len(centers))
        empty = weights == 0
        means = weighted / np.where(empty, 1, weights)[:, np.newaxis]
        means[empty] = centers[empty]
        if not left:
            break
        centers = centers + _OVER * (means - centers)
    return means, points.square - float((weights * np.square(means).sum(axis=1)).sum())


def _for_each_block_of_scores(
    use: Callable[[slice, NDArray[np.float32]], object], points: Points, centers: Floats
) -> None:
    """Give `use` the squared distances, less the points' own squares, block by block.

    They are (rows, K), and are overwritten by the next block: to allocate them anew would take
    longer than to compute them.
    """
    squares = np.square(centers).sum(axis=1)
    columns = np.vstack([-2 * centers.T, squares]).astype(np.float32)
    height = max(_BLOCK // len(centers), 1)

    def compare(piece: slice) -> None:
        scratch = np.empty((height, len(centers)), np.float32)
        for start in range(piece.start, piece.stop, height):
            block = slice(start, min(start + height, piece.stop))
            rows = points.rows[block]
            use(block, np.matmul(rows, columns, out=scratch[: len(rows)]))

    for_each_block(compare, len(points), height * _BLOCKS_A_THREAD)
