"""Colour histograms: what the palette designers see of a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Bytes, Packed, pack, unpack
from ..color.morton import morton_codes, radix_argsort, sort_along_curve
from ..errors import PixelsError
from ..progress import Progress, no_progress, with_progress

Floats = NDArray[np.float64]

# From this many pixels on, counting into a table of all 24-bit colours is faster than sorting.
_TABLE_PAYS = 1 << 19
# How many pixels are counted at a time, few enough to stay in the cache.
_STRIP = 1 << 16
# The cubes in which `reduce` looks for cells, as bits a side: from 4 levels up to 32.
_CUBES = (2, 3, 4, 5)


class ReducedHistogram(NamedTuple):
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
    def unique(
        cls, rgb: Bytes, weights: ArrayLike | None = None, progress: Progress = no_progress
    ) -> ColorHistogram:
        """Count the unique colours, ordered along the Z-order curve, where neighbours are alike.

        Parameters
        ----------
        rgb : (M, 3) ndarray of uint8
        weights : (M,) array_like of float, optional
            What every pixel counts, at least 0; 1 unless given. A colour that adds up to 0 has no
            bin.
        progress : callable, optional
            Gets fractions from 0 to 1, of large pictures.

        Raises
        ------
        PixelsError
            If the weights are not one number of at least 0 for every pixel.

        Notes
        -----
        Large pictures are counted in strips, into a table of 64 MiB (128 MiB with weights). To
        order the colours takes up to some 35 bytes for each unique one.
        """
        if weights is not None:
            weights = _checked_weights(weights, len(rgb))
        if len(rgb) < _TABLE_PAYS:
            return _count_by_sorting(rgb, weights)
        return _count_in_table(rgb, weights, progress)

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

    @cached_property
    def weighted(self) -> Floats:
        """The channels times the weights, (3, N)."""
        return np.stack([plane * self.weights for plane in self.colors.T])

    def merge(self, other: ColorHistogram) -> ColorHistogram:
        """Add up two histograms: that of the pixels of both, ordered as by `unique`."""
        colors = np.concatenate([self.colors, other.colors])
        return _count_by_sorting(colors, np.concatenate([self.weights, other.weights]))

    __add__ = merge

    def emphasize(self, rare: float) -> ColorHistogram:
        """Let rare colours count more, beside the others.

        Parameters
        ----------
        rare : float
            0 to 1: with 0 nothing changes, with 1 every colour counts the same.

        Returns
        -------
        ColorHistogram
            Its weights are these to the power of ``1 - rare``.
        """
        return ColorHistogram(self.colors, self.weights ** (1 - rare)) if rare else self

    def reduce(self, cells: int) -> ReducedHistogram:
        """Let at most about `cells` points stand for the colours.

        Parameters
        ----------
        cells : int
            How many points are wanted, at least 1. There may be more, since a histogram has up to
            512 coarsest cubes, or some fewer, since one division can add 63.

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
            return ReducedHistogram(self.colors.astype(np.float64), self.weights)
        levels = self._octree
        places, weights, sums = [], [], []
        for level, chosen in zip(levels, _leaves(levels, cells), strict=True):
            places.append(level.starts[chosen])
            weights.append(level.weights[chosen])
            sums.append(level.sums[:, chosen])
        order = np.argsort(np.concatenate(places))
        totals = np.concatenate(weights)[order]
        means = np.concatenate(sums, axis=1)[:, order].T / totals[:, np.newaxis]
        return ReducedHistogram(means, totals)

    @cached_property
    def _octree(self) -> list[_Level]:
        """The cubes of every size that hold colours, from single colours up."""
        codes = morton_codes(self.colors)
        if (codes[1:] >= codes[:-1]).all():
            return _measured_cubes(codes, self)
        ordered: list[_Level] = _count_by_sorting(self.colors, self.weights)._octree  # noqa: SLF001
        return ordered


def merge_histograms(histograms: Iterable[ColorHistogram]) -> ColorHistogram:
    """Add up histograms, whose order does not matter.

    Notes
    -----
    Each is merged with one of about its own size, so that a colour is moved a few times and not for
    every histogram. Counts are whole numbers, so that sums are exact.
    """
    waiting: list[ColorHistogram] = []
    for histogram in histograms:
        waiting.append(histogram)
        while len(waiting) > 1 and len(waiting[-2]) < 2 * len(waiting[-1]):
            waiting.append(waiting.pop() + waiting.pop())
    empty = ColorHistogram.unique(np.empty((0, 3), np.uint8))
    return reduce(ColorHistogram.merge, reversed(waiting), empty)


class _Level(NamedTuple):
    """The cubes of one size that hold colours, in Z-order.

    Attributes
    ----------
    starts : (M,) ndarray of integers
        The first bin of each.
    children : (M,) ndarray of integers
        How many cubes of the level below are in each; 0 for colours.
    weights : (M,) ndarray of float64
    sums : (3, M) ndarray of float64
        The weighted channels.
    errors : (M,) ndarray of float64
        The weighted squared distances to the mean, added up.
    """

    starts: NDArray[np.intp]
    children: NDArray[np.intp]
    weights: Floats
    sums: Floats
    errors: Floats


