"""Look-up tables: from a value for every unique colour to a value for every pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Mask, pack, unpack
from ..color.morton import colors_of_codes, morton_codes, radix_argsort, sort_codes
from ..image.histogram import ColorHistogram
from ..progress import Progress, no_progress
from ..threads import for_each_block

Value = TypeVar("Value", bound=np.generic)

# Pixels are processed in blocks that stay in the cache between packing and looking up.
_BLOCK = 1 << 17
# From these numbers of pixels on, a table of all 24-bit colours is faster than sorting.
_PRESENCE_TABLE_MIN_PIXELS = 1 << 19
_INDEX_TABLE_MIN_PIXELS = 1 << 20


def find_unique_colors(rgb: Bytes, progress: Progress = no_progress) -> Bytes:
    """Return the unique colours of pixels, (..., 3) to (N, 3), ordered along the Z-order curve."""
    pixels = rgb.reshape(-1, 3)
    if len(pixels) < _PRESENCE_TABLE_MIN_PIXELS:
        return ColorHistogram.unique(pixels, progress=progress).colors
    is_present = np.zeros(1 << 24, np.bool_)

    def mark(block: slice) -> None:
        # All threads write the same value. NumPy is faster if it need not convert the indices.
        is_present[pack(pixels[block]).astype(np.intp)] = True

    for_each_block(mark, len(pixels), _BLOCK, progress)
    codes = morton_codes(unpack(np.flatnonzero(is_present)))
    return colors_of_codes(sort_codes(codes))


class ColorIndex:
    """The unique colours of an image, and the colour that each pixel has.

    If the unique colours are known they can be given. Additional colours do no harm.

    Attributes
    ----------
    colors : (N, 3) ndarray of uint8
        The unique colours or the given ones, preferably along the Z-order curve.

    Notes
    -----
    The pixels of small images are sorted. Large images use a table of all 24-bit colours: to get
    its 64 MiB from the operating system takes as long as sorting half a million pixels.
    """

    def __init__(self, rgb: Bytes, unique_colors: Bytes | None = None) -> None:
        self._rgb = rgb
        self._indices: NDArray[np.uint32] | None = None
        if rgb.size < 3 * _INDEX_TABLE_MIN_PIXELS:
            self.colors, self._indices = _index_by_sorting(rgb)
        else:
            self.colors = find_unique_colors(rgb) if unique_colors is None else unique_colors

    def make_lookup(self, values: NDArray[Value]) -> Callable[[slice], NDArray[Value]]:
        """Return a function from a slice of the rows to the values of their pixels, (rows, W).

        The values, (N,), are those of `colors`.
        """
        indices, rgb = self._indices, self._rgb
        if indices is not None:
            return lambda rows: values.take(indices[rows], mode="clip")
        table = make_table(self.colors, values)
        return lambda rows: look_up_block(table, rgb[rows])


def _index_by_sorting(rgb: Bytes) -> tuple[Bytes, NDArray[np.uint32]]:
    """Return the unique colours along the Z-order curve, and the index of every pixel's colour."""
    pixels = rgb.reshape(-1, 3)
    codes = morton_codes(pixels)
    order = radix_argsort(codes)
    codes = codes[order]
    is_first = np.ones(len(codes), np.bool_)
    np.not_equal(codes[1:], codes[:-1], out=is_first[1:])
    indices = np.empty(len(codes), np.uint32)
    indices[order] = np.cumsum(is_first, dtype=np.uint32) - np.uint32(1)
    return colors_of_codes(codes[is_first]), indices.reshape(rgb.shape[:-1])


def make_table(unique_colors: Bytes, values: NDArray[Value]) -> NDArray[Value]:
    """Return a table of the values, (N,), of unique colours, (N, 3), by packed colour: (2^24,).

    The value of a colour that is not among them is undefined.
    """
    table = np.empty(1 << 24, values.dtype)  # pages that are not written take no memory
    table[pack(unique_colors)] = values
    return table


def make_membership_table(palette: Bytes) -> Mask:
    """Return which of all 24-bit colours are in a palette: (K, 3) to (2^24,)."""
    table = np.zeros(1 << 24, np.bool_)
    table[pack(palette)] = True
    return table


def look_up_block(table: NDArray[Value], rgb: Bytes) -> NDArray[Value]:
    """Return the value of every pixel's colour, (..., 3) to (...)."""
    # With "clip" NumPy does not check the indices, all of which are valid.
    return table.take(pack(rgb), mode="clip")


def look_up_pixels(
    table: NDArray[Value], rgb: Bytes, progress: Progress = no_progress
) -> NDArray[Value]:
    """Return the value of every pixel's colour, (..., 3) to (...), computed in blocks."""
    pixels = rgb.reshape(-1, 3)
    result = np.empty(len(pixels), table.dtype)

    def look_up_in_block(block: slice) -> None:
        result[block] = look_up_block(table, pixels[block])

    for_each_block(look_up_in_block, len(pixels), _BLOCK, progress)
    return result.reshape(rgb.shape[:-1])


def look_up(
    rgb: Bytes, unique_colors: Bytes, values: NDArray[Value], progress: Progress = no_progress
) -> NDArray[Value]:
    """Return for every pixel the value of its colour, (..., 3) to (...).

    The values, (N,), are those of the unique colours, (N, 3). Additional colours do no harm.
    """
    return look_up_pixels(make_table(unique_colors, values), rgb, progress)
