"""Calm pixels: where adaptive dithering leaves a picture alone."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Mask
from ..mapping.lookup_table import look_up
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, no_progress, subprogress

# As far apart two colours may be that pass for the same: about one unit of CIELAB.
_TOLERANCE = 4.5


def find_flat_pixels(
    rgb: Bytes,
    finder: NearestEntryFinder,
    mapped: Bytes,
    opaque: Mask | None,
    unique_colors: Bytes,
    progress: Progress = no_progress,
) -> Mask:
    """Find the pixels in areas that the palette matches without dithering.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    finder : NearestEntryFinder
    mapped : (H, W) ndarray of uint8
        Every pixel's nearest entry.
    opaque : (H, W) ndarray of bool, or None
        Next to a transparent pixel none is calm.
    unique_colors : (N, 3) ndarray of uint8
        The unique colours of `rgb`.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Returns
    -------
    (H, W) ndarray of bool
        True where the pixel and its eight neighbours, as far as there are any, have the same
        nearest entry and are no farther from it than 4.5 units of the space, of which black and
        white are 442 apart.
    """
    points, nearest = finder.locate(unique_colors, subprogress(progress, 0.0, 0.7))
    missed = points - finder.entries[nearest]
    near = np.square(missed).sum(axis=1) <= _TOLERANCE**2
    close = look_up(rgb, unique_colors, near, subprogress(progress, 0.7, 1.0))
    if opaque is not None:
        close &= opaque
    same = mapped[:, 1:] == mapped[:, :-1]
    same &= close[:, 1:]
    same &= close[:, :-1]
    close[:, 1:] &= same
    close[:, :-1] &= same
    # Of rows that are calm in themselves, three in the same entry.
    same = mapped[1:] == mapped[:-1]
    same &= close[1:]
    same &= close[:-1]
    close[1:] &= same
    close[:-1] &= same
    return close
