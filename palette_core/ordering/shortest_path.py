"""Short paths through points, on which neighbours are near to each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Floats, Indices

# A change has to shorten the path by at least this. Less may be rounding error.
_MIN_GAIN = 1e-9
# The greatest number of points that are moved together.
_MAX_MOVED = 3


def find_short_path(points: Floats) -> Indices:
    """Return a short path through all points, (N, D) to (N,), that begins at the first of them.

    It is never longer than the given order.

    Notes
    -----
    Two paths are improved: the given order, and the path that always goes on to the nearest
    remaining point. The shorter result is returned. Segments are reversed (2-opt; Croes, A method
    for solving traveling-salesman problems, 1958) and short segments are moved (Or, thesis,
    Northwestern University, 1976) until neither shortens the path. Nothing is random. The memory is
    that of N^2 distances.
    """
    if len(points) < 3:
        return np.arange(len(points))
    # An additional last point has the distance 0 to all, so that the end of the path is free.
    distances = np.zeros((len(points) + 1,) * 2)
    distances[:-1, :-1] = [np.sqrt(np.square(points - point).sum(axis=1)) for point in points]
    paths = [_nearest_neighbor_path(distances[:-1, :-1]), np.arange(len(points))]
    improved = [_improve(np.append(path, len(points)), distances) for path in paths]
    return min(improved, key=lambda path: _step_lengths(path, distances).sum())[:-1]


def _nearest_neighbor_path(distances: Floats) -> Indices:
    """Return the path that always goes on to the nearest remaining point."""
    path = np.zeros(len(distances), np.intp)
    is_remaining = np.ones(len(distances), np.bool_)
    for position in range(1, len(path)):
        last = path[position - 1]
        is_remaining[last] = False
        path[position] = np.where(is_remaining, distances[last], np.inf).argmin()
    return path


def _improve(path: Indices, distances: Floats) -> Indices:
    """Return a path changed from every point on until no change shortens it."""
    steps = _step_lengths(path, distances)
    is_shorter = True
    while is_shorter:
        is_shorter = False
        for start in range(1, len(steps)):
            change = _best_change(path, steps, distances, start)
            if change.gain > _MIN_GAIN:
                _apply_change(change, path)
                steps = _step_lengths(path, distances)
                is_shorter = True
    return path


class _Change(NamedTuple):
    """A segment of a path that is moved or reversed."""

    gain: float  # the decrease of the length of the path
    # The segment.
    start: int
    length: int
    # The position of the path after which it is inserted; its own last position if it is only
    # reversed.
    target: int
    is_reversed: bool


def _best_change(path: Indices, steps: Floats, distances: Floats, start: int) -> _Change:
    """Return the change with the greatest gain for segments that begin at a position."""
    longest = min(_MAX_MOVED, len(steps) - start)
    # Distances from the point before the segment, and from the points in it, to all points.
    rows = distances[path[start - 1 : start + longest]].take(path, axis=1)
    before, first, lasts = rows[0], rows[1], rows[1:]

    reversal = steps[start - 1] + steps - before[:-1] - first[1:]
    reversal[:start] = 0
    end = int(reversal.argmax())

    unreversed = first[:-1] + lasts[:, 1:]
    reversed_ = lasts[:, :-1] + first[1:]
    gaps = steps[start - 1] + steps[start : start + longest] - before[start + 1 :][:longest]
    move = gaps[:, np.newaxis] + steps - np.minimum(unreversed, reversed_)
    for length, row in enumerate(move, 1):
        row[start - 1 : start + length] = 0
    which, target = divmod(int(move.argmax()), len(steps))

    if reversal[end] >= move[which, target]:
        return _Change(reversal[end], start, end - start + 1, end, True)
    is_reversed = bool(reversed_[which, target] < unreversed[which, target])
    return _Change(move[which, target], start, which + 1, target, is_reversed)


def _apply_change(change: _Change, path: Indices) -> None:
    """Apply a change to a path in place."""
    _, start, length, target, is_reversed = change
    end = start + length
    low, high = min(start, target + 1), max(end, target + 1)
    segment = path[start:end][::-1] if is_reversed else path[start:end]
    path[low:high] = np.concatenate([path[end:high], segment, path[low:start]])


def _step_lengths(path: Indices, distances: Floats) -> Floats:
    """Return the distance from each point of a path to the next."""
    return distances[path[:-1], path[1:]]
