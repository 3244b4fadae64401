"""Exact: palettes of 8-bit colours, measured and improved on every colour of a histogram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Bytes
from ..color.spaces import SPACES, ColorSpace
from ..image.histogram import ColorHistogram
from ..mapping.nearest_srgb import PreparedColors
from .constraints import ANYWHERE, Allowed
from .lloyd import Floats, add_up, largest


class Measured(NamedTuple):
    """A palette, its error, and what is nearest to which of its entries.

    Attributes
    ----------
    error : float
        The weighted sum of the squared distances of all colours to their nearest entries.
    palette : (K, 3) ndarray of uint8
        Unique entries, the locked ones first, the others from dark to light and each of these the
        nearest one of some colour.
    labels : (N,) ndarray of uint8, or None
        The nearest entry of every bin of the histogram, where that was asked.
    """

    error: float
    palette: Bytes
    labels: Bytes | None


def rounded(centers: Floats, space: ColorSpace = SPACES["srgb"]) -> Bytes:
    """Round (K, 3) centres in a space to 8-bit sRGB, each colour once, from dark to light."""
    return Allowed(space).rounded(centers)


def filled(
    palette: Bytes,
    entries: int,
    allowed: Allowed,
    colors: Bytes,
    errors: Floats,
    weights: Floats,
) -> Bytes:
    """Give free entries to where the weighted errors, (N,), of colours, (N, 3), are largest.

    Those colours that have none are entries already.
    """
    goals, gains = allowed.goals(palette, colors, errors, weights)
    more = goals[largest(gains, entries - len(palette))]
    return allowed.palette(np.concatenate([palette[allowed.count :], more]))


class Exact:
    """A histogram prepared for measuring palettes on all of its colours.

    Parameters
    ----------
    histogram : ColorHistogram
        Fastest along the Z-order curve.
    allowed : Allowed, optional
        What entries there may be.
    """

    def __init__(self, histogram: ColorHistogram, allowed: Allowed = ANYWHERE) -> None:
        self._histogram, self._allowed = histogram, allowed
        self._prepared = PreparedColors(histogram.colors)

    def polish(self, palette: Bytes, colors: int, steps: int) -> Measured:
        """Improve a palette by Lloyd's algorithm on 8-bit colours.

        Of all 8-bit colours, or of those of a grid, the rounded mean of a cluster has the least
        error in it, so that no step makes the palette worse. Entries that no colour takes, or that
        become equal, are put where the weighted error is largest. Locked ones stay.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
            Unique entries, the locked ones first, at most `colors`.
        colors : int
            How many entries there may be.
        steps : int
            How often to improve it at most, 0 or more: it ends where nothing changes any more.

        Returns
        -------
        Measured
            Not worse than `palette`.
        """
        histogram, allowed = self._histogram, self._allowed
        while True:
            labels, squares = self._prepared.find_nearest(palette)
            # Whole numbers below 2^53 as long as the weights are whole: no digit is lost.
            errors = squares * histogram.weights
            if not steps:
                break
            improved = allowed.rounded(self._means(labels, len(palette)))
            if len(improved) < colors:
                improved = filled(
                    improved, colors, allowed, histogram.colors, errors, histogram.weights
                )
            if np.array_equal(improved, palette):
                break
            palette = improved
            steps -= 1
        used = np.bincount(labels, minlength=len(palette)) > 0
        used[: allowed.count] = True
        if not used.all():
            palette, labels = palette[used], (np.cumsum(used) - 1).astype(np.uint8)[labels]
        return Measured(float(errors.sum()), palette, labels)

    def _means(self, labels: Bytes, entries: int) -> Floats:
        """Give the weighted means of the colours of every free entry that has some."""
        indices = labels.astype(np.intp)
        totals = add_up(indices, self._histogram.weights, entries)
        used = totals > 0
        used[: self._allowed.count] = False
        sums = [add_up(indices, plane, entries)[used] for plane in self._histogram.weighted]
        return np.stack(sums, axis=1) / totals[used, np.newaxis]
