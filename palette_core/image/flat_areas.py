"""Flat areas: colours that cover whole neighbourhoods of an image."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, pack, unpack
from .pixels import Pixels

# A pixel is inside a flat area if the pixels this far away in its row and its column are equal.
_DISTANCE = 3
# A colour is flat if this share of its pixels is inside a flat area. A band of a gradient that is
# narrower than twelve pixels has less.
_INSIDE_SHARE = 0.5
# A colour with a smaller share of the pixels is no area.
_AREA_SHARE = 0.005
# In large images about this many pixels are looked at, in evenly distributed rows.
_MAX_PIXELS = 1 << 18


def find_flat_colors(image: Pixels) -> Bytes:
    """Return the colours of flat areas that have at least 0.5 % of an image.

    Parameters
    ----------
    image : Pixels
        Loose colours have no areas.

    Returns
    -------
    (F, 3) ndarray of uint8
    """
    height, width = image.shape if len(image.shape) == 2 else (0, 0)
    if min(height, width) <= 2 * _DISTANCE:
        return np.zeros((0, 3), np.uint8)
    stride = 1 + height * width // _MAX_PIXELS
    rows = np.arange(_DISTANCE, height - _DISTANCE, stride)
    above, here, below = (
        pack(image.rgb[rows + offset]).reshape(len(rows), width)
        for offset in (-_DISTANCE, 0, _DISTANCE)
    )
    inner = here[:, _DISTANCE:-_DISTANCE]
    is_inside = (inner == here[:, : -2 * _DISTANCE]) & (inner == here[:, 2 * _DISTANCE :])
    for row in (above, below):
        is_inside &= inner == row[:, _DISTANCE:-_DISTANCE]
    if image.opaque is not None:
        is_inside &= image.opaque[rows, _DISTANCE:-_DISTANCE]
    colors, inside = np.unique(inner[is_inside], return_counts=True)
    is_large = inside >= _INSIDE_SHARE * _AREA_SHARE * inner.size
    flat = [
        color
        for color, count in zip(colors[is_large], inside[is_large], strict=True)
        if count >= _INSIDE_SHARE * np.count_nonzero(inner == color)
    ]
    return unpack(np.array(flat, np.uint32))
