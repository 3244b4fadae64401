"""For dithering: a palette whose mixes, not only whose entries, are near to the colours."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, pack
from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram
from .constraints import FREE, Allowed, Rules
from .lloyd import Floats, Labels, Points, add_up, assign
from .warm_start import put_back

# So much of a mix's variance counts beside its error at the usual strength and above. With less, a
# few flat colours get dots for the sake of the others; from 0.03 to 0.25 photos look about alike.
_NOISE = 0.15
# The strength of dithering from which on no more than that counts; with strength 0 all of it does.
_USUAL = 0.75
# How many points stand for the colours: for every entry, and at least.
_CELLS_A_COLOR = 32
_LEAST_CELLS = 2048
# How many entries around the nearest one may be mixed with it.
_MATES = 8
_ROUNDS = 3
# Steps of the solver: after these an entry is known to a small part of a level.
_STEPS = 12
_TINY = np.finfo(float).tiny


class _Mixes(NamedTuple):
    """What points are mixed of: (N,) each.

    Attributes
    ----------
    nearest, mate : ndarray of integers
        The nearest entry, and the one to mix it with.
    share : ndarray of float64
        The part of `mate`, 0 to 1.
    """

    nearest: Labels
    mate: Labels
    share: Floats


def for_dithering(
    palette: Bytes,
    histogram: ColorHistogram,
    space: ColorSpace,
    strength: float,
    rules: Rules = FREE,
) -> Bytes:
    """Move a palette's entries so that what dithering mixes of them is nearest to the colours.

    The means of clusters lie well inside the colours of a picture, and dithering mixes only what
    lies between them: bright and saturated colours get lost. So entries have to lie farther out,
    but not so far that dots become coarse.

    Locked colours, and what is kept of an earlier palette, stay: the others move around them. On a
    grid entries move freely, and are put on it at the end.

    Parameters
    ----------
    palette : (K, 3) ndarray of uint8
        Unique entries, that keep to the rules.
    histogram : ColorHistogram
    space : ColorSpace
        Where colours are mixed and compared.
    strength : float
        That of the dithering, 0 to 1. With 0 the palette stays as it is.
    rules : Rules, optional

    Returns
    -------
    (K, 3) ndarray of uint8
        Unique entries that keep to the rules, rarely fewer than in `palette`: the locked ones
        first, then those of an earlier palette, the others from dark to light. By the error below
        they are never worse, on cells that stand for the colours.

    Notes
    -----
    Each colour c is thought of as mixed of two entries, a share 1 - t of p and t of q. What counts
    is ``|c - m|^2 + f t (1 - t) |p - q|^2``, with the mix m and a factor f for its noise. In turns
    the best mixes are found for the entries, and the best entries for the mixes, which is a linear
    system. With f = 1 that is Lloyd's algorithm. To weigh a blurred error against the palette's
    noise is the idea of spatial colour quantization (Puzicha, Held, Ketterer, Buhmann and Fellner,
    On spatial quantization of color images, IEEE Trans. Image Processing 9, 2000), here without
    the picture: mixes stand for what dithering will make of its neighbourhoods.
    """
    noise = 1 - (1 - _NOISE) * min(strength / _USUAL, 1)
    allowed = _allowed(palette, space, rules)
    if noise == 1 or len(palette) == max(1, allowed.count):
        return palette
    cells = histogram.reduce(max(_LEAST_CELLS, _CELLS_A_COLOR * len(palette)))
    points = Points.of(cells, space)
    palette = allowed.palette(palette)
    before = _error(points, palette, space, noise)
    entries = space.from_srgb(palette).astype(np.float64)
    for _ in range(_ROUNDS):
        matrix, sums = _system(points, _best_mixes(points, entries, noise), len(entries), noise)
        entries = _best_entries(matrix, sums, entries, allowed.count)
        if rules.start is not None:
            weights = matrix.diagonal()
            allowed, entries = put_back(rules.start, entries, weights, before, allowed)
    moved = allowed.rounded(entries[allowed.count :])
    return moved if _error(points, moved, space, noise) < before else palette


def _allowed(palette: Bytes, space: ColorSpace, rules: Rules) -> Allowed:
    """Tell where entries may be: those that are kept of an earlier palette stay."""
    allowed = Allowed(space, rules.locked, rules.grid)
    if rules.start is None:
        return allowed
    kept = np.isin(pack(palette), pack(rules.start)) & ~np.isin(pack(palette), pack(rules.locked))
    return allowed.also(palette[kept])


def _best_mixes(points: Points, entries: Floats, noise: float) -> _Mixes:
    """Find for every point the mate, among those around its nearest entry, and its share."""
    nearest = assign(points, entries)
    around = _entries_around(entries)
    # Planes are gathered and added up faster than rows.
    missed = points.rows[:, :3].T - entries.T[:, nearest]
    best = np.zeros(len(points))
    mate, share = nearest.copy(), np.zeros(len(points))
    for candidates in around.T:
        apart = (entries[candidates] - entries).T
        squares = np.maximum(np.square(apart).sum(axis=0), _TINY)
        square = squares[nearest]
        along = sum(miss * way[nearest] for miss, way in zip(missed, apart / squares, strict=True))
        part = np.clip((along - noise / 2) / (1 - noise), 0, 1)
        # By how much the error falls below that of the nearest entry alone.
        gain = part * square * (2 * along - noise - (1 - noise) * part)
        better = gain > best
        best[better], share[better] = gain[better], part[better]
        mate[better] = candidates[nearest[better]]
    return _Mixes(nearest, mate, share)


def _system(points: Points, mixes: _Mixes, count: int, noise: float) -> tuple[Floats, Floats]:
    """Give the (K, K) matrix and the (K, 3) sums whose quotient are the best entries for mixes."""
    weights = points.weights
    parts = ((mixes.nearest, weights * (1 - mixes.share)), (mixes.mate, weights * mixes.share))
    totals = sum(add_up(labels, part, count) for labels, part in parts)
    sums = np.stack(
        [
            sum(add_up(labels, part * plane, count) for labels, part in parts)
            for plane in points.rows[:, :3].T
        ],
        axis=1,
    )
    # The matrix of the error of mixes, and on its diagonal what turns it into that of the noise.
    both = parts[0][1] * mixes.share
    matrix = add_up(mixes.nearest * count + mixes.mate, both, count * count).reshape(count, count)
    matrix += matrix.T
    matrix[np.diag_indices(count)] += totals - matrix.sum(axis=1)
    matrix *= 1 - noise
    matrix[np.diag_indices(count)] += noise * totals
    return matrix, sums


def _best_entries(matrix: Floats, sums: Floats, entries: Floats, fixed: int = 0) -> Floats:
    """Find the entries that are best for given mixes; the first ones and those in no mix stay."""
    free = matrix.diagonal() > 0
    free[:fixed] = False
    # What the others contribute is known.
    sums = sums[free] - matrix[np.ix_(free, ~free)] @ entries[~free]
    best = entries.copy()
    best[free] = _solve(matrix[np.ix_(free, free)], sums, entries[free])
    return best


def _solve(matrix: Floats, sums: Floats, start: Floats) -> Floats:
    """Solve ``matrix @ entries = sums`` by conjugate gradients, scaled by the diagonal.

    LAPACK would take threads for it, and with them the last digits and much more time.
    """
    scale = 1 / np.diag(matrix)[:, np.newaxis]
    entries = start.copy()
    missing = sums - matrix @ entries
    direction = scale * missing
    size = (missing * direction).sum(axis=0)
    for _ in range(_STEPS):
        image = matrix @ direction
        step = size / np.maximum((direction * image).sum(axis=0), _TINY)
        entries += step * direction
        missing -= step * image
        scaled = scale * missing
        before, size = size, (missing * scaled).sum(axis=0)
        direction = scaled + size / np.maximum(before, _TINY) * direction
    return entries


def _error(points: Points, palette: Bytes, space: ColorSpace, noise: float) -> float:
    """Measure what `for_dithering` makes least."""
    entries = space.from_srgb(palette).astype(np.float64)
    nearest, mate, share = _best_mixes(points, entries, noise)
    mixed = entries[nearest] * (1 - share)[:, np.newaxis] + entries[mate] * share[:, np.newaxis]
    missed = np.square(points.rows[:, :3] - mixed).sum(axis=1)
    spread = share * (1 - share) * np.square(entries[nearest] - entries[mate]).sum(axis=1)
    return float((points.weights * (missed + noise * spread)).sum())


def _entries_around(entries: Floats) -> NDArray[np.intp]:
    """Give the entries nearest to each: (K, at most 8), of which the order means nothing."""
    squares = np.square(entries).sum(axis=1)
    apart = squares[:, np.newaxis] + squares - 2 * (entries @ entries.T)
    np.fill_diagonal(apart, np.inf)
    mates = min(_MATES, len(entries) - 1)
    return np.argpartition(apart, mates - 1, axis=1)[:, :mates]
