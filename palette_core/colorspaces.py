"""Colour spaces: sRGB as it is stored, and what lies behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .pixels import Bytes

# Rec. 709 primaries, white point D65 (IEC 61966-2-1).
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def srgb_to_linear(rgb: Bytes) -> NDArray[np.float64]:
    """Undo the sRGB transfer function (IEC 61966-2-1).

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8

    Returns
    -------
    (..., 3) ndarray of float64
        Linear light, 0 to 1.
    """
    encoded = rgb / 255.0
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def luminance(rgb: Bytes) -> NDArray[np.float64]:
    """Give the relative luminance of sRGB colours.

    Parameters
    ----------
    rgb : (..., 3) ndarray of uint8

    Returns
    -------
    (...) ndarray of float64
        0 for black to 1 for white.
    """
    weighted: NDArray[np.float64] = np.sum(srgb_to_linear(rgb) * _LUMINANCE, axis=-1)
    return weighted


def by_luminance(colors: Bytes) -> Bytes:
    """Sort (K, 3) colours from dark to light; equally light ones by red, green, blue."""
    red, green, blue = colors.T
    return colors[np.lexsort((blue, green, red, luminance(colors)))]
