"""Lossy runs: neighbours get the same entry where this is hardly visible, for smaller files."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Floats, Indices, Mask, Singles
from ..color.spaces import SPACES, Coordinates
from ..threads import for_each_block
from .lookup_table import look_up_block, make_membership_table

# The largest value of the option `lossy`, and the distance in Oklab that 1 stands for.
MAX_LOSSY = 100
_UNIT = 0.001
# Longer runs stay as they are.
_MAX_LENGTH = 8
# Runs of even and odd number take turns, so that none takes the entry of a run that changes too.
_PASSES = 4
# In a dithered image a run is compared with the middle between its own entry and the colours of the
# image: with the colours alone all dots would vanish, with the entry alone no dot would.
_DOT_SHARE = np.float32(0.5)
# The approximate number of pixels in a strip.
_STRIP = 1 << 16


class _Runs(NamedTuple):
    """The runs of equal entries in the rows of a strip, and what each may become."""

    # (R,): The first pixel and the number of pixels of each run.
    starts: Indices
    lengths: Indices
    numbers: Indices  # (R,), the number of each run in its row, from 0
    # (R,): The entries of the runs to the left and to the right; a run's own at the ends of a row.
    before: Bytes
    after: Bytes


def merge_color_runs(
    indices: Bytes,
    rgb: Bytes,
    palette: Bytes,
    lossy: int,
    *,
    opaque: Mask | None,
    is_dithered: bool,
) -> Bytes:
    """Return an index map with fewer and longer runs of equal entries, as `merge_runs`.

    Transparent pixels do not change, nor do pixels in a colour of the palette.
    """
    space = SPACES["oklab"]
    is_entry = make_membership_table(palette)

    def find_movable(rows: slice) -> Mask:
        is_movable = ~look_up_block(is_entry, rgb[rows])
        return is_movable if opaque is None else is_movable & opaque[rows]

    return merge_runs(
        indices,
        lambda rows: space.from_srgb(rgb[rows].reshape(-1, 3)),
        space.from_srgb(palette),
        find_movable,
        lossy,
        is_dithered=is_dithered,
    )


def merge_runs(
    indices: Bytes,
    find_points: Callable[[slice], Coordinates],
    entries: Coordinates,
    find_movable: Callable[[slice], Mask],
    lossy: int,
    *,
    is_dithered: bool,
) -> Bytes:
    """Return an index map with fewer and longer runs of equal entries, (H, W).

    A short run gets the entry of the run before or after it if the squared error of the run grows
    by at most the square of the tolerance for every run that is saved: two if both neighbours have
    the same entry, otherwise one. The error of no single pixel grows by more either. Errors do not
    add up along a row, because pixels are always compared with their original colours. This is
    rate-distortion optimization with the number of runs as the rate.

    Parameters
    ----------
    find_points : callable
        Returns the original colours of some rows as points in Oklab, (N, C) ndarray of float32.
    entries : (K, C) ndarray of float32
        The palette as points.
    find_movable : callable
        Returns which pixels of some rows may change. A run with any other pixel stays as it is.
    lossy : int
        The tolerance in thousandths of the distance from black to white in Oklab, 1 to 100.
    """
    merged = indices.copy()
    limit = np.float32(lossy * _UNIT * SPACES["oklab"].scale) ** 2

    def merge(rows: slice) -> None:
        own = entries[indices[rows].ravel()]
        targets = find_points(rows)
        if is_dithered:
            targets += _DOT_SHARE * (own - targets)
        strip = _Strip(targets, own, entries, find_movable(rows).ravel(), limit)
        for number in range(_PASSES):
            strip.merge(merged[rows], number % 2)

    height, width = indices.shape
    for_each_block(merge, height, max(1, _STRIP // max(1, width)))
    return merged


class _Strip:
    """Some rows of an image: the targets of their pixels, and the errors before runs are merged."""

    def __init__(
        self,
        targets: Coordinates,
        own: Coordinates,
        entries: Coordinates,
        is_movable: Mask,
        limit: np.float32,
    ) -> None:
        # One array for each coordinate, because NumPy is slow on rows of three numbers.
        self._targets, self._entries = (np.ascontiguousarray(a.T) for a in (targets, entries))
        self._limit = limit
        self._errors = _sum_squares(own.T - self._targets)
        self._is_movable = is_movable

    def merge(self, indices: Bytes, parity: int) -> None:
        """Merge the runs of even or odd number in these rows with a neighbour, in place."""
        runs = _find_runs(indices)
        flat = indices.reshape(-1)
        # The numbers of the runs that may change, and of their pixels.
        candidates = np.flatnonzero(
            (runs.numbers % 2 == parity)
            & (runs.lengths <= _MAX_LENGTH)
            & np.logical_and.reduceat(self._is_movable, runs.starts)
        )
        lengths = runs.lengths[candidates]
        ends = np.cumsum(lengths)
        offsets = np.repeat(runs.starts[candidates] - ends + lengths, lengths)
        pixels = np.arange(len(offsets)) + offsets
        owners = np.repeat(np.arange(len(candidates)), lengths)
        before, after = runs.before[candidates], runs.after[candidates]
        costs = [
            self._costs(pixels, owners, other, other != flat[runs.starts[candidates]])
            for other in (before, after)
        ]
        saved = np.where(before == after, 2, 1)
        is_merged = np.minimum(*costs) <= self._limit * saved
        chosen = np.where(costs[0] <= costs[1], before, after)
        is_changed = is_merged[owners]
        flat[pixels[is_changed]] = chosen[owners[is_changed]]

    def _costs(self, pixels: Indices, owners: Indices, other: Bytes, is_other: Mask) -> Floats:
        """Return by how much the squared error of each run grows with another entry.

        It is infinite if the error of a pixel grows by more than the limit, and if there is no
        other entry.
        """
        differences = self._entries.take(other[owners], axis=1)
        differences -= self._targets.take(pixels, axis=1)
        growth = _sum_squares(differences)
        growth -= self._errors[pixels]
        growth[growth > self._limit] = np.inf
        costs = np.asarray(np.bincount(owners, growth, len(other)), np.float64)
        costs[~is_other] = np.inf
        return costs


def _sum_squares(differences: Coordinates) -> Singles:
    """Return the squared lengths of vectors, (C, N) to (N,)."""
    squares: Singles = np.square(differences[0])
    for coordinate in differences[1:]:
        squares += np.square(coordinate)
    return squares


def _find_runs(indices: Bytes) -> _Runs:
    """Return the runs in the rows of an index map."""
    height, width = indices.shape
    is_start = np.ones((height, width), np.bool_)
    np.not_equal(indices[:, 1:], indices[:, :-1], out=is_start[:, 1:])
    starts = np.flatnonzero(is_start)
    lengths = np.diff(starts, append=indices.size)
    is_first = starts % width == 0
    first = np.flatnonzero(is_first)
    numbers = np.arange(len(starts)) - np.repeat(first, np.diff(first, append=len(starts)))
    own = indices.reshape(-1)[starts]
    is_last = np.append(is_first[1:], True)
    before = np.where(is_first, own, np.roll(own, 1))
    after = np.where(is_last, own, np.roll(own, -1))
    return _Runs(starts, lengths, numbers, before, after)
