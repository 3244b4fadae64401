"""CIEDE2000: the colour difference that the CIE recommends, and the field states targets in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from .spaces import linear_to_cielab, srgb_to_linear

Floats = NDArray[np.floating]

# Rows are compared in blocks whose intermediate results stay in the cache.
_BLOCK = 1 << 14
# Chroma below this is grey, whose hue is but rounding.
_GREY = 1e-3
# Differences are multiples of one over this, so that their sums are exact in any order.
_STEPS_A_UNIT = 1 << 16
_25_TO_THE_7 = 25.0**7


def measure_srgb_differences(first: Bytes, second: Bytes) -> NDArray[np.float32]:
    """Measure the differences of sRGB colours, pair by pair.

    Parameters
    ----------
    first, second : (N, 3) ndarray of uint8

    Returns
    -------
    (N,) ndarray of float32
        As `ciede2000` gives them, under D65: 0 for equal colours, about 1 where a difference can
        just be seen, 100 for black and white. Right to about 0.001, and rounded to multiples of
        2^-16, of which double precision adds up billions without loss.
    """
    found = np.empty(len(first), np.float32)
    for start in range(0, len(first), _BLOCK):
        rows = slice(start, start + _BLOCK)
        # Single precision takes a fifth of the time, and 8-bit colours need no more.
        lights = (srgb_to_linear(colors[rows]).astype(np.float32) for colors in (first, second))
        differences = ciede2000(*map(linear_to_cielab, lights))
        found[rows] = np.rint(differences * _STEPS_A_UNIT) / _STEPS_A_UNIT
    return found


def ciede2000(first: Floats, second: Floats) -> Floats:
    """Measure the differences of colours in CIELAB, pair by pair.

    Parameters
    ----------
    first, second : (N, 3) ndarray of float
        L*, a* and b*.

    Returns
    -------
    (N,) ndarray of float
        Of the type of the colours; at least 0, and to the last bit the same with the two
        exchanged. The formula's weights k_L, k_C and k_H are 1.

    References
    ----------
    G. Sharma, W. Wu, E. N. Dalal, The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations, Color Research and Application 30,
    2005, whose order these lines follow.
    """
    lightness, a, b = np.stack([first.T, second.T], axis=1)
    a = a * (1.5 - 0.5 * _share_of_chroma(_mean(np.sqrt(a * a + b * b))))
    chroma = np.sqrt(a * a + b * b)
    hue = np.arctan2(b, a)
    hue = np.where(hue < 0, hue + 2 * math.pi, hue)
    grey = (chroma < _GREY).any(axis=0)
    hue[chroma < _GREY] = 0

    turn = hue[1] - hue[0]
    turn -= (np.abs(turn) > math.pi) * np.copysign(2 * math.pi, turn)
    d_lightness, d_chroma = lightness[1] - lightness[0], chroma[1] - chroma[0]
    d_hue = 2 * np.sqrt(chroma[0] * chroma[1]) * np.sin(np.where(grey, 0, turn) / 2)

    mean_chroma, mean_hue = _mean(chroma), _mean_hue(hue, grey)
    from_50 = np.square(_mean(lightness) - 50)
    d_lightness /= 1 + 0.015 * from_50 / np.sqrt(20 + from_50)
    d_chroma /= 1 + 0.045 * mean_chroma
    d_hue /= 1 + 0.015 * mean_chroma * _hue_weight(mean_hue)

    around_blue = np.exp(-np.square((mean_hue - math.radians(275)) / math.radians(25)))
    rotation = -2 * _share_of_chroma(mean_chroma) * np.sin(math.radians(60) * around_blue)
    squares = d_lightness**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue
    found: Floats = np.sqrt(np.maximum(squares, 0))
    return found


def _mean(pair: Floats) -> Floats:
    mean: Floats = (pair[0] + pair[1]) / 2
    return mean


def _share_of_chroma(chroma: Floats) -> Floats:
    """Give 0 for greys to 1 for colours of very high chroma."""
    power = chroma**7
    share: Floats = np.sqrt(power / (power + _25_TO_THE_7))
    return share


def _mean_hue(hue: Floats, grey: NDArray[np.bool_]) -> Floats:
    """Give the hue in the middle of the shorter arc; beside a grey that of the other colour."""
    total = hue[0] + hue[1]
    across = np.abs(hue[1] - hue[0]) > math.pi
    opposite = np.where(total < 2 * math.pi, math.pi, -math.pi).astype(hue.dtype)
    middle: Floats = np.where(grey, total, total / 2 + across * opposite)
    return middle


def _hue_weight(hue: Floats) -> Floats:
    """Give the term T, by which differences in hue count."""
    weight: Floats = (
        1
        - 0.17 * np.cos(hue - math.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + math.radians(6))
        - 0.20 * np.cos(4 * hue - math.radians(63))
    )
    return weight
