"""Comparison: which palette entry is nearest to a colour, in a colour space."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.neutrals import Whole, hue_penalties, measure_neutrality
from ..color.spaces import ColorSpace, Coordinates
from ..progress import Progress, no_progress, subprogress, with_progress
from .lookup_table import find_unique_colors, look_up
from .nearest_srgb import find_candidates, map_srgb_pixels, nearest

# Coordinates are compared as whole numbers of this fraction of a unit.
STEPS_PER_UNIT = 256
# Points are compared in blocks, against groups of entries: products too small for BLAS to start
# threads of its own (2^18 multiplications).
_BLOCK = 1024
_GROUP = 32
# How many points are prepared at a time: 8 MiB.
_STRIP = 1 << 18
# More than the number of entries: distance and index share one number.
_INDICES = 256


@dataclass(frozen=True, eq=False)
class NearestEntryFinder:
    """A palette's entries, as they are compared with colours.

    Attributes
    ----------
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    space : ColorSpace
        Where the distance is measured.
    """

    palette: Bytes
    space: ColorSpace

    @cached_property
    def entries(self) -> Coordinates:
        """The entries' coordinates in the space: (K, 3)."""
        return self.space.from_srgb(self.palette)

    def map(
        self, rgb: Bytes, unique_colors: Bytes | None = None, progress: Progress = no_progress
    ) -> Bytes:
        """Map every pixel to its nearest entry.

        Parameters
        ----------
        rgb : (..., 3) ndarray of uint8
        unique_colors : (N, 3) ndarray of uint8, optional
            The unique colours of `rgb` where they are known, best along the Z-order curve.
        progress : callable, optional
            Gets fractions from 0 to 1.

        Returns
        -------
        (...) ndarray of uint8
            Of equally near entries the first.
        """
        if self.space.is_srgb:
            return map_srgb_pixels(rgb, self.palette, unique_colors, progress)
        if unique_colors is None:
            unique_colors = find_unique_colors(rgb, subprogress(progress, 0.0, 0.3))
        entries = self.nearest(unique_colors, subprogress(progress, 0.3, 0.8))
        return look_up(rgb, unique_colors, entries, subprogress(progress, 0.8, 1.0))

    def nearest(self, colors: Bytes, progress: Progress = no_progress) -> Bytes:
        """Find the nearest entry of every colour.

        Parameters
        ----------
        colors : (N, 3) ndarray of uint8
            In any order; fastest where neighbours in the array are alike.
        progress : callable, optional
            Gets fractions from 0 to 1.

        Returns
        -------
        (N,) ndarray of uint8
            Of equally near entries the first.
        """
        if self.space.is_srgb:
            return nearest(colors, self.palette, progress)
        return self.locate(colors, progress)[1]

    def locate(self, colors: Bytes, progress: Progress = no_progress) -> tuple[Coordinates, Bytes]:
        """Give the coordinates of colours, and their nearest entries: (N, 3) to (N, 3) and (N,)."""
        points = self.space.from_srgb(colors)
        progress(0.3)
        progress = subprogress(progress, 0.3, 1.0)
        if self.space.is_srgb:
            return points, self.nearest(colors, progress)
        return points, self.nearest_to(points, progress)

    @cached_property
    def hue_penalties(self) -> Whole:
        """What the entries' hues cost neutral colours, as `neutrals.hue_penalties` has it: (K,)."""
        return hue_penalties(self._whole_entries, self.space, STEPS_PER_UNIT)

    def measure_neutrality(self, planes: NDArray[np.float64]) -> Whole:
        """Return the neutrality of points, (3, N) in steps, as `neutrals` defines it: (N,)."""
        return measure_neutrality(np.square(planes[1:]).sum(axis=0), self.space, STEPS_PER_UNIT)

    def nearest_to(self, points: Coordinates, progress: Progress = no_progress) -> Bytes:
        """Find the nearest entry of every point in the space: (N, 3) to (N,).

        Notes
        -----
        Coordinates are rounded to 1/256 of a unit. So ``|p|^2 - 2 c.p + n h``, with the neutrality
        n of the point and what the hue of the entry costs, h, times 256 plus the entry's index, is
        a whole number that double precision holds exactly: ties are true ties, and the result
        depends on no order of summation. Of a block of points only those entries are compared that
        can be nearest to a point of it.
        """
        found = np.empty(len(points), np.uint8)
        lengths = np.square(self._whole_entries).sum(axis=1)
        columns = (
            np.column_stack([-2 * self._whole_entries, lengths, self.hue_penalties]) * _INDICES
        )
        columns[:, 3] += np.arange(len(columns))
        firsts = range(0, len(points), _STRIP)
        for first in with_progress(firsts, len(firsts), progress):
            strip = points[first : first + _STRIP]
            planes = np.ones((4, len(strip)))
            np.rint(strip.T * np.float32(STEPS_PER_UNIT), out=planes[:3])
            for rows, chosen, is_neutral in self._candidates(planes[:3]):
                block = planes[:, rows]
                if is_neutral:
                    block = np.vstack([block, self.measure_neutrality(block[:3])])
                least = _least(block, columns[chosen, : len(block)])
                found[first + rows.start : first + rows.start + len(least)] = least
        return found

    @cached_property
    def _whole_entries(self) -> Whole:
        """The entries' coordinates in steps: (K, 3)."""
        return np.rint(self.entries.astype(np.float64) * STEPS_PER_UNIT)

    def _candidates(
        self, planes: NDArray[np.float64]
    ) -> Iterator[tuple[slice, NDArray[np.intp], bool]]:
        """Yield blocks of points, the entries to compare with, and whether hues cost any of them.

        Points are (3, N), in steps.
        """
        starts = np.arange(0, planes.shape[1], _BLOCK)
        low = np.minimum.reduceat(planes, starts, axis=1)
        high = np.maximum.reduceat(planes, starts, axis=1)
        costs, neutral = None, np.zeros(len(starts))
        if self.hue_penalties.any():
            neutral = self.measure_neutrality(np.maximum(np.maximum(low, -high), 0))
            least = self.measure_neutrality(np.maximum(-low, high))
            costs = np.outer(least, self.hue_penalties), np.outer(neutral, self.hue_penalties)
        for start, chosen, most in zip(
            starts.tolist(),
            find_candidates(low, high, self._whole_entries, costs),
            neutral,
            strict=True,
        ):
            yield slice(start, start + _BLOCK), chosen, bool(most)


def _least(block: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the index in the least product of each column of `block` with a row of `columns`."""
    best: NDArray[np.float64] = (columns[:_GROUP] @ block).min(axis=0)
    for start in range(_GROUP, len(columns), _GROUP):
        np.minimum(best, (columns[start : start + _GROUP] @ block).min(axis=0), out=best)
    return best.astype(np.int64) & (_INDICES - 1)
