"""Starts: the first guess of the centres, which k-means then improves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .constraints import ANYWHERE, Allowed
from .lloyd import Floats, Points, lloyd
from .swap_search import grow
from .variance_cut import variance_cut

Start: TypeAlias = Callable[[Points, int, np.random.Generator, Allowed], Floats]
_Singles: TypeAlias = NDArray[np.float32]

# How many random guesses are tried, and how far each is improved before they are compared.
_GUESSES = 10
_STEPS = 3


def first_guess(
    init: str,
    points: Points,
    clusters: int,
    random: np.random.Generator,
    allowed: Allowed = ANYWHERE,
) -> Floats:
    """Guess the centres of clusters, around those that are locked.

    Parameters
    ----------
    init : str
        One of `STARTS`, or "auto" for "variance-cut".
    points : Points
    clusters : int
        At least 1.
    random : numpy.random.Generator
        What the guess draws from, if it draws.
    allowed : Allowed, optional
        Which centres are locked; no more than `clusters`.

    Returns
    -------
    (K, 3) ndarray of float64
        The locked ones first. Fewer than `clusters` if there are fewer different points.
    """
    return STARTS["variance-cut" if init == "auto" else init](points, clusters, random, allowed)


def plus_plus(
    points: Points,
    clusters: int,
    random: np.random.Generator,
    candidates: int,
    allowed: Allowed = ANYWHERE,
) -> Floats:
    """Draw centres far from each other: the start of k-means++.

    The first centre is a point drawn by its weight, unless some are locked. For each further one,
    points are drawn by their weights times their squared distances to the nearest centre, and of
    these candidates the one is kept that leaves the least error.

    Parameters
    ----------
    points : Points
    clusters : int
        At least 1.
    random : numpy.random.Generator
    candidates : int
        How many are drawn for each centre but the first. With 1 it is the algorithm of the paper;
        with more the greedy variant that its conclusions tell of.
    allowed : Allowed, optional

    Returns
    -------
    (K, 3) ndarray of float64
        The locked centres, and different points; fewer than `clusters` only if there are fewer.

    References
    ----------
    D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
    """
    planes = np.ascontiguousarray(points.rows[:, :3].T)
    chosen: list[int] = []
    if allowed.count:
        nearest = _squares(planes, allowed.fixed.T.astype(np.float32)).min(axis=0)
    else:
        chosen = _draw(points.weights, 1, random).tolist()
        (nearest,) = _squares(planes, planes[:, chosen])
    while allowed.count + len(chosen) < clusters:
        costs = points.weights * nearest
        if not costs.any():
            break
        drawn = _draw(costs, candidates, random)
        left = np.minimum(_squares(planes, planes[:, drawn]), nearest)
        best = (left * points.weights).sum(axis=1).argmin()
        chosen.append(drawn[best])
        nearest = left[best]
    return np.concatenate([allowed.fixed, _centers(points, chosen)])


def greedy_plus_plus(
    points: Points, clusters: int, random: np.random.Generator, allowed: Allowed = ANYWHERE
) -> Floats:
    """Run `plus_plus` with 2 + ln K candidates for each centre."""
    return plus_plus(points, clusters, random, 2 + int(math.log(clusters)), allowed)


def single_plus_plus(
    points: Points, clusters: int, random: np.random.Generator, allowed: Allowed = ANYWHERE
) -> Floats:
    """Run `plus_plus` with one candidate for each centre."""
    return plus_plus(points, clusters, random, 1, allowed)


def best_of_random(
    points: Points, clusters: int, random: np.random.Generator, allowed: Allowed = ANYWHERE
) -> Floats:
    """Draw ten sets of points by their weights, improve each a little, and keep the best.

    Parameters
    ----------
    points : Points
    clusters : int
        At least 1.
    random : numpy.random.Generator
    allowed : Allowed, optional

    Returns
    -------
    (K, 3) ndarray of float64
        The locked centres first. Fewer than `clusters` only if there are fewer points.
    """
    more = clusters - allowed.count
    draws = (_centers(points, _sample(points, more, random)) for _ in range(_GUESSES))
    guesses = (np.concatenate([allowed.fixed, drawn]) for drawn in draws)
    improved = (lloyd(points, guess, _STEPS, allowed) for guess in guesses)
    return min(improved, key=lambda found: found.error).centers


def top_down(
    points: Points, clusters: int, _random: np.random.Generator, allowed: Allowed = ANYWHERE
) -> Floats:
    """Run `variance_cut`, or around locked centres what is like it: `grow`."""
    if allowed.count:
        return grow(points, allowed.fixed, clusters, allowed)
    return variance_cut(points, clusters)


STARTS: dict[str, Start] = {
    "k-means++": greedy_plus_plus,
    "k-means++-single": single_plus_plus,
    "random": best_of_random,
    "variance-cut": top_down,
}


def _draw(shares: Floats, count: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Draw indices, (count,), in proportion to shares, (N,); a share of 0 is never drawn."""
    upto = shares.cumsum()
    drawn: NDArray[np.intp] = upto.searchsorted(random.random(count) * upto[-1], side="right")
    return drawn


def _sample(points: Points, count: int, random: np.random.Generator) -> NDArray[np.intp]:
    """Draw up to `count` different indices, one after the other in proportion to the weights.

    P. S. Efraimidis, P. G. Spirakis, Weighted random sampling with a reservoir, 2006.
    """
    waits = random.standard_exponential(len(points)) / points.weights
    order: NDArray[np.intp] = waits.argsort(kind="stable")
    return order[:count]


def _squares(planes: _Singles, centers: _Singles) -> _Singles:
    """Measure the squared distances of points, (3, N), to centres, (3, C): (C, N).

    They come from differences, which make a point's distance to itself exactly 0.
    """
    squares = np.zeros((centers.shape[1], planes.shape[1]), np.float32)
    for plane, places in zip(planes, centers, strict=True):
        apart = plane - places[:, np.newaxis]
        squares += np.square(apart, out=apart)
    return squares


def _centers(points: Points, chosen: Sequence[int] | NDArray[np.intp]) -> Floats:
    """Give points as centres."""
    return points.rows[chosen, :3].astype(np.float64)
