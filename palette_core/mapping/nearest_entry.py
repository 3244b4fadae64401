"""Exact search for the nearest palette entries in a colour space."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Floats, Indices, pack
from ..color.neutrals import hue_penalties, measure_neutrality
from ..color.spaces import ColorSpace, Coordinates
from ..errors import ForeignColorError
from ..image.pixels import Pixels
from ..palette import Palette
from ..progress import Progress, no_progress, subprogress, with_progress
from .lookup_table import find_unique_colors, look_up, look_up_pixels, make_membership_table
from .nearest_srgb import find_candidates, find_nearest_srgb, map_srgb_pixels

# Coordinates are compared as integers, this many steps for a unit.
STEPS_PER_UNIT = 256
# Points are compared in blocks with groups of entries. The product of a block and a group is not
# above what BLAS computes on one thread (2^18 multiplications).
BLOCK = 1024
_GROUP = 32
# The number of points that are prepared at a time: 8 MiB.
_STRIP = 1 << 18
# At least the number of entries: distance and index share a number.
INDICES = 256


@dataclass(frozen=True, eq=False)
class NearestEntryFinder:
    """A palette prepared for finding the nearest entries of colours."""

    palette: Bytes  # (K, 3), 1 to 256 entries
    space: ColorSpace  # the space in which distances are measured

    @cached_property
    def entries(self) -> Coordinates:
        """The coordinates of the entries, (K, 3)."""
        return self.space.from_srgb(self.palette)

    @cached_property
    def hue_penalties(self) -> Floats:
        """The penalties of the entries for neutral colours, (K,); see `neutrals.hue_penalties`."""
        return hue_penalties(self._integer_entries, self.space, STEPS_PER_UNIT)

    @cached_property
    def _integer_entries(self) -> Floats:
        """The coordinates of the entries in steps, (K, 3)."""
        return np.rint(self.entries.astype(np.float64) * STEPS_PER_UNIT)

    def find_nearest_of_pixels(
        self, rgb: Bytes, unique_colors: Bytes | None = None, progress: Progress = no_progress
    ) -> Bytes:
        """Return the nearest entry of every pixel, (..., 3) to (...).

        Of equally near entries it is the lowest. If the unique colours are known they can be
        given, preferably along the Z-order curve.
        """
        if self.space.is_srgb:
            return map_srgb_pixels(rgb, self.palette, unique_colors, progress)
        if unique_colors is None:
            unique_colors = find_unique_colors(rgb, subprogress(progress, 0.0, 0.3))
        nearest = self.find_nearest(unique_colors, subprogress(progress, 0.3, 0.8))
        return look_up(rgb, unique_colors, nearest, subprogress(progress, 0.8, 1.0))

    def find_nearest(self, colors: Bytes, progress: Progress = no_progress) -> Bytes:
        """Return the nearest entry of every colour, (N, 3) to (N,).

        Of equally near entries it is the lowest. The search is fastest where neighbours in the
        array are similar.
        """
        if self.space.is_srgb:
            return find_nearest_srgb(colors, self.palette, progress)
        return self.locate(colors, progress)[1]

    def locate(self, colors: Bytes, progress: Progress = no_progress) -> tuple[Coordinates, Bytes]:
        """Return the coordinates of colours, (N, 3), and their nearest entries, (N,)."""
        points = self.space.from_srgb(colors)
        progress(0.3)
        progress = subprogress(progress, 0.3, 1.0)
        if self.space.is_srgb:
            return points, self.find_nearest(colors, progress)
        return points, self.find_nearest_to_points(points, progress)

    def find_nearest_to_points(
        self, points: Coordinates, progress: Progress = no_progress
    ) -> Bytes:
        """Return the nearest entry of every point of the space, (N, 3) to (N,).

        Notes
        -----
        Coordinates are rounded to 1/256 of a unit. So ``|p|^2 - 2 c.p + n h``, with the neutrality
        n of the point and the hue penalty h of the entry, times 256 plus the index of the entry, is
        an integer that double precision represents exactly. Ties are true ties, and the result does
        not depend on the order of summation. A block of points is only compared with the entries
        that can be nearest to one of its points.
        """
        nearest = np.empty(len(points), np.uint8)
        entries = self._integer_entries
        lengths = np.square(entries).sum(axis=1)
        columns = np.column_stack([-2 * entries, lengths, self.hue_penalties]) * INDICES
        columns[:, 3] += np.arange(len(columns))
        starts = range(0, len(points), _STRIP)
        for start in with_progress(starts, len(starts), progress):
            strip = points[start : start + _STRIP]
            planes = np.ones((4, len(strip)))
            np.rint(strip.T * np.float32(STEPS_PER_UNIT), out=planes[:3])
            for rows, candidates, has_penalties in self._blocks(planes[:3]):
                block = planes[:, rows]
                if has_penalties:
                    block = np.vstack([block, self.measure_neutrality(block[:3])])
                least = find_least(block, columns[candidates, : len(block)])
                nearest[start + rows.start : start + rows.start + len(least)] = least
        return nearest

    def measure_neutrality(self, planes: Floats) -> Floats:
        """Return the neutrality of points, (3, N) in steps, as `neutrals` defines it: (N,)."""
        return measure_neutrality(np.square(planes[1:]).sum(axis=0), self.space, STEPS_PER_UNIT)

    def _blocks(self, planes: Floats) -> Iterator[tuple[slice, Indices, bool]]:
        """Iterate over blocks of points, (3, N) in steps, with their candidates.

        The candidates are the entries that can be nearest to a point of the block, (C,). The last
        item says whether hue penalties matter for any of the points.
        """
        starts = np.arange(0, planes.shape[1], BLOCK)
        low = np.minimum.reduceat(planes, starts, axis=1)
        high = np.maximum.reduceat(planes, starts, axis=1)
        penalties, greatest = None, np.zeros(len(starts))
        if self.hue_penalties.any():
            greatest = self.measure_neutrality(np.maximum(np.maximum(low, -high), 0))
            least = self.measure_neutrality(np.maximum(-low, high))
            penalties = np.outer(least, self.hue_penalties), np.outer(greatest, self.hue_penalties)
        candidates = find_candidates(low, high, self._integer_entries, penalties)
        for start, entries, neutrality in zip(starts.tolist(), candidates, greatest, strict=True):
            yield slice(start, start + BLOCK), entries, bool(neutrality)


def find_least(block: Floats, columns: Floats) -> NDArray[np.int64]:
    """Return the index in the least product of each column of `block` with a row of `columns`."""
    best: Floats = (columns[:_GROUP] @ block).min(axis=0)
    for start in range(_GROUP, len(columns), _GROUP):
        np.minimum(best, (columns[start : start + _GROUP] @ block).min(axis=0), out=best)
    return best.astype(np.int64) & (INDICES - 1)


def check_no_foreign_colors(image: Pixels, palette: Palette, space: ColorSpace) -> None:
    """Raise an error if opaque pixels of an image have colours that are not in a palette.

    Raises
    ------
    ForeignColorError
        With the number of these pixels, the first of them, and its nearest entry in the space.
    """
    is_foreign = ~look_up_pixels(make_membership_table(palette.colors), image.rgb)
    if image.opaque is not None:
        is_foreign &= image.opaque
    if not is_foreign.any():
        return
    first = np.unravel_index(is_foreign.argmax(), is_foreign.shape)
    place = "column {1}, row {0}" if len(first) == 2 else "index {0}"
    color = image.rgb[first][np.newaxis]
    nearest = int(NearestEntryFinder(palette.colors, space).find_nearest(color)[0])
    count = int(np.count_nonzero(is_foreign))
    colors = len(np.unique(pack(image.rgb[is_foreign])))
    raise ForeignColorError(
        f"{count} pixel{'s' * (count > 1)} of {colors} colour{'s' * (colors > 1)} "
        f"{'are' if count > 1 else 'is'} not in the palette; the first is "
        f"{Palette(color).hex[0]} at {place.format(*first)} (nearest is entry {nearest}, "
        f"{palette.hex[nearest]}); add the colours, or leave out `strict`",
        "foreign-colors",
        count=count,
        color=Palette(color).hex[0],
    )
