"""Look-up: what was found for each unique colour, spread over all pixels."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .histogram import ColorHistogram
from .pixels import Bytes, pack
from .threads import for_each_block

Value = TypeVar("Value", bound=np.generic)

# Pixels are looked up in strips that stay in the cache between packing and looking up.
_STRIP = 1 << 17


def used_colors(rgb: Bytes) -> Bytes:
    """Give the unique colours of pixels along the Z-order curve: (..., 3) to (N, 3)."""
    return ColorHistogram.unique(rgb.reshape(-1, 3)).along_z_curve().colors


def look_up(rgb: Bytes, used: Bytes, values: NDArray[Value]) -> NDArray[Value]:
    """Give every pixel the value of its colour.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    used : (N, 3) ndarray of uint8
        The unique colours of `rgb`, or more.
    values : (N,) ndarray
        The value of each.

    Returns
    -------
    (...) ndarray
        Of the type of `values`.
    """
    pixels = rgb.reshape(-1, 3)
    # Only what is written of it takes memory.
    table = np.empty(1 << 24, values.dtype)
    table[pack(used)] = values
    found = np.empty(len(pixels), values.dtype)

    def take(strip: slice) -> None:
        # "clip" spares NumPy the check of every index, and no index of ours is clipped.
        table.take(pack(pixels[strip]), out=found[strip], mode="clip")

    for_each_block(take, len(pixels), _STRIP)
    return found.reshape(rgb.shape[:-1])
