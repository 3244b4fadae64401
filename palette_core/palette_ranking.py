"""Several palettes compared: which of them fits an image best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .color.spaces import ColorSpace
from .errors import PixelsError
from .image.histogram import ColorHistogram
from .mapping.nearest_entry import NearestEntryFinder
from .palette import Palette

_WHITE = np.full((1, 3), 255, np.uint8)


class RankedPalette(NamedTuple):
    """A palette, and how well it fits."""

    palette: Palette
    # The root mean square distance of the pixels from their nearest entries, in the colour space of
    # the mapping and before dithering, in per cent of the distance from black to white.
    error: float
    position: int  # its position among the palettes that were compared, from 0


def rank_by_colors(
    histogram: ColorHistogram, palettes: Sequence[Palette], space: ColorSpace
) -> list[RankedPalette]:
    """Return palettes from the best to the worst fit; of equal ones the earlier comes first.

    The histogram is that of the opaque pixels. They are mapped in the space.

    Raises
    ------
    PixelsError
        If no pixel is opaque.
    """
    if not len(histogram):
        raise PixelsError(
            "every pixel is transparent; lower `alpha_threshold`, or give the image a background",
            "transparent",
        )
    black, white = space.from_srgb(np.vstack([0 * _WHITE, _WHITE])).astype(np.float64)
    unit = np.linalg.norm(white - black) / 100
    ranked = []
    for position, palette in enumerate(palettes):
        finder = NearestEntryFinder(palette.colors, space)
        points, nearest = finder.locate(histogram.colors)
        squares = np.square(points.astype(np.float64) - finder.entries[nearest]).sum(axis=1)
        mean = np.average(squares, weights=histogram.weights)
        ranked.append(RankedPalette(palette, float(np.sqrt(mean) / unit), position))
    return sorted(ranked, key=lambda one: one.error)
