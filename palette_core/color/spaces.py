"""Colour spaces in which distances are measured, with their conversions from and to sRGB.

To add a space, write its two conversions and add it to `SPACES`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import AnyFloats, Bytes, Floats, Indices, Singles

Coordinates = NDArray[np.float32]

# The distance of black and white, in every space: the diagonal of the sRGB cube.
_BLACK_TO_WHITE = 255 * np.sqrt(3.0)
# Colours are converted in blocks that stay in the cache.
_BLOCK = 1 << 13

# Rec. 709 primaries, white point D65 (IEC 61966-2-1).
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_LINEAR_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# The row sums, so that greys have no chroma.
_WHITE = _LINEAR_TO_XYZ.sum(axis=1)

# Ottosson, A perceptual color space for image processing, 2020.
_LINEAR_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_ROOTS_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

# CIE 1976: L* = 116 f(Y) - 16, a* = 500 (f(X) - f(Y)), b* = 200 (f(Y) - f(Z)).
_ROOTS_TO_CIELAB = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
_CIELAB_BLACK = np.array([-16.0, 0.0, 0.0])
_CIELAB_KNEE = 6 / 29

# sRGB under D50, adapted by Bradford's matrix (Lindbloom, RGB/XYZ Matrices).
_WHITE_D50 = np.array([0.96422, 1.0, 0.82521])
_XYZ_D50_TO_LINEAR = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


@dataclass(frozen=True)
class ColorSpace:
    """A colour space with the Euclidean distance.

    Notes
    -----
    All spaces have the same scale: black and white are ``255 sqrt(3)`` apart, as in sRGB.
    Coordinates divided by `scale` are those of the literature: 0 to 255 in "srgb", 0 to 1 in
    "linear" and for L of "oklab", 0 to 100 for L* of "cielab".
    """

    name: str  # as in `SPACES`
    scale: float
    _from_srgb: Callable[[NDArray[Any]], AnyFloats] = dataclasses.field(repr=False)
    _to_srgb: Callable[[Floats], Floats] = dataclasses.field(repr=False)
    # The direction of the grey axis, and the gradient of lightness. Their scalar product is 1.
    _grey: tuple[float, float, float] = dataclasses.field(repr=False)
    _lightness: tuple[float, float, float] = dataclasses.field(repr=False)
    # Whether vivid colours are so close to greys that `neutrals` has to protect the greys.
    needs_neutral_protection: bool = False
    # Factor for differences in lightness: L in "oklab" and "cielab", luma in "srgb", luminance in
    # "linear". The distance of two greys is multiplied by it, the distance of two colours of equal
    # lightness stays the same.
    lightness_weight: float = 1.0
    # Its name in the dialog, in English, and its description in the guide.
    label: str = dataclasses.field(default="", repr=False, compare=False)
    summary: str = dataclasses.field(default="", repr=False, compare=False)

    def with_lightness_weight(self, lightness_weight: float) -> ColorSpace:
        """Return the space with another weight of lightness, whose range `Options` checks."""
        return dataclasses.replace(self, lightness_weight=float(lightness_weight))

    @property
    def is_srgb(self) -> bool:
        """Whether coordinates are sRGB bytes, so that faster integer arithmetic can be used."""
        return self.name == "srgb" and self.lightness_weight == 1

    def from_srgb(self, rgb: NDArray[Any]) -> Coordinates:
        """Return the coordinates of sRGB colours, (N, 3) uint8 or floats from 0 to 255, as (N, 3).

        A colour has the same coordinates at every position in the array.
        """
        result = np.empty(rgb.shape, np.float32)
        for start in range(0, len(rgb), _BLOCK):
            rows = slice(start, start + _BLOCK)
            result[rows] = self._from_srgb(rgb[rows])
            result[rows] *= np.float32(self.scale)
        return self.apply_lightness_weight(result)

    def to_srgb(self, coordinates: ArrayLike) -> Bytes:
        """Return coordinates, (N, 3), as 8-bit sRGB, rounded and clipped to the cube."""
        points: NDArray[Any] = np.asarray(coordinates, np.float64)
        if self.lightness_weight != 1:
            points = _multiply_rows(points, self._lightness_matrix(1 / self.lightness_weight))
        return np.rint(np.clip(self._to_srgb(points / self.scale), 0, 255)).astype(np.uint8)

    def apply_lightness_weight(self, coordinates: Coordinates) -> Coordinates:
        """Return unweighted coordinates, (N, 3) float32, with the weight of lightness applied."""
        if self.lightness_weight == 1:
            return coordinates
        return _multiply_rows(coordinates, self._lightness_matrix(self.lightness_weight))

    @cached_property
    def bounds(self) -> tuple[Coordinates, Coordinates]:
        """The least and the greatest coordinates of sRGB colours: two (3,) arrays."""
        levels = np.linspace(0, 255, 33)
        lattice = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
        coordinates = self.from_srgb(lattice)
        low, high = coordinates.min(axis=0), coordinates.max(axis=0)
        if self.name in {"srgb", "linear"}:
            return low, high
        # The lattice may miss the extremes by a little.
        margin = (high - low) * np.float32(0.01)
        return low - margin, high + margin

    def _lightness_matrix(self, weight: float) -> Floats:
        """Return the matrix that multiplies differences in lightness along the grey axis."""
        return np.eye(3) + (weight - 1) * np.outer(self._grey, self._lightness)


def srgb_to_linear(rgb: NDArray[Any]) -> Floats:
    """Return sRGB values, uint8 or floats up to 255, as linear light, 0 to 1 (IEC 61966-2-1)."""
    return _LEVELS[rgb] if rgb.dtype == np.uint8 else _decode(rgb / 255.0)


def linear_to_srgb(linear: AnyFloats) -> Floats:
    """Return linear light, clipped to 0 to 1, as sRGB (IEC 61966-2-1), 0 to 255, not rounded."""
    light = np.clip(linear, 0.0, 1.0)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(encoded * 255, np.float64)


def luminance(rgb: Bytes) -> Floats:
    """Return the relative luminance of sRGB colours, (..., 3) to (...), from 0 to 1 for white."""
    weighted: Floats = np.sum(srgb_to_linear(rgb) * _LUMINANCE, axis=-1)
    return weighted


def argsort_by_luminance(colors: Bytes) -> Indices:
    """Return the indices that sort (K, 3) colours by luminance, then by red, green and blue."""
    red, green, blue = colors.T
    return np.lexsort((blue, green, red, luminance(colors)))


def sort_by_luminance(colors: Bytes) -> Bytes:
    """Return (K, 3) colours sorted from dark to light, then by red, green and blue."""
    return colors[argsort_by_luminance(colors)]


def linear_to_oklab(linear: AnyFloats) -> AnyFloats:
    """Return linear light as Oklab (Ottosson, 2020), (N, 3) to (N, 3), in the same dtype.

    Linear light is 0 to 1, and beyond that for colours outside sRGB. L is 0 to 1, and a and b are
    about -0.4 to 0.4.
    """
    roots = _cube_root(_multiply_rows(linear, _LINEAR_TO_LMS))
    return _multiply_rows(roots, _ROOTS_TO_OKLAB)


def oklab_to_linear(oklab: AnyFloats) -> AnyFloats:
    """Return Oklab as linear light, the inverse of `linear_to_oklab`."""
    roots = _multiply_rows(oklab, np.linalg.inv(_ROOTS_TO_OKLAB))
    return _multiply_rows(roots * roots * roots, np.linalg.inv(_LINEAR_TO_LMS))


def linear_to_cielab(linear: AnyFloats) -> AnyFloats:
    """Return linear light as CIELAB under D65 (CIE, 1976), (N, 3) to (N, 3), in the same dtype.

    Linear light is 0 to 1, and beyond that for colours outside sRGB. L* is 0 to 100, and a* and b*
    are about -110 to 100.
    """
    relative = _multiply_rows(linear, _LINEAR_TO_XYZ / _WHITE[:, np.newaxis])
    straight = relative / relative.dtype.type(3 * _CIELAB_KNEE**2) + relative.dtype.type(4 / 29)
    roots = np.where(relative > _CIELAB_KNEE**3, _cube_root(relative), straight)
    cielab = _multiply_rows(roots, _ROOTS_TO_CIELAB)
    cielab += _CIELAB_BLACK.astype(cielab.dtype)
    return cielab


def cielab_to_linear(cielab: AnyFloats) -> AnyFloats:
    """Return CIELAB under D65 as linear light, the inverse of `linear_to_cielab`."""
    relative = _cielab_to_relative_xyz(cielab)
    return _multiply_rows(relative, np.linalg.inv(_LINEAR_TO_XYZ / _WHITE[:, np.newaxis]))


def cielab_d50_to_linear(cielab: AnyFloats) -> AnyFloats:
    """Return CIELAB under D50 as linear light, for printers, ICC profiles and Adobe's files.

    The light is adapted to D65 by Bradford's matrix, and below 0 or above 1 outside sRGB.
    """
    return _multiply_rows(_cielab_to_relative_xyz(cielab) * _WHITE_D50, _XYZ_D50_TO_LINEAR)


def _cielab_to_relative_xyz(cielab: AnyFloats) -> AnyFloats:
    """Return XYZ divided by that of the white point."""
    roots = _multiply_rows(cielab - _CIELAB_BLACK, np.linalg.inv(_ROOTS_TO_CIELAB))
    straight = 3 * _CIELAB_KNEE**2 * (roots - 4 / 29)
    return np.where(roots > _CIELAB_KNEE, roots * roots * roots, straight)


def _decode(encoded: AnyFloats) -> Floats:
    """Return linear light, 0 to 1, of sRGB values from 0 to 1."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


