"""Solid regions: colours that cover small regions of an image, or strokes."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Mask, Packed, pack, unpack
from .pixels import Pixels

# A colour with fewer pixels inside solid regions is a speck: a share of the image, and at least.
_MIN_SHARE = 0.0003
_MIN_PIXELS = 8
# In large images about this many pixels are looked at, in evenly distributed rows.
_MAX_PIXELS = 1 << 17


def find_solid_colors(image: Pixels) -> Bytes:
    """Return the colours of solid regions that have at least 0.03 % of an image.

    A pixel is inside a solid region if it equals both neighbours in its row, or both in its column.
    It also equals one of its other two neighbours, or is not between them in all channels. So the
    thin strokes of letters are solid. Noise and the mixes of colours along edges are not.

    Parameters
    ----------
    image : Pixels
        Loose colours have no regions.

    Returns
    -------
    (S, 3) ndarray of uint8
    """
    height, width = image.shape if len(image.shape) == 2 else (0, 0)
    if min(height, width) < 3:
        return np.zeros((0, 3), np.uint8)
    rows = np.arange(1, height - 1, 1 + height * width // _MAX_PIXELS)
    above, here, below = (
        pack(image.rgb[rows + offset]).reshape(len(rows), width) for offset in (-1, 0, 1)
    )
    inner, left, right = here[:, 1:-1], here[:, :-2], here[:, 2:]
    above, below = above[:, 1:-1], below[:, 1:-1]
    is_inside = _find_runs(inner, (left, right), (above, below))
    is_inside |= _find_runs(inner, (above, below), (left, right))
    if image.opaque is not None:
        is_inside &= image.opaque[rows, 1:-1]
    colors, inside = np.unique(inner[is_inside], return_counts=True)
    return unpack(colors[inside >= max(_MIN_PIXELS, _MIN_SHARE * inner.size)])


def _find_runs(inner: Packed, along: tuple[Packed, Packed], across: tuple[Packed, Packed]) -> Mask:
    """Return which pixels equal both neighbours along a run, and are no mix of those across it."""
    is_run: Mask = (inner == along[0]) & (inner == along[1])
    is_thin = is_run & (inner != across[0]) & (inner != across[1])
    colors, one, other = (unpack(plane[is_thin]) for plane in (inner, *across))
    is_between = (np.minimum(one, other) <= colors) & (colors <= np.maximum(one, other))
    is_run[is_thin] = ~is_between.all(axis=1)
    return is_run
