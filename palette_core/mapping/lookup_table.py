"""Look-up: what was found for each unique colour, spread over all pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Mask, pack, unpack
from ..color.morton import morton_codes, sort_along_curve
from ..progress import Progress, no_progress
from ..threads import for_each_block

Value = TypeVar("Value", bound=np.generic)

# Pixels are looked up in strips that stay in the cache between packing and looking up.
_STRIP = 1 << 17
# From this many pixels on a table of all 24-bit colours is faster than to sort them.
_TABLE_PAYS = 1 << 20


def find_unique_colors(rgb: Bytes, progress: Progress = no_progress) -> Bytes:
    """Give the unique colours of pixels along the Z-order curve: (..., 3) to (N, 3)."""
    pixels = rgb.reshape(-1, 3)
    unique_colors = np.zeros(1 << 24, np.bool_)

    def mark(strip: slice) -> None:
        unique_colors[pack(pixels[strip])] = True  # whichever thread comes first

    for_each_block(mark, len(pixels), _STRIP, progress)
    return unpack(sort_along_curve(np.flatnonzero(unique_colors).astype(np.uint32)))


class ColorIndex:
    """The unique colours of a picture, and which of them every pixel has.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    unique_colors : (N, 3) ndarray of uint8, optional
        Its unique colours, or more, where they are known.

    Attributes
    ----------
    colors : (N, 3) ndarray of uint8
        The unique colours, or `unique_colors`, best along the Z-order curve.

    Notes
    -----
    Pixels of small pictures are sorted. For large ones there is a table of all 24-bit colours: the
    system takes as long to give the 64 MiB for numbers as sorting half a million pixels does.
    """

    def __init__(self, rgb: Bytes, unique_colors: Bytes | None = None) -> None:
        self._rgb = rgb
        self._places: NDArray[np.uint32] | None = None
        if rgb.size < 3 * _TABLE_PAYS:
            self.colors, self._places = _sorted_out(rgb)
        else:
            self.colors = find_unique_colors(rgb) if unique_colors is None else unique_colors

    def reader(self, values: NDArray[Value]) -> Callable[[slice], NDArray[Value]]:
        """Prepare to read pixels' values.

        Parameters
        ----------
        values : (N,) ndarray
            The value of each colour of `colors`.

        Returns
        -------
        callable
            Takes a slice of the rows, and gives the values of their pixels: (rows, W).
        """
        places, rgb = self._places, self._rgb
        if places is not None:
            return lambda rows: values.take(places[rows], mode="clip")
        table = make_table(self.colors, values)
        return lambda rows: look_up_block(table, rgb[rows])


def _sorted_out(rgb: Bytes) -> tuple[Bytes, NDArray[np.uint32]]:
    """Sort pixels by their places on the Z-order curve: the unique colours, and whose is which."""
    pixels = rgb.reshape(-1, 3)
    # A pixel's colour and its index in one number, which sorts faster than an order is found.
    keys = morton_codes(pixels).astype(np.uint64) << np.uint64(32)
    keys |= np.arange(len(pixels), dtype=np.uint64)
    keys.sort()
    order = keys.astype(np.uint32)  # the lower half
    keys >>= np.uint64(32)
    first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    places = np.empty(len(keys), np.uint32)
    places[order] = np.cumsum(first, dtype=np.uint32) - np.uint32(1)
    return pixels.take(order[first], axis=0), places.reshape(rgb.shape[:-1])


def make_table(unique_colors: Bytes, values: NDArray[Value]) -> NDArray[Value]:
    """Make a table over all 24-bit colours.

    Parameters
    ----------
    unique_colors : (N, 3) ndarray of uint8
    values : (N,) ndarray
        The value of each.

    Returns
    -------
    (2^24,) ndarray
        By packed colour; for colours that are not in `unique_colors`, anything.
    """
    table = np.empty(1 << 24, values.dtype)  # what is not written of it takes no memory
    table[pack(unique_colors)] = values
    return table


def make_membership_table(palette: Bytes) -> Mask:
    """Make a table over all 24-bit colours that tells which are in a palette: (K, 3) to (2^24,)."""
    table = np.zeros(1 << 24, np.bool_)
    table[pack(palette)] = True
    return table


def look_up_block(table: NDArray[Value], rgb: Bytes) -> NDArray[Value]:
    """Give the value of every pixel's colour: (..., 3) to (...)."""
    # "clip" spares NumPy the check of every index, and no index of ours is clipped.
    return table.take(pack(rgb), mode="clip")


def look_up(
    rgb: Bytes, unique_colors: Bytes, values: NDArray[Value], progress: Progress = no_progress
) -> NDArray[Value]:
    """Give every pixel the value of its colour.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    unique_colors : (N, 3) ndarray of uint8
        The unique colours of `rgb`, or more.
    values : (N,) ndarray
        The value of each.
    progress : callable, optional
        Gets fractions from 0 to 1.

    Returns
    -------
    (...) ndarray
        Of the type of `values`.
    """
    return look_up_pixels(make_table(unique_colors, values), rgb, progress)


def look_up_pixels(
    table: NDArray[Value], rgb: Bytes, progress: Progress = no_progress
) -> NDArray[Value]:
    """Give the value of every pixel's colour, strip by strip: (..., 3) to (...)."""
    pixels = rgb.reshape(-1, 3)
    found = np.empty(len(pixels), table.dtype)

    def take(strip: slice) -> None:
        found[strip] = look_up_block(table, pixels[strip])

    for_each_block(take, len(pixels), _STRIP, progress)
    return found.reshape(rgb.shape[:-1])
