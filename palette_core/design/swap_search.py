"""Search: centres moved from where they cost least to where they gain most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress
from .constraints import ANYWHERE, Allowed
from .lloyd import Clusters, Floats, Points, add_up, lloyd, sums

# The share of the centres that is moved in the first round of the first descent and of the later
# ones, and how it falls from round to round.
_SHARE = 0.15
_LATER_SHARE = 0.05
_FALL = 0.7
# The blur of the estimates, as the deviation of a logarithm, in all descents but the first.
_BLUR = 0.15
# Cuts are tried in the clusters of the largest errors, for every move so many, and at least.
_TARGETS = 3
_LEAST_TARGETS = 16
# Beside this weight that of any cluster is nothing: a merger leaves its centre where it is.
_IMMOVABLE = 1e12
# In a round of `grow` every cut is made that gains at least this share of the best one, and so
# many steps follow.
_GROWN_SHARE = 0.5
_GROWN_STEPS = 2
_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


def search(
    points: Points,
    centers: Floats,
    rounds: int,
    steps: int,
    random: np.random.Generator,
    progress: Progress,
    allowed: Allowed = ANYWHERE,
) -> Floats:
    """Move centres in batches, each followed by Lloyd's algorithm, and keep the best state.

    Two clusters become one where that costs least (Ward's criterion), and the centre that this
    frees divides the cluster where a cut across the principal axis gains most. Batches become
    smaller from round to round, and each goes on from the last one even if that was no gain: what
    was moved in vain is the cheapest to move next. After a batch of one move a new descent begins
    with a larger one, from the best state. Locked centres are not moved, but others merge into
    them, and take over a part of what they have.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64
        At least three, the locked ones first.
    rounds, steps : int
        How many batches to try, and how many steps follow each.
    random : numpy.random.Generator
        Blurs the estimates in all descents but the first, so that other moves are tried.
    progress : Progress
        Hears of every round.
    allowed : Allowed, optional
        Where centres may be.

    Returns
    -------
    (K, 3) ndarray of float64
        Not worse than `centers` after Lloyd's algorithm.

    References
    ----------
    J. H. Ward, Hierarchical grouping to optimize an objective function, Journal of the American
    Statistical Association 58, 1963. P. Fränti, J. Kivijärvi, Randomised local search algorithm
    for the clustering problem, Pattern Analysis and Applications 3, 2000.
    """
    best = state = lloyd(points, centers, steps, allowed)
    share, blur = _SHARE, 0.0
    for number in range(rounds):
        progress(number / rounds)
        most = max(1, int(share * len(centers)))
        moved = _move(points, state, most, blur, random, allowed)
        state = lloyd(points, moved, steps, allowed)
        if state.error < best.error:
            best = state
        share *= _FALL
        if most == 1:
            state, share, blur = best, _LATER_SHARE, _BLUR
    return best.centers


def grow(points: Points, centers: Floats, count: int, allowed: Allowed) -> Floats:
    """Add centres to those that there are, where a cut gains most, several a round.

    Parameters
    ----------
    points : Points
    centers : (K, 3) ndarray of float64
        At least one, the locked ones first.
    count : int
        How many there are to be.
    allowed : Allowed

    Returns
    -------
    (C, 3) ndarray of float64
        C is `count`, or less where no cut gains anything. The free ones among `centers` have moved
        by a few steps of Lloyd's algorithm.
    """
    while len(centers) < count:
        clusters = lloyd(points, centers, _GROWN_STEPS, allowed)
        targets, gains, left, right = cuts(points, clusters, count - len(centers), allowed)
        chosen = (gains > 0) & (gains >= _GROWN_SHARE * gains.max())
        if not chosen.any():
            break
        centers = clusters.centers.copy()
        centers[targets[chosen]] = right[chosen]
        centers = np.concatenate([centers, left[chosen]])
    return centers


def _move(
    points: Points,
    clusters: Clusters,
    most: int,
    blur: float,
    random: np.random.Generator,
    allowed: Allowed,
) -> Floats:
    """Move up to `most` centres to where that promises most."""
    costs, partners, merged = _merges(clusters, allowed.count)
    count = max(_TARGETS * most, _LEAST_TARGETS)
    targets, gains, left, right = cuts(points, clusters, count, allowed)
    if blur:
        costs = costs * random.lognormal(0, blur, len(costs))
        gains = gains * random.lognormal(0, blur, len(gains))
    moved = clusters.centers.copy()
    taken = np.zeros(len(moved), np.bool_)
    promising = iter(np.argsort(-gains, kind="stable"))
    count = 0
    for source in np.argsort(costs, kind="stable"):
        pair = source, partners[source]
        if taken[source] or taken[pair[1]]:
            continue
        cut = next((c for c in promising if targets[c] not in pair and not taken[targets[c]]), None)
        if count == most or cut is None or gains[cut] <= 0 or costs[source] == np.inf:
            break
        moved[pair[1]] = merged[source]
        moved[source], moved[targets[cut]] = left[cut], right[cut]
        taken[[*pair, targets[cut]]] = True
        count += 1
    return moved


def _merges(clusters: Clusters, locked: int = 0) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Find each cluster's cheapest merger: its cost, the partner, and the mean of both.

    The first ones are locked: others may merge into them, at whatever that costs.
    """
    weights, means = clusters.weights.copy(), clusters.centers
    weights[:locked] = _IMMOVABLE
    squares = np.square(means).sum(axis=1)
    apart = squares[:, np.newaxis] + squares - 2 * (means @ means.T)
    both = np.maximum(weights[:, np.newaxis] + weights, np.finfo(float).tiny)
    costs = weights[:, np.newaxis] * weights / both * apart
    np.fill_diagonal(costs, np.inf)
    costs[:locked] = np.inf
    partners = costs.argmin(axis=1)
    rows = np.arange(len(means))
    shares = (weights / both[rows, partners])[:, np.newaxis]
    return costs[rows, partners], partners, means[partners] + shares * (means - means[partners])


def cuts(
    points: Points, clusters: Clusters, count: int, allowed: Allowed = ANYWHERE
) -> tuple[NDArray[np.intp], Floats, Floats, Floats]:
    """Cut the clusters of the largest errors at their centres across their principal axes.

    Returns
    -------
    chosen : (C,) ndarray of integers
        Which clusters: `count`, or all of them.
    gains : (C,) ndarray of float64
    left, right : (C, 3) ndarray of float64
        The means of both sides, or where their centres may be instead. A locked centre is `right`.
    """
    all_of_them = len(clusters.centers)
    errors = add_up(clusters.labels, points.squares, all_of_them)
    errors -= clusters.weights * np.square(clusters.means).sum(axis=1)
    errors += clusters.weights * np.square(clusters.centers - clusters.means).sum(axis=1)
    chosen = np.argsort(-errors, kind="stable")[:count]
    place = np.full(all_of_them, -1)
    place[chosen] = np.arange(len(chosen))
    inside = np.flatnonzero(place[clusters.labels] >= 0)
    points, labels, count = points.subset(inside), place[clusters.labels[inside]], len(chosen)

    offsets = points.rows[:, :3].T - clusters.centers[chosen].astype(np.float32).T[:, labels]
    scatter = np.empty((count, 3, 3))
    for i, j in _PAIRS:
        products = points.weights * offsets[i] * offsets[j]
        scatter[:, i, j] = scatter[:, j, i] = add_up(labels, products, count)
    axes = np.linalg.eigh(scatter)[1][:, :, 2].astype(np.float32)
    far = (offsets * axes.T[:, labels]).sum(axis=0) > 0
    weights, weighted = sums(points, np.where(far, labels + count, labels), 2 * count)
    sides = weighted / np.where(weights > 0, weights, 1)[:, np.newaxis]
    left, right = sides[:count], sides[count:]
    if allowed.restricts:
        return chosen, *_allowed_sides(clusters, chosen, left, right, weights, allowed)
    both = weights[:count] + weights[count:]
    shares = weights[:count] * weights[count:] / np.where(both > 0, both, 1)
    return chosen, shares * np.square(left - right).sum(axis=1), left, right


def _allowed_sides(
    clusters: Clusters,
    chosen: NDArray[np.intp],
    left: Floats,
    right: Floats,
    weights: Floats,
    allowed: Allowed,
) -> tuple[Floats, Floats, Floats]:
    """Tell what cuts gain where centres may not be at the means of both sides.

    A locked centre keeps one side, and the side that gains more gets the centre that is added.
    """
    centers = clusters.centers[chosen]
    sides = np.stack([left, right])
    places = np.stack([allowed.snap(side) for side in sides])
    before = np.square(sides - centers).sum(axis=2)
    after = np.square(sides - places).sum(axis=2)
    alone = weights.reshape(2, -1) * (before - after)
    locked = chosen < allowed.count
    swapped = locked & (alone[1] > alone[0])
    left, right = np.where(swapped[:, np.newaxis], places[::-1], places)
    right[locked] = centers[locked]
    return np.where(locked, alone.max(axis=0), alone.sum(axis=0)), left, right
