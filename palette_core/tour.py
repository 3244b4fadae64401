"""Tours: points put in an order in which neighbours are near to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.intp]
Distances = NDArray[np.float64]

# What a change has to save at least: less may be rounding.
_LEAST = 1e-9
# The longest stretch of points that is tried in other places.
_LONGEST = 3


def short_path(points: NDArray[np.float64]) -> Path:
    """Find a short path through all points, from the first of them to whichever comes last.

    Parameters
    ----------
    points : (N, D) ndarray of float64

    Returns
    -------
    (N,) ndarray of intp
        The points' indices along the path, never longer than the path in their given order.

    Notes
    -----
    Two paths are improved, and the shorter one is kept: the given order, and the one that always
    goes on to the nearest point that is left. Stretches are turned round (2-opt; Croes, A method
    for solving traveling-salesman problems, 1958), and short ones moved elsewhere (Or, thesis,
    Northwestern University, 1976), until neither helps. No random draws. It takes memory for N^2
    distances.
    """
    if len(points) < 3:
        return np.arange(len(points))
    apart = np.stack([np.sqrt(np.square(points - point).sum(axis=1)) for point in points])
    paths = [_to_the_nearest(apart), np.arange(len(points))]
    for path in paths:
        while _swept(path, apart):
            pass
    return min(paths, key=lambda path: _steps(path, apart).sum())


def _to_the_nearest(apart: Distances) -> Path:
    """Go from the first point on to the nearest one that is left."""
    path = np.zeros(len(apart), np.intp)
    left = np.ones(len(apart), np.bool_)
    for place in range(1, len(path)):
        left[path[place - 1]] = False
        path[place] = np.where(left, apart[path[place - 1]], np.inf).argmin()
    return path


def _swept(path: Path, apart: Distances) -> bool:
    """Improve a path in place once from every point on, and tell whether that helped."""
    helped = False
    for start in range(1, len(path)):
        helped |= _turned(path, apart, start)
        for length in range(1, min(_LONGEST, len(path) - start) + 1):
            helped |= _moved(path, apart, start, length)
    return helped


def _turned(path: Path, apart: Distances, start: int) -> bool:
    """Turn a stretch from `start` on round, up to where that saves most."""
    steps = _steps(path, apart)
    before = apart[path[start - 1], path[start:]]
    saved = before[0] + steps[start:] - before - _next(apart[path[start], path[start:]])
    best = saved.argmax()
    if saved[best] <= _LEAST:
        return False
    stretch = path[start : start + best + 1]
    stretch[:] = stretch[::-1].copy()
    return True


def _moved(path: Path, apart: Distances, start: int, length: int) -> bool:
    """Take out the stretch from `start` on, and put it where it costs least, either way round."""
    end = start + length
    stretch, rest = path[start:end], np.concatenate([path[:start], path[end:]])
    first, last = apart[stretch[0], rest], apart[stretch[-1], rest]
    costs = np.stack([first + _next(last), last + _next(first)]) - _steps(rest, apart)
    way, place = np.unravel_index(costs.argmin(), costs.shape)
    if costs[0, start - 1] - costs[way, place] <= _LEAST:
        return False
    turned = stretch[::-1] if way else stretch
    path[:] = np.concatenate([rest[: place + 1], turned, rest[place + 1 :]])
    return True


def _steps(path: Path, apart: Distances) -> Distances:
    """Give the way from each point of a path to the next; from the last one there is none."""
    return np.append(apart[path[:-1], path[1:]], 0.0)


def _next(distances: Distances) -> Distances:
    """Give the distances of the following points; behind the last one there is nothing to reach."""
    return np.append(distances[1:], 0.0)
