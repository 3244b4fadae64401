"""Tours: points put in an order in which neighbours are near to each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.intp]
Distances = NDArray[np.float64]

# What a change has to save at least: less may be rounding.
_LEAST = 1e-9
# The longest stretch of points that is tried in other places.
_LONGEST = 3


def find_short_path(points: NDArray[np.float64]) -> Path:
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
    # Behind the last point there is nothing to reach: as if one came that is near to all.
    apart = np.zeros((len(points) + 1,) * 2)
    apart[:-1, :-1] = [np.sqrt(np.square(points - point).sum(axis=1)) for point in points]
    paths = [_to_the_nearest(apart[:-1, :-1]), np.arange(len(points))]
    improved = [_improved(np.append(path, len(points)), apart) for path in paths]
    return min(improved, key=lambda path: _steps(path, apart).sum())[:-1]


def _to_the_nearest(apart: Distances) -> Path:
    """Go from the first point on to the nearest one that is left."""
    path = np.zeros(len(apart), np.intp)
    left = np.ones(len(apart), np.bool_)
    for place in range(1, len(path)):
        left[path[place - 1]] = False
        path[place] = np.where(left, apart[path[place - 1]], np.inf).argmin()
    return path


def _improved(path: Path, apart: Distances) -> Path:
    """Change a path from every point on, again and again, until that does not help any more."""
    steps = _steps(path, apart)
    helped = True
    while helped:
        helped = False
        for start in range(1, len(steps)):
            change = _best_change(path, steps, apart, start)
            if change.saved > _LEAST:
                _make(change, path)
                steps = _steps(path, apart)
                helped = True
    return path


class _Change(NamedTuple):
    """A stretch of a path that is taken out and put in again.

    Attributes
    ----------
    saved : float
        By how much the path becomes shorter.
    start, length : int
        The stretch.
    place : int
        Behind which place of the path it is put; its own last one if it is only turned round.
    turned : bool
        Whether it is turned round.
    """

    saved: float
    start: int
    length: int
    place: int
    turned: bool


def _best_change(path: Path, steps: Distances, apart: Distances, start: int) -> _Change:
    """Find what saves most among all that begins at a place."""
    longest = min(_LONGEST, len(steps) - start)
    # From the point before, and from those that may be moved, to all.
    rows = apart[path[start - 1 : start + longest]].take(path, axis=1)
    before, first, lasts = rows[0], rows[1], rows[1:]

    turning = steps[start - 1] + steps - before[:-1] - first[1:]
    turning[:start] = 0
    end = int(turning.argmax())

    as_it_is = first[:-1] + lasts[:, 1:]
    turned = lasts[:, :-1] + first[1:]
    gaps = steps[start - 1] + steps[start : start + longest] - before[start + 1 :][:longest]
    moving = gaps[:, np.newaxis] + steps - np.minimum(as_it_is, turned)
    for length, row in enumerate(moving, 1):
        row[start - 1 : start + length] = 0
    which, place = divmod(int(moving.argmax()), len(steps))

    if turning[end] >= moving[which, place]:
        return _Change(turning[end], start, end - start + 1, end, True)
    round_is_shorter = bool(turned[which, place] < as_it_is[which, place])
    return _Change(moving[which, place], start, which + 1, place, round_is_shorter)


def _make(change: _Change, path: Path) -> None:
    """Change a path in place."""
    _, start, length, place, turned = change
    end = start + length
    low, high = min(start, place + 1), max(end, place + 1)
    stretch = path[start:end][::-1] if turned else path[start:end]
    path[low:high] = np.concatenate([path[end:high], stretch, path[low:start]])


def _steps(path: Path, apart: Distances) -> Distances:
    """Give the way from each point of a path to the next."""
    return apart[path[:-1], path[1:]]
