"""Mapping: the exactly nearest palette entry for every pixel."""

from __future__ import annotations

import numpy as np

from .pixels import Bytes, pack, unpack

# A block of distances that stays in the second-level cache: rows times palette entries.
_BLOCK = 1 << 17
# With fewer pixels than this, a table over all 24-bit colours costs more than it saves.
_TABLE_PAYS = 1 << 16


def nearest(colors: Bytes, palette: Bytes) -> Bytes:
    """Find the nearest palette entry of every colour, in squared sRGB distance.

    Parameters
    ----------
    colors : (N, 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.

    Returns
    -------
    (N,) ndarray of uint8
        Indices into `palette`; of equally near entries the lowest.

    Notes
    -----
    The distance is compared as ``|p|^2 - 2 c.p``, one matrix product. Every term is a whole number
    below 2^24, so that single precision holds it exactly and ties are true ties.
    """
    entries = palette.astype(np.float32)
    columns = np.vstack([-2 * entries.T, (entries * entries).sum(axis=1)])
    rows = max(1, _BLOCK // len(palette))
    found = np.empty(len(colors), np.uint8)
    for start in range(0, len(colors), rows):
        block = colors[start : start + rows]
        homogeneous = np.ones((len(block), 4), np.float32)
        homogeneous[:, :3] = block
        found[start : start + rows] = (homogeneous @ columns).argmin(axis=1)
    return found


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
    shape = rgb.shape[:-1]
    if rgb.size < 3 * _TABLE_PAYS:
        return nearest(rgb.reshape(-1, 3), palette).reshape(shape)
    packed = pack(rgb)
    used = np.zeros(1 << 24, np.bool_)
    used[packed.ravel()] = True
    colors = np.flatnonzero(used)
    table = np.empty(1 << 24, np.uint8)
    table[colors] = nearest(unpack(colors), palette)
    return table[packed]
