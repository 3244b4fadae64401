"""Search: centres moved from where they cost least to where they gain most."""

from __future__ import annotations

import numpy as np

from ..progress import Progress
from .clusters import Floats, Labels, Points, add_up, assign_two, lloyd, sums

# The share of the centres that is moved in the first round.
_SHARE = 0.15
# The least gain, for every unit of cost, that is worth a try. Below 1, since what Lloyd's algorithm
# makes of a move is better than the estimates.
_WORTH = 0.4
# The blur of the estimates, as the deviation of a logarithm.
_BLUR = 0.3
_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


def search(
    points: Points,
    centers: Floats,
    rounds: int,
    steps: int,
    random: np.random.Generator,
    progress: Progress,
) -> Floats:
    """Move centres in batches, each followed by Lloyd's algorithm, and keep what is better.

    A centre costs what its points pay if they go to their second nearest centre; a new centre
    gains what a cut of a cluster across its principal axis gains. Where a batch is not better,
    the next one is half as large.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64
        At least two.
    rounds, steps : int
        How many batches to try, and how many steps follow each.
    random : numpy.random.Generator
        Blurs the estimates once a batch of one has failed, so that other moves are tried.
    progress : Progress
        Hears of every round.

    Returns
    -------
    (K, 3) ndarray of float64
        Not worse than `centers` after Lloyd's algorithm.
    """
    best, error = lloyd(points, centers, steps)
    most = max(1, int(_SHARE * len(centers)))
    blur = 0.0
    for number in range(rounds):
        progress(number / rounds)
        moved = _move(points, best, most, blur, random)
        if moved is not None:
            tried, tried_error = lloyd(points, moved, steps)
            if tried_error < error:
                best, error = tried, tried_error
                continue
        best, error = lloyd(points, best, steps)
        if moved is None or most == 1:
            most, blur = max(1, int(_SHARE * len(centers))), _BLUR
        most = max(1, most // 2)
    return best


def _move(
    points: Points, centers: Floats, most: int, blur: float, random: np.random.Generator
) -> Floats | None:
    """Move up to `most` centres to where that promises most; None if nothing does."""
    labels, margins = assign_two(points, centers)
    cost = add_up(labels, points.weights * margins, len(centers))
    gain, left, right = _cuts(points, labels, centers)
    if blur:
        cost = cost * random.lognormal(0, blur, len(cost))
        cost = cost * random.lognormal(0, blur, len(cost))
        gain = gain * random.lognormal(0, blur, len(gain))
    moved = centers.copy()
    taken = np.zeros(len(centers), np.bool_)
    targets = iter(np.argsort(-gain, kind="stable"))
    count = 0
    for source in np.argsort(cost, kind="stable"):
        if count == most:
            break
        if taken[source]:
            continue
        target = next((t for t in targets if t != source and not taken[t]), None)
        if target is None or gain[target] <= _WORTH * cost[source]:
            break
        moved[source], moved[target] = left[target], right[target]
        taken[[source, target]] = True
        count += 1
    return moved if count else None


def _cuts(points: Points, labels: Labels, centers: Floats) -> tuple[Floats, Floats, Floats]:
    """Cut every cluster at its mean across its principal axis: gains and both means."""
    count = len(centers)
    weights, weighted = sums(points, labels, count)
    filled = np.where(weights > 0, weights, 1)
    means = weighted / filled[:, np.newaxis]
    offsets = points.rows[:, :3] - means[labels]
    scatter = np.empty((count, 3, 3))
    for i, j in _PAIRS:
        products = points.weights * offsets[:, i] * offsets[:, j]
        scatter[:, i, j] = scatter[:, j, i] = add_up(labels, products, count)
    axes = np.linalg.eigh(scatter)[1][:, :, 2]
    far = (offsets * axes[labels]).sum(axis=1) > 0
    weights, weighted = sums(points, np.where(far, labels + count, labels), 2 * count)
    sides = weighted / np.where(weights > 0, weights, 1)[:, np.newaxis]
    left, right = sides[:count], sides[count:]
    shares = weights[:count] * weights[count:] / filled
    return shares * np.square(left - right).sum(axis=1), left, right
