"""RGB encodings: transfer functions and primaries, and the conversion to 8-bit sRGB."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Bytes, Floats, Singles
from ..threads import for_each_block
from .spaces import linear_to_srgb, srgb_to_linear

Curve = Callable[[Floats], Floats]
"""From encoded values, 0 to 1, to linear light, 1 being white."""

_SRGB_PRIMARIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_D65 = (0.3127, 0.3290)
# The cone responses of Bradford's chromatic adaptation, as ICC.1 annex E has them.
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
# The connection space of ICC profiles is CIE XYZ under this white.
_D50 = np.array([0.9642, 1.0, 0.8249])
# BT.2408: the light of diffuse white in HDR video, in cd/m².
_HDR_WHITE = 203.0
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2
_HLG_LUMINANCE = (0.2627, 0.6780, 0.0593)
_BLOCK = 1 << 16  # pixels
# Linear light is rounded to this many steps. The darkest sRGB levels are twenty steps apart.
_STEPS = 65535


@dataclass(frozen=True)
class RgbEncoding:
    """The transfer functions and the primaries of an image."""

    curves: Sequence[Curve]  # 3, or 1 for grey: from encoded values, 0 to 1, to linear light
    # (3, 3): From linear light in the image's primaries to that in sRGB's, adapted to D65.
    matrix: Floats
    # Whether linear light is scene light, which a display shows with more contrast (BT.2100).
    is_hlg: bool = False

    def to_srgb(self, samples: NDArray[Any], maximum: float) -> Bytes:
        """Convert samples to 8-bit sRGB, (H, W, 3); colours outside its gamut are clipped.

        Parameters
        ----------
        samples : (H, W, 3) or (H, W, 1) ndarray
            Unsigned integers of up to 16 bits, or floats; with one channel grey.
        maximum : float
            The sample of full light.
        """
        height, width, channels = samples.shape
        result = np.empty((height, width, 3), np.uint8)
        to_linear = [_tabulated(curve, samples.dtype, maximum) for curve in self.curves[:channels]]

        def convert(rows: slice) -> None:
            planes = [curve(samples[rows, :, channel]) for channel, curve in enumerate(to_linear)]
            if self.is_hlg:
                planes = _display_scene_light(planes)
            if channels == 1:
                result[rows] = _encode_srgb(planes[0])[..., np.newaxis]
                return
            for channel, factors in enumerate(self.matrix.astype(np.float32)):
                light = sum(f * plane for f, plane in zip(factors, planes, strict=True))
                result[rows, :, channel] = _encode_srgb(np.asarray(light))

        for_each_block(convert, height, max(1, _BLOCK // width))
        return result


def from_chromaticities(
    curve: Curve, primaries: Sequence[float], white: Sequence[float], *, is_hlg: bool = False
) -> RgbEncoding:
    """Return the encoding with one curve and these primaries.

    The primaries are CIE x and y of red, green and blue, six numbers, and the white is x and y.

    Raises
    ------
    ValueError
        If the primaries span no gamut.
    """
    matrix = np.linalg.inv(_to_d50(_SRGB_PRIMARIES, _D65)) @ _to_d50(primaries, white)
    return RgbEncoding((curve,) * 3, np.asarray(matrix, np.float64), is_hlg)


def from_colorants(curves: Sequence[Curve], colorants: ArrayLike) -> RgbEncoding:
    """Return the encoding of an ICC profile.

    The columns of `colorants`, (3, 3), are the XYZ of red, green and blue under D50. The darkest
    grey becomes black, as by black point compensation in LittleCMS.
    """
    columns = np.asarray(colorants, np.float64)
    darkest = np.array([float(curve(np.zeros(1))[0]) for curve in curves])
    black = float(columns[1] @ darkest)
    matrix = np.linalg.inv(_to_d50(_SRGB_PRIMARIES, _D65)) @ columns
    return RgbEncoding(
        tuple(_from_black(curve, black) for curve in curves), np.asarray(matrix, np.float64)
    )


def from_grey_curve(curve: Curve) -> RgbEncoding:
    """Return the encoding of a grey profile, with black as in `from_colorants`."""
    black = float(curve(np.zeros(1))[0])
    return RgbEncoding((_from_black(curve, black),), np.eye(3))


def _from_black(curve: Curve, black: float) -> Curve:
    """Return a curve shifted and stretched so that `black` becomes 0 and 1 stays."""
    return lambda values: (curve(values) - black) / (1 - black) if black < 1 else curve(values)


def power(exponent: float) -> Curve:
    """Return the curve of a power function."""
    return lambda values: np.clip(values, 0, None) ** exponent


def _tabulated(
    curve: Curve, dtype: np.dtype[Any], maximum: float
) -> Callable[[NDArray[Any]], Singles]:
    """Return a function from samples to linear light: a look-up table for integers."""
    if dtype.kind == "f":
        return lambda samples: curve(samples.astype(np.float64) / maximum).astype(np.float32)
    levels = np.arange(np.iinfo(dtype).max + 1)
    table = curve(np.minimum(levels / maximum, 1.0)).astype(np.float32)
    return table.take


def _encode_srgb(light: Singles) -> Bytes:
    """Return linear light as 8-bit sRGB levels."""
    steps = np.rint(np.clip(light, 0, 1) * np.float32(_STEPS)).astype(np.uint16)
    levels: Bytes = _make_srgb_levels().take(steps)
    return levels


@functools.cache
def _make_srgb_levels() -> Bytes:
    """Return the 8-bit sRGB level of each step of linear light."""
    return np.rint(linear_to_srgb(np.arange(_STEPS + 1) / _STEPS)).astype(np.uint8)


def _display_scene_light(planes: Sequence[Singles]) -> list[Singles]:
    """Return the light that a display of 1000 cd/m² shows for scene light; 1 is diffuse white."""
    weights = _HLG_LUMINANCE if len(planes) == 3 else (1.0,)
    luminance = sum(np.float32(w) * p for w, p in zip(weights, planes, strict=True))
    gain = np.asarray(luminance) ** np.float32(_HLG_GAMMA - 1) * np.float32(_HLG_PEAK / _HDR_WHITE)
    return [plane * gain for plane in planes]


def _to_d50(primaries: Sequence[float], white: Sequence[float]) -> Floats:
    """Return the matrix from linear light in primaries to XYZ under D50."""
    xy = np.array(primaries, np.float64).reshape(3, 2)
    if white[1] <= 0 or xy[:, 1].min() < 0:
        raise ValueError("a chromaticity has no luminance")
    columns = np.vstack([xy.T, 1 - xy.sum(axis=1)])
    white_xyz = np.array([white[0], white[1], 1 - sum(white)]) / white[1]
    try:
        matrix = columns * np.linalg.solve(columns, white_xyz)
    except np.linalg.LinAlgError as error:
        raise ValueError("the primaries lie on one line") from error
    gains = (_BRADFORD @ _D50) / (_BRADFORD @ white_xyz)
    adaptation = np.linalg.inv(_BRADFORD) @ (gains[:, np.newaxis] * _BRADFORD)
    return np.asarray(adaptation @ matrix)


def srgb(values: Floats) -> Floats:
    """Undo the transfer function of sRGB (IEC 61966-2-1)."""
    return srgb_to_linear(values * 255.0)


def _bt709(values: Floats) -> Floats:
    """Undo the transfer function of BT.709, BT.601 and BT.2020."""
    alpha, beta = 1.099296826809442, 0.018053968510807
    above = ((values + alpha - 1) / alpha) ** (1 / 0.45)
    return np.where(values < 4.5 * beta, values / 4.5, above)


def _smpte240(values: Floats) -> Floats:
    """Undo the transfer function of SMPTE ST 240."""
    return np.where(values < 4 * 0.0228, values / 4, ((values + 0.1115) / 1.1115) ** (1 / 0.45))


def _logarithmic(decades: float) -> Curve:
    """Return the inverse of a logarithmic curve of some decades, whose lowest value is black."""
    return lambda values: np.where(values > 0, 10 ** (decades * (values - 1)), 0.0)


def _pq(values: Floats) -> Floats:
    """Return display light by SMPTE ST 2084; 1 is diffuse white."""
    root = values ** (32 / 2523)
    ratio = np.maximum(root - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * root)
    return ratio ** (8192 / 1305) * (10000 / _HDR_WHITE)


def _hlg(values: Floats) -> Floats:
    """Return scene light by the inverse transfer function of BT.2100 HLG."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)


