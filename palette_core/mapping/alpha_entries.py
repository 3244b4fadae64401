"""Exact search for the nearest palette entries of colours with alpha."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..arrays import Bytes, Floats, Indices
from ..color.alpha_space import AlphaSpace
from ..color.spaces import Coordinates
from ..progress import Progress, no_progress, with_progress
from .nearest_entry import BLOCK, INDICES, STEPS_PER_UNIT, find_least


@dataclass(frozen=True, eq=False)
class AlphaEntryFinder:
    """A palette with alpha, prepared for finding the nearest entries of colours.

    An opaque colour gets the nearest of the opaque entries if there is one, so that what is opaque
    stays opaque. A fully transparent colour gets a fully transparent entry if there is one.
    """

    palette: Bytes  # (K, 4), 1 to 256 entries with straight alpha
    space: AlphaSpace

    @cached_property
    def entries(self) -> Coordinates:
        """The coordinates of the entries, (K, 4)."""
        return self.space.from_rgba(self.palette)

    def candidates(self, alpha: int) -> Indices:
        """Return the entries that colours of this alpha, 0 to 255, can get."""
        all_entries = np.arange(len(self.palette))
        if alpha not in (0, 255):
            return all_entries
        equal = np.flatnonzero(self.palette[:, 3] == alpha)
        return equal if len(equal) else all_entries

    def find_nearest(self, colors: Bytes, progress: Progress = no_progress) -> Bytes:
        """Return the nearest entry of every colour, (N, 4) to (N,).

        Of equally near entries it is the lowest. Distances are compared as integers, as in
        `NearestEntryFinder.find_nearest_to_points`.
        """
        nearest = np.empty(len(colors), np.uint8)
        alpha = colors[:, 3]
        groups = (alpha == 0, alpha == 255, (alpha > 0) & (alpha < 255))
        for group, level in zip(groups, (0, 255, 128), strict=True):
            rows = np.flatnonzero(group)
            columns = self._columns(self.candidates(level))
            starts = range(0, len(rows), BLOCK)
            for start in with_progress(starts, len(starts), progress):
                block = rows[start : start + BLOCK]
                planes = np.ones((5, len(block)))
                points = self.space.from_rgba(colors[block])
                np.rint(points.T * np.float32(STEPS_PER_UNIT), out=planes[:4])
                nearest[block] = find_least(planes, columns)
        return nearest

    def _columns(self, candidates: Indices) -> Floats:
        """Return the factors of a product that is least for the nearest entry, (C, 5)."""
        entries = np.rint(self.entries[candidates].astype(np.float64) * STEPS_PER_UNIT)
        lengths = np.square(entries).sum(axis=1)
        columns = np.column_stack([-2 * entries, lengths]) * INDICES
        columns[:, 4] += candidates
        return columns
