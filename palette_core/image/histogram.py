"""Colour histograms, from which palettes are designed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bytes, Floats, Indices, Mask, Packed
from ..color.morton import colors_of_codes, morton_codes, radix_argsort, sort_codes
from ..errors import PixelsError
from ..progress import Progress, no_progress, with_progress

# From this number of pixels on, counting in a table of all 24-bit colours is faster than sorting.
_COUNT_TABLE_MIN_PIXELS = 1 << 20
# Pixels are counted in strips that stay in the cache.
_STRIP = 1 << 16
# The sides of the octree's cubes, in bits: from 4 levels to 32.
_CUBE_BITS = (2, 3, 4, 5)


class ReducedHistogram(NamedTuple):
    """Points that represent the colours of a histogram."""

    means: Floats  # (M, 3), the weighted means of the colours that a point represents, 0 to 255
    weights: Floats  # (M,), the sums of their weights


@dataclass(frozen=True, eq=False)
class ColorHistogram:
    """Colours with weights.

    Attributes
    ----------
    colors : (N, 3) ndarray of uint8
        The sRGB colour of each bin.
    weights : (N,) ndarray of float64
        The number of pixels in each bin, or any other weight above 0.
    """

    colors: Bytes
    weights: Floats

    @classmethod
    def unique(
        cls, rgb: Bytes, weights: ArrayLike | None = None, progress: Progress = no_progress
    ) -> ColorHistogram:
        """Return the histogram of the unique colours, ordered along the Z-order curve.

        Every pixel, (M, 3), has a weight of at least 0, or 1 by default. A colour with a total
        weight of 0 has no bin. The pixels of small images are sorted along the curve. Large images
        are counted in strips, in a table of 64 MiB (128 MiB with weights).
        """
        if weights is not None:
            weights = _validate_weights(weights, len(rgb))
        if len(rgb) >= _COUNT_TABLE_MIN_PIXELS:
            return _count_in_table(rgb, weights, progress)
        codes = morton_codes(rgb)
        return _count_codes(codes) if weights is None else _add_up_weights(codes, weights)

    @classmethod
    def every_pixel(cls, rgb: Bytes) -> ColorHistogram:
        """Return a histogram with a bin for every pixel, (M, 3), in reading order."""
        return cls(rgb, np.ones(len(rgb)))

    def __len__(self) -> int:
        """Return the number of bins."""
        return len(self.colors)

    @cached_property
    def weighted_channels(self) -> Floats:
        """The levels of the channels times the weights, (3, N)."""
        return np.stack([plane * self.weights for plane in self.colors.T])

    def merge(self, other: ColorHistogram) -> ColorHistogram:
        """Return the histogram of the pixels of two histograms, in the order of `unique`."""
        colors = np.concatenate([self.colors, other.colors])
        weights = np.concatenate([self.weights, other.weights])
        return _add_up_weights(morton_codes(colors), weights)

    __add__ = merge

    def emphasize(self, rare: float) -> ColorHistogram:
        """Return the histogram with larger weights of rare colours, relative to the others.

        The weights are raised to the power of ``1 - rare``: 0 changes nothing, with 1 all colours
        have the same weight.
        """
        return ColorHistogram(self.colors, self.weights ** (1 - rare)) if rare else self

    def thin(self, pixels: int) -> ColorHistogram:
        """Return the histogram of `pixels` drawn at equal distances along the order of the colours.

        It is the histogram itself if its weights add up to no more pixels.
        """
        totals = self.weights.cumsum()
        if totals[-1] <= pixels:
            return self
        counts = np.diff(np.floor(totals * (pixels / totals[-1])), prepend=0.0)
        is_drawn = counts > 0
        return ColorHistogram(self.colors[is_drawn], counts[is_drawn])

    def reduce(self, points: int) -> ReducedHistogram:
        """Return about `points` points that represent the colours, or all of a few colours.

        The sum and the mean of all weighted colours stay exact. The points are the means of the
        leaves of an octree. Starting with cubes of 32 levels a side, the cube with the largest
        weighted squared error around its mean is divided next. So a flat area is a point of its
        own, while thousands of rare colours share one. There can be more points, because a
        histogram has up to 512 coarsest cubes, or fewer, because a division can add 63.
        """
        if len(self) <= points:
            return ReducedHistogram(self.colors.astype(np.float64), self.weights)
        levels = self._octree
        starts, weights, sums = [], [], []
        for level, is_leaf in zip(levels, self._find_leaves(points), strict=True):
            leaves = np.flatnonzero(is_leaf)
            starts.append(level.starts.take(leaves))
            weights.append(level.weights.take(leaves))
            sums.append(level.sums.take(leaves, axis=1))
        order = np.argsort(np.concatenate(starts), kind="stable")  # fast for a few sorted runs
        totals = np.concatenate(weights)[order]
        means = np.concatenate(sums, axis=1)[:, order].T / totals[:, np.newaxis]
        return ReducedHistogram(means, totals)

    def _find_leaves(self, points: int) -> list[Mask]:
        """Return level by level which cubes are not divided, about `points` in total."""
        cubes = self._octree[:0:-1]  # from the coarsest; single colours are not divided
        ranked, added = self._ranked_cubes
        coarsest = len(cubes[0].starts)
        affordable = np.searchsorted(added, points - coarsest, side="right")
        is_ranked = np.zeros(len(ranked), np.bool_)
        is_ranked[ranked[:affordable]] = True

        leaves = []
        is_reached = np.ones(coarsest, np.bool_)
        ends = np.cumsum([len(level.starts) for level in cubes])
        for level, is_divided in zip(cubes, np.split(is_ranked, ends[:-1]), strict=True):
            is_divided &= is_reached
            leaves.append(is_reached & ~is_divided)
            is_reached = np.repeat(is_divided, level.children)
        return [is_reached, *reversed(leaves)]

    @cached_property
    def _ranked_cubes(self) -> tuple[Indices, Indices]:
        """The cubes in the order in which they are divided, and how many are then added in all."""
        cubes = self._octree[:0:-1]
        errors = np.concatenate([level.errors for level in cubes])
        # Cubes are ranked by the upper 23 bits of the error, for a fast radix sort. The error of a
        # cube is not below that of the cubes inside, so that it is divided before them; of equal
        # errors the coarsest cube comes first. A cube that rounding ranks before its parent is not
        # reached.
        keys = np.maximum(errors, 0).astype(np.float32).view(np.uint32) >> np.uint32(8)
        ranked = len(keys) - 1 - radix_argsort(keys[::-1])[::-1]
        added = np.concatenate([level.children for level in cubes]) - 1
        return ranked, np.cumsum(added[ranked])

    @cached_property
    def _octree(self) -> list[_Level]:
        """The cubes of every size that contain colours, from single colours up."""
        codes = morton_codes(self.colors)
        if (codes[1:] >= codes[:-1]).all():
            return _measure_cubes(codes, self)
        ordered: list[_Level] = _add_up_weights(codes, self.weights)._octree  # noqa: SLF001 - of its own class
        return ordered


def merge_histograms(histograms: Iterable[ColorHistogram]) -> ColorHistogram:
    """Add up histograms, whose order does not matter.

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
    """The cubes of one size that contain colours, in Z-order."""

    starts: Indices  # (M,), the first bin of each
    children: Indices  # (M,), the number of cubes of the level below in each; 0 for single colours
    weights: Floats  # (M,)
    sums: Floats  # (3, M), the weighted channels
    errors: Floats  # (M,), the sums of the weighted squared distances to the mean


