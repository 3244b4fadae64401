"""Mapping: the exactly nearest palette entry for every pixel."""

from __future__ import annotations

from .lookup import look_up, used_colors
from .nearest import nearest
from .pixels import Bytes
from .progress import Progress, part, silent

# With fewer pixels than this, to find their unique colours costs more than it saves.
_TABLE_PAYS = 1 << 16


def map_colors(
    rgb: Bytes, palette: Bytes, used: Bytes | None = None, progress: Progress = silent
) -> Bytes:
    """Map every pixel to its nearest palette entry.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    palette : (K, 3) ndarray of uint8
        1 to 256 entries.
    used : (N, 3) ndarray of uint8, optional
        The unique colours of `rgb` where they are known, best along the Z-order curve.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Returns
    -------
    (...) ndarray of uint8
        As `nearest` gives it.
    """
    if used is None:
        if rgb.size < 3 * _TABLE_PAYS:
            return nearest(rgb.reshape(-1, 3), palette).reshape(rgb.shape[:-1])
        used = used_colors(rgb, part(progress, 0.0, 0.3))
    entries = nearest(used, palette, part(progress, 0.3, 0.8))
    return look_up(rgb, used, entries, part(progress, 0.8, 1.0))
