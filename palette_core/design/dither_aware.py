"""Adaptation of palettes to dithering, so that mixes of the entries are near to the colours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Floats, Indices
from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram
from .constraints import UNCONSTRAINED, Constraints
from .lloyd import Points, assign_points, sum_by_label
from .solving import solve
from .warm_start import restore_entries

# The weight of a mix's variance beside its error, at the usual strength and above. With less, some
# flat colours would be dithered for the sake of others. From 0.03 to 0.25 photos look about alike.
_NOISE_WEIGHT = 0.15
# The strength from which on the variance has this weight. At strength 0 it has weight 1.
_USUAL_STRENGTH = 0.75
# The number of points that represent the colours: for every entry, and at least.
_POINTS_PER_COLOR = 32
_MIN_POINTS = 2048
# The number of entries around the nearest one that can be mixed with it.
_MATES = 8
_ROUNDS = 3
# After this number of steps the solver is accurate to a small part of a level.
_SOLVER_STEPS = 12
_TINY = np.finfo(float).tiny


class _Mixes(NamedTuple):
    """The mixes of points, (N,) each."""

    # The nearest entry, and the entry that is mixed with it.
    nearest: Indices
    mate: Indices
    share: Floats  # the share of `mate`, 0 to 1


def adapt_to_dithering(
    palette: Bytes,
    histogram: ColorHistogram,
    space: ColorSpace,
    strength: float,
    constraints: Constraints = UNCONSTRAINED,
) -> Bytes:
    """Return a palette whose mixes by dithering are nearest to the colours.

    The means of clusters lie well inside the colours of an image, and dithering mixes only colours
    between them, so that bright and saturated colours are lost. Entries have to lie farther out,
    but not so far that the dithering gets coarse.

    Locked entries, and those retained from an earlier palette, do not move. On a grid, entries move
    freely and are put on the grid at the end.

    Parameters
    ----------
    palette : (K, 3) ndarray of uint8
        Unique entries that meet the constraints.
    space : ColorSpace
        The space in which colours are mixed and compared.
    strength : float
        The strength of the dithering, 0 to 1. With 0 the palette is not changed.

    Returns
    -------
    (K, 3) ndarray of uint8
        Unique entries that meet the constraints, rarely fewer than in `palette`: the locked ones
        first, then those of an earlier palette, the others from dark to light. On a reduced
        histogram the error below is never worse than before.

    Notes
    -----
    Each colour c is a mix m of two entries, a share 1 - t of p and t of q. The error is
    ``|c - m|^2 + f t (1 - t) |p - q|^2``, with a factor f for the noise of the mix. The best mixes
    for the entries and the best entries for the mixes, a linear system, are computed in turns. With
    f = 1 this is Lloyd's algorithm. To weigh a blurred error against the noise of the palette is
    the idea of spatial colour quantization (Puzicha, Held, Ketterer, Buhmann and Fellner, On
    spatial quantization of color images, IEEE Trans. Image Processing 9, 2000). Here it is used
    without the image: the mixes stand for the dithered neighbourhoods.
    """
    noise = 1 - (1 - _NOISE_WEIGHT) * min(strength / _USUAL_STRENGTH, 1)
    feasible = constraints.retain(palette, space)
    if noise == 1 or len(palette) == max(1, feasible.locked_count):
        return palette
    reduced = histogram.reduce(max(_MIN_POINTS, _POINTS_PER_COLOR * len(palette)))
    points = Points.from_histogram(reduced, space)
    palette = feasible.make_palette(palette)
    entries = space.from_srgb(palette).astype(np.float64)
    mixes = _best_mixes(points, entries, noise)
    before = _mix_error(points, entries, mixes, noise)
    for number in range(_ROUNDS):
        if number:
            mixes = _best_mixes(points, entries, noise)
        matrix, sums = _linear_system(points, mixes, len(entries), noise)
        entries = solve(matrix, sums, entries, feasible.locked_count, _SOLVER_STEPS)
        if constraints.start is not None:
            weights = matrix.diagonal()
            feasible, entries = restore_entries(
                constraints.start, entries, weights, before, feasible
            )
    moved = feasible.round_to_palette(entries[feasible.locked_count :])
    entries = space.from_srgb(moved).astype(np.float64)
    after = _mix_error(points, entries, _best_mixes(points, entries, noise), noise)
    return moved if after < before else palette


def _best_mixes(points: Points, entries: Floats, noise: float) -> _Mixes:
    """Return for every point the best mate of its nearest entry, and the share of the mate."""
    nearest = assign_points(points, entries)
    neighbors = _neighbors(entries)
    # Gathering and summing is faster by planes than by rows.
    missed = points.rows[:, :3].T - entries.T.take(nearest, axis=1)
    best = np.zeros(len(points))
    mate, share = nearest.copy(), np.zeros(len(points))
    for candidates in neighbors.T:
        apart = (entries[candidates] - entries).T
        squares = np.maximum(np.square(apart).sum(axis=0), _TINY)
        square = squares.take(nearest)
        ways = (way.take(nearest) for way in apart / squares)
        along = sum(miss * way for miss, way in zip(missed, ways, strict=True))
        best_share = np.clip((along - noise / 2) / (1 - noise), 0, 1)
        # This is the fall of the error below that of the nearest entry alone.
        gain = best_share * square * (2 * along - noise - (1 - noise) * best_share)
        is_better = gain > best
        np.copyto(best, gain, where=is_better)
        np.copyto(share, best_share, where=is_better)
        np.copyto(mate, candidates.take(nearest), where=is_better)
    return _Mixes(nearest, mate, share)


def _linear_system(
    points: Points, mixes: _Mixes, count: int, noise: float
) -> tuple[Floats, Floats]:
    """Return the matrix, (K, K), and the right side, (K, 3), of the system for the best entries."""
    weights = points.weights
    parts = ((mixes.nearest, weights * (1 - mixes.share)), (mixes.mate, weights * mixes.share))
    totals = sum(sum_by_label(labels, part, count) for labels, part in parts)
    sums = np.stack(
        [
            sum(sum_by_label(labels, part * plane, count) for labels, part in parts)
            for plane in points.rows[:, :3].T
        ],
        axis=1,
    )
    # The matrix of the mixes' error, and on the diagonal the term of their noise.
    both = parts[0][1] * mixes.share
    keys = mixes.nearest * count + mixes.mate
    matrix = sum_by_label(keys, both, count * count).reshape(count, count)
    matrix += matrix.T
    matrix[np.diag_indices(count)] += totals - matrix.sum(axis=1)
    matrix *= 1 - noise
    matrix[np.diag_indices(count)] += noise * totals
    return matrix, sums


def _mix_error(points: Points, entries: Floats, mixes: _Mixes, noise: float) -> float:
    """Return the error that `adapt_to_dithering` minimizes."""
    nearest, mate, share = mixes
    first, second = entries.take(nearest, axis=0), entries.take(mate, axis=0)
    mixed = first * (1 - share)[:, np.newaxis] + second * share[:, np.newaxis]
    missed = np.square(points.rows[:, :3] - mixed).sum(axis=1)
    variance = share * (1 - share) * np.square(first - second).sum(axis=1)
    return float((points.weights * (missed + noise * variance)).sum())


def _neighbors(entries: Floats) -> Indices:
    """Return the entries nearest to each entry, (K, at most 8), in no particular order."""
    squares = np.square(entries).sum(axis=1)
    apart = squares[:, np.newaxis] + squares - 2 * (entries @ entries.T)
    np.fill_diagonal(apart, np.inf)
    mates = min(_MATES, len(entries) - 1)
    return np.argpartition(apart, mates - 1, axis=1)[:, :mates]