def _measured_cubes(codes: Packed, histogram: ColorHistogram) -> list[_Level]:
    """Measure the cubes of every size, from single colours up, for bins in Z-order."""
    weights, sums = histogram.weights, histogram.weighted
    lengths = np.zeros(len(codes), np.int32)
    for plane in histogram.colors.T:
        lengths += np.square(plane, dtype=np.int32)
    squares = lengths * weights
    starts = np.arange(len(codes))
    levels = [_Level(starts, np.zeros_like(starts), weights, sums, np.zeros(len(codes)))]
    for bits in _CUBES:
        first = _first_of_runs(codes >> np.uint32(3 * bits))
        children = np.diff(first, append=len(codes))
        codes, starts = codes[first], starts[first]
        weights, squares = (np.add.reduceat(row, first) for row in (weights, squares))
        sums = np.add.reduceat(sums, first, axis=1)
        errors = squares - np.square(sums).sum(axis=0) / weights
        levels.append(_Level(starts, children, weights, sums, errors))
    return levels


def _leaves(levels: list[_Level], cells: int) -> list[NDArray[np.bool_]]:
    """Choose the cubes that stay whole, level by level, so that they are about `cells`."""
    cubes = levels[:0:-1]  # from the coarsest; single colours are not divided
    errors = np.concatenate([level.errors for level in cubes])
    added = np.concatenate([level.children for level in cubes]) - 1
    # By the upper 23 bits of the error, which radix sorts fast. It is not below that of the cubes
    # inside, so that every division comes after that of the cube around it: of equal ones the
    # coarsest first. Where rounding ranks a cube before the one around it, it is not reached.
    keys = np.maximum(errors, 0).astype(np.float32).view(np.uint32) >> np.uint32(8)
    ranked = radix_argsort(keys[::-1])[::-1]
    ranked = len(keys) - 1 - ranked
    coarsest = len(cubes[0].starts)
    affordable = np.searchsorted(np.cumsum(added[ranked]), cells - coarsest, side="right")
    wanted = np.zeros(len(errors), np.bool_)
    wanted[ranked[:affordable]] = True

    chosen = []
    reached = np.ones(coarsest, np.bool_)
    ends = np.cumsum([len(level.starts) for level in cubes])
    for level, divided in zip(cubes, np.split(wanted, ends[:-1]), strict=True):
        divided &= reached
        chosen.append(reached & ~divided)
        reached = np.repeat(divided, level.children)
    return [reached, *reversed(chosen)]


def _checked_weights(weights: ArrayLike, pixels: int) -> Floats:
    array = np.asarray(weights, np.float64)
    if array.shape != (pixels,) or not np.isfinite(array).all() or (array < 0).any():
        raise PixelsError(
            f"the weights have shape {array.shape}, expected ({pixels},): one finite number of at "
            "least 0 for every pixel"
        )
    return array


def _count_by_sorting(rgb: Bytes, weights: Floats | None) -> ColorHistogram:
    """Sort the pixels along the curve, where equal ones become runs."""
    packed = pack(rgb)
    first = _first_of_runs(packed)
    if 2 * len(first) < len(packed):  # flat areas: a run counts as one pixel
        packed, weights = packed[first], _sums_of_runs(weights, first, len(packed))
        rgb = unpack(packed)
    codes = morton_codes(rgb)
    order = radix_argsort(codes)
    first = _first_of_runs(codes[order])
    # Whole colours are moved faster than three channels.
    colors = unpack(packed[order[first]])
    sums = _sums_of_runs(None if weights is None else weights[order], first, len(order))
    return ColorHistogram(colors, sums) if sums.all() else _without_empty(colors, sums)


def _sums_of_runs(weights: Floats | None, first: NDArray[np.intp], size: int) -> Floats:
    """Add up the weights of the runs that begin at `first`; without weights count them."""
    if weights is None:
        return np.diff(first, append=size).astype(np.float64)
    return np.add.reduceat(weights, first) if size else weights


def _without_empty(colors: Bytes, weights: Floats) -> ColorHistogram:
    """Leave out the colours that count nothing."""
    return ColorHistogram(colors[weights > 0], weights[weights > 0])


def _count_in_table(rgb: Bytes, weights: Floats | None, progress: Progress) -> ColorHistogram:
    """Count into a table of all 24-bit colours, strip by strip."""
    table = np.zeros(1 << 24, np.uint32 if weights is None else np.float64)
    starts = range(0, len(rgb), _STRIP)
    for start in with_progress(starts, len(starts), progress):
        strip = slice(start, start + _STRIP)
        counted = table.dtype.type(1) if weights is None else weights[strip]
        np.add.at(table, pack(rgb[strip]).astype(np.intp), counted)
    found = sort_along_curve(np.flatnonzero(table != 0).astype(np.uint32))
    return ColorHistogram(unpack(found), table[found].astype(np.float64))


def _first_of_runs(ordered: Packed) -> NDArray[np.intp]:
    """Tell where each run of equal values begins."""
    changed = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=changed[1:])
    return np.flatnonzero(changed)
