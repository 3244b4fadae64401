"""Mapping: the exactly nearest palette entry for every pixel."""

from __future__ import annotations

import numpy as np

from .nearest import nearest
from .pixels import Bytes, pack, unpack
from .threads import for_each_block
from .zorder import morton_codes, sorting_order

# With fewer pixels than this, to find their unique colours costs more than it saves.
_TABLE_PAYS = 1 << 16
# Pixels are looked up in strips that stay in the cache between packing and looking up.
_STRIP = 1 << 17


def map_colors(rgb: Bytes, palette: Bytes) -> Bytes:
    """Map every pixel to its nearest palette entry.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.

    Returns
    -------
    (...) ndarray of uint8
        As `nearest` gives it.
    """
    pixels = rgb.reshape(-1, 3)
    if len(pixels) < _TABLE_PAYS:
        return nearest(pixels, palette).reshape(rgb.shape[:-1])
    used = _used_colors(pixels)
    return look_up(rgb, used, nearest(used, palette))


def look_up(rgb: Bytes, colors: Bytes, entries: Bytes) -> Bytes:
    """Give every pixel the entry of its colour.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    colors : (N, 3) ndarray of uint8
        The unique colours of `rgb`, or more.
    entries : (N,) ndarray of uint8
        What each of them is mapped to.

    Returns
    -------
    (...) ndarray of uint8
    """
    pixels = rgb.reshape(-1, 3)
    table = np.empty(1 << 24, np.uint8)
    table[pack(colors)] = entries
    found = np.empty(len(pixels), np.uint8)

    def take(strip: slice) -> None:
        # "clip" spares NumPy the check of every index, and no index of ours is clipped.
        table.take(pack(pixels[strip]), out=found[strip], mode="clip")

    for_each_block(take, len(pixels), _STRIP)
    return found.reshape(rgb.shape[:-1])


def _used_colors(pixels: Bytes) -> Bytes:
    """Give the unique colours of (N, 3) pixels along the Z-order curve."""
    used = np.zeros(1 << 24, np.bool_)
    for start in range(0, len(pixels), _STRIP):
        used[pack(pixels[start : start + _STRIP])] = True
    packed = np.flatnonzero(used).astype(np.uint32)
    return unpack(packed[sorting_order(morton_codes(unpack(packed)))])
