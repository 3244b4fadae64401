"""Array types, and the packing of sRGB colours into 24-bit integers."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Packed: TypeAlias = NDArray[np.uint32]
Indices: TypeAlias = NDArray[np.intp]
Singles: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
AnyFloats: TypeAlias = NDArray[np.floating]

# With fewer pixels than this, reading whole words does not pay.
_MIN_WORDS = 2048


def pack(rgb: Bytes) -> Packed:
    """Return sRGB colours packed into integers 0xRRGGBB, (..., 3) to (...).

    Any strides are possible. It is fastest where pixels are evenly spaced, as in RGB and RGBA
    arrays.
    """
    pixels = rgb.reshape(-1, 3)
    packed = np.empty(len(pixels), np.uint32)
    spacing, adjacent = pixels.strides
    words = len(pixels) - 1 if spacing >= 3 and adjacent == 1 else 0
    if words >= _MIN_WORDS:
        # Four bytes are read for each pixel but the last, after which the array may end. The
        # fourth belongs to the next pixel, or is alpha, and is shifted out.
        quads = as_strided(pixels, (words, 4), (spacing, 1), writeable=False)
        np.right_shift(quads.view(">u4")[:, 0], 8, out=packed[:words])
        pixels, rest = pixels[words:], packed[words:]
    else:
        rest = packed
    rest[:] = pixels[:, 0]
    for channel in (1, 2):
        rest <<= 8
        rest |= pixels[:, channel]
    return packed.reshape(rgb.shape[:-1])


def unpack(packed: NDArray[np.unsignedinteger] | NDArray[np.signedinteger]) -> Bytes:
    """Return the sRGB colours of packed integers, (...) to (..., 3), the inverse of `pack`."""
    rgb = np.empty((*packed.shape, 3), np.uint8)
    for channel, shift in enumerate((16, 8, 0)):
        rgb[..., channel] = packed >> shift  # the assignment keeps the lowest 8 bits
    return rgb


def sum_neighbors(values: NDArray[Any]) -> NDArray[Any]:
    """Return the sums over 3 x 3 values of an (H, W, ...) array, with zeros beyond its edges."""
    for axis in (0, 1):
        total = values.copy()
        ahead, behind = np.moveaxis(total, axis, 0), np.moveaxis(values, axis, 0)
        ahead[1:] += behind[:-1]
        ahead[:-1] += behind[1:]
        values = total
    return values


def sort_unique(colors: Bytes) -> Bytes:
    """Return each of (N, 3) colours once, sorted by red, green and blue.

    It is `numpy.unique` without masked arrays, which NumPy would import for it.
    """
    packed = np.sort(pack(colors))
    return unpack(packed[np.append(True, packed[1:] != packed[:-1])[: len(packed)]])
