"""Warm start: the entries of an earlier palette that are retained or restored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Floats, Indices
from .constraints import CHANGE_PENALTY, FeasibleSet
from .lloyd import Clustering, Points, run_lloyd
from .swap_search import add_centers, find_cuts

# The greatest number of rounds, and the steps of Lloyd's algorithm in each.
_ROUNDS = 8
_STEPS = 3


class WarmStart(NamedTuple):
    """The centres from which the search for a palette starts."""

    feasible: FeasibleSet  # retained entries are locked
    centers: Floats  # (K, 3), the locked centres, then the free ones around them


def retain_entries(
    points: Points,
    start: Bytes,
    palette_size: int,
    feasible: FeasibleSet,
    penalty: float = CHANGE_PENALTY,
) -> WarmStart:
    """Return which entries of an earlier palette are retained, and centres for the others.

    An entry is dropped for one of two reasons. The mean of its cluster lowers the error, or another
    centre can take over its cluster while a new centre lowers the error elsewhere. In both cases
    the gain has to exceed the penalty, as a share of the mean error of an entry. All other entries
    stay exactly as they are, and free centres are placed around them.

    The new palette has `palette_size` entries, locked ones included. If the earlier palette is
    larger, the entries that matter least are dropped first.
    """
    start = feasible.nearest_palette(start)[feasible.locked_count :]
    start = _drop_surplus(points, start, palette_size - feasible.locked_count, feasible)
    is_retained = np.ones(len(start), np.bool_)
    free = np.zeros((0, 3))
    for _ in range(_ROUNDS):
        around = feasible.lock(start[is_retained])
        centers = np.concatenate([around.locked_centers, free])
        centers = add_centers(points, centers, palette_size, around)
        clustering = run_lloyd(points, centers, _STEPS, around)
        free = clustering.centers[around.locked_count :]
        share = penalty * clustering.squared_error / palette_size
        dropped, new_centers = _find_droppable(points, clustering, feasible, around, share)
        if not len(dropped):
            break
        free = np.concatenate([free, new_centers])
        is_retained[np.flatnonzero(is_retained)[dropped - feasible.locked_count]] = False
    around = feasible.lock(start[is_retained])
    return WarmStart(around, np.concatenate([around.locked_centers, free]))


def restore_entries(
    start: Bytes, entries: Floats, weights: Floats, error: float, feasible: FeasibleSet
) -> WarmStart:
    """Return free entries moved back to near entries of an earlier palette, if that costs little.

    The cost must not exceed the usual penalty of `retain_entries`. An entry that was adapted to
    dithering before, and was dropped because it is not the mean of its cluster, stays in this way.

    Parameters
    ----------
    start : (S, 3) ndarray of uint8
    entries : (K, 3) ndarray of float64
        The locked ones first.
    weights : (K,) ndarray of float64
        The rise of the error when an entry moves, divided by the square of the distance.
    error : float
        The error of the whole palette.

    Returns
    -------
    WarmStart
        The entries, with those that were restored after the locked ones.
    """
    start = feasible.nearest_palette(start)[feasible.locked_count :]
    free = entries[feasible.locked_count :]
    if not len(start) or not len(free):
        return WarmStart(feasible, entries)
    earlier = feasible.lock(start).locked_centers[feasible.locked_count :]
    costs = np.square(free[:, np.newaxis] - earlier).sum(axis=2)
    costs *= weights[feasible.locked_count :, np.newaxis]
    # Pairs of a free and an earlier entry are restored if neither has a cheaper partner.
    rows, cheapest = np.arange(len(free)), costs.argmin(axis=1)
    is_restored = costs.argmin(axis=0)[cheapest] == rows
    is_restored &= costs[rows, cheapest] <= CHANGE_PENALTY * error / len(entries)
    around = feasible.lock(start[cheapest[is_restored]])
    return WarmStart(around, np.concatenate([around.locked_centers, free[~is_restored]]))


def _find_droppable(
    points: Points,
    clustering: Clustering,
    feasible: FeasibleSet,
    around: FeasibleSet,
    penalty: float,
) -> tuple[Indices, Floats]:
    """Return the retained entries to drop, (N,), and the centres that replace them, (N, 3)."""
    retained = slice(feasible.locked_count, around.locked_count)
    replacements: dict[int, Floats] = {}
    relieved: set[int] = set()
    targets, gains, left, _ = find_cuts(points, clustering, len(clustering.centers), around)
    best = np.argsort(-gains, kind="stable")
    for (entry, partner, cost), cut in zip(_mergeable(clustering, retained), best, strict=False):
        if gains[cut] - cost <= penalty:
            break
        target = int(targets[cut])
        if target not in (entry, partner):
            replacements[entry] = left[cut]
            relieved.add(target)

    means = feasible.project(clustering.means)
    gains = _offset_errors(clustering, clustering.centers) - _offset_errors(clustering, means)
    misplaced = retained.start + np.flatnonzero(gains[retained] > penalty)
    # An entry whose cluster was just divided may be good for the rest of it.
    replacements |= {
        i: means[i] for i in misplaced.tolist() if i not in replacements and i not in relieved
    }
    new_centers = np.array(list(replacements.values())).reshape(-1, 3)
    return np.array(list(replacements), np.intp), new_centers


def _drop_surplus(points: Points, start: Bytes, limit: int, feasible: FeasibleSet) -> Bytes:
    """Return at most `limit` entries, without those whose loss raises the error least."""
    while len(start) > limit:
        around = feasible.lock(start)
        clustering = run_lloyd(points, around.locked_centers, 1, around)
        mergeable = _mergeable(clustering, slice(feasible.locked_count, len(clustering.centers)))
        count = max(1, (len(start) - limit) // 2)
        dropped = [
            entry - feasible.locked_count
            for (entry, *_), _ in zip(mergeable, range(count), strict=False)
        ]
        start = np.delete(start, dropped, axis=0)
    return start


def _mergeable(clustering: Clustering, candidates: slice) -> Iterator[tuple[int, int, float]]:
    """Iterate over clusters that another can take over, with this partner and the cost.

    The cheapest come first. A cluster that takes over another one is not taken over itself.
    """
    centers, means = clustering.centers, clustering.means
    apart = np.square(means[:, np.newaxis] - centers).sum(axis=2)
    own = apart.diagonal().copy()
    np.fill_diagonal(apart, np.inf)
    partners = apart.argmin(axis=1)
    nearest = apart[np.arange(len(apart)), partners]
    costs = np.maximum(clustering.weights * (nearest - own), 0)
    involved: set[int] = set()
    for cluster in (candidates.start + np.argsort(costs[candidates], kind="stable")).tolist():
        partner = int(partners[cluster])
        if cluster not in involved and partner not in involved:
            involved |= {cluster, partner}
            yield cluster, partner, float(costs[cluster])


def _offset_errors(clustering: Clustering, centers: Floats) -> Floats:
    """Return the weighted squared distances of centres to the means of their clusters, (K,)."""
    errors: Floats = clustering.weights * np.square(centers - clustering.means).sum(axis=1)
    return errors
