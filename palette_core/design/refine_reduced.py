"""On cells: palettes of 8-bit colours, measured and improved in a colour space."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes
from ..image.histogram import ColorHistogram
from .constraints import Allowed
from .lloyd import Floats, Points, assign, sums
from .refine_exact import Measured, filled


class OnCells:
    """What `Exact` is for sRGB, on cells that stand for the colours.

    In other spaces there are no whole numbers to calculate with, and to convert every colour would
    take longer than all the rest.

    Parameters
    ----------
    histogram : ColorHistogram
    cells : int
        How many at least, if there are as many colours.
    allowed : Allowed
        The space, and what entries there may be.
    """

    def __init__(self, histogram: ColorHistogram, cells: int, allowed: Allowed) -> None:
        self._allowed = allowed
        found = histogram.reduce(cells)
        self._colors = np.rint(found.means).astype(np.uint8)
        self._points = Points.of(found, allowed.space)

    def polish(self, palette: Bytes, colors: int, steps: int) -> Measured:
        """Improve a palette by Lloyd's algorithm, rounded in sRGB after every step.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
            Unique entries, the locked ones first, at most `colors`.
        colors : int
            How many entries there may be.
        steps : int
            How often to improve it at most, 0 or more: it ends where that is no gain.

        Returns
        -------
        Measured
            Not worse than `palette`. It has no labels.
        """
        points, allowed = self._points, self._allowed
        best: Measured | None = None
        while True:
            entries = allowed.space.from_srgb(palette).astype(np.float64)
            labels = assign(points, entries)
            apart = np.square(points.rows[:, :3] - entries[labels]).sum(axis=1)
            errors: Floats = apart * points.weights
            weights, weighted = sums(points, labels, len(palette))
            free = weights > 0
            free[: allowed.count] = False
            if best is None or errors.sum() < best.error:
                used = np.concatenate([allowed.locked, palette[free]])
                best = Measured(float(errors.sum()), used, None)
            else:
                steps = 0
            if not steps:
                return best
            palette = allowed.rounded(weighted[free] / weights[free, np.newaxis])
            if len(palette) < colors:
                palette = filled(palette, colors, allowed, self._colors, errors, points.weights)
            steps -= 1