SRGB = from_chromaticities(srgb, _SRGB_PRIMARIES, _D65)
LINEAR = from_chromaticities(lambda values: values, _SRGB_PRIMARIES, _D65)

PQ, HLG = 16, 18

# The code points of ITU-T H.273, tables 2 and 3, as cICP chunks and nclx boxes use them.
_C = (0.310, 0.316)
PRIMARIES: dict[int, tuple[Sequence[float], Sequence[float]]] = {
    1: (_SRGB_PRIMARIES, _D65),
    4: ((0.67, 0.33, 0.21, 0.71, 0.14, 0.08), _C),
    5: ((0.64, 0.33, 0.29, 0.60, 0.15, 0.06), _D65),
    6: ((0.630, 0.340, 0.310, 0.595, 0.155, 0.070), _D65),
    7: ((0.630, 0.340, 0.310, 0.595, 0.155, 0.070), _D65),
    8: ((0.681, 0.319, 0.243, 0.692, 0.145, 0.049), _C),
    9: ((0.708, 0.292, 0.170, 0.797, 0.131, 0.046), _D65),
    10: ((1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (1 / 3, 1 / 3)),
    11: ((0.680, 0.320, 0.265, 0.690, 0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320, 0.265, 0.690, 0.150, 0.060), _D65),
    22: ((0.630, 0.340, 0.295, 0.605, 0.155, 0.077), _D65),
}
TRANSFERS: dict[int, Curve] = {
    1: _bt709,
    4: power(2.2),
    5: power(2.8),
    6: _bt709,
    7: _smpte240,
    8: lambda values: values,
    9: _logarithmic(2.0),
    10: _logarithmic(2.5),
    11: _bt709,
    12: _bt709,
    13: srgb,
    14: _bt709,
    15: _bt709,
    PQ: _pq,
    17: lambda values: 52.37 / 48 * np.clip(values, 0, None) ** 2.6,
    HLG: _hlg,
}
