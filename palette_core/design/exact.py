"""Exact: palettes of 8-bit colours, measured and improved on every colour of a histogram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..colorspaces import SPACES, ColorSpace, by_luminance
from ..histogram import ColorHistogram
from ..nearest import Finder
from ..pixels import Bytes
from .clusters import Floats, add_up, largest


class Measured(NamedTuple):
    """A palette, its error, and what is nearest to which of its entries.

    Attributes
    ----------
    error : float
        The weighted sum of the squared distances of all colours to their nearest entries.
    palette : (K, 3) ndarray of uint8
        Unique entries from dark to light, each the nearest one of some colour.
    labels : (N,) ndarray of uint8, or None
        The nearest entry of every bin of the histogram, where that was asked.
    """

    error: float
    palette: Bytes
    labels: Bytes | None


def rounded(centers: Floats, space: ColorSpace = SPACES["srgb"]) -> Bytes:
    """Round (K, 3) centres in a space to 8-bit sRGB, each colour once, from dark to light."""
    return by_luminance(np.unique(space.to_srgb(centers), axis=0))


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
            labels, squares = self._finder.nearest(palette)
            # Whole numbers below 2^53 as long as the weights are whole: no digit is lost.
            errors = squares * self._histogram.weights
            if not steps:
                break
            improved = rounded(self._means(labels, len(palette)))
            if len(improved) < colors:
                improved = self._filled(improved, colors, errors)
            if np.array_equal(improved, palette):
                break
            palette = improved
            steps -= 1
        used = np.bincount(labels, minlength=len(palette)) > 0
        if not used.all():
            palette, labels = palette[used], (np.cumsum(used) - 1).astype(np.uint8)[labels]
        return Measured(float(errors.sum()), palette, labels)

    def _means(self, labels: Bytes, entries: int) -> Floats:
        """Give the weighted means of the colours of every entry that has some."""
        indices = labels.astype(np.intp)
        totals = add_up(indices, self._histogram.weights, entries)
        used = totals > 0
        sums = [add_up(indices, plane, entries)[used] for plane in self._histogram.weighted]
        return np.stack(sums, axis=1) / totals[used, np.newaxis]

    def _filled(self, palette: Bytes, colors: int, errors: Floats) -> Bytes:
        """Give free entries to the colours that have the largest weighted errors.

        Those that have none are entries already.
        """
        more = self._histogram.colors[largest(errors, colors - len(palette))]
        return by_luminance(np.unique(np.concatenate([palette, more]), axis=0))
