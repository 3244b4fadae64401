"""Initialization: the first centres, which k-means then improves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from ..arrays import Floats, Indices, Singles
from .constraints import ALL_COLORS, FeasibleSet
from .lloyd import Points, run_lloyd
from .swap_search import add_centers
from .variance_cut import cut_by_variance

# A string, because evaluating it would load NumPy's random generators.
_Initializer: TypeAlias = "Callable[[Points, int, np.random.Generator, FeasibleSet], Floats]"

# The number of random initializations, and the steps by which each is improved before they are
# compared.
_TRIALS = 10
_STEPS = 3


def initialize_centers(
    init: str,
    points: Points,
    clusters: int,
    random: np.random.Generator,
    feasible: FeasibleSet = ALL_COLORS,
) -> Floats:
    """Return initial centres of at least one cluster, the locked ones first: (K, 3).

    Parameters
    ----------
    init : str
        One of `INITIALIZERS`, or "auto" for "variance-cut".
    clusters : int
        Not fewer than there are locked centres. K is less if there are fewer different points.
    random : numpy.random.Generator
        Used by initializations that are random.
    """
    initialize = INITIALIZERS["variance-cut" if init == "auto" else init]
    return initialize(points, clusters, random, feasible)


def draw_plus_plus(
    points: Points,
    clusters: int,
    random: np.random.Generator,
    feasible: FeasibleSet = ALL_COLORS,
    candidates: int | None = None,
) -> Floats:
    """Return centres drawn by k-means++, far from each other: (K, 3).

    The first centre is a point drawn by its weight, unless there are locked centres. For each
    further centre, candidates are drawn by their weights times their squared distances to the
    nearest centre. The candidate that leaves the least error becomes a centre. The result has the
    locked centres, and different points; fewer than `clusters` only if there are fewer.

    By default there are 2 + ln `clusters` candidates for each centre. One candidate is the
    algorithm of the paper, more are the greedy variant that its conclusions mention.

    References
    ----------
    D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
    """
    if candidates is None:
        candidates = 2 + int(math.log(clusters))
    planes = np.ascontiguousarray(points.rows[:, :3].T)
    chosen: list[int] = []
    if feasible.locked_count:
        locked = feasible.locked_centers.T.astype(np.float32)
        nearest = _squared_distances(planes, locked).min(axis=0)
    else:
        chosen = _draw(points.weights, 1, random).tolist()
        (nearest,) = _squared_distances(planes, planes[:, chosen])
    while feasible.locked_count + len(chosen) < clusters:
        costs = points.weights * nearest
        if not costs.any():
            break
        drawn = _draw(costs, candidates, random)
        remaining = np.minimum(_squared_distances(planes, planes[:, drawn]), nearest)
        best = (remaining * points.weights).sum(axis=1).argmin()
        chosen.append(drawn[best])
        nearest = remaining[best]
    return np.concatenate([feasible.locked_centers, _centers_at(points, chosen)])


def _draw_best_of_random(
    points: Points, clusters: int, random: np.random.Generator, feasible: FeasibleSet
) -> Floats:
    """Return the best of ten sets of points drawn by their weights and improved a little."""
    count = clusters - feasible.locked_count
    draws = (_centers_at(points, sample_points(points, count, random)) for _ in range(_TRIALS))
    trials = (np.concatenate([feasible.locked_centers, drawn]) for drawn in draws)
    improved = (run_lloyd(points, centers, _STEPS, feasible) for centers in trials)
    return min(improved, key=lambda clustering: clustering.squared_error).centers


def _divide_top_down(
    points: Points, clusters: int, _random: np.random.Generator, feasible: FeasibleSet
) -> Floats:
    """Return centres by `cut_by_variance`, or around locked ones by `add_centers`."""
    if feasible.locked_count:
        return add_centers(points, feasible.locked_centers, clusters, feasible)
    return cut_by_variance(points, clusters)


INITIALIZERS: dict[str, _Initializer] = {
    "k-means++": draw_plus_plus,
    "k-means++-single": partial(draw_plus_plus, candidates=1),
    "random": _draw_best_of_random,
    "variance-cut": _divide_top_down,
}


def _draw(shares: Floats, count: int, random: np.random.Generator) -> Indices:
    """Return indices, (count,), drawn in proportion to shares, (N,); never one of a share of 0."""
    cumulative = shares.cumsum()
    targets = random.random(count) * cumulative[-1]
    drawn: Indices = cumulative.searchsorted(targets, side="right")
    return drawn


def sample_points(points: Points, count: int, random: np.random.Generator) -> Indices:
    """Return up to `count` different indices drawn one by one in proportion to the weights.

    P. S. Efraimidis, P. G. Spirakis, Weighted random sampling with a reservoir, 2006.
    """
    keys = random.standard_exponential(len(points)) / points.weights
    order: Indices = keys.argsort(kind="stable")
    return order[:count]


def _squared_distances(planes: Singles, centers: Singles) -> Singles:
    """Return the squared distances of points, (3, N), to centres, (3, C), as (C, N).

    They are computed from differences, so that the distance of a point to itself is exactly 0.
    """
    squares = np.zeros((centers.shape[1], planes.shape[1]), np.float32)
    for plane, coordinates in zip(planes, centers, strict=True):
        apart = plane - coordinates[:, np.newaxis]
        squares += np.square(apart, out=apart)
    return squares


def _centers_at(points: Points, indices: Sequence[int] | Indices) -> Floats:
    """Return some of the points as centres."""
    return points.rows[indices, :3].astype(np.float64)
