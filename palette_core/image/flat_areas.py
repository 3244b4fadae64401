"""Flat areas: colours that cover whole neighbourhoods of an image."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, pack, unpack
from .pixels import Pixels

# A colour is flat if this share of its pixels is inside, with the same colour on all four sides.
# The squares of pixel art have this share from 4 x 4 pixels on. Thin strokes of letters have less.
_INSIDE_SHARE = 0.25
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
    if min(height, width) < 3:
        return np.zeros((0, 3), np.uint8)
    stride = 1 + height * width // _MAX_PIXELS
    rows = np.arange(1, height - 1, stride)
    above, here, below = (
        pack(image.rgb[rows + offset]).reshape(len(rows), width) for offset in (-1, 0, 1)
    )
    inner = here[:, 1:-1]
    is_inside = (inner == here[:, :-2]) & (inner == here[:, 2:])
    for row in (above, below):
        is_inside &= inner == row[:, 1:-1]
    if image.opaque is not None:
        is_inside &= image.opaque[rows, 1:-1]
    colors, inside = np.unique(inner[is_inside], return_counts=True)
    least = _AREA_SHARE * inner.size
    flat = []
    for color, count in zip(colors.tolist(), inside.tolist(), strict=True):
        if count >= _INSIDE_SHARE * least:
            pixels = np.count_nonzero(inner == color)
            if pixels >= least and count >= _INSIDE_SHARE * pixels:
                flat.append(color)
    return unpack(np.array(flat, np.uint32))
