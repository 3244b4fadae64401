"""On cells: palettes of 8-bit colours, measured and improved in a colour space."""

from __future__ import annotations

import numpy as np

from ..colorspaces import ColorSpace, by_luminance
from ..histogram import ColorHistogram
from ..pixels import Bytes
from .clusters import Floats, Points, assign, largest, sums
from .exact import Measured, rounded


class OnCells:
    """What `Exact` is for sRGB, on cells that stand for the colours.

    In other spaces there are no whole numbers to calculate with, and to convert every colour would
    take longer than all the rest.

    Parameters
    ----------
    histogram : ColorHistogram
    cells : int
        How many at least, if there are as many colours.
    space : ColorSpace
    """

    def __init__(self, histogram: ColorHistogram, cells: int, space: ColorSpace) -> None:
        self._space = space
        found = histogram.reduce(cells)
        self._means, self._points = found.means, Points.of(found, space)

    def polish(self, palette: Bytes, colors: int, steps: int) -> Measured:
        """Improve a palette by Lloyd's algorithm, rounded in sRGB after every step.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
            Unique entries from dark to light, at most `colors`.
        colors : int
            How many entries there may be.
        steps : int
            How often to improve it at most, 0 or more: it ends where that is no gain.

        Returns
        -------
        Measured
            Not worse than `palette`. It has no labels.
        """
        points, space = self._points, self._space
        best: Measured | None = None
        while True:
            entries = space.from_srgb(palette).astype(np.float64)
            labels = assign(points, entries)
            apart = np.square(points.rows[:, :3] - entries[labels]).sum(axis=1)
            errors: Floats = apart * points.weights
            weights, weighted = sums(points, labels, len(palette))
            used = weights > 0
            if best is None or errors.sum() < best.error:
                best = Measured(float(errors.sum()), palette[used], None)
            else:
                steps = 0
            if not steps:
                return best
            palette = rounded(weighted[used] / weights[used, np.newaxis], space)
            if len(palette) < colors:
                palette = self._filled(palette, colors, errors)
            steps -= 1

    def _filled(self, palette: Bytes, colors: int, errors: Floats) -> Bytes:
        """Give free entries to the cells that have the largest weighted errors."""
        more = np.rint(self._means[largest(errors, colors - len(palette))]).astype(np.uint8)
        return by_luminance(np.unique(np.concatenate([palette, more]), axis=0))
