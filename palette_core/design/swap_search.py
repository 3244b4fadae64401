"""Swap search: centres are moved from where they cost least to where they gain most."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from ..arrays import Floats, Indices
from ..progress import Progress
from .constraints import ALL_COLORS, FeasibleSet
from .lloyd import Clustering, Points, run_lloyd, sum_by_label, sum_clusters

# The share of the centres that is moved in the first round of the first descent and of later
# descents, and the factor from one round to the next.
_SHARE = 0.15
_LATER_SHARE = 0.05
_DECAY = 0.7
# The noise of the estimates in all descents but the first, as the deviation of a logarithm.
_NOISE = 0.15
# Cuts are estimated in the clusters of the largest errors: this many for every move, and at least.
_CUTS_PER_MOVE = 3
_MIN_CUTS = 16
# A locked cluster has this weight, so that a merger leaves its centre where it is.
_LOCKED_WEIGHT = 1e12
# In a round of `add_centers` every cut is made that gains at least this share of the best one.
# This many steps of Lloyd's algorithm follow.
_ADDED_SHARE = 0.5
_ADDED_STEPS = 2


def search_swaps(
    points: Points,
    centers: Floats,
    rounds: int,
    steps: int,
    random: np.random.Generator,
    progress: Progress,
    feasible: FeasibleSet = ALL_COLORS,
) -> Floats:
    """Return centres improved by batches of swaps, each followed by Lloyd's algorithm.

    A swap merges the two clusters whose merger costs least (Ward's criterion). The centre that is
    freed divides the cluster where a cut across the principal axis gains most. Batches shrink from
    round to round. Each goes on from the last one even if it was no gain, because centres that were
    moved in vain are the cheapest to move next. After a batch of one swap a new descent begins from
    the best centres. Locked centres are not moved, but other clusters can merge into theirs, and
    their clusters can be divided.

    Parameters
    ----------
    centers : (K, 3) ndarray of float64
        At least three, the locked ones first.
    rounds, steps : int
        The number of batches, and the steps of Lloyd's algorithm after each.
    random : numpy.random.Generator
        Adds noise to the estimates in all descents but the first, so that other swaps are tried.
    progress : Progress
        Is called in every round.

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
    best = clustering = run_lloyd(points, centers, steps, feasible)
    share, noise = _SHARE, 0.0
    for number in range(rounds):
        progress(number / rounds)
        limit = max(1, int(share * len(centers)))
        swapped = _swap(points, clustering, limit, noise, random, feasible)
        clustering = run_lloyd(points, swapped, steps, feasible)
        if clustering.squared_error < best.squared_error:
            best = clustering
        share *= _DECAY
        if limit == 1:
            clustering, share, noise = best, _LATER_SHARE, _NOISE
    return best.centers


def add_centers(points: Points, centers: Floats, count: int, feasible: FeasibleSet) -> Floats:
    """Return `count` centres: new ones are added where a cut gains most, several in each round.

    The locked centres come first, and at least one centre is given. There are fewer than `count` if
    no further cut gains anything. The free centres have moved by a few steps of Lloyd's algorithm.
    """
    while len(centers) < count:
        clustering = run_lloyd(points, centers, _ADDED_STEPS, feasible)
        targets, gains, left, right = find_cuts(points, clustering, count - len(centers), feasible)
        is_chosen = (gains > 0) & (gains >= _ADDED_SHARE * gains.max())
        if not is_chosen.any():
            break
        centers = clustering.centers.copy()
        centers[targets[is_chosen]] = right[is_chosen]
        centers = np.concatenate([centers, left[is_chosen]])
    return centers


def _swap(
    points: Points,
    clustering: Clustering,
    limit: int,
    noise: float,
    random: np.random.Generator,
    feasible: FeasibleSet,
) -> Floats:
    """Return the centres after up to `limit` swaps, those that promise most."""
    costs, partners, merged = _find_mergers(clustering, feasible.locked_count)
    count = max(_CUTS_PER_MOVE * limit, _MIN_CUTS)
    targets, gains, left, right = find_cuts(points, clustering, count, feasible)
    if noise:
        costs = costs * random.lognormal(0, noise, len(costs))
        gains = gains * random.lognormal(0, noise, len(gains))
    centers = clustering.centers.copy()
    is_involved = np.zeros(len(centers), np.bool_)
    cuts = iter(np.argsort(-gains, kind="stable"))
    count = 0
    for freed in np.argsort(costs, kind="stable"):
        pair = freed, partners[freed]
        if is_involved[freed] or is_involved[pair[1]]:
            continue
        cut = next(
            (c for c in cuts if targets[c] not in pair and not is_involved[targets[c]]), None
        )
        if count == limit or cut is None or gains[cut] <= 0 or costs[freed] == np.inf:
            break
        centers[pair[1]] = merged[freed]
        centers[freed], centers[targets[cut]] = left[cut], right[cut]
        is_involved[[*pair, targets[cut]]] = True
        count += 1
    return centers


def _find_mergers(clustering: Clustering, locked: int) -> tuple[Floats, Indices, Floats]:
    """Return each cluster's cheapest merger: its cost, the partner, and the mean of both.

    Locked clusters, the first ones, do not merge into others. Others can merge into them.
    """
    weights, means = clustering.weights.copy(), clustering.centers
    weights[:locked] = _LOCKED_WEIGHT
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


def find_cuts(
    points: Points, clustering: Clustering, count: int, feasible: FeasibleSet = ALL_COLORS
) -> tuple[Indices, Floats, Floats, Floats]:
    """Return at most `count` cuts across the principal axes of the clusters of the largest errors.

    Returns
    -------
    clusters : (C,) ndarray of integers
        The clusters that are cut at their centres.
    gains : (C,) ndarray of float64
        The fall of the error by each cut.
    left, right : (C, 3) ndarray of float64
        The means of both sides, or the feasible centres for them. A locked centre is `right`.
    """
    total = len(clustering.centers)
    errors = sum_by_label(clustering.labels, points.squares, total)
    errors -= clustering.weights * np.square(clustering.means).sum(axis=1)
    errors += clustering.weights * np.square(clustering.centers - clustering.means).sum(axis=1)
    clusters = np.argsort(-errors, kind="stable")[:count]
    position = np.full(total, -1)
    position[clusters] = np.arange(len(clusters))
    inside = np.flatnonzero(position.take(clustering.labels) >= 0)
    points, labels = points.subset(inside), position.take(clustering.labels.take(inside))
    count = len(clusters)

    centers = clustering.centers[clusters].astype(np.float32)
    offsets = points.rows[:, :-1].T - centers.T.take(labels, axis=1)
    scatter = np.empty((count, points.dimensions, points.dimensions))
    for i, j in combinations_with_replacement(range(points.dimensions), 2):
        products = points.weights * offsets[i] * offsets[j]
        scatter[:, i, j] = scatter[:, j, i] = sum_by_label(labels, products, count)
    axes = np.linalg.eigh(scatter)[1][:, :, -1].astype(np.float32)
    is_far = (offsets * axes.T.take(labels, axis=1)).sum(axis=0) > 0
    side_labels = np.where(is_far, labels + count, labels)
    weights, weighted = sum_clusters(points, side_labels, 2 * count)
    sides = weighted / np.where(weights > 0, weights, 1)[:, np.newaxis]
    left, right = sides[:count], sides[count:]
    if feasible.is_restricted:
        return clusters, *_feasible_sides(clustering, clusters, left, right, weights, feasible)
    both = weights[:count] + weights[count:]
    shares = weights[:count] * weights[count:] / np.where(both > 0, both, 1)
    return clusters, shares * np.square(left - right).sum(axis=1), left, right


def _feasible_sides(
    clustering: Clustering,
    clusters: Indices,
    left: Floats,
    right: Floats,
    weights: Floats,
    feasible: FeasibleSet,
) -> tuple[Floats, Floats, Floats]:
    """Return the gains and the centres of cuts whose sides have infeasible means.

    A locked centre stays for one side. The side that gains more gets the new centre.
    """
    centers = clustering.centers[clusters]
    sides = np.stack([left, right])
    snapped = np.stack([feasible.snap_to_grid(side) for side in sides])
    before = np.square(sides - centers).sum(axis=2)
    after = np.square(sides - snapped).sum(axis=2)
    side_gains = weights.reshape(2, -1) * (before - after)
    is_locked = clusters < feasible.locked_count
    is_swapped = is_locked & (side_gains[1] > side_gains[0])
    left, right = np.where(is_swapped[:, np.newaxis], snapped[::-1], snapped)
    right[is_locked] = centers[is_locked]
    return np.where(is_locked, side_gains.max(axis=0), side_gains.sum(axis=0)), left, right
