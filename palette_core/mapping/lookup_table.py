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
    """Return the unique colours of pixels, ordered along the Z-order curve.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8

    Returns
    -------
    (N, 3) ndarray of uint8
    """
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

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    unique_colors : (N, 3) ndarray of uint8, optional
        The unique colours if they are known. Additional colours do no harm.
    table_min_pixels : int, optional
        From this number of pixels on a table is used instead of sorting.

    Attributes
    ----------
    colors : (N, 3) ndarray of uint8
        The unique colours or `unique_colors`, preferably along the Z-order curve.

    Notes
    -----
    The pixels of small images are sorted. Large images use a table of all 24-bit colours: to get
    its 64 MiB from the operating system takes as long as sorting half a million pixels.
    """

    def __init__(
        self,
        rgb: Bytes,
        unique_colors: Bytes | None = None,
        table_min_pixels: int = _INDEX_TABLE_MIN_PIXELS,
    ) -> None:
        self._rgb = rgb
        self._indices: NDArray[np.uint32] | None = None
        if rgb.size < 3 * table_min_pixels:
            self.colors, self._indices = _index_by_sorting(rgb)
        else:
            self.colors = find_unique_colors(rgb) if unique_colors is None else unique_colors

    def make_lookup(self, values: NDArray[Value]) -> Callable[[slice], NDArray[Value]]:
        """Return a function from rows to the values of their pixels.

        Parameters
        ----------
        values : (N,) ndarray
            The value of each of `colors`.

        Returns
        -------
        callable
            Takes a slice of the rows and returns an array of shape (rows, W).
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
    """Return a table over all 24-bit colours.

    Parameters
    ----------
    unique_colors : (N, 3) ndarray of uint8
    values : (N,) ndarray
        The value of each colour.

    Returns
    -------
    (2^24,) ndarray
        By packed colour. The value of a colour that is not in `unique_colors` is undefined.
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
    """Return for every pixel the value of its colour.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8
    unique_colors : (N, 3) ndarray of uint8
        The unique colours of `rgb`. Additional colours do no harm.
    values : (N,) ndarray
        The value of each unique colour.

    Returns
    -------
    (...) ndarray
        Of the dtype of `values`.
    """
    return look_up_pixels(make_table(unique_colors, values), rgb, progress)