_LEVELS = _decode(np.arange(256) / 255.0)
_SINGLE_LEVELS = _LEVELS.astype(np.float32)


def _to_single_linear(rgb: NDArray[Any]) -> Singles:
    """Return linear light in single precision, which is enough for 8-bit colours."""
    if rgb.dtype == np.uint8:
        return _SINGLE_LEVELS.take(rgb.T).T
    return srgb_to_linear(rgb).astype(np.float32)


def _multiply_rows(rows: AnyFloats, matrix: Floats) -> AnyFloats:
    """Return each row multiplied by a matrix, ``matrix @ row``, in the dtype of the rows.

    BLAS is not used because its rounding depends on the position of a row in the array.
    """
    planes = np.ascontiguousarray(rows.T)
    columns = matrix.astype(rows.dtype)[..., np.newaxis]
    product: AnyFloats = columns[:, 0] * planes[0]
    product += columns[:, 1] * planes[1]
    product += columns[:, 2] * planes[2]
    return product.T


def _cube_root(values: AnyFloats) -> AnyFloats:
    """Return cube roots that are the same on every processor.

    The last bits of NumPy's cube root depend on the processor. Rounding double to single precision
    removes them.
    """
    return np.cbrt(values.astype(np.float64)).astype(values.dtype)


_LIGHTNESS_AXIS = (1.0, 0.0, 0.0)

