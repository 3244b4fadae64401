"""Mapping: the exactly nearest palette entry for every pixel."""

from __future__ import annotations

from .lookup import look_up, used_colors
from .nearest import nearest
from .pixels import Bytes

# With fewer pixels than this, to find their unique colours costs more than it saves.
_TABLE_PAYS = 1 << 16


def map_colors(rgb: Bytes, palette: Bytes, used: Bytes | None = None) -> Bytes:
    """Map every pixel to its nearest palette entry.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    used : (N, 3) ndarray of uint8, optional
        The unique colours of `rgb` where they are known, best along the Z-order curve.

    Returns
    -------
    (...) ndarray of uint8
        As `nearest` gives it.
    """
    if used is None:
        if rgb.size < 3 * _TABLE_PAYS:
            return nearest(rgb.reshape(-1, 3), palette).reshape(rgb.shape[:-1])
        used = used_colors(rgb)
    return look_up(rgb, used, nearest(used, palette))
