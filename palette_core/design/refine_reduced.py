"""Evaluation and refinement of 8-bit palettes in a colour space, on a reduced histogram."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Floats
from ..image.histogram import ColorHistogram
from .constraints import FeasibleSet
from .lloyd import Points, assign_points, sum_clusters
from .refine_exact import EvaluatedPalette, fill_palette


class ReducedRefiner:
    """A reduced histogram prepared for refining palettes in a space other than sRGB.

    Other spaces have no integer arithmetic, and converting every colour would take longer than all
    the rest of the design. There are at least `points` points, if there are as many colours.

    Attributes
    ----------
    weights : (M,) ndarray of float64
        Those of the points, in units of the histogram.
    """

    def __init__(self, histogram: ColorHistogram, points: int, feasible: FeasibleSet) -> None:
        self._feasible = feasible
        reduced = histogram.reduce(points)
        self._colors = np.rint(reduced.means).astype(np.uint8)
        self._points = Points.from_histogram(reduced, feasible.space)
        self.weights = reduced.weights

    def refine(self, palette: Bytes, max_colors: int, steps: int) -> EvaluatedPalette:
        """Return a palette improved by at most `steps` of Lloyd's algorithm, each rounded to sRGB.

        The palette has unique entries, the locked ones first. It stops when a step is no
        improvement, so that the result is not worse. The result has no assignments.
        """
        points, feasible = self._points, self._feasible
        best: EvaluatedPalette | None = None
        while True:
            entries = feasible.space.from_srgb(palette).astype(np.float64)
            labels = assign_points(points, entries)
            apart = np.square(points.rows[:, :3] - entries.take(labels, axis=0)).sum(axis=1)
            errors: Floats = apart * points.weights
            weights, weighted = sum_clusters(points, labels, len(palette))
            is_free = weights > 0
            is_free[: feasible.locked_count] = False
            if best is None or errors.sum() < best.squared_error:
                used = np.concatenate([feasible.locked, palette[is_free]])
                best = EvaluatedPalette(float(errors.sum()), used, None, errors)
            else:
                steps = 0
            if not steps:
                return best
            palette = feasible.round_to_palette(weighted[is_free] / weights[is_free, np.newaxis])
            if len(palette) < max_colors:
                palette = fill_palette(
                    palette, max_colors, feasible, self._colors, errors, points.weights
                )
            steps -= 1
