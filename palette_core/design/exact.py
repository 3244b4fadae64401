"""Exact: palettes of 8-bit colours, measured and improved on every colour of a histogram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..histogram import ColorHistogram
from ..nearest import nearest, squared_distances
from ..pixels import Bytes
from .clusters import Floats, add_up


class Measured(NamedTuple):
    """A palette and its error.

    Attributes
    ----------
    error : float
        The weighted sum of the squared distances of all colours to their nearest entries.
    palette : (K, 3) ndarray of uint8
        Unique entries, each the nearest one of some colour.
    """

    error: float
    palette: Bytes


def rounded(centers: Floats) -> Bytes:
    """Round (K, 3) centres to 8-bit colours, each once, ordered by red, green, blue."""
    return np.unique(np.rint(centers).clip(0, 255).astype(np.uint8), axis=0)


def polish(histogram: ColorHistogram, palette: Bytes, colors: int, steps: int) -> Measured:
    """Improve a palette by Lloyd's algorithm on 8-bit colours.

    Of all 8-bit colours the rounded mean of a cluster has the least error in it, so that no step
    makes the palette worse. Entries that no colour takes, or that become equal, are put where the
    weighted error is largest.

    Parameters
    ----------
    histogram : ColorHistogram
        Fastest along the Z-order curve.
    palette : (K, 3) ndarray of uint8
        Unique entries, at most `colors`.
    colors : int
        How many entries there may be.
    steps : int
        How often to try at most, 0 or more: it ends where nothing changes any more.

    Returns
    -------
    Measured
        Not worse than `palette`.
    """
    planes = histogram.colors.T * histogram.weights
    for step in range(steps + 1):
        labels = nearest(histogram.colors, palette)
        errors = squared_distances(histogram.colors, palette[labels]) * histogram.weights
        totals = add_up(labels, histogram.weights, len(palette))
        used = totals > 0
        found = Measured(float(errors.sum()), palette[used])
        if step == steps:
            break
        sums = np.stack([add_up(labels, plane, len(palette)) for plane in planes], axis=1)
        improved = _filled(
            rounded(sums[used] / totals[used, np.newaxis]), colors, histogram, errors
        )
        if np.array_equal(improved, palette):
            break
        palette = improved
    return found


def _filled(palette: Bytes, colors: int, histogram: ColorHistogram, errors: Floats) -> Bytes:
    """Give free entries to the colours with the largest weighted errors."""
    free = colors - len(palette)
    if not free:
        return palette
    worst = np.argsort(-errors, kind="stable")[:free]
    return np.unique(np.concatenate([palette, histogram.colors[worst[errors[worst] > 0]]]), axis=0)
