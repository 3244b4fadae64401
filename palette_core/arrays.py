"""Array types, and the packing of sRGB colours into 24-bit integers."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Packed: TypeAlias = NDArray[np.uint32]


def pack(rgb: Bytes) -> Packed:
    """Return sRGB colours packed into integers 0xRRGGBB.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8

    Returns
    -------
    (...) ndarray of uint32
    """
    packed = rgb[..., 0].astype(np.uint32)
    for channel in (1, 2):
        packed <<= 8
        packed |= rgb[..., channel]
    return packed


def unpack(packed: NDArray[np.unsignedinteger] | NDArray[np.signedinteger]) -> Bytes:
    """Return the sRGB colours of packed integers, the inverse of `pack`.

    Parameters
    ----------
    packed : (...) ndarray of integers 0xRRGGBB

    Returns
    -------
    (..., 3) ndarray of uint8
    """
    channels = [(packed >> shift & 0xFF).astype(np.uint8) for shift in (16, 8, 0)]
    return np.stack(channels, axis=-1)
