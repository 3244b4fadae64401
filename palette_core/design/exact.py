"""Exact: palettes of 8-bit colours, measured and improved on every colour of a histogram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..colorspaces import by_luminance
from ..histogram import ColorHistogram, largest
from ..nearest import Finder, squared_distances
from ..pixels import Bytes
from .clusters import Floats, add_up


class Measured(NamedTuple):
    """A palette, its error, and what is nearest to which of its entries.

    Attributes
    ----------
    error : float
        The weighted sum of the squared distances of all colours to their nearest entries.
    palette : (K, 3) ndarray of uint8
        Unique entries from dark to light, each the nearest one of some colour.
    labels : (N,) ndarray of uint8
        The nearest entry of every bin of the histogram.
    """

    error: float
    palette: Bytes
    labels: Bytes


def rounded(centers: Floats) -> Bytes:
    """Round (K, 3) centres to 8-bit colours, each once, from dark to light."""
    return by_luminance(np.unique(np.rint(centers).clip(0, 255).astype(np.uint8), axis=0))


class Exact:
    """A histogram prepared for measuring palettes on all of its colours.

    Parameters
    ----------
    histogram : ColorHistogram
        Fastest along the Z-order curve.
    """

    def __init__(self, histogram: ColorHistogram) -> None:
        self._histogram = histogram
        self._finder = Finder(histogram.colors)
        # Not by a product of matrices: BLAS may add up differently on more threads.
        self._square = sum(
            float((plane * channel).sum())
            for plane, channel in zip(histogram.weighted, histogram.colors.T, strict=True)
        )

    def polish(self, palette: Bytes, colors: int, steps: int) -> Measured:
        """Improve a palette by Lloyd's algorithm on 8-bit colours.

        Of all 8-bit colours the rounded mean of a cluster has the least error in it, so that no
        step makes the palette worse. Entries that no colour takes, or that become equal, are put
        where the weighted error is largest.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
            Unique entries from dark to light, at most `colors`.
        colors : int
            How many entries there may be.
        steps : int
            How often to improve it at most, 0 or more: it ends where nothing changes any more.

        Returns
        -------
        Measured
            Not worse than `palette`.
        """
        while True:
            labels = self._finder.nearest(palette)
            totals, sums = self._sums(labels, len(palette))
            used = totals > 0
            if not steps:
                break
            improved = rounded(sums[used] / totals[used, np.newaxis])
            if len(improved) < colors:
                improved = self._filled(improved, colors, palette[labels])
            if np.array_equal(improved, palette):
                break
            palette = improved
            steps -= 1
        # Whole numbers below 2^53 as long as the weights are whole: no digit is lost.
        entries = palette.astype(np.float64)
        error = self._square + float((entries * (totals[:, np.newaxis] * entries - 2 * sums)).sum())
        if not used.all():
            labels = (np.cumsum(used) - 1).astype(np.uint8)[labels]
        return Measured(error, palette[used], labels)

    def _sums(self, labels: Bytes, entries: int) -> tuple[Floats, Floats]:
        """Add up every entry's weights, (K,), and weighted colours, (K, 3)."""
        indices = labels.astype(np.intp)
        sums = [add_up(indices, plane, entries) for plane in self._histogram.weighted]
        return add_up(indices, self._histogram.weights, entries), np.stack(sums, axis=1)

    def _filled(self, palette: Bytes, colors: int, mapped: Bytes) -> Bytes:
        """Give free entries to the colours that have the largest weighted errors now.

        Those that have none are entries already.
        """
        errors = squared_distances(self._histogram.colors, mapped) * self._histogram.weights
        more = self._histogram.colors[largest(errors, colors - len(palette))]
        return by_luminance(np.unique(np.concatenate([palette, more]), axis=0))