SPACES = {
    "srgb": ColorSpace(
        "srgb",
        1.0,
        lambda rgb: rgb.astype(np.float32),
        lambda points: points,
        (1.0, 1.0, 1.0),
        _LUMINANCE,
        label="sRGB",
        summary="sRGB values as stored: the smallest squared error",
    ),
    "linear": ColorSpace(
        "linear",
        255.0,
        _to_single_linear,
        linear_to_srgb,
        (1.0, 1.0, 1.0),
        _LUMINANCE,
        label="Linear light",
        summary="linear light: dots mix as they do when seen from a distance",
    ),
    "oklab": ColorSpace(
        "oklab",
        _BLACK_TO_WHITE,
        lambda rgb: linear_to_oklab(_to_single_linear(rgb)),
        lambda points: linear_to_srgb(oklab_to_linear(points)),
        _LIGHTNESS_AXIS,
        _LIGHTNESS_AXIS,
        needs_neutral_protection=True,
        label="Oklab",
        summary="perceptual: distances match what the eye sees",
    ),
    "cielab": ColorSpace(
        "cielab",
        _BLACK_TO_WHITE / 100,
        lambda rgb: linear_to_cielab(_to_single_linear(rgb)),
        lambda points: linear_to_srgb(cielab_to_linear(points)),
        _LIGHTNESS_AXIS,
        _LIGHTNESS_AXIS,
        label="CIELAB",
        summary="perceptual: CIE 1976 L*a*b* under D65",
    ),
}
