"""Adaptive dithering: flat areas that are not dithered."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Mask
from ..mapping.lookup_table import look_up
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, no_progress, subprogress

# Colours up to this distance, about one unit of CIELAB, count as the same.
_TOLERANCE = 4.5


def find_flat_pixels(
    rgb: Bytes,
    finder: NearestEntryFinder,
    mapped: Bytes,
    opaque: Mask | None,
    unique_colors: Bytes,
    progress: Progress = no_progress,
) -> Mask:
    """Return which pixels are in areas that the palette matches without dithering, (H, W).

    These are pixels that have the same nearest entry in `mapped` as their neighbours, eight except
    at the edges, all with a distance of at most 4.5 from it. Black and white are 442 apart. Pixels
    next to a transparent pixel are not flat.
    """
    points, nearest = finder.locate(unique_colors, subprogress(progress, 0.0, 0.7))
    errors = points - finder.entries[nearest]
    is_near = np.square(errors).sum(axis=1) <= _TOLERANCE**2
    is_flat = look_up(rgb, unique_colors, is_near, subprogress(progress, 0.7, 1.0))
    if opaque is not None:
        is_flat &= opaque
    is_equal = mapped[:, 1:] == mapped[:, :-1]
    is_equal &= is_flat[:, 1:]
    is_equal &= is_flat[:, :-1]
    is_flat[:, 1:] &= is_equal
    is_flat[:, :-1] &= is_equal
    # A pixel is flat if the rows above and below are flat too, with the same entry.
    is_equal = mapped[1:] == mapped[:-1]
    is_equal &= is_flat[1:]
    is_equal &= is_flat[:-1]
    is_flat[1:] &= is_equal
    is_flat[:-1] &= is_equal
    return is_flat
