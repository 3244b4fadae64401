"""CIEDE2000, the colour difference that the CIE recommends."""

from __future__ import annotations

import math

import numpy as np

from ..arrays import AnyFloats, Bytes, Mask, Singles
from .spaces import linear_to_cielab, srgb_to_linear

# Colours are compared in blocks, so that the intermediate results stay in the cache.
_BLOCK = 1 << 14
# Below this chroma the hue is rounding error, so that the colour counts as grey.
_GREY_CHROMA = 1e-3
# Differences are rounded to multiples of one over this, which makes their sums exact.
_STEPS_PER_UNIT = 1 << 16
_25_TO_THE_7 = 25.0**7


def measure_srgb_differences(first: Bytes, second: Bytes) -> Singles:
    """Return the CIEDE2000 differences of pairs of sRGB colours, (N, 3) each to (N,), under D65.

    They are 0 for equal colours, about 1 for a just noticeable difference, and 100 for black and
    white. The values are accurate to about 0.001 and are multiples of 2^-16, so that double
    precision sums billions of them exactly.
    """
    result = np.empty(len(first), np.float32)
    for start in range(0, len(first), _BLOCK):
        rows = slice(start, start + _BLOCK)
        # Single precision takes a fifth of the time and is enough for 8-bit colours.
        linear = (srgb_to_linear(colors[rows]).astype(np.float32) for colors in (first, second))
        differences = ciede2000(*map(linear_to_cielab, linear))
        result[rows] = np.rint(differences * _STEPS_PER_UNIT) / _STEPS_PER_UNIT
    return result


def ciede2000(first: AnyFloats, second: AnyFloats) -> AnyFloats:
    """Return the CIEDE2000 differences of pairs of CIELAB colours, (N, 3) each to (N,).

    They are at least 0, and of the dtype of the colours. Exchanging `first` and `second` does not
    change a bit. The formula's weights k_L, k_C and k_H are 1.

    References
    ----------
    G. Sharma, W. Wu, E. N. Dalal, The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations, Color Research and Application 30,
    2005. The code follows the order of this paper.
    """
    lightness, a, b = np.stack([first.T, second.T], axis=1)
    a = a * (1.5 - 0.5 * _chroma_factor(_mean(np.sqrt(a * a + b * b))))
    chroma = np.sqrt(a * a + b * b)
    hue = np.arctan2(b, a)
    hue = np.where(hue < 0, hue + 2 * math.pi, hue)
    has_grey = (chroma < _GREY_CHROMA).any(axis=0)
    hue[chroma < _GREY_CHROMA] = 0

    turn = hue[1] - hue[0]
    turn -= (np.abs(turn) > math.pi) * np.copysign(2 * math.pi, turn)
    d_lightness, d_chroma = lightness[1] - lightness[0], chroma[1] - chroma[0]
    d_hue = 2 * np.sqrt(chroma[0] * chroma[1]) * np.sin(np.where(has_grey, 0, turn) / 2)

    mean_chroma, mean_hue = _mean(chroma), _mean_hue(hue, has_grey)
    from_50 = np.square(_mean(lightness) - 50)
    d_lightness /= 1 + 0.015 * from_50 / np.sqrt(20 + from_50)
    d_chroma /= 1 + 0.045 * mean_chroma
    d_hue /= 1 + 0.015 * mean_chroma * _hue_weight(mean_hue)

    around_blue = np.exp(-np.square((mean_hue - math.radians(275)) / math.radians(25)))
    rotation = -2 * _chroma_factor(mean_chroma) * np.sin(math.radians(60) * around_blue)
    squares = d_lightness**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue
    differences: AnyFloats = np.sqrt(np.maximum(squares, 0))
    return differences


def _mean(pair: AnyFloats) -> AnyFloats:
    mean: AnyFloats = (pair[0] + pair[1]) / 2
    return mean


def _chroma_factor(chroma: AnyFloats) -> AnyFloats:
    """Return a factor from 0 for greys to 1 for colours of very high chroma."""
    power = chroma**7
    return np.sqrt(power / (power + _25_TO_THE_7))


def _mean_hue(hue: AnyFloats, has_grey: Mask) -> AnyFloats:
    """Return the middle of the shorter arc; of a pair with a grey the other colour's hue."""
    total = hue[0] + hue[1]
    across = np.abs(hue[1] - hue[0]) > math.pi
    opposite = np.where(total < 2 * math.pi, math.pi, -math.pi).astype(hue.dtype)
    middle: AnyFloats = np.where(has_grey, total, total / 2 + across * opposite)
    return middle


def _hue_weight(hue: AnyFloats) -> AnyFloats:
    """Return the paper's term T, the weight of hue differences."""
    weight: AnyFloats = (
        1
        - 0.17 * np.cos(hue - math.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + math.radians(6))
        - 0.20 * np.cos(4 * hue - math.radians(63))
    )
    return weight
