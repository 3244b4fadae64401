"""Colour histograms: what the palette designers see of a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .nearest import locality_order, morton_codes
from .pixels import Bytes, Packed, pack, sorting_order, unpack

Floats = NDArray[np.float64]

# From this many pixels on, counting into a table of all 24-bit colours is faster than sorting.
_TABLE_PAYS = 1 << 21
# How many pixels are counted at a time: as 64-bit integers they take as much as the table.
_STRIP = 1 << 24
# The cubes in which `reduce` looks for cells, as bits a side: from 32 levels down to 4.
_CUBES = (2, 3, 4, 5)


class Cells(NamedTuple):
    """Points that stand for colours.

    Attributes
    ----------
    means : (M, 3) ndarray of float64
        The weighted means of the cells' colours, 0 to 255.
    weights : (M,) ndarray of float64
        The sums of their weights.
    """

    means: Floats
    weights: Floats


@dataclass(frozen=True, eq=False)
class ColorHistogram:
    """Colours with weights.

    Attributes
    ----------
    colors : (N, 3) ndarray of uint8
        sRGB colours, one a bin.
    weights : (N,) ndarray of float64
        How many pixels each bin stands for, or more generally how much it counts; above 0.
    """

    colors: Bytes
    weights: Floats

    @classmethod
    def unique(cls, rgb: Bytes, weights: ArrayLike | None = None) -> ColorHistogram:
        """Count the unique colours, ordered by red, then green, then blue.

        Parameters
        ----------
        rgb : (M, 3) ndarray of uint8
        weights : (M,) array_like of float, optional
            What every pixel counts, at least 0; 1 unless given. A colour that adds up to 0 has no
            bin.

        Notes
        -----
        Large pictures are counted in strips: whatever their size, this takes about half a GiB
        beyond them.
        """
        if len(rgb) >= _TABLE_PAYS:
            return _count_in_table(rgb, None if weights is None else np.asarray(weights))
        if weights is not None:
            return _add_up(pack(rgb), np.asarray(weights, np.float64))
        packed = pack(rgb)
        ordered = packed[sorting_order(packed)]
        first = _first_of_runs(ordered)
        return cls(unpack(ordered[first]), np.diff(first, append=ordered.size).astype(np.float64))

    @classmethod
    def every_pixel(cls, rgb: Bytes) -> ColorHistogram:
        """Give every pixel a bin of its own, in picture order.

        Parameters
        ----------
        rgb : (M, 3) ndarray of uint8
        """
        return cls(rgb, np.ones(len(rgb)))

    def __len__(self) -> int:
        """Count the bins."""
        return len(self.colors)

    def merge(self, other: ColorHistogram) -> ColorHistogram:
        """Add up two histograms: that of the pixels of both, ordered as by `unique`."""
        packed = np.concatenate([pack(self.colors), pack(other.colors)])
        return _add_up(packed, np.concatenate([self.weights, other.weights]))

    __add__ = merge

    def along_z_curve(self) -> ColorHistogram:
        """Give the same bins in an order in which neighbours are alike, which `nearest` likes."""
        order = locality_order(self.colors)
        # Whole colours are moved faster than three channels.
        return ColorHistogram(unpack(pack(self.colors)[order]), self.weights[order])

    def reduce(self, cells: int) -> Cells:
        """Let at most about `cells` points stand for the colours.

        Parameters
        ----------
        cells : int
            How many points are wanted, at least 1. There may be more, since a histogram has up to
            512 coarsest cubes.

        Returns
        -------
        Cells
            The colours themselves if they are no more than `cells`. The sum
            and the mean of all weighted colours stay exact.

        Notes
        -----
        The cells are the leaves of an octree: from cubes of 32 levels a side, the one with the
        largest weighted squared error around its mean is divided next. So a flat area is a cell
        of its own and loses nothing, while thousands of rare colours share one.
        """
        if len(self) <= cells:
            return Cells(self.colors.astype(np.float64), self.weights)
        ordered = self.along_z_curve()
        starts = _leaves(morton_codes(ordered.colors), ordered, cells)
        totals, _, *sums = (np.add.reduceat(row, starts) for row in _moments(ordered))
        return Cells(np.stack(sums, axis=1) / totals[:, np.newaxis], totals)


def largest(values: Floats, count: int) -> NDArray[np.intp]:
    """Find the `count` largest values above 0, or all of them: indices, the largest first.

    Of equal values the first are taken. This is much faster than to sort all of them.
    """
    place = max(len(values) - count, 0)
    least = np.partition(values, place)[place]
    found = np.flatnonzero((values >= least) & (values > 0))
    return found[np.argsort(-values[found], kind="stable")[:count]]


def _leaves(codes: Packed, ordered: ColorHistogram, cells: int) -> NDArray[np.intp]:
    """Choose cells among the cubes of an octree: where each begins in Morton order."""
    moments: Iterable[Floats] = _moments(ordered)
    children = np.arange(len(codes))
    levels = []
    for bits in _CUBES:
        first = _first_of_runs(codes[children] >> np.uint32(3 * bits))
        moments = [np.add.reduceat(row, first) for row in moments]
        weight, square, *channels = moments
        error = square - sum(np.square(channel) for channel in channels) / weight
        levels.append((children, first, error))
        children = children[first]

    # The error of a cube is not below that of its children, so every division comes after that of
    # the cube around it.
    errors = np.concatenate([error for _, _, error in levels])
    added = np.concatenate([np.diff(first, append=len(of)) - 1 for of, first, _ in levels])
    ranked = largest(errors, 2 * cells)
    affordable = np.searchsorted(np.cumsum(added[ranked]), cells - len(children), side="right")
    divided = np.zeros(len(errors), np.bool_)
    divided[ranked[:affordable]] = True

    chosen = [children]
    offset = 0
    for children, first, error in levels:
        inner = np.repeat(
            divided[offset : offset + len(error)], np.diff(first, append=len(children))
        )
        chosen.append(children[inner])
        offset += len(error)
    return np.unique(np.concatenate(chosen))


def _moments(histogram: ColorHistogram) -> Iterator[Floats]:
    """Give the weights, the weighted squares and the weighted channels, one at a time.

    With many colours all of them together would take much memory.
    """
    weights = histogram.weights
    yield weights
    squares = np.zeros(len(weights), np.int32)
    for plane in histogram.colors.T:
        squares += np.square(plane, dtype=np.int32)
    yield squares * weights
    for plane in histogram.colors.T:
        yield plane * weights


def _count_in_table(rgb: Bytes, weights: NDArray[np.floating] | None) -> ColorHistogram:
    """Count into a table of all 24-bit colours, strip by strip."""
    strips = (slice(start, start + _STRIP) for start in range(0, len(rgb), _STRIP))
    counts = (
        np.bincount(pack(rgb[strip]), None if weights is None else weights[strip], 1 << 24)
        for strip in strips
    )
    table = next(counts)
    for more in counts:
        table += more
    found = np.flatnonzero(table != 0)
    return ColorHistogram(unpack(found), table[found].astype(np.float64))


def _add_up(packed: Packed, weights: Floats) -> ColorHistogram:
    """Give every colour one bin with the sum of its weights."""
    order = sorting_order(packed)
    ordered = packed[order]
    first = _first_of_runs(ordered)
    sums = np.add.reduceat(weights[order], first) if len(first) else weights
    kept = sums > 0
    return ColorHistogram(unpack(ordered[first[kept]]), sums[kept])


def _first_of_runs(ordered: Packed) -> NDArray[np.intp]:
    """Tell where each run of equal values begins."""
    changed = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=changed[1:])
    return np.flatnonzero(changed)