def _measure_cubes(codes: Packed, histogram: ColorHistogram) -> list[_Level]:
    """Return the cubes of every size, from single colours up, for bins in Z-order."""
    weights, sums = histogram.weights, histogram.weighted_channels
    lengths = np.zeros(len(codes), np.int32)
    for plane in histogram.colors.T:
        lengths += np.square(plane, dtype=np.int32)
    squares = lengths * weights
    starts = np.arange(len(codes))
    levels = [_Level(starts, np.zeros_like(starts), weights, sums, np.zeros(len(codes)))]
    for bits in _CUBE_BITS:
        first = _find_runs(codes >> np.uint32(3 * bits))
        children = np.diff(first, append=len(codes))
        codes, starts = codes[first], starts[first]
        # For runs as short as these, `np.bincount` is faster than `np.add.reduceat`.
        cubes = np.repeat(np.arange(len(first)), children)
        rows = [np.bincount(cubes, row).astype(np.float64) for row in (weights, squares, *sums)]
        weights, squares, sums = rows[0], rows[1], np.stack(rows[2:])
        errors = squares - np.square(sums).sum(axis=0) / weights
        levels.append(_Level(starts, children, weights, sums, errors))
    return levels


def _validate_weights(weights: ArrayLike, pixels: int) -> Floats:
    array = np.asarray(weights, np.float64)
    if array.shape != (pixels,) or not np.isfinite(array).all() or (array < 0).any():
        raise PixelsError(
            f"the weights have shape {array.shape}, but ({pixels},) is needed; give one "
            "finite number of at least 0 for each pixel"
        )
    return array


def _count_codes(codes: Packed) -> ColorHistogram:
    """Return the histogram of colours, given as codes along the curve, by sorting them."""
    first = _find_runs(codes)
    if 2 * len(first) < len(codes):  # in flat areas a run of pixels is sorted as one
        return _add_up_weights(codes[first], _count_runs(first, len(codes)))
    codes = sort_codes(codes)
    first = _find_runs(codes)
    return ColorHistogram(colors_of_codes(codes[first]), _count_runs(first, len(codes)))


def _add_up_weights(codes: Packed, weights: Floats) -> ColorHistogram:
    """Return the histogram of colours, given as codes along the curve, with sums of weights."""
    order = radix_argsort(codes)
    codes, weights = codes[order], weights[order]
    first = _find_runs(codes)
    sums = np.add.reduceat(weights, first) if len(weights) else weights
    is_bin = sums > 0
    return ColorHistogram(colors_of_codes(codes[first[is_bin]]), sums[is_bin])


def _count_runs(first: Indices, size: int) -> Floats:
    """Return the lengths of the runs that begin at these indices of `size` items."""
    return np.diff(first, append=size).astype(np.float64)


def _count_in_table(rgb: Bytes, weights: Floats | None, progress: Progress) -> ColorHistogram:
    """Return a histogram by counting in a table of all 24-bit colours, strip by strip."""
    table = np.zeros(1 << 24, np.uint32 if weights is None else np.float64)
    starts = range(0, len(rgb), _STRIP)
    for start in with_progress(starts, len(starts), progress):
        strip = slice(start, start + _STRIP)
        increments = table.dtype.type(1) if weights is None else weights[strip]
        np.add.at(table, morton_codes(rgb[strip]).astype(np.intp), increments)
    codes = np.flatnonzero(table != 0)
    return ColorHistogram(colors_of_codes(codes.astype(np.uint32)), table[codes].astype(np.float64))


def _find_runs(ordered: Packed) -> Indices:
    """Return the indices at which runs of equal values begin."""
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)
