"""The formulas of colour management, as the standards print them, one number at a time.

Slow and plain: the tests compare what the package reads with these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

D65 = (0.3127, 0.3290)
SRGB = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
ADOBE_RGB = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
DISPLAY_P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
BT2020 = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046)
PROPHOTO, D50_XY = (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001), (0.3457, 0.3585)


def srgb_decode(v: float) -> float:
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def srgb_encode(light: float) -> float:
    light = min(max(light, 0.0), 1.0)
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def h273_decode(transfer: int, v: float) -> float:
    """Return linear light by ITU-T H.273, table 3."""
    if transfer in (1, 6, 14, 15):
        return v / 4.5 if v < 0.0812 else ((v + 0.0993) / 1.0993) ** (1 / 0.45)
    if transfer == 7:
        return v / 4 if v < 0.0912 else ((v + 0.1115) / 1.1115) ** (1 / 0.45)
    if transfer == 17:
        return 52.37 / 48 * v**2.6
    by_power = {4: 2.2, 5: 2.8, 8: 1.0}
    return v ** by_power[transfer] if transfer in by_power else srgb_decode(v)


def pq_decode(v: float) -> float:
    """Return light in multiples of 203 cd/m² (SMPTE ST 2084)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = v ** (1 / m2)
    return 10000 / 203 * (max(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)


def to_xyz(primaries: Sequence[float], white: Sequence[float]) -> Matrix:
    """Return the matrix from linear RGB to XYZ (SMPTE RP 177)."""
    red, green, blue = (
        np.array([x / y, 1, (1 - x - y) / y])
        for x, y in zip(primaries[::2], primaries[1::2], strict=True)
    )
    x, y = white
    columns = np.column_stack([red, green, blue])
    gains = np.linalg.inv(columns) @ np.array([x / y, 1, (1 - x - y) / y])
    return columns @ np.diag(gains)


def adapt(source: NDArray[Any], target: NDArray[Any]) -> Matrix:
    """Return Bradford's adaptation from one white, in XYZ, to another."""
    cone = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    return np.linalg.inv(cone) @ np.diag((cone @ target) / (cone @ source)) @ cone


def to_xyz_d50(primaries: Sequence[float], white: Sequence[float]) -> Matrix:
    matrix = to_xyz(primaries, white)
    return adapt(matrix.sum(axis=1), np.array([0.9642, 1.0, 0.8249])) @ matrix


def rgb_to_srgb(
    colors: NDArray[Any],
    decode: Callable[[float], float],
    primaries: Sequence[float],
    white: Sequence[float],
) -> NDArray[np.float64]:
    """Return (N, 3) colours, 0 to 1, as sRGB levels that are not rounded."""
    matrix, target = to_xyz(primaries, white), to_xyz(SRGB, D65)
    whole = np.linalg.inv(target) @ adapt(matrix.sum(axis=1), target.sum(axis=1)) @ matrix
    light = np.array([[decode(v) for v in color] for color in colors.tolist()]) @ whole.T
    return np.array([[255 * srgb_encode(v) for v in color] for color in light.tolist()])
