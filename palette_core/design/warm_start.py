"""Stability: which entries of an earlier palette still serve, and stay as they are or come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from .constraints import Allowed
from .lloyd import Clusters, Floats, Points, lloyd
from .swap_search import cuts, grow

# An entry is given up where that lowers the error by more than this share of what an entry has of
# it on average.
_WORTH = 0.1
# How often entries are given up and the free ones settle, at most, and the steps of each time.
_ROUNDS = 8
_STEPS = 3


class Kept(NamedTuple):
    """What is kept of an earlier palette.

    Attributes
    ----------
    allowed : Allowed
        What is kept is locked.
    centers : (K, 3) ndarray of float64
        A first guess: what is kept, and around it the centres that are free.
    """

    allowed: Allowed
    centers: Floats


def keep(points: Points, start: Bytes, entries: int, allowed: Allowed) -> Kept:
    """Tell which entries of an earlier palette still serve.

    An entry is given up for one of two gains, each as large as a tenth of the error that an entry
    has on average. Either the mean of its cluster is that much better, or its cluster can do that
    well with the next centre, in view of what a further centre gains elsewhere. All others stay
    exactly as they are, and the free ones are guessed around them.

    Parameters
    ----------
    points : Points
    start : (S, 3) ndarray of uint8
    entries : int
        How many there are to be, locked ones included. Of a larger palette those entries go first
        that are missed least.
    allowed : Allowed

    Returns
    -------
    Kept
    """
    start = allowed.nearest_to(start)[allowed.count :]
    start = _fewer(points, start, entries - allowed.count, allowed)
    stays = np.ones(len(start), np.bool_)
    free = np.zeros((0, 3))
    for _ in range(_ROUNDS):
        around = allowed.also(start[stays])
        centers = grow(points, np.concatenate([around.fixed, free]), entries, around)
        clusters = lloyd(points, centers, _STEPS, around)
        free = clusters.centers[around.count :]
        given_up, places = _given_up(points, clusters, allowed, around, entries)
        if not len(given_up):
            break
        free = np.concatenate([free, places])
        stays[np.flatnonzero(stays)[given_up - allowed.count]] = False
    around = allowed.also(start[stays])
    return Kept(around, np.concatenate([around.fixed, free]))


def put_back(
    start: Bytes, entries: Floats, weights: Floats, error: float, allowed: Allowed
) -> Kept:
    """Put free entries back to near ones of an earlier palette, where that costs little.

    That is no more than what `keep` takes for too little a gain. So what was moved for dithering
    before, and was given up as no mean of its cluster, stays after all.

    Parameters
    ----------
    start : (S, 3) ndarray of uint8
    entries : (K, 3) ndarray of float64
        The locked ones first.
    weights : (K,) ndarray of float64
        Times the square of how far an entry is moved they are by how much the error rises.
    error : float
        That of the palette, of which an entry has a share.
    allowed : Allowed

    Returns
    -------
    Kept
        The entries, those that were put back behind the locked ones.
    """
    start = allowed.nearest_to(start)[allowed.count :]
    free = entries[allowed.count :]
    if not len(start) or not len(free):
        return Kept(allowed, entries)
    places = allowed.also(start).fixed[allowed.count :]
    costs = np.square(free[:, np.newaxis] - places).sum(axis=2)
    costs *= weights[allowed.count :, np.newaxis]
    # Pairs of an entry and a place, neither of which has a cheaper one.
    rows, cheapest = np.arange(len(free)), costs.argmin(axis=1)
    back = costs.argmin(axis=0)[cheapest] == rows
    back &= costs[rows, cheapest] <= _WORTH * error / len(entries)
    around = allowed.also(start[cheapest[back]])
    return Kept(around, np.concatenate([around.fixed, free[~back]]))


def _given_up(
    points: Points, clusters: Clusters, allowed: Allowed, around: Allowed, entries: int
) -> tuple[NDArray[np.intp], Floats]:
    """Tell which of the entries that stay are to go, (N,), and to where, (N, 3)."""
    worth = _WORTH * clusters.error / entries
    kept = slice(allowed.count, around.count)
    places: dict[int, Floats] = {}
    relieved: set[int] = set()
    targets, gains, left, _ = cuts(points, clusters, len(clusters.centers), around)
    best = np.argsort(-gains, kind="stable")
    for (source, partner, cost), cut in zip(_spare(clusters, kept), best, strict=False):
        if gains[cut] - cost <= worth:
            break
        target = int(targets[cut])
        if target not in (source, partner):
            places[source] = left[cut]
            relieved.add(target)

    means = allowed.place(clusters.means)
    gains = _misses(clusters, clusters.centers) - _misses(clusters, means)
    off = kept.start + np.flatnonzero(gains[kept] > worth)
    # Those that have just been relieved of a part of their clusters may be good for the rest.
    places |= {i: means[i] for i in off.tolist() if i not in places and i not in relieved}
    return np.array(list(places), np.intp), np.array(list(places.values())).reshape(-1, 3)


def _fewer(points: Points, start: Bytes, most: int, allowed: Allowed) -> Bytes:
    """Leave out the entries that are missed least until there are no more than so many."""
    while len(start) > most:
        centers = np.concatenate([allowed.fixed, allowed.also(start).fixed[allowed.count :]])
        clusters = lloyd(points, centers, 1, allowed.also(start))
        spare = _spare(clusters, slice(allowed.count, len(centers)))
        some = max(1, (len(start) - most) // 2)
        gone = [source - allowed.count for (source, *_), _ in zip(spare, range(some), strict=False)]
        start = np.delete(start, gone, axis=0)
    return start


def _spare(clusters: Clusters, some: slice) -> Iterator[tuple[int, int, float]]:
    """Give clusters that others can take over, the partner that does, and what that costs.

    The cheapest come first. None that takes over another one is among them.
    """
    centers, means = clusters.centers, clusters.means
    apart = np.square(means[:, np.newaxis] - centers).sum(axis=2)
    own = apart.diagonal().copy()
    np.fill_diagonal(apart, np.inf)
    partners = apart.argmin(axis=1)
    nearest = apart[np.arange(len(apart)), partners]
    costs = np.maximum(clusters.weights * (nearest - own), 0)
    taken: set[int] = set()
    for source in (some.start + np.argsort(costs[some], kind="stable")).tolist():
        partner = int(partners[source])
        if source not in taken and partner not in taken:
            taken |= {source, partner}
            yield source, partner, float(costs[source])


def _misses(clusters: Clusters, centers: Floats) -> Floats:
    """Weigh the squared distances of centres to the clusters' means: (K,)."""
    misses: Floats = clusters.weights * np.square(centers - clusters.means).sum(axis=1)
    return misses
