"""Evaluation and refinement of 8-bit sRGB palettes on every colour of a histogram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Floats
from ..image.histogram import ColorHistogram
from ..mapping.nearest_srgb import PreparedColors
from .constraints import ALL_COLORS, FeasibleSet
from .lloyd import indices_of_largest, sum_by_label


class EvaluatedPalette(NamedTuple):
    """A palette and its error."""

    # The weighted sum of the squared distances of all colours to their nearest entries.
    squared_error: float
    # (K, 3): Unique entries, first the locked ones, then the others from dark to light. Each of the
    # others is the nearest entry of some colour.
    palette: Bytes
    # (N,): The nearest entry of every bin of the histogram, if it is known.
    assignments: Bytes | None
    # (N,): The weighted squared distances of the bins, or of the points that represent them.
    errors: Floats


def fill_palette(
    palette: Bytes,
    palette_size: int,
    feasible: FeasibleSet,
    colors: Bytes,
    errors: Floats,
    weights: Floats,
) -> Bytes:
    """Return a palette filled up to a size with the entries that lower the error most.

    The errors are the weighted squared distances of colours, (N, 3), to the palette. Colours with
    an error of 0 are entries already.
    """
    candidates, gains = feasible.estimate_gains(palette, colors, errors, weights)
    added = candidates[indices_of_largest(gains, palette_size - len(palette))]
    return feasible.make_palette(np.concatenate([palette[feasible.locked_count :], added]))


class ExactRefiner:
    """A histogram prepared for refining palettes on all of its colours.

    The search is fastest with colours along the Z-order curve.

    Attributes
    ----------
    weights : (N,) ndarray of float64
        Those of the colours.
    """

    def __init__(self, histogram: ColorHistogram, feasible: FeasibleSet = ALL_COLORS) -> None:
        self._histogram, self._feasible = histogram, feasible
        self.weights = histogram.weights
        self._prepared = PreparedColors(histogram.colors)

    def refine(self, palette: Bytes, max_colors: int, steps: int) -> EvaluatedPalette:
        """Return a palette improved by at most `steps` of Lloyd's algorithm on 8-bit colours.

        The palette has unique entries, the locked ones first. Of all 8-bit colours, or of those of
        a grid, the rounded mean of a cluster has the least error in it, so that no step makes the
        palette worse. It stops when a step changes nothing. Entries that no colour is mapped to,
        and duplicates, are moved to where the weighted error is largest. Locked entries stay.
        """
        histogram, feasible = self._histogram, self._feasible
        while True:
            assignments, squares = self._prepared.find_nearest(palette)
            # With integer weights these are integers below 2^53, whose sums are exact.
            errors = squares * histogram.weights
            if not steps:
                break
            improved = feasible.round_to_palette(self._free_means(assignments, len(palette)))
            if len(improved) < max_colors:
                improved = fill_palette(
                    improved, max_colors, feasible, histogram.colors, errors, histogram.weights
                )
            if np.array_equal(improved, palette):
                break
            palette = improved
            steps -= 1
        is_used = np.bincount(assignments, minlength=len(palette)) > 0
        is_used[: feasible.locked_count] = True
        if not is_used.all():
            new_entries = (np.cumsum(is_used) - 1).astype(np.uint8)
            palette, assignments = palette[is_used], new_entries[assignments]
        return EvaluatedPalette(float(errors.sum()), palette, assignments, errors)

    def _free_means(self, assignments: Bytes, palette_size: int) -> Floats:
        """Return the weighted means of the colours of every free entry that has any."""
        indices = assignments.astype(np.intp)
        totals = sum_by_label(indices, self._histogram.weights, palette_size)
        is_used = totals > 0
        is_used[: self._feasible.locked_count] = False
        planes = self._histogram.weighted_channels
        sums = [sum_by_label(indices, plane, palette_size)[is_used] for plane in planes]
        return np.stack(sums, axis=1) / totals[is_used, np.newaxis]
