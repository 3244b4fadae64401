"""Look-up: what was found for each unique colour, spread over all pixels."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .pixels import Bytes, Mask, pack, unpack
from .threads import for_each_block
from .zorder import along_the_curve

Value = TypeVar("Value", bound=np.generic)

# Pixels are looked up in strips that stay in the cache between packing and looking up.
_STRIP = 1 << 17


def used_colors(rgb: Bytes) -> Bytes:
    """Give the unique colours of pixels along the Z-order curve: (..., 3) to (N, 3)."""
    pixels = rgb.reshape(-1, 3)
    used = np.zeros(1 << 24, np.bool_)

    def mark(strip: slice) -> None:
        used[pack(pixels[strip])] = True  # whichever thread comes first

    for_each_block(mark, len(pixels), _STRIP)
    return unpack(along_the_curve(np.flatnonzero(used).astype(np.uint32)))


def table_of(used: Bytes, values: NDArray[Value]) -> NDArray[Value]:
    """Make a table over all 24-bit colours.

    Parameters
    ----------
    used : (N, 3) ndarray of uint8
    values : (N,) ndarray
        The value of each.

    Returns
    -------
    (2^24,) ndarray
        By packed colour; for colours that are not in `used`, anything.
    """
    table = np.empty(1 << 24, values.dtype)  # what is not written of it takes no memory
    table[pack(used)] = values
    return table


def holding(palette: Bytes) -> Mask:
    """Make a table over all 24-bit colours that tells which are in a palette: (K, 3) to (2^24,)."""
    table = np.zeros(1 << 24, np.bool_)
    table[pack(palette)] = True
    return table


def look_up_in(table: NDArray[Value], rgb: Bytes) -> NDArray[Value]:
    """Give the value of every pixel's colour: (..., 3) to (...)."""
    # "clip" spares NumPy the check of every index, and no index of ours is clipped.
    return table.take(pack(rgb), mode="clip")


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
    return look_up_all(table_of(used, values), rgb)


def look_up_all(table: NDArray[Value], rgb: Bytes) -> NDArray[Value]:
    """Give the value of every pixel's colour, strip by strip: (..., 3) to (...)."""
    pixels = rgb.reshape(-1, 3)
    found = np.empty(len(pixels), table.dtype)

    def take(strip: slice) -> None:
        found[strip] = look_up_in(table, pixels[strip])

    for_each_block(take, len(pixels), _STRIP)
    return found.reshape(rgb.shape[:-1])
