"""Mapping: the exactly nearest palette entry for every pixel."""

from __future__ import annotations

import numpy as np

from .nearest import locality_order, nearest
from .pixels import Bytes, pack, unpack
from .threads import for_each_block

# With fewer pixels than this, a table over all 24-bit colours costs more than it saves.
_TABLE_PAYS = 1 << 16
# Pixels are looked up in strips that stay in the cache between packing and looking up.
_STRIP = 1 << 17


def map_colors(rgb: Bytes, palette: Bytes, used: Bytes | None = None) -> Bytes:
    """Map every pixel to its nearest palette entry.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    used : (N, 3) ndarray of uint8, optional
        The unique colours of `rgb`, or more, where they are known already: saves looking for
        them. Fastest along the Z-order curve.

    Returns
    -------
    (...) ndarray of uint8
        As `nearest` gives it.
    """
    pixels = rgb.reshape(-1, 3)
    if len(pixels) < _TABLE_PAYS:
        return nearest(pixels, palette).reshape(rgb.shape[:-1])
    if used is None:
        used = _used_colors(pixels)
        used = used[locality_order(used)]
    table = np.empty(1 << 24, np.uint8)
    table[pack(used)] = nearest(used, palette)
    found = np.empty(len(pixels), np.uint8)

    def look_up(strip: slice) -> None:
        # "clip" spares NumPy the check of every index, and no index of ours is clipped.
        table.take(pack(pixels[strip]), out=found[strip], mode="clip")

    for_each_block(look_up, len(pixels), _STRIP)
    return found.reshape(rgb.shape[:-1])


def _used_colors(pixels: Bytes) -> Bytes:
    """Give the unique colours of (N, 3) pixels."""
    used = np.zeros(1 << 24, np.bool_)
    for start in range(0, len(pixels), _STRIP):
        used[pack(pixels[start : start + _STRIP])] = True
    return unpack(np.flatnonzero(used))
